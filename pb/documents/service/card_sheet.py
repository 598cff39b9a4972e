"""The sheet of the cards' maker: what chair and secretary compare with the minutes, as a PDF and on a page to print."""

import json
from dataclasses import dataclass
from datetime import date

import typst
from babel.dates import get_month_names
from babel.support import Translations

from pb.core.poll.card_list import Made, MakerStatement
from pb.documents.service.card import FONTS, HERE, TRANSLATIONS
from pb.formats import LOCALES, day
from pb.text import in_fours


def _marked(message: str) -> str:
    return message


_ = _marked
TITLE = _("Sheet of the maker of the cards")
NOTE = _(
    "Chair and secretary compare these lines with the minutes of the keys and of the draw before they confirm them."
)
LABELS = {
    "poll": _("Identifier of the poll"),
    "count": _("Cards with the reserve"),
    "counts": _("Cards of the roll and cards in reserve"),
    "list": _("Fingerprint of the list"),
    "numbers": _("Fingerprint of the numbers"),
    "key": _("Key of the maker"),
    "certificate_key": _("SHA-256 of the key of the maker's certificate"),
    "certificate": _("SHA-256 of the maker's certificate"),
    "made": _("How the cards were made"),
    "date": _("Date"),
}
SIGNERS = (_("Registrar"), _("Chair of the assembly"), _("Secretary of the assembly"))
HOW_MADE = {
    Made.PROGRAM: _("Made with the offline program"),
    Made.SAVED_FILE: _("Made with the saved file, without a network"),
    Made.PLATFORM_PAGE: _("Made on a page of the platform: this proves less"),
}


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """The words of the sheet in one language: labels by the names of the lines, ways of making by their values."""

    language: str
    title: str
    labels: dict[str, str]
    how_made: dict[str, str]
    note: str
    signers: tuple[str, ...]
    months: tuple[str, ...]
    date: str  # as dates are written: {day}, {month} and {year} are filled in where the sheet is printed


def sheet_texts(language: str) -> SheetTexts:
    """The words of the sheet in `language` (kk or ru), whatever language the page around it has."""
    words = Translations.load(TRANSLATIONS, [language]).gettext
    months = tuple(get_month_names("wide", locale=LOCALES[language]).values())
    example = day(date(2222, 1, 11), language)
    return SheetTexts(
        language,
        words(TITLE),
        {name: words(label) for name, label in LABELS.items()},
        {made.value: words(how) for made, how in HOW_MADE.items()},
        words(NOTE),
        tuple(words(signer) for signer in SIGNERS),
        months,
        example.replace("2222", "{year}").replace("11", "{day}").replace(months[0], "{month}"),
    )


def render_sheet(poll: str, statement: MakerStatement, made: date, languages: tuple[str, ...] = ("kk", "ru")) -> bytes:
    """One page of A4 with the fingerprints and places to sign; `made` is the day on it."""
    values = {
        "poll": poll,
        "count": str(statement.count),
        "counts": f"{statement.count - statement.reserve} + {statement.reserve}",
        "list": in_fours(statement.list),
        "numbers": in_fours(statement.numbers),
        "certificate_key" if statement.certificate else "key": in_fours(statement.shown_key),
        "certificate": in_fours(statement.certificate),
    }
    parts = []
    for language in languages:
        words = sheet_texts(language)
        shown = values | {"made": words.how_made[statement.made.value], "date": day(made, language)}
        rows = [[label, shown[name]] for name, label in words.labels.items() if shown.get(name)]
        part = {"language": language, "title": words.title, "rows": rows, "note": words.note}
        parts.append(part | {"signatures": words.signers})
    return bytes(
        typst.compile(
            HERE / "card_sheet.typ",
            root=HERE,
            font_paths=FONTS,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps({"parts": parts}, ensure_ascii=False)},
        )
    )
