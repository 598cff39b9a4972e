"""The classification as a table that people take and send back."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from flask_babel import gettext as _

from pb.classification.service import reading
from pb.classification.service.entries import Entry
from pb.tables import Sheet

YES_AND_NO: Final = {"kk": ("иә", "жоқ"), "ru": ("да", "нет"), "en": ("yes", "no")}


def sheet(entries: Iterable[Entry], language: str) -> Sheet:
    """The entries with a heading in this language: a file that `reading` reads as it was."""
    yes, no = YES_AND_NO[language]
    rows = [
        [
            entry.code,
            entry.name_kk,
            entry.name_ru,
            _day(entry.valid_from),
            _day(entry.valid_to),
            yes if entry.offered else no,
            yes if entry.checked else no,
            str(entry.told_source),
        ]
        for entry in entries
    ]
    return Sheet(_("Budget classification"), list(reading.columns(language)), [list(row) for row in rows])


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
