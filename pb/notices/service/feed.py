"""The Atom feed of an okrug (RFC 4287): what anybody who follows it would be told, the latest first.

Made with the standard library alone: what is written is ours, and nothing is ever read.
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from flask_babel import gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import language
from pb.notices.models import Topic
from pb.notices.service import telling, wording

MOST = 30
LOOKED_AT = 60  # events, of which a few concern nobody: the first of two who confirm, news that was withdrawn
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
"""A day before all feeds, so that each keeps its name."""
NAMESPACE = "http://www.w3.org/2005/Atom"


def of_place(act: Act, base_url: str, address: str, page: str) -> bytes:
    """The feed in the language of now; `address` is its own path, `page` that of the okrug."""
    told = _told(act)
    place = act.territory.name(language())
    feed = Element("feed", {"xmlns": NAMESPACE, "xml:lang": language()})
    _text(feed, "title", _("Asar: %(place)s", place=place))
    _text(feed, "id", _tag(base_url, act, "feed", BEGUN))
    _text(feed, "updated", _instant(told[0].at if told else act.at))
    SubElement(feed, "link", {"rel": "self", "href": f"{base_url}{address}", "type": "application/atom+xml"})
    SubElement(feed, "link", {"rel": "alternate", "href": f"{base_url}{page}", "type": "text/html"})
    _text(SubElement(feed, "author"), "name", place)
    for event in told:
        _entry(feed, act, event, base_url)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(feed, encoding="utf-8"))


def _told(act: Act) -> list[AuditEvent]:
    public_actions = [action for action, teller in telling.all_tellers().items() if teller.topic != Topic.OWN]
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.action.in_(public_actions))
    latest = act.session.scalars(query.order_by(AuditEvent.position.desc()).limit(LOOKED_AT))
    public = (event for event in latest if telling.teller(event.action).concerned(act, event).followed)
    return [event for event, _number in zip(public, range(MOST), strict=False)]


def _entry(feed: Element, act: Act, event: AuditEvent, base_url: str) -> None:
    words = wording.of_event(act, event)
    entry = SubElement(feed, "entry")
    _text(entry, "title", f"{words.thing}: {words.what}")
    if another := wording.another(words):  # what is someone's own is the greater part of it
        entry[-1].set("xml:lang", another)
    _text(entry, "id", _tag(base_url, act, str(event.position), event.at))
    _text(entry, "updated", _instant(event.at))
    SubElement(entry, "link", {"rel": "alternate", "href": f"{base_url}{words.url}", "type": "text/html"})
    _text(entry, "summary", " ".join(part for part in (words.what, wording.said(words)) if part))
    if words.text:
        _text(entry, "content", words.text)
        entry[-1].set("xml:lang", words.tongue or language())


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _tag(base_url: str, act: Act, what: str, day: datetime) -> str:
    """A name that stays the same whatever the address becomes (RFC 4151)."""
    return f"tag:{urlsplit(base_url).hostname},{day.astimezone(UTC):%Y-%m-%d}:{act.territory.kato}/{what}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
