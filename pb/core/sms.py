"""How many parts an SMS is sent and paid in. GSM 03.38 for its alphabet, UCS-2 where a letter is not in it.

A text of one part holds 160 letters of GSM-7 or 70 of any other; in several parts each loses room to its header, and
holds 153 or 67. Kazakh and Russian letters are never of GSM-7.
"""

from typing import NamedTuple

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("\f^{}\\[~]|€")
"""Of the extension table: an escape and the letter, two places each."""


class Length(NamedTuple):
    """`letters` as the network counts them, `parts` that it sends them in, `room` that those parts have."""

    letters: int
    parts: int
    room: int


def length(text: str) -> Length:
    """How long a text is as an SMS; an empty one is one part too."""
    if all(letter in GSM_7 or letter in GSM_7_TWICE for letter in text):
        letters, alone, each = sum(1 + (letter in GSM_7_TWICE) for letter in text), 160, 153
    else:
        letters, alone, each = len(text.encode("utf-16-be")) // 2, 70, 67
    parts = 1 if letters <= alone else -(-letters // each)
    return Length(letters, parts, alone if parts == 1 else parts * each)


def shortened(before: str, thing: str, after: str, parts: int) -> str:
    """The three together in at most so many parts: `thing` is cut, with a sign of it, as far as it must be.

    Where nothing of it has room it is left out; `before` and `after` are never cut.
    """
    whole = f"{before}{thing}{after}"
    while length(whole).parts > parts and thing:
        thing = thing[:-1]
        whole = f"{before}{thing.rstrip()}…{after}" if thing.strip() else f"{before}{after}".strip(" :")
    return whole
