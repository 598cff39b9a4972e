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

HERE = Path(__file__).parent
TRANSLATIONS = HERE.parent.parent / "translations"
FONTS = typst.Fonts(include_system_fonts=False)


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The texts of a card in one language."""

    language: str
    title: str
    steps: str
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
STEPS = _(
    "1. Open the address above. 2. Type your IIN and this code. 3. Choose, check, cast. The code is secret: give it to "
    "nobody, take no photo. Report a lost card at the akimat at once."
)

FOLD = _("Fold here. After voting opens, look at the address below whether this card's key has voted:")


def card_texts(language: str) -> CardTexts:
    """The words of a card in `language` (kk or ru), whatever language the page around it has."""
    catalogue = Translations.load(TRANSLATIONS, [language])
    return CardTexts(language, catalogue.gettext(TITLE), catalogue.gettext(STEPS), catalogue.gettext(FOLD))


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
