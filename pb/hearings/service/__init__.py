"""A public hearing on a draft: its papers are published, people say what they think, and each of them is answered."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.gatherings.models import Gathering, State
from pb.gatherings.service import officers
from pb.hearings.models import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_OF_ONE,
    Channel,
    Opinion,
    OpinionAnswer,
    Verdict,
)
from pb.hearings.service import finding
from pb.proposals.service import contents
from pb.text import one_line

ANSWERING: Final = (Role.AKIM, Role.OFFICE)
WITH_MINUTES: Final = frozenset({State.MINUTED, State.CONFIRMED, State.CALLED_OFF})
CHANNELS: Final = (Channel.HALL, Channel.PAPER)


@dataclass(frozen=True, slots=True)
class Words:
    """An opinion or the reason of an answer, in the language in which it was written."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An opinion that was said at the hearing or came on paper: whose it is, how it came, what it says."""

    name: str
    channel: str
    words: Words


def takes_opinions(act: Act, gathering: Gathering) -> bool:
    """Whether people may write on the page: from the first paper of the draft until the end of the hearing's day."""
    return _is_held_still(act, gathering) and finding.has_papers(act, gathering)


def _is_held_still(act: Act, gathering: Gathering) -> bool:
    return gathering.state not in WITH_MINUTES and not finding.is_over(act, gathering)


def give(act: Act, gathering: Gathering, words: Words) -> Opinion:
    """Whoever signed in says what they think. Raises Forbidden, FieldRefusal (`faults_of_words`), Conflict (closed)."""
    person = _person(act)
    act.session.refresh(gathering, with_for_update=True)  # two at once would take one number
    if not _is_held_still(act, gathering):
        raise Conflict(_("Opinions are taken until the end of the day of the hearing."))
    if not finding.has_papers(act, gathering):
        raise Conflict(_("Opinions are taken here once a paper of the draft is published."))
    refuse_all(faults_of_words(words))
    if finding.own(act, gathering) >= MOST_OF_ONE:
        raise FieldRefusal("text", _("You have written %(number)s opinions: nobody writes more.", number=MOST_OF_ONE))
    return _take_down(act, gathering, Opinion(channel=Channel.PAGE, by_id=person), words)


def may_enter(act: Act, gathering: Gathering) -> bool:
    """Whether the actor may enter what was said at the hearing or came on paper: until the minutes are drawn up."""
    recorder = act.holds(Role.OFFICE) or officers.keeps_record(act, gathering)
    return act.person is not None and recorder and gathering.state not in WITH_MINUTES


def enter(act: Act, gathering: Gathering, entry: Entry) -> Opinion:
    """Secretary or office enter it. Raises Forbidden, FieldRefusal (`faults_of_entry`), Conflict (minutes drawn up)."""
    require_entering(act, gathering)
    act.session.refresh(gathering, with_for_update=True)
    require_entering(act, gathering)
    refuse_all(faults_of_entry(entry))
    row = Opinion(channel=entry.channel, name=one_line(entry.name), by_id=_person(act))
    return _take_down(act, gathering, row, entry.words)


def require_entering(act: Act, gathering: Gathering) -> None:
    """Raises Forbidden (neither secretary nor office), Conflict (the minutes are drawn up, or it was called off)."""
    if gathering.state in WITH_MINUTES:
        raise Conflict(_("Opinions are entered until the minutes of the hearing are drawn up."))
    if not may_enter(act, gathering):
        raise Forbidden(_("The secretary of the hearing or the akim's office enters what was said there."))


def may_answer(act: Act, gathering: Gathering) -> bool:
    return act.person is not None and act.holds(*ANSWERING) and finding.stands(act, gathering).state != State.CALLED_OFF


def answer(act: Act, gathering: Gathering, opinion: Opinion, verdict: str, reason: Words) -> OpinionAnswer:
    """The akim or the office answer an opinion, once. Raises Forbidden, FieldRefusal, Conflict (it has its answer)."""
    require_answering(act, gathering, opinion)
    refuse_all(faults_of_answer(verdict, reason))
    data = {"meeting": gathering.number, "opinion": opinion.number, "verdict": verdict}
    audit.record(act, "hearing.opinion_answered", subject=opinion.id, data=data)
    row = OpinionAnswer(
        opinion_id=opinion.id,
        verdict=verdict,
        reason=reason.text.strip(),
        language=reason.language,
        at=act.at,
        by_id=_person(act),
    )
    act.session.add(row)
    act.session.flush()
    return row


def require_answering(act: Act, gathering: Gathering, opinion: Opinion) -> None:
    """Raises Forbidden, Conflict (it has its answer, or the hearing was called off)."""
    if act.person is None or not act.holds(*ANSWERING):
        raise Forbidden(_("The akim or the akim's office answers the opinions of a hearing."))
    if not may_answer(act, gathering) or finding.answer_to(act, opinion) is not None:
        raise Conflict(_("This opinion has its answer already, or the hearing was called off."))


def faults_of_words(words: Words, field: str = "text") -> Iterator[FieldRefusal]:
    """What is wrong with an opinion, or with a reason."""
    if not words.text.strip():
        told = _("Write what you think of the draft.") if field == "text" else _("Write the reason.")
        yield FieldRefusal(field, told)
    elif len(words.text.strip()) > LONGEST_TEXT:
        yield FieldRefusal(field, _("Use at most %(max)d characters.", max=LONGEST_TEXT))
    if words.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def faults_of_entry(entry: Entry) -> Iterator[FieldRefusal]:
    """What `enter` would refuse."""
    if not one_line(entry.name):
        yield FieldRefusal("name", _("Write the name."))
    elif len(one_line(entry.name)) > LONGEST_NAME:
        yield FieldRefusal("name", _("Use at most %(max)d characters.", max=LONGEST_NAME))
    if entry.channel not in CHANNELS:
        yield FieldRefusal("channel", _("Choose how the opinion came."))
    yield from faults_of_words(entry.words)


def faults_of_answer(verdict: str, reason: Words) -> Iterator[FieldRefusal]:
    """What `answer` would refuse."""
    if verdict not in list(Verdict):
        yield FieldRefusal("verdict", _("Choose the answer."))
    yield from faults_of_words(reason, "reason")


def _take_down(act: Act, gathering: Gathering, opinion: Opinion, words: Words) -> Opinion:
    taken = select(func.max(Opinion.number)).where(finding.here(act, gathering))
    opinion.id, opinion.gathering_id, opinion.at = uuid4(), gathering.id, act.at
    opinion.number = (act.session.scalar(taken) or 0) + 1
    opinion.text, opinion.language = words.text.strip(), words.language
    digest = hashlib.sha256(opinion.text.encode()).hexdigest()
    data = {"meeting": gathering.number, "opinion": opinion.number, "channel": opinion.channel, "sha256": digest}
    audit.record(act, "hearing.opinion_given", subject=opinion.id, data=data)
    act.session.add(opinion)
    act.session.flush()
    return opinion


def _person(act: Act) -> UUID:
    if act.person is None:
        raise Forbidden(_("Sign in to say what you think."))
    return act.person.id
