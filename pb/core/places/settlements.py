"""The settlements of a territory by every name that people write: in Kazakh, Russian or Latin letters."""

from collections.abc import Collection, Iterable, Sequence

from pb.core import text as texts
from pb.core.places.matching import folded

# What is another place than the village beside it that has its name: one word for each, however it is written.
OTHER_THAN_VILLAGES = {
    **dict.fromkeys(("stantsiya", "stansasy", "station", "st"), "station"),
    **dict.fromkeys(("razezd", "razezi", "siding", "rzd"), "siding"),
    **dict.fromkeys(("uchastok", "uchaskesi", "farm", "uch"), "farm"),
    **dict.fromkeys(("otgon", "zhaiylymy", "pasture", "otg"), "pasture"),
}
# «село Красный Яр», «с. Красный Яр», «Қызылжұлдыз ауылы»: what a place is, beside its name.
WORDS = {
    *("selo", "auly", "auyly", "aul", "village", "poselok", "kent", "kenti", "settlement", "gorod", "kalasy", "town"),
    *("s", "a", "p", "k", "g"),
    *OTHER_THAN_VILLAGES,
}


class Settlements:
    """Finds the name under which rows keep a settlement, by any of its names.

    Exact names go before names that are alike when they are folded, and those that say of what kind the place is before
    those that do not; what could be two settlements is none.
    """

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Of each settlement the name that rows keep, and all names that it has or had."""
        self._exact: dict[str, str] = {}
        self._told_apart: dict[Sequence[str], set[str]] = {}
        self._alike: dict[Sequence[str], set[str]] = {}
        for kept, names in named:
            for name in (kept, *names):
                self._exact.setdefault(texts.readable(name), kept)
                words, kind = _parted(name)
                self._told_apart.setdefault((*words, kind), set()).add(kept)
                self._alike.setdefault(words, set()).add(kept)
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
        words, kind = _parted(typed)
        alike = (self._told_apart.get((*words, kind)) or self._alike.get(words, set())) if words else set()
        return next(iter(alike)) if len(alike) == 1 else None

    def knows(self, name: str) -> bool:
        """Whether one has this name already; «X» and «X разъезі» are two."""
        words, kind = _parted(name)
        return (*words, kind) in self._told_apart


def without_kinds(words: Sequence[str]) -> list[str]:
    """Folded words without those that say what a village is, «село» and «auyly»; all of them where no other is left."""
    return [word for word in words if word not in WORDS or word in OTHER_THAN_VILLAGES] or list(words)


def _parted(name: str) -> tuple[tuple[str, ...], str]:
    """The folded words of a name without those at its beginning and end that say what the place is, and what it is.

    A village, and what nothing is said of, is the empty kind.
    """
    words, kind = folded(name), ""
    while len(words) > 1 and words[0] in WORDS:
        kind = OTHER_THAN_VILLAGES.get(words[0], kind)
        words = words[1:]
    while len(words) > 1 and words[-1] in WORDS:
        kind = OTHER_THAN_VILLAGES.get(words[-1], kind)
        words = words[:-1]
    return tuple(words), kind
