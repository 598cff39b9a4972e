"""The words of the one saved file that makes voter cards: Kazakh and Russian beside each other."""

from babel.support import Translations

from pb.documents.service.card import TRANSLATIONS


def _marked(message: str) -> str:
    return message


_ = _marked
LABELS = {
    "name": _("Asar"),
    "heading": _("Make voter cards without a network"),
    "how": _(
        "Compare the SHA-256 of this file with the one of the release. Take the computer off the network before you "
        "begin, and connect a printer."
    ),
    "elsewhere": _("This page needs JavaScript and a browser made after 2020. The offline program does the same."),
    "roll": _("List for the offline program"),
    "election": _("Identifier of the poll"),
    "address": _("Address of the voting page"),
    "group": _("Group"),
    "codes-key": _("Public key of the code-releasing process, if there is one"),
    "earlier": _("The maker's file of the cards that exist"),
    "without": _("Numbers of withdrawn cards that are not made again"),
    "make": _("Make the cards"),
    "problem": _("There is a problem"),
    "progress": _("Progress"),
    "ready": _("The cards are ready and exist on this page only. Do these steps before you close it."),
    "uuid-label": _("Identifier of the poll"),
    "count-label": _("Cards of the roll and cards in reserve"),
    "list-label": _("Fingerprint of the list"),
    "numbers-label": _("Fingerprint of the numbers"),
    "maker-label": _("Key of the maker"),
    "passphrase-label": _("Passphrase, shown once: write it down on paper, apart from the file."),
    "save": _("Save the maker's files"),
    "print-cards": _("Print the cards"),
    "print-sheet": _("Print the sheet"),
}
STEPS = (
    _("Print the cards and check the paper: each card must be there and readable."),
    _("Print the sheet with the fingerprints. Registrar, chair and secretary sign it at the drawing of the lot."),
    _("Write the passphrase down, save the files, and see that the browser saved each of them."),
    _("Take public-keys.csv and statement.json to the page of the cards on the platform and hand them in there."),
    _(
        "Keep maker.json and maker-key.json. After the opening you confirm the published list with them. This page "
        "cannot do that, the offline program does: pb cards confirm archive.bel maker.json --key maker-key.json --out "
        "confirmation.json"
    ),
)
MESSAGES = {
    "served": _(
        "This page came from a server: nobody can tell what it does. Save the file on this computer, compare its "
        "SHA-256 with the one of the release, and open the saved file. No cards were made."
    ),
    "roll": _("Choose the list for the offline program: each line has entry, number, name and settlement."),
    "election": _("Write the poll's identifier and the whole address of the voting page, with https:// before it."),
    "earlier": _("Choose the maker's file of the cards that exist: the list is stated as a whole."),
    "failure": _("Something went wrong in this browser. No code was sent. Try again, or use the offline program."),
    "encoding": _("This file is not UTF-8: choose it as the platform gave it."),
    "quote": _("A quote is opened and not closed on the same line. Close it or take it out."),
    "columns": _("In this line a column is empty or one too many."),
    "number": _('In this line the number is none: 1 to 9 digits, for a card of the reserve with "R" before them.'),
    "entry": _("In this line the entry is none of the platform's roll, or its number is another card's."),
    "twice": _("This line has the number or the entry of an earlier line."),
    "lookup": _("In this line the look-up is none: it has 64 digits and letters from a to f."),
    "without": _("No earlier card has this number."),
}


class SavedPage:
    """`labels` and `steps` are pairs of Kazakh and Russian, `messages` both joined by a slash."""

    def __init__(self) -> None:
        self._catalogues = [Translations.load(TRANSLATIONS, [language]) for language in ("kk", "ru")]
        self.labels = {name: self._both(text) for name, text in LABELS.items()}
        self.steps = [self._both(text) for text in STEPS]
        self.messages = {name: " / ".join(self._both(text)) for name, text in MESSAGES.items()}

    def _both(self, text: str) -> tuple[str, ...]:
        return tuple(catalogue.gettext(text) for catalogue in self._catalogues)
