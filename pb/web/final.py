"""What cannot be undone is asked for once more: what will happen, that nobody takes it back, and the deed by its verb.

The table of these deeds is in docs/architecture.md.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from flask import g, request
from flask_babel import LazyString

from pb.web import places, sent
from pb.web.form_pages import page_of_the_form
from pb.web.requests import page

CONFIRMED = "confirmed"
BACK = "back"
NOT_TYPED = sent.NO_CONTENT | {CONFIRMED, BACK}
Text: TypeAlias = str | LazyString


def ask_first(
    title: Text,
    told: Sequence[Text],
    verb: Text,
    *,
    facts: Sequence[tuple[Text, Text]] = (),
    undone: Text | None = None,
    filled: Callable[[], str] | None = None,
) -> str | None:
    """The page that asks, which sends the same form again; None where its reader has pressed the deed there.

    `facts` are what is to be looked at. `undone`: how the deed can be undone after all, which then is no red one.
    `filled`: the page of the form with what was typed, to which "No" leads; without it "No" is a link, for forms into
    which nobody types.

    A view calls it when whatever may be wrong with the form is told already.
    """
    if CONFIRMED in request.form and BACK not in request.form:
        return None
    shown_again()
    if BACK in request.form and filled is not None:
        return filled()
    return page(
        "confirm.html",
        title=title,
        told=told,
        facts=facts,
        undone=undone,
        verb=verb,
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED],
        filled=filled is not None,
        before=page_of_the_form() or places.page_above(),
    )


def shown_again() -> None:
    """The answer shows a form that is still to be sent: in the browser's history it has the address of its page."""
    sent.not_taken()
    g.form_shown_again = True
