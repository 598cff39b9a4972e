"""Every notice with invented values, for who looks how it reads and how many SMS it takes."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _

from pb.clock import ALMATY
from pb.formats import day, moment, named
from pb.notices.models import Topic
from pb.notices.service import telling, wording
from pb.notices.service.telling import Teller, Words

WHEN = datetime(2027, 5, 31, 18, 0, tzinfo=ALMATY)


class Sample(NamedTuple):
    """A notice as a mail (subject and lines) and as an SMS."""

    subject: str
    lines: list[str]
    text: str


def of_all() -> list[tuple[Teller, LazyString]]:
    """Every sentence that people may be told, with what was registered of it."""
    found = telling.all_tellers()
    return [(found[action], sentence) for action in sorted(found) for sentence in found[action].sentences]


def sample(sentence: LazyString, base_url: str, home: str, *, asks: bool = False) -> Sample:
    """The sentence in a notice, in the language of now; `home` is the path of an okrug."""
    what = str(sentence) % {"moment": moment(WHEN), "phase": _("Vote")}
    url = f"{home}/2027/proposals/14"
    words = Words(named(14, _("Street lighting in Abai street")), what, url, following=_("Residents vote."))
    if asks:
        until = _("Answer it. Last day: %(date)s", date=day(WHEN))
        words = replace(words, question=_("How many lamps, and where?"), own=until).to(Topic.OWN)
    return Sample(wording.subject(words), wording.lines(words, base_url), wording.text_message([words], base_url))
