"""A notice in words: for the page, as a mail, as an SMS that is short enough for two parts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import current_app
from flask_babel import gettext as _

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.core import sms
from pb.formats import LANGUAGES, language, moment
from pb.notices.service import telling
from pb.notices.service.telling import Words
from pb.settings import Settings

MOST_PARTS = 2
LONGEST_SUBJECT = 150


@contextmanager
def addressing(settings: Settings) -> Iterator[None]:
    """Where a job writes addresses: as a page would, with what it looked up of its own and of no job before it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to the application
    with app.app_context(), app.test_request_context(base_url=settings.base_url):
        yield


def of_event(act: Act, event: AuditEvent) -> Words:
    """The words of an event in the language of now, as anybody may read them."""
    return telling.teller(event.action).words(act, event)


def subject(words: Words) -> str:
    """The subject of a mail with one notice."""
    text = " ".join(f"{words.thing}: {words.what}".split())  # a subject is one line
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1].rstrip()}…"


def mail(told: Sequence[Words], base_url: str, place: str, unsubscribe: str) -> str:
    """The text of a mail with one notice or those of a day."""
    parts = ["\n".join(lines(words, base_url)) for words in told]
    foot = [
        place,
        _("What you are told and how, you choose here: %(url)s", url=f"{base_url}/notices/choices"),
        _("No more mail from here: %(url)s", url=unsubscribe),
    ]
    return "\n\n".join([*parts, "-- \n" + "\n".join(foot)]) + "\n"


def lines(words: Words, base_url: str) -> list[str]:
    """One notice of a mail."""
    following = _("What happens next: %(text)s", text=words.following) if words.following else ""
    tongue = _("In this language: %(language)s", language=LANGUAGES[another(words)][1]) if another(words) else ""
    text = f"\n{words.text}\n" if words.text else ""
    told = (words.thing, tongue, words.what, text, said(words), following, f"{base_url}{words.url}")
    return [line for line in told if line]


def another(words: Words) -> str:
    """The language of what people wrote, where it is known and not that of now: pages mark it, and mail says it."""
    return words.tongue if words.tongue != language() else ""


def said(words: Words) -> str:
    """The reason that was given, or the question that was asked."""
    if words.question:
        return str(_("Question: %(text)s", text=words.question))
    return str(_("Reason: %(reason)s", reason=words.why)) if words.why else ""


def text_message(told: Sequence[Words], base_url: str) -> str:
    """An SMS with one notice, or that says how many there are; the name of a thing is cut, nothing else.

    To whom a question is put it says who asks, and until when it is answered.
    """
    if len(told) > 1:
        return str(_("Asar: news for you: %(number)s. %(url)s", number=len(told), url=f"{base_url}/notices"))
    (words,) = told
    if words.question and words.own:
        return _asked(words, base_url)
    return sms.shortened("", words.thing, f": {words.what} {base_url}{words.url}", MOST_PARTS)


def _asked(words: Words, base_url: str) -> str:
    """An SMS with a question: the title gives way before it, down to its number."""
    asks, after = _("The akim's office asks:"), f" {words.own} {base_url}{words.url}"
    number, _blank, title = words.thing.partition(" ")
    whole = sms.shortened(number, f" {title}".rstrip(), f": {asks} {words.question}{after}", MOST_PARTS)
    if sms.length(whole).parts <= MOST_PARTS:
        return whole
    return sms.shortened(f"{number}: {asks} ", words.question, after, MOST_PARTS)


def told_at(event: AuditEvent) -> str:
    """When it happened, for the page."""
    return moment(event.at)
