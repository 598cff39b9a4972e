"""A sentence about what was found, kept apart from its values, so that whoever shows it can say it in another language.

The English sentence is the key of the catalogues. Nothing here knows them: `str(finding)` is English, and the commands
translate (pb/commands/spoken.py). Whoever raises an error gives the sentence as it stands, never one put together from
pieces: tests/architecture/test_findings.py refuses those, because nobody could translate them.
"""

from collections.abc import Callable
from typing import Final


class Finding:
    """A literal English sentence with `%(name)s` where a value belongs, and the values; one may be a finding itself."""

    __slots__ = ("sentence", "values")

    def __init__(self, sentence: str, **values: "str | int | Finding") -> None:
        self.sentence: Final = sentence
        self.values: Final = values

    def of(self, **values: "str | int | Finding") -> "Finding":
        """The same sentence about these values, beside those that it has."""
        return Finding(self.sentence, **{**self.values, **values})

    def said(self, gettext: Callable[[str], str]) -> str:
        """The sentence as `gettext` has it, with its values, those that are findings said in the same way."""
        values = {
            name: value.said(gettext) if isinstance(value, Finding) else value for name, value in self.values.items()
        }
        return gettext(self.sentence) % values

    def __str__(self) -> str:
        return self.said(str)

    def __repr__(self) -> str:
        return f"Finding({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and (self.sentence, self.values) == (other.sentence, other.values)

    def __hash__(self) -> int:
        return hash(self.sentence)
