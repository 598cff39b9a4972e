"""Words by which things are found, whatever keyboard they were typed on.

Many write Kazakh without its own letters (`жарыктандыру`), and Russian without ё: both are folded to what every
keyboard has.
"""

import re
from typing import Final

from pb.core.text import composed

_FOLDED: Final = str.maketrans("әғқңөұүһіё", "агкноуухие")
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"(?:№|#|n)?\s*0*(\d{1,6})", re.ASCII)
MOST_WORDS: Final = 8


def words(text: str) -> list[str]:
    """The words of a text in their order, folded; nothing but letters and digits is in them."""
    return _WORD.findall(composed(text).casefold().translate(_FOLDED))


def index(*texts: str) -> str:
    """All words of the texts, each once, with a space before each: what begins a word stands behind a space."""
    return "".join(f" {word}" for word in dict.fromkeys(word for text in texts for word in words(text)))


def asked(text: str) -> tuple[str, ...]:
    """The words that a search asks for: each must begin one of those that are looked through."""
    return tuple(dict.fromkeys(words(text)))[:MOST_WORDS]


def number(text: str) -> int | None:
    """The number that is asked for, with its sign or without; None where anything else is."""
    found = _NUMBER.fullmatch(text.strip().casefold())
    return int(found[1]) if found else None
