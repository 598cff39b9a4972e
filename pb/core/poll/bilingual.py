"""A text in Kazakh and in Russian as one: `kk | ru`, as answers stand in election.json and titles in minutes.

The form is canonical: each pair has one text, and each text at most one pair. What has no bar is the same in both.
"""

from dataclasses import dataclass
from typing import Final, Self

BAR: Final = " | "
SIGN: Final = "|"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """What is said in Kazakh and in Russian; in neither stands the sign that parts them."""

    kk: str
    ru: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The pair of a text. One of an older archive, or of another tool, that is not in the form is both."""
        kk, bar, ru = text.partition(BAR)
        pair = cls(kk, ru)
        return pair if bar and pair.sound and kk != ru else cls(text, text)

    @property
    def sound(self) -> bool:
        """Whether both are there, each without the sign, and without space around it."""
        return all(one and SIGN not in one and one == one.strip() for one in (self.kk, self.ru))

    @property
    def text(self) -> str:
        """The pair as one text. Raises ValueError where it would not be read as this pair again."""
        if not self.sound:
            raise ValueError("a text in two languages has both, and neither holds the bar")
        return self.kk if self.kk == self.ru else f"{self.kk}{BAR}{self.ru}"

    def said(self, language: str) -> "Said":
        """What a reader of a language gets: of English the Russian."""
        return Said(self.kk, "kk") if language == "kk" else Said(self.ru, "ru")


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the language in which it is."""

    text: str
    language: str


def either(kk: str, ru: str, language: str) -> Said:
    """What a reader of a language gets of a text that was written in both or in one of them: of English the Russian."""
    wanted, other = (Said(kk, "kk"), Said(ru, "ru")) if language == "kk" else (Said(ru, "ru"), Said(kk, "kk"))
    return wanted if wanted.text else other
