"""Annexes of a decision: read as maslikhats print them, written so that they read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.budget.amounts import STEP, THOUSAND, thousands
from pb.core.budget.annex_rows import written
from pb.core.budget.annex_words import Unit, line_of, unit_of, year_of
from pb.core.budget.annexes import Annex, Entry, Fault, Row, Wrong, nested, read
from pb.core.budget.codes import WIDTHS, Code, Part, Side, part_of

RUSSIAN = """
Приложение 1 к решению маслихата от 24 декабря 2026 года № 38/5
Бюджет сельского округа на 2027 год
Категория||||Сумма, тысяч тенге
|Класс|||
||Подкласс||
|||Наименование|
1|2|3|4|5
|||I. Доходы|177
1|||Налоговые поступления|77
|01||Подоходный налог|77
||2|Индивидуальный подоходный налог|77
4|||Поступления трансфертов|100
|02||Трансферты из вышестоящих органов|100
||3|Трансферты из районного бюджета|100
Функциональная группа|Администратор бюджетных программ|Программа|Наименование|Сумма
|||II. Затраты|299,5
7|||Жилищно-коммунальное хозяйство|299,5
|124||Аппарат акима|299,5
||8|Освещение улиц|200
||9|Санитария|99,5
|||III. Чистое бюджетное кредитование|0
|||IV. Сальдо по операциям с финансовыми активами|0
|||V. Дефицит (профицит) бюджета|-122,5
|||VI. Финансирование дефицита (использование профицита) бюджета|122,5
|||Используемые остатки бюджетных средств|122,5
Категория|Класс|Подкласс|Наименование|Сумма
8|||Используемые остатки|122,5
|||в том числе свободные|
"""
KAZAKH = """
2027 жылға арналған ауылдық округ бюджеті, мың теңге
Санаты|Сыныбы|Кіші сыныбы|Атауы|Сомасы
I. Кірістер||||50
4|02|3|Аудандық бюджеттен трансферттер|50
Функционалдық топ|Кіші топ|Әкімші|Бағдарлама|Атауы|Сомасы
II. Шығындар|||||50
01|1|124|001|Әкім қызметі|30
07|2|124|008|Көшелерді жарықтандыру|20
"""


def annex(text: str, *, unit: Unit = Unit.THOUSAND, title: str = "") -> Annex:
    rows = [Row(number, line.split("|")) for number, line in enumerate(text.splitlines(), 1)]
    return read(rows, title=title, unit=unit)


def amounts(found: Annex) -> dict[str, str]:
    return {entry.code.text: thousands(entry.amount) for entry in found.entries}


def fault(text: str, before: str, after: str) -> Fault:
    """The one fault of a text with a slip."""
    assert text.count(before) >= 1
    (only,) = annex(text.replace(before, after, 1)).faults
    return only


def test_a_staircase_without_subgroups_is_read() -> None:
    found = annex(RUSSIAN)
    assert found.faults == ()
    assert amounts(found) == {
        "1.01.2": "77,0",
        "4.02.3": "100,0",
        "07.0.124.008": "200,0",
        "07.0.124.009": "99,5",
        "8": "122,5",
    }
    assert (found.year, found.said) == (2027, Unit.THOUSAND)
    assert found.statement.deficit == -12_250_000
    assert found.statement.balanced
    assert found.entries[0].name == "Индивидуальный подоходный налог"


def test_codes_in_every_row_with_subgroups_are_read_and_names_in_merged_cells() -> None:
    found = annex(KAZAKH)
    assert found.faults == ()
    assert amounts(found) == {"4.02.3": "50,0", "01.1.124.001": "30,0", "07.2.124.008": "20,0"}
    assert (found.year, found.said) == (2027, Unit.THOUSAND)


@pytest.mark.parametrize(
    ("before", "after", "wrong", "line"),
    [
        ("Налоговые поступления|77", "Налоговые поступления|76", Wrong.TOTAL, 10),
        ("I. Доходы|177", "I. Доходы|178", Wrong.TOTAL, 9),
        ("Аппарат акима|299,5", "Аппарат акима|300", Wrong.TOTAL, 19),
        ("V. Дефицит (профицит) бюджета|-122,5", "V. Дефицит (профицит) бюджета|122,5", Wrong.TOTAL, 24),
        ("||8|Освещение улиц|200", "||8|Освещение улиц|-200", Wrong.NEGATIVE, 20),
        ("||8|Освещение улиц|200", "||8|Освещение улиц|двести", Wrong.NOT_A_NUMBER, 20),
        ("||8|Освещение улиц|200", "||8|Освещение улиц|", Wrong.NO_AMOUNT, 20),
        ("||9|Санитария", "||8|Санитария", Wrong.TWICE, 21),
        ("||8|Освещение улиц", "||8a|Освещение улиц", Wrong.CODE, 20),
        ("||8|Освещение улиц", "8||8|Освещение улиц", Wrong.GAP, 20),
        ("||8|Освещение улиц", "|||Освещение улиц", Wrong.UNKNOWN_LINE, 20),
        ("|||III. Чистое бюджетное кредитование|0", "|||Погашение займов|5", Wrong.NO_CODES, 22),
        ("|Программа|", "|Прочее|", Wrong.COLUMNS, 16),
    ],
)
def test_what_is_wrong_names_its_line(before: str, after: str, wrong: Wrong, line: int) -> None:
    found_fault = fault(RUSSIAN, before, after)
    assert (found_fault.wrong, found_fault.line) == (wrong, line)


def test_a_heading_without_a_column_is_told_and_its_rows_are_left() -> None:
    (only,) = annex("Санаты|Сыныбы|Атауы|Сомасы\n1|01|Салық|5\n").faults
    assert (only.wrong, only.line) == (Wrong.COLUMNS, 1)
    assert annex("бюджет\n").faults == (Fault(None, Wrong.NO_TABLE),)


def test_financing_that_is_not_the_deficit_stops() -> None:
    text = RUSSIAN.replace("122,5", "120").replace("|||V. Дефицит (профицит) бюджета|-120", "")
    (only,) = annex(text).faults
    assert (only.wrong, only.line) == (Wrong.UNBALANCED, 25)
    assert only.values == {"deficit": -12_250_000, "financing": 12_000_000}


def test_lent_money_and_bought_assets_are_told_by_the_line_above_them() -> None:
    found = annex(
        "Функционалдық топ|Әкімші|Бағдарлама|Атауы|Сомасы\n|||Бюджеттік кредиттер|7\n10|124|001|Несие|7\n"
        "|||Қаржы активтерін сатып алу|2\n13|124|065|Жарғылық капитал|2\n|||II. Шығындар|1\n01|124|001|Қызмет|1\n"
    )
    assert [entry.part for entry in found.entries] == [Part.CREDITS, Part.ASSETS_BOUGHT, Part.SPENDING]


def test_tenge_are_read_as_tenge_where_so_asked() -> None:
    found = annex(KAZAKH.replace("мың теңге", "теңге"), unit=Unit.TENGE)
    assert found.said is Unit.TENGE
    assert found.entries[0].amount == 50_00


def test_words_that_decisions_use_are_known() -> None:
    assert line_of("6) финансирование дефицита (использование профицита) бюджета:") == line_of(
        "VI. Финансирование дефицита (использование профицита) бюджета"
    )
    assert line_of("1) кірістер, оның ішінде:") == line_of("I. Доходы")
    assert line_of("Прочее") is None
    assert unit_of("(тыс. тенге)") is Unit.THOUSAND
    assert year_of("2027-2029 жылдарға арналған бюджет") is None
    assert year_of("2026 жылғы 24 желтоқсандағы № 5 шешімге 1-қосымша") is None, "the day of the decision"
    assert year_of("2028", alone=True) == 2028
    assert year_of("2-қосымша", alone=True) is None


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Amounts at whatever depth, none above another; what is missing comes out of balances."""
    found: dict[tuple[Part, Code], Entry] = {}
    for _number in range(draw(st.integers(0, 12))):
        side = draw(st.sampled_from(Side))
        depth = draw(st.integers(1, len(WIDTHS[side])))
        levels = [f"{draw(st.integers(1, 7 if width == 1 else 12)):0{width}}" for width in WIDTHS[side][:depth]]
        code = Code.of(side, levels)
        section = draw(st.sampled_from([None, Part.CREDITS, Part.ASSETS_BOUGHT])) if side is Side.SPENDING else None
        entry = Entry(code, part_of(code, section), draw(st.integers(0, 10**9)) * STEP)
        others = [*found.values(), entry]
        if not nested(others):
            found[entry.key] = entry
    missing = sum(
        entry.amount * (1 if entry.part in {Part.SPENDING, Part.CREDITS, Part.ASSETS_BOUGHT, Part.LOANS_REPAID} else -1)
        for entry in found.values()
    )
    if missing < 0:
        more = Code.read("99.1.124.048")
        found[Part.SPENDING, more] = Entry(more, Part.SPENDING, -missing)
    elif missing:
        code = Code.read("8.01.1")
        found[Part.BALANCES, code] = Entry(code, Part.BALANCES, missing)
    return sorted(found.values(), key=lambda entry: (entry.part, entry.code))


