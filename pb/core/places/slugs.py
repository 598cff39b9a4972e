"""Addresses of territories: `krasnoyar`, `zerendi-audany`, `zhambyl-zerendi`; chosen once, never given to another."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pb.core.places.kinds import FOURTH_LEVEL, Kind
from pb.core.places.latin import in_latin

SHORTEST, LONGEST = 3, 40
ENDS = {Kind.RAION: "-audany", Kind.OBLAST: "-oblysy", Kind.CITY_DISTRICT: "-audany"}
KINDS = {Kind.OKRUG: "-okrugi", Kind.VILLAGE: "-auyly", Kind.KENT: "-kenti", Kind.TOWN: "-kalasy"}
# What the server's own addresses begin with; a test compares them with every address that there is.
RESERVED = frozenset(
    {"account", "activate", "admin", "api", "archive", "assets", "demo", "guide", "health", "help", "invitation"}
    | {"login", "logout", "my-work", "poll", "prove", "raion", "robots", "search", "second-factor", "sign-in"}
    | {"calendar", "notices", "unsubscribe"}
    | {"sign-out", "static", "style", "verify", "vote", "www"}
)
SLUG = re.compile(r"[a-z](?:-?[a-z0-9])+")


class Named(NamedTuple):
    """A territory that asks for an address: its code, kind and bare name, and the code of what it lies in."""

    kato: str
    kind: Kind
    name: str
    parent: str


def is_slug(text: str) -> bool:
    """Whether the text may stand as a territory's address: a letter first, 3-40 of a-z, 0-9 and single hyphens."""
    return SHORTEST <= len(text) <= LONGEST and SLUG.fullmatch(text) is not None


def slug(name: str) -> str:
    """The name as an address: «Акан Құрманов» is `akan-kurmanov`; cut at a hyphen where it is too long."""
    text = "-".join(re.findall(r"[a-z0-9]+", in_latin(name).lower()))
    text = text[: LONGEST + 1].rpartition("-")[0] if len(text) > LONGEST and "-" in text[:LONGEST] else text[:LONGEST]
    return text if is_slug(text) else f"auyl-{text}"[:LONGEST].rstrip("-")


def propose(territories: Iterable[Named]) -> Mapping[str, str]:
    """An address for each territory of the classifier, by its code; no two are the same.

    Raions end in `-audany`, oblasts in `-oblysy`. Namesakes of the 4th level all take the name of their raion or city:
    none of them is the one that «Жамбыл» means; raions of one name take that of their oblast. Where that is not enough
    (a town in the city of its name, an okrug beside a settlement), the kind is told; then the code.
    """
    all_of_them = list(territories)
    chosen: dict[str, str] = {}
    for fourth in (False, True):  # those above first: the names of those below are made with theirs
        some = [one for one in all_of_them if (one.kind in FOURTH_LEVEL) is fourth]
        taken = Counter(chosen.values())
        for tried in (_alone, _with_parent, _with_kind, _with_code):
            proposed = {one.kato: tried(one, chosen) for one in some}
            often = Counter(proposed.values())
            # All namesakes go on to the longer form together.
            some = [one for one in some if often[proposed[one.kato]] > 1 or taken[proposed[one.kato]]]
            longer = {one.kato for one in some}
            chosen.update((kato, text) for kato, text in proposed.items() if kato not in longer)
            taken = Counter(chosen.values())
    return chosen


def _alone(one: Named, _chosen: Mapping[str, str]) -> str:
    return _with(slug(one.name), ENDS.get(one.kind, ""))


def _with_parent(one: Named, chosen: Mapping[str, str]) -> str:
    above = chosen.get(one.parent, "")
    for end in ENDS.values():
        above = above.removesuffix(end)
    name = slug(one.name)
    if one.kind is Kind.TOWN and above == name:
        return _with(name, KINDS[one.kind])  # a town in the city of its name: `kokshetau-kalasy`
    return _with(f"{name}-{above}" if above else name, ENDS.get(one.kind, ""))


def _with_kind(one: Named, chosen: Mapping[str, str]) -> str:
    above = _with_parent(one, chosen).removesuffix(ENDS.get(one.kind, ""))
    return _with(above, KINDS.get(one.kind, ENDS.get(one.kind, "")))


def _with_code(one: Named, chosen: Mapping[str, str]) -> str:
    return _with(_alone(one, chosen), f"-{one.kato}")


def _with(text: str, end: str) -> str:
    return text if end and text.endswith(end) else text[: LONGEST - len(end)].rstrip("-") + end
