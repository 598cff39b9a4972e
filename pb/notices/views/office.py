"""For the office: what people are told, in every language, and what of it was sent; counts, and never of whom."""

from typing import NamedTuple

from flask_babel import gettext as _

from pb.act import Role
from pb.core import sms
from pb.formats import LANGUAGES
from pb.notices.models import CHANNEL_LABELS, TOPIC_LABELS, Channel
from pb.notices.service import previewing, tallies
from pb.notices.service.carriers import speaking
from pb.notices.views.blueprint import blueprint
from pb.territory.service import addresses
from pb.web.access import access, allow
from pb.web.requests import current_act, page, settings


class Sample(NamedTuple):
    """One notice in one language; `length` is that of its SMS."""

    tongue: str
    subject: str
    lines: list[str]
    text: str
    length: sms.Length


@blueprint.get("/<okrug:okrug>/notices")
@access(allow(Role.OFFICE, Role.AKIM, Role.ADMINISTRATOR, Role.AUDITOR))
def overview() -> str:
    act = current_act()
    found = previewing.of_all()
    shown: list[tuple[str, list[Sample]]] = []
    for teller, words in found:
        samples = []
        for tongue in LANGUAGES:
            with speaking(tongue):
                one = previewing.sample(words, settings().base_url, addresses.path(act), asks=teller.asks)
            samples.append(Sample(tongue, one.subject, one.lines, one.text, sms.length(one.text)))
        shown.append((str(TOPIC_LABELS[teller.topic]), samples))
    return page(
        "notices/office.html",
        tallies=[(str(CHANNEL_LABELS[Channel(channel)]), row) for channel, row in tallies.of_place(act).items()],
        troubles=tallies.troubles(act),
        shown=shown,
        nothing=_("Nothing was sent yet."),
    )