@given(entries(), st.sampled_from(["kk", "ru"]), st.booleans(), st.sampled_from([True, None]))
def test_what_is_written_reads_back_exactly(
    given_entries: list[Entry],
    language: str,
    repeated: bool,  # noqa: FBT001
    subgroups: bool | None,  # noqa: FBT001
) -> None:
    rows = written(given_entries, lambda code: f"№ {code}", language, repeated=repeated, subgroups=subgroups)
    texts = [[thousands(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    found = read([Row(number, cells) for number, cells in enumerate(texts, 1)])
    assert found.faults == ()
    assert found.said is Unit.THOUSAND
    back = sorted(found.entries, key=lambda entry: (entry.part, entry.code))
    assert [(entry.key, entry.amount) for entry in back] == [(entry.key, entry.amount) for entry in given_entries]
    assert all(entry.name == f"№ {entry.code}" for entry in back)


def test_a_subgroup_that_a_line_does_not_name_is_no_row_and_no_cell() -> None:
    """Played: the subgroup “0” was printed under the name of its group."""
    codes = [Code.read(code) for code in ("01.1.124.001", "07.0.124.008")]
    rows = list(written([Entry(code, Part.SPENDING, THOUSAND) for code in codes], str, "kk", repeated=True))
    levels = [row[:4] for row in rows if row[0]]
    assert ("01", "1", "124", "001") in levels
    assert ("07", "", "124", "008") in levels
    assert not [row for row in levels if "0" in row]


def test_amounts_above_one_another_cannot_be_written() -> None:
    above, below = (Entry(Code.read(code), Part.SPENDING, THOUSAND) for code in ("07.2.124.008", "07.2.124.008.015"))
    assert nested([above, below]) == [above.code]
    assert nested([below, below]) == [below.code]
    with pytest.raises(ValueError, match=r"07\.2\.124\.008"):
        list(written([above, below], str, "kk"))
    with pytest.raises(ValueError, match="subgroup"):
        list(written([above], str, "kk", subgroups=False))


NEW = """
2028 жылға арналған бюджет, мың теңге
Санаты|Сыныбы|Кіші сыныбы|Атауы|Сомасы
4|02|3|Аудандық бюджеттен трансферттер|50
Функционалдық топ|Әкімші|Бағдарлама|Атауы|Сомасы
|||II. Шығындар|50
13|||Басқалар|50
|124||Әкім аппараты|50
||40|Ауылдық елді мекендерді жайластыру|20
{row}|30
"""


@pytest.mark.parametrize(
    "row", ["|||Жаңа бастамалар", "13|124||Новые инициативы", "||000|Жаңа бастамалар", "|||  новые  инициативы: "]
)
def test_new_initiatives_are_one_programme_of_the_administrator_whether_or_not_a_code_is_printed(row: str) -> None:
    found = annex(NEW.format(row=row))
    assert found.faults == ()
    assert amounts(found) == {"4.02.3": "50,0", "13.0.124.040": "20,0", "13.0.124.000": "30,0"}


def test_new_initiatives_of_nobody_are_no_line() -> None:
    found = annex("Функционалдық топ|Әкімші|Бағдарлама|Атауы|Сомасы\n|||II. Шығындар|50\n|||Жаңа бастамалар|50")
    assert [fault.wrong for fault in found.faults] == [Wrong.UNKNOWN_LINE]
