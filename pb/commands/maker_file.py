"""The maker's file as somebody names it on a command line: what it is not, is said."""

from pathlib import Path
from typing import Any

from pb.core.belenios.canonical import Check, ProtocolError, parse_json
from pb.core.belenios.messages import LARGE
from pb.core.findings import Finding
from pb.core.poll.card_list import KIND, CardList

# By a member that no other of our files has; a confirmation holds what a statement does, so it stands before it.
OTHERS = {
    "numbers_compared": Finding("a signed confirmation (confirmation.json)"),
    "count": Finding("a statement of the list, as it is handed in (statement.json)"),
    "public_key": Finding("a key file"),
    "tracker": Finding("a receipt"),
}
FIRST_BYTES = {
    b"BELENIOS\0": Finding("an archive (.bel)"),
    b"%PDF-": Finding("a PDF for printing"),
    b"entry,public_key": Finding("the list of public keys (public-keys.csv)"),
}


def read(path: Path) -> CardList:
    """The maker's file. Raises ProtocolError, whose message says what was expected and what this is; OSError."""
    data = path.read_bytes()
    try:
        value = parse_json(data, limit=LARGE)
    except ProtocolError as error:
        raise _another(path, _kind_of_bytes(data)) from error
    if not isinstance(value, dict) or value.get("kind") != KIND:
        raise _another(path, _kind_of_members(value if isinstance(value, dict) else {}))
    return CardList.parse(data)


def _another(path: Path, kind: Finding | None) -> ProtocolError:
    if kind is None:
        return ProtocolError(
            Check.CARDS,
            "%(file)s is not a maker's file: give the maker's file, maker.json, which `pb cards` or the saved page "
            "wrote and its maker kept.",
            file=f"{path}",
        )
    return ProtocolError(
        Check.CARDS,
        "%(file)s is %(kind)s: give the maker's file, maker.json, which `pb cards` or the saved page wrote and its "
        "maker kept.",
        file=f"{path}",
        kind=kind,
    )


def _kind_of_members(members: dict[str, Any]) -> Finding | None:
    return next((kind for member, kind in OTHERS.items() if member in members), None)


def _kind_of_bytes(data: bytes) -> Finding | None:
    return next((kind for start, kind in FIRST_BYTES.items() if data.startswith(start)), None)
