"""The order of names: by the Kazakh alphabet, which holds the Russian one; Latin after it."""

from typing import Final

from pb.core.text import composed

KAZAKH: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_PLACE: Final = {letter: place for place, letter in enumerate(KAZAKH + LATIN)}
_WORD_ENDS: Final = -2
_DIGIT: Final = -1
_OTHER: Final = len(_PLACE)

Key = tuple[tuple[tuple[int, int], ...], str]


def key(text: str) -> Key:
    """The key by which names are sorted: small and capital letters are one, a shorter word stands before a longer.

    Spaces come first, then digits, Kazakh and Russian letters, Latin ones, everything else; marks within a word (a
    hyphen, an apostrophe) do not count unless nothing else differs.
    """
    folded = composed(text).casefold()
    return tuple(_place(sign) for sign in folded if sign.isalnum() or sign.isspace()), text


def _place(sign: str) -> tuple[int, int]:
    if sign.isspace():
        return _WORD_ENDS, 0
    if sign.isdigit():
        return _DIGIT, ord(sign)
    known = _PLACE.get(sign)
    return (known, 0) if known is not None else (_OTHER, ord(sign))
