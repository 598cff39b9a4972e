"""What a proposal says, and what may be wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.core.poll import bilingual
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal
from pb.formats import language
from pb.proposals.models import LONGEST_TITLE, Category
from pb.text import one_line

LONGEST_PLACE, LONGEST_TEXT = 200, 4000


LANGUAGES = ("kk", "ru")
WITHOUT_BAR = _("Write it without the sign “|”: it parts the Kazakh title from the Russian one.")


def of_page() -> str:
    """In which language one writes, as long as one says no other: the page's, if it is one of the two."""
    return language() if language() in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Content:
    """What the author writes; `cost` in tiyn, None while a draft has none."""

    title: str
    problem: str
    solution: str
    settlement: str
    place: str
    category: str
    cost: int | None
    language: str = "kk"
    """In which the author writes: kk or ru."""


def faults(act: Act, cycle: Cycle, content: Content, *, whole: bool) -> Iterator[FieldRefusal]:
    """What is wrong with a draft, or (`whole`) with what is to be submitted; a fault for each field at most."""
    title, place = one_line(content.title), one_line(content.place)
    if not title:
        yield FieldRefusal("title", _("Write what the project is called."))
    # Measured as they are kept: the normal form can be longer than what was typed.
    elif len(title) > LONGEST_TITLE:
        yield FieldRefusal("title", _("Use at most 120 characters."))
    elif bilingual.SIGN in title:
        yield FieldRefusal("title", WITHOUT_BAR)
    if content.language not in LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))
    yield from _text_faults(content, whole=whole)
    if content.settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    if len(place) > LONGEST_PLACE:
        yield FieldRefusal("place", _("Use at most 200 characters."))
    elif whole and not place:
        yield FieldRefusal("place", _("Write where it is: a street, a house, a landmark."))
    if content.category not in ({*Category} if whole else {*Category, ""}):
        yield FieldRefusal("category", _("Choose a category."))
    if whole or content.cost is not None:
        yield from _cost_faults(cycle, content.cost)


def _cost_faults(cycle: Cycle, cost: int | None) -> Iterator[FieldRefusal]:
    if cost is None:
        yield FieldRefusal("cost", _("Write how much it may cost."))
    elif cost > cycle.project_limit:
        yield FieldRefusal("cost", _("The cost is above the limit of this cycle."))
    elif cost <= 0:
        yield FieldRefusal("cost", _("The cost must be more than zero."))


def _text_faults(content: Content, *, whole: bool) -> Iterator[FieldRefusal]:
    needed = {
        "problem": _("Write what is wrong and whom it concerns."),
        "solution": _("Write what should be done."),
    }
    for name, missing in needed.items():
        written = getattr(content, name)
        if len(written) > LONGEST_TEXT:
            yield FieldRefusal(name, _("Use at most 4000 characters."))
        elif whole and not written.strip():
            yield FieldRefusal(name, missing)


def answer_faults(answer: str) -> Iterator[FieldRefusal]:
    """What is wrong with the author's answer to the office's question."""
    if not answer.strip():
        yield FieldRefusal("answer", _("Write your answer to the office's question."))
    elif len(answer) > LONGEST_TEXT:
        yield FieldRefusal("answer", _("Use at most 4000 characters."))
