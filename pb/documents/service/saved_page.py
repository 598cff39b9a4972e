"""The words of the one saved file that makes voter cards: Kazakh and Russian beside each other."""

from babel.support import Translations

from pb.documents.service.card import FOLD, STEPS, TITLE, TRANSLATIONS


def _marked(message: str) -> str:
    return message


_ = _marked
LABELS = {
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
    "after": _(
        "Print the cards, save the files, copy these lines to the signed sheet. Hand in public-keys.csv and "
        "statement.json; keep maker.json and maker-key.json."
    ),
    "uuid-label": _("Identifier of the poll"),
    "count-label": _("Cards of the roll and cards in reserve"),
    "list-label": _("Fingerprint of the list"),
    "numbers-label": _("Fingerprint of the numbers"),
    "maker-label": _("Key of the maker"),
    "passphrase-label": _("Passphrase, shown once: write it down on paper, apart from the file."),
    "save": _("Save the maker's files"),
    "print": _("Print"),
}
ROLL_WRONG = _("Choose the list for the offline program: each line has entry, number, name and settlement.")
FAULTS = {
    "encoding": _("This file is not UTF-8: choose it as the platform gave it."),
    "columns": _("In this line a column is empty or one too many."),
    "number": _('In this line the number is none: 1 to 9 digits, for a card of the reserve with "R" before them.'),
    "entry": _("In this line the entry is none of the platform's roll, or its number is another card's."),
    "twice": _("This line has the number or the entry of an earlier line."),
    "lookup": _("In this line the look-up is none: it has 64 digits and letters from a to f."),
    "without": _("No earlier card has this number."),
}
ELECTION_WRONG = _("Write the poll's identifier and the whole address of the voting page, with https:// before it.")
EARLIER_WRONG = _("Choose the maker's file of the cards that exist: the list is stated as a whole.")
FAILURE = _("Something went wrong in this browser. No code was sent. Try again, or use the offline program.")


class SavedPage:
    """Each text as Kazakh and Russian joined by a slash."""

    def __init__(self) -> None:
        self._catalogues = [Translations.load(TRANSLATIONS, [language]) for language in ("kk", "ru")]
        self.labels = {name: self._both(text) for name, text in LABELS.items()}
        self.faults = {name: self._both(text) for name, text in FAULTS.items()}
        self.title, self.steps, self.fold = self._both(TITLE), self._both(STEPS), self._both(FOLD)
        self.roll_wrong, self.election_wrong = self._both(ROLL_WRONG), self._both(ELECTION_WRONG)
        self.earlier_wrong, self.failure = self._both(EARLIER_WRONG), self._both(FAILURE)

    def _both(self, text: str) -> str:
        return " / ".join(catalogue.gettext(text) for catalogue in self._catalogues)
