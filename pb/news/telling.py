"""Whoever follows a place is told of its news."""

from flask import url_for
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import language
from pb.news.models import News
from pb.notices.models import Kind, Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells
from pb.territory.service import tree

PUBLISHED = lazy_gettext("News of the akim's office.")
WITHDRAWN = lazy_gettext("This piece of news was withdrawn.")


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    """What was withdrawn by now is told to nobody."""
    item = act.session.get_one(News, event.subject_id)
    followed = frozenset({Subject(Kind.OKRUG, act.territory.id)})
    return Concerned(followed=followed if item.withdrawn_at is None else frozenset())


def _words(act: Act, event: AuditEvent) -> Words:
    item = act.session.get_one(News, event.subject_id)
    if item.withdrawn_at is not None:
        return Words("", str(WITHDRAWN), url_for("news.list_all", okrug=_slug(act)))
    url = url_for("news.show", news_id=item.id, okrug=_slug(act))
    tongue = "kk" if language() == "kk" else "ru"
    return Words(item.title(tongue), str(PUBLISHED), url, text=item.text(tongue), tongue=tongue)


def _slug(act: Act) -> str:
    found: str = tree.slug_of(act.session, act.territory.id) or ""
    return found


tells("news.published", Teller(Topic.NEWS, (PUBLISHED,), _concerned, _words))
