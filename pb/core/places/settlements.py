"""The settlements of a territory by every name that people write: in Kazakh, Russian or Latin letters."""

from collections.abc import Collection, Iterable, Sequence

from pb.core import text as texts
from pb.core.places.matching import folded

# «село Красный Яр», «с. Красный Яр», «Қызылжұлдыз ауылы»: what a place is, beside its name.
WORDS = {
    *("selo", "auly", "auyly", "aul", "village", "poselok", "kent", "kenti", "settlement", "gorod", "kalasy", "town"),
    *("stantsiya", "stansasy", "station", "razezd", "razezi", "siding", "s", "a", "p", "k", "g", "st", "rzd"),
}


class Settlements:
    """Finds the name under which rows keep a settlement, by any of its names.

    Exact names go before names that are alike when they are folded; what could be two settlements is none.
    """

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Of each settlement the name that rows keep, and all names that it has or had."""
        self._exact: dict[str, str] = {}
        self._alike: dict[Sequence[str], set[str]] = {}
        for kept, names in named:
            for name in (kept, *names):
                self._exact.setdefault(texts.readable(name), kept)
                self._alike.setdefault(_alone(name), set()).add(kept)
        self._exact |= {kept: kept for kept in set(self._exact.values())}

    def __eq__(self, other: object) -> bool:
        """Whether the other finds the same names under the same words."""
        return isinstance(other, Settlements) and (self._exact, self._alike) == (other._exact, other._alike)

    def __hash__(self) -> int:
        return hash(frozenset(self._exact.items()))

    @classmethod
    def of(cls, names: Collection[str]) -> "Settlements":
        """Those that have one name each."""
        return cls((name, ()) for name in names)

    def kept(self, typed: str) -> str | None:
        """The name that rows keep; None where no settlement is meant, or more than one could be."""
        exact = self._exact.get(texts.readable(typed))
        if exact is not None:
            return exact
        words = _alone(typed)
        alike = self._alike.get(words, set()) if words else set()
        return next(iter(alike)) if len(alike) == 1 else None


def _alone(name: str) -> tuple[str, ...]:
    """The folded words of a name, without the words at its beginning and end that say what the place is."""
    words = folded(name)
    while len(words) > 1 and words[0] in WORDS:
        words = words[1:]
    while len(words) > 1 and words[-1] in WORDS:
        words = words[:-1]
    return tuple(words)
