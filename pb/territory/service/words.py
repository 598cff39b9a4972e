"""The right word for what a place is: whole sentences by its kind, since neither language glues endings to a name.

Where a sentence is about people and not about the place, it says "local" and needs no kind.
"""

from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext

from pb.core.places.kinds import Kind


class Words(NamedTuple):
    """One text for each kind of place that has a budget of its own, and one for any other; some for raion and city."""

    okrug: LazyString
    village: LazyString
    kent: LazyString
    town: LazyString
    other: LazyString
    raion: LazyString | None = None
    city: LazyString | None = None


WORDS: dict[str, Words] = {
    "kind": Words(
        lazy_gettext("Rural okrug"),
        lazy_gettext("Village"),
        lazy_gettext("Settlement (kent)"),
        lazy_gettext("Town"),
        lazy_gettext("Territory"),
        lazy_gettext("Raion"),
        lazy_gettext("City"),
    ),
    "settings": Words(
        lazy_gettext("Settings of the okrug"),
        lazy_gettext("Settings of the village"),
        lazy_gettext("Settings of the settlement (kent)"),
        lazy_gettext("Settings of the town"),
        lazy_gettext("Settings of the territory"),
        lazy_gettext("Settings of the raion"),
        lazy_gettext("Settings of the city"),
    ),
    "budget": Words(
        lazy_gettext("Budget of the okrug"),
        lazy_gettext("Budget of the village"),
        lazy_gettext("Budget of the settlement (kent)"),
        lazy_gettext("Budget of the town"),
        lazy_gettext("Local budget"),
    ),
    "project_lines": Words(
        lazy_gettext("Project lines of the budget of the okrug for %(year)s"),
        lazy_gettext("Project lines of the budget of the village for %(year)s"),
        lazy_gettext("Project lines of the budget of the settlement (kent) for %(year)s"),
        lazy_gettext("Project lines of the budget of the town for %(year)s"),
        lazy_gettext("Project lines of the local budget for %(year)s"),
    ),
    "spends_on": Words(
        lazy_gettext("We decide together what the okrug spends on"),
        lazy_gettext("We decide together what the village spends on"),
        lazy_gettext("We decide together what the settlement (kent) spends on"),
        lazy_gettext("We decide together what the town spends on"),
        lazy_gettext("We decide together what the local budget is spent on"),
    ),
    "asked_of": Words(
        lazy_gettext("What residents ask the okrug to do with %(sum)s of the %(year)s budget."),
        lazy_gettext("What residents ask the village to do with %(sum)s of the %(year)s budget."),
        lazy_gettext("What residents ask the settlement (kent) to do with %(sum)s of the %(year)s budget."),
        lazy_gettext("What residents ask the town to do with %(sum)s of the %(year)s budget."),
        lazy_gettext("What residents ask for, with %(sum)s of the %(year)s budget."),
    ),
}


def word(kind: str, name: str, **values: object) -> str:
    """A text of WORDS for a kind of place, in the present language. Raises KeyError (no such text)."""
    words = WORDS[name]
    text: LazyString = (getattr(words, kind) if kind in OF_ITS_OWN else None) or words.other
    return str(text) % values if values else str(text)


OF_ITS_OWN = frozenset({Kind.OKRUG, Kind.VILLAGE, Kind.KENT, Kind.TOWN, Kind.RAION, Kind.CITY})
