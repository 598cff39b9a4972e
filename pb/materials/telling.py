"""Who follows a meeting, or the okrug, hears of its papers."""

from flask import url_for
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.gatherings.models import Gathering
from pb.materials.models import Material
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells

PUBLISHED = lazy_gettext("A paper was published: read it before the meeting.")


def _followers(act: Act, event: AuditEvent) -> Concerned:
    row = act.session.get_one(Material, event.subject_id)
    of = Subject(Followed.OKRUG, act.territory.id), Subject(Followed.MEETING, row.gathering_id)
    return Concerned(followed=frozenset(of))


def _published(act: Act, event: AuditEvent) -> Words:
    gathering = act.session.get_one(Gathering, act.session.get_one(Material, event.subject_id).gathering_id)
    url = url_for("gatherings.show", gathering_id=gathering.id)
    return Words(gathering.named, str(PUBLISHED), url)


tells("gathering.paper_published", Teller(Topic.MEETING, (PUBLISHED,), _followers, _published))
