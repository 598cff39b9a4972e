"""The sheet of the cards' maker as PDF: what chair and secretary compare with the minutes."""

import json

import typst
from babel.support import Translations

from pb.core.poll.card_list import Made, MakerStatement
from pb.documents.service.card import FONTS, HERE, TRANSLATIONS


def _marked(message: str) -> str:
    return message


_ = _marked
TITLE = _("Sheet of the maker of the cards")
NOTE = _(
    "Chair and secretary compare these lines with the minutes of the keys and of the draw before they confirm them."
)
KEY = _("Key of the maker")
KEY_OF_CERTIFICATE = _("SHA-256 of the key of the maker's certificate")
LABELS = (
    _("Identifier of the poll"),
    _("Cards with the reserve"),
    _("Cards of the roll and cards in reserve"),
    _("Fingerprint of the list"),
    _("Fingerprint of the numbers"),
    KEY,
    _("SHA-256 of the maker's certificate"),
    _("How the cards were made"),
    _("Date"),
)
SIGNERS = (_("Registrar"), _("Chair of the assembly"), _("Secretary of the assembly"))
HOW_MADE = {
    Made.PROGRAM: _("Made with the offline program"),
    Made.SAVED_FILE: _("Made with the saved file, without a network"),
    Made.PLATFORM_PAGE: _("Made on a page of the platform: this proves less"),
}


def render_sheet(poll: str, statement: MakerStatement, day: str, languages: tuple[str, ...] = ("kk", "ru")) -> bytes:
    """One page of A4 with the fingerprints and places to sign. `day` as it is to be printed."""
    parts = []
    for language in languages:
        words = Translations.load(TRANSLATIONS, [language]).gettext
        values = (
            poll,
            str(statement.count),
            f"{statement.count - statement.reserve} + {statement.reserve}",
            statement.list,
            statement.numbers,
            statement.shown_key,
            statement.certificate,
            words(HOW_MADE[statement.made]),
            day,
        )
        labels = [KEY_OF_CERTIFICATE if statement.certificate and label == KEY else label for label in LABELS]
        rows = [[words(label), value] for label, value in zip(labels, values, strict=True) if value]
        signatures = [words(signer) for signer in SIGNERS]
        parts.append(
            {"language": language, "title": words(TITLE), "rows": rows, "note": words(NOTE), "signatures": signatures}
        )
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
