"""Whole names of places in the genitive, as titles of official acts ask for them, from closed tables of endings.

Kazakh: the last word is one of four (`kinds.KAZAKH`), each with one form. Russian: an adjective before «сельский
округ», by its ending. What no table knows has no form here: whoever prints it says it without one.
"""

from typing import Final

KAZAKH: Final = {
    "округі": "округінің",
    "ауылы": "ауылының",
    "кенті": "кентінің",
    "қаласы": "қаласының",
    "ауданы": "ауданының",
}
# Masculine adjectives in «-ский» and the like: hard endings alone, the soft ones are not met in names of okrugs.
RUSSIAN: Final = (("ский", "ского"), ("цкий", "цкого"), ("ный", "ного"), ("вой", "вого"))
RURAL_OKRUG: Final = " сельский округ"


def kazakh(name: str) -> str | None:
    """«Краснояр ауылдық округі» → «Краснояр ауылдық округінің»; None for a last word that is no kind of place."""
    head, _space, last = name.rpartition(" ")
    form = KAZAKH.get(last)
    return f"{head} {form}".strip() if form is not None and head else None


def russian(name: str) -> str | None:
    """«Красноярский сельский округ» → «Красноярского сельского округа»; None for any other form of a name."""
    if not name.endswith(RURAL_OKRUG):
        return None
    adjective = name.removesuffix(RURAL_OKRUG)
    for ending, form in RUSSIAN:
        if adjective.endswith(ending) and " " not in adjective:
            return f"{adjective.removesuffix(ending)}{form} сельского округа"
    return None
