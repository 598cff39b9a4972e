"""The maker's file as somebody names it on a command line: what it is not, is said."""

from pathlib import Path
from typing import Any

from pb.core.belenios.canonical import Check, ProtocolError, parse_json
from pb.core.belenios.messages import LARGE
from pb.core.poll.card_list import KIND, CardList

EXPECTED = "give the maker's file, maker.json, which `pb cards` or the saved page wrote and its maker kept"
# By a member that no other of our files has; a confirmation holds what a statement does, so it stands before it.
OTHERS = {
    "numbers_compared": "a signed confirmation (confirmation.json)",
    "count": "a statement of the list, as it is handed in (statement.json)",
    "public_key": "a key file",
    "tracker": "a receipt",
}
FIRST_BYTES = {
    b"BELENIOS\0": "an archive (.bel)",
    b"%PDF-": "a PDF for printing",
    b"entry,public_key": "the list of public keys (public-keys.csv)",
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


def _another(path: Path, kind: str | None) -> ProtocolError:
    what = f"is {kind}" if kind else "is not a maker's file"
    return ProtocolError(Check.CARDS, f"{path} {what}: {EXPECTED}.")


def _kind_of_members(members: dict[str, Any]) -> str | None:
    return next((kind for member, kind in OTHERS.items() if member in members), None)


def _kind_of_bytes(data: bytes) -> str | None:
    return next((kind for start, kind in FIRST_BYTES.items() if data.startswith(start)), None)
