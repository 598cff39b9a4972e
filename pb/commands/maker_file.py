"""The maker's file as somebody names it on a command line: what it is not, is said."""

from pathlib import Path

from pb.core.belenios.canonical import Check, ProtocolError, parse_json
from pb.core.belenios.messages import LARGE
from pb.core.poll.card_list import KIND, CardList

EXPECTED = "give the maker's file, maker.json, which `pb cards` or the saved page wrote and its maker kept"
# By a member that no other of our files has.
OTHERS = {
    "count": "a statement of the list, as it is handed in (statement.json)",
    "public_key": "a key file",
    "signature": "a signed confirmation",
    "tracker": "a receipt",
}


def read(path: Path) -> CardList:
    """The maker's file. Raises ProtocolError, whose message says what was expected and what this is; OSError."""
    data = path.read_bytes()
    try:
        value = parse_json(data, limit=LARGE)
    except ProtocolError as error:
        raise ProtocolError(Check.CARDS, f"{path} is not a maker's file: {EXPECTED}.") from error
    if not isinstance(value, dict) or value.get("kind") != KIND:
        members = value if isinstance(value, dict) else {}
        what = next((f"is {what}" for member, what in OTHERS.items() if member in members), "is not a maker's file")
        raise ProtocolError(Check.CARDS, f"{path} {what}: {EXPECTED}.")
    return CardList.parse(data)
