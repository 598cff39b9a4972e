"""Finding a place by what somebody types, in Kazakh, Russian or Latin letters; and the order of the Kazakh alphabet."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from pb.core.places.latin import in_latin

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
SHORTEST_PART = 3
SHORTEST_ODD = 4  # of a word with a wrong letter
ALIKE = 0.75  # of difflib's measure: one wrong letter of four, or another ending
IN_ORDER = str.maketrans({letter: chr(place) for place, letter in enumerate(ALPHABET, ord("а"))})


def folded(text: str) -> list[str]:
    """The words of a text in small plain Latin letters, so that different ways of writing one name are one.

    The Kazakh letters are their Russian neighbours (қ is к, ң is н, і is и, ё is е), һ is х, and a Latin letter loses
    its marks.
    """
    latin = in_latin(unicodedata.normalize("NFC", text).casefold().replace("ё", "е"))
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", plain.replace("kh", "h").replace("ı", "i"))


def words_of(names: Iterable[str]) -> list[str]:
    """The folded words of all these names."""
    return folded(" ".join(names))


def found(typed: str, names: Iterable[str]) -> bool:
    """Whether each word that was typed is the beginning of some word of these names; nothing typed finds all."""
    return begin(folded(typed), words_of(names))


def begin(beginnings: Iterable[str], words: Sequence[str]) -> bool:
    """The same of words that were folded already."""
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def within(parts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each is a part of some of the words; a short one, which would be in many, must still begin it."""
    return all(
        any(word.startswith(part) or (len(part) >= SHORTEST_PART and part in word) for word in words) for part in parts
    )


def nearly(typed: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each is some of the words but for a letter or two; a short one and a number must begin one."""
    return all(
        begin([one], words)
        or (len(one) >= SHORTEST_ODD and not one.isdigit() and bool(get_close_matches(one, words, n=1, cutoff=ALIKE)))
        for one in typed
    )


def alphabetical(text: str) -> str:
    """By this, names are in the order of the Kazakh alphabet, which has the Russian letters in their own order."""
    return text.casefold().translate(IN_ORDER)
