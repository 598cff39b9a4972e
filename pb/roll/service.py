"""What neighbours need of the roll's room."""

from pb.roll.commitments import commitment, confirm, freeze
from pb.roll.entries import (
    SECOND_PERSONS,
    confirmation,
    count,
    entries,
    find,
    find_in_okrug,
    people_at_work,
    refuse_frozen,
)
from pb.roll.imports import LARGEST_FILE, confirm_import, get_import, read_file

__all__ = [
    "LARGEST_FILE",
    "SECOND_PERSONS",
    "commitment",
    "confirm",
    "confirm_import",
    "confirmation",
    "count",
    "entries",
    "find",
    "find_in_okrug",
    "freeze",
    "get_import",
    "people_at_work",
    "read_file",
    "refuse_frozen",
]
