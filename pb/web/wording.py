"""Titles and other content that stands in two languages, as a page shows it to its reader."""

from typing import Protocol

from markupsafe import Markup, escape

from pb.core.poll.bilingual import Said
from pb.formats import language


class Called(Protocol):
    """What has a title in two languages: a proposal, a project of a poll or of its result."""

    def called(self, language: str) -> Said: ...


def said(what: Said) -> Markup:
    """The text, marked where it is in another language than the page: screen readers read it out as it is written."""
    if what.language == language():
        return escape(what.text)
    return Markup('<span lang="{}">{}</span>').format(what.language, what.text)


def said_in(text: str, tongue: str) -> Markup:
    """What somebody wrote in a language, in which it stays."""
    return said(Said(text, tongue))


def called(what: Called) -> Markup:
    return said(what.called(language()))


def title_of(what: Called) -> str:
    """The title where nothing can be marked: in a heading of a window, in the name of a button."""
    return what.called(language()).text
