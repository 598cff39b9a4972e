"""What cannot be undone is asked for once more: what will happen, that nobody takes it back, and the deed by its verb.

The table of these deeds is in docs/architecture.md.
"""

from collections.abc import Sequence
from typing import TypeAlias

from flask import request
from flask_babel import LazyString

from pb.web import places, sent
from pb.web.form_pages import page_of_the_form
from pb.web.requests import page

CONFIRMED = "confirmed"
Text: TypeAlias = str | LazyString


def ask_first(
    title: Text,
    told: Sequence[Text],
    verb: Text,
    *,
    facts: Sequence[tuple[Text, Text]] = (),
    undone: Text | None = None,
) -> str | None:
    """The page that asks, which sends the same form again; None where its reader has pressed there.

    `facts` are what is to be looked at. `undone`: how the deed can be undone after all, which then is no red one.

    A view calls it when whatever may be wrong with the form is told already.
    """
    if CONFIRMED in request.form:
        return None
    sent.not_taken()
    return page(
        "confirm.html",
        title=title,
        told=told,
        facts=facts,
        undone=undone,
        asks=True,
        verb=verb,
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in sent.NO_CONTENT],
        before=page_of_the_form() or places.page_above(),
    )
