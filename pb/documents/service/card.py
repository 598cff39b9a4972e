"""Voter cards on paper: their words in both languages, the QR code of the address, and the PDF of `pb cards`.

A card holds a secret, in letters and, where `pb cards` prints it, as a second QR code that the voting page reads with
the camera. Nothing here writes a file, and the QR code of the address holds the address alone.
"""

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import segno
import typst
from babel.support import Translations
from markupsafe import Markup

HERE = Path(__file__).parent
TRANSLATIONS = HERE.parent.parent / "translations"
FONTS = typst.Fonts(include_system_fonts=False)


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The texts of a card in one language; `steps` stand below `PICTURES`."""

    language: str
    title: str
    steps: tuple[str, ...]
    secret: str
    fold: str


@dataclass(frozen=True, slots=True)
class Card:
    """One voter's card; `code` in groups of four, `key` the fingerprint of its public key."""

    number: str
    name: str
    settlement: str
    code: str
    key: str = ""


def _marked(message: str) -> str:
    """Marks a text for the catalogues; which language it is read in is decided when a card is made."""
    return message


_ = _marked
TITLE = _("Voter card")
STEPS = (_("Open the address"), _("Type IIN and code"), _("Choose and cast"))
SECRET = _("The code is secret: give it to nobody, take no photo. Report a lost card at the akimat at once.")
FOLD = _("Fold here. Look at the address below whether this card has voted:")


def _drawn(lines: str) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="#000" '
        'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path d="{}"/></svg>'
    ).format(lines)


# A phone that shows an address; a form with a pencil; a ballot that falls into the box.
PICTURES = (
    _drawn("M7 2h10v20H7zM11 19.5h2M9.5 5h5v3h-5zM10 11.5h4M10 14.5h2.5"),
    _drawn("M13 17H3V6h18v4M6 9.5h6M6 13h4M14 20l.6-2.8L20 11.8l2 2-5.4 5.4z"),
    _drawn("M4 12h16v9H4zM8 12V3h8v9M10.3 7.3l1.3 1.3 2.2-2.4M9 15h6"),
)


def card_texts(language: str) -> CardTexts:
    """The words of a card in `language` (kk or ru), whatever language the page around it has."""
    catalogue = Translations.load(TRANSLATIONS, [language])
    steps = tuple(catalogue.gettext(step) for step in STEPS)
    return CardTexts(language, catalogue.gettext(TITLE), steps, catalogue.gettext(SECRET), catalogue.gettext(FOLD))


def keys_address(address: str) -> str:
    """Where a card's holder looks its key up: beside the voting page, whose address stands on the card."""
    return f"{address.rpartition('/')[0]}/keys"


def address_svg(address: str) -> str:
    """The address as a QR code: an SVG element."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return out.getvalue().decode()


def code_svg(code: str) -> str:
    """A code as it is printed, as a QR code of its own: an SVG element. It holds the code and nothing else."""
    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return out.getvalue().decode()


def render_cards(cards: list[Card], address: str, languages: tuple[str, ...] = ("kk", "ru")) -> bytes:
    """A PDF with four cards on each sheet of A4, to be cut. Raises typst.TypstError if the template is wrong."""
    data = {
        "address": address,
        "keys_address": keys_address(address),
        "qr": address_svg(address),
        "pictures": PICTURES,
        "texts": [asdict(card_texts(language)) for language in languages],
        "cards": [{**asdict(card), "qr": code_svg(card.code)} for card in cards],
    }
    return bytes(
        typst.compile(
            HERE / "card.typ",
            root=HERE,
            font_paths=FONTS,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )
