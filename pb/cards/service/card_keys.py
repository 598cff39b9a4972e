"""Public keys of cards as the registrar hands them in: read and checked before any lock is held.

Whether a number is an element of the poll's group takes half a millisecond: ten seconds for a large okrug's cards, in
which nobody on the server could write.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.core import sealing
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import Group
from pb.errors import FieldRefusal

RESERVE_PREFIX = "reserve-"
LONGEST_SEALED = 600  # a sealed code has about 300 characters


@dataclass(frozen=True)
class CardKeys:
    """Keys by roll entry and by number of the reserve, each an element of `group` and none twice.

    `sealed` are codes under the code-releasing process's key, by roll entry. Made by `checked` and `read` alone.
    """

    group: str
    voters: Mapping[UUID, str]
    reserve: Mapping[int, str]
    sealed: Mapping[UUID, str]


def read(group: Group, rows: Iterable[Mapping[str, Any]]) -> CardKeys:
    """From rows of `entry` (of the roll, or "reserve-1"), `public_key`, and `sealed` where there is one.

    Raises FieldRefusal as `checked` does, for an entry that is none, and for nothing at all.
    """
    voters: dict[UUID, str] = {}
    reserve: dict[int, str] = {}
    sealed: dict[UUID, str] = {}
    for row in rows:
        entry, public_key = str(row.get("entry")), str(row.get("public_key"))
        try:
            if entry.startswith(RESERVE_PREFIX):
                reserve[int(entry.removeprefix(RESERVE_PREFIX))] = public_key
                continue
            voters[UUID(entry)] = public_key
        except ValueError as error:
            raise FieldRefusal("file", _("A card is for nobody on the roll.")) from error
        if row.get("sealed"):
            sealed[UUID(entry)] = str(row["sealed"])
    if not voters and not reserve:
        raise FieldRefusal("file", _("There is no key in it."))
    return checked(group, voters, reserve, sealed)


def checked(
    group: Group,
    voters: Mapping[UUID, str],
    reserve: Mapping[int, str] | None = None,
    sealed: Mapping[UUID, str] | None = None,
) -> CardKeys:
    """Raises FieldRefusal: an element that is none, a key twice, a sealed code that is none."""
    seen: set[str] = set()
    for public_key in chain(voters.values(), (reserve or {}).values()):
        try:
            group.parse(public_key)
        except ProtocolError as error:
            raise FieldRefusal("file", _("A public key is not valid.")) from error
        if public_key in seen:
            raise FieldRefusal("file", _("Two cards have the same key."))
        seen.add(public_key)
    for text in (sealed or {}).values():
        _require_sealed(text)
    return CardKeys(group.name, voters, reserve or {}, sealed or {})


def _require_sealed(text: str) -> None:
    try:
        if len(text) <= LONGEST_SEALED and len(sealing.decode(text)) > sealing.POINT_BYTES:
            return
    except sealing.SealingError:
        pass
    raise FieldRefusal("file", _("A sealed code is not valid."))
