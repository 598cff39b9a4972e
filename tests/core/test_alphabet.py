"""Names stand as a Kazakh reader looks for them."""

from pb.core import alphabet


def test_letters_stand_in_the_order_of_the_kazakh_alphabet() -> None:
    expected = list("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
    by_code_point = sorted(expected)
    assert sorted(by_code_point, key=alphabet.key) == expected
    names = ["Әлия", "Қайрат", "Камал", "Фатима", "Ұлан", "Умар", "Ғани", "Галина", "Іле", "Ержан", "Ёлкин", "Жанна"]
    assert sorted(names, key=alphabet.key) == [
        "Әлия", "Галина", "Ғани", "Ержан", "Ёлкин", "Жанна", "Камал", "Қайрат", "Умар", "Ұлан", "Фатима", "Іле",
    ]  # fmt: skip


def test_latin_stands_after_and_the_shorter_word_before() -> None:
    names = ["Smith", "Яна", "Ким Анна", "Кимов", "Ким-Анна", "ким", "1-ауыл"]
    assert sorted(names, key=alphabet.key) == ["1-ауыл", "ким", "Ким Анна", "Ким-Анна", "Кимов", "Яна", "Smith"]


def test_small_and_capital_composed_and_decomposed_letters_are_one() -> None:
    assert alphabet.key("ЙОЛ")[0] == alphabet.key("и\u0306ол")[0]
