"""What residents say of a project that was accepted: one answer each, changed until its term, counted apart.

No event of the log and no page says whose an answer is, and words are read by who answers them alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, exists, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.clock import local
from pb.core import small_cells
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.proposals.models import Proposal
from pb.territory import service as territories
from pb.works.models import FINISHED, Answer, Opinion, Rating, Reply, State, Step
from pb.works.service import NOTHING, WRITING, Words, faults_of_words, require_writing

NOT_SAID: Final = ""
READING: Final = (*WRITING, Role.AKIM, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it is typed: `opinion` or `rating`, or both; `words` where it is disputed."""

    opinion: str = ""
    rating: str = ""
    words: Words = NOTHING


class Counts(NamedTuple):
    """What was answered to an acceptance. While its term runs only how many answered is told.

    A count that would pick somebody out is None (`small_cells`), be it of all. Under "" stands who answered and said
    nothing of this: each question has a place for everybody who answered.
    """

    answered: int | None
    least: int
    until: date
    ended: bool
    opinions: dict[Opinion | Literal[""], int | None] | None = None
    ratings: dict[Rating | Literal[""], int | None] | None = None


class Waiting(NamedTuple):
    """An answer with words, and what it was replied last."""

    answer: Answer
    reply: Reply | None

    @property
    def waits(self) -> bool:
        """Whether nobody has replied to its words as they stand now."""
        return self.reply is None or self.reply.answered != self.answer.at


def accepted(act: Act, proposal: Proposal) -> Step | None:
    """The acceptance that residents answer to: the last one, if the project did not go back since."""
    query = select(Step).where(Step.proposal_id == proposal.id).order_by(Step.number.desc())
    steps = act.session.scalars(query).all()
    if not steps or State(steps[0].state) not in FINISHED:
        return None
    return next((step for step in steps if step.state == State.ACCEPTED), None)


def is_open(act: Act, step: Step | None) -> bool:
    return step is not None and step.answers_until is not None and local(act.at).date() <= step.answers_until


def may_answer(act: Act, proposal: Proposal) -> bool:
    return act.person is not None and act.holds(Role.RESIDENT) and is_open(act, accepted(act, proposal))


def require_answering(act: Act, cycle: Cycle, proposal: Proposal) -> tuple[UUID, Step]:
    """Who answers, and to what. Raises OutOfPhase, Forbidden, Conflict (nothing to answer to, or the term is over)."""
    cycles.require(act, cycle, Phase.WORKS)
    if act.person is None or not act.holds(Role.RESIDENT):
        raise Forbidden(_("Residents of this place answer, each with the own account."))
    step = accepted(act, proposal)
    if step is None or not is_open(act, step):
        raise Conflict(_("Answers are taken once a project is accepted, until the day that its page names."))
    return act.person.id, step


def own(act: Act, proposal: Proposal) -> Answer | None:
    """What the actor has answered to the present acceptance."""
    step = accepted(act, proposal)
    if act.person is None or step is None:
        return None
    query = select(Answer).where(
        Answer.proposal_id == proposal.id, Answer.step == step.number, Answer.person_id == act.person.id
    )
    return act.session.scalars(query).one_or_none()


def give(act: Act, cycle: Cycle, proposal: Proposal, said: Said) -> Answer:
    """A resident answers, or changes the own answer. Raises OutOfPhase, Forbidden, Conflict, FieldRefusal."""
    person, step = require_answering(act, cycle, proposal)
    audit.take_turn(act)
    refuse_all(faults(said))
    answer = own(act, proposal)
    if answer is None:
        taken = select(func.max(Answer.number)).where(Answer.proposal_id == proposal.id)
        number = (act.session.scalar(taken) or 0) + 1
        answer = Answer(id=uuid4(), proposal_id=proposal.id, number=number, step=step.number, person_id=person)
    # Neither whose it is nor of which project stands in a log that everybody reads: it would tell small counts.
    nobody = replace(act, person=None, roles=frozenset())
    audit.record(nobody, "work.answered", subject=cycle.id)
    answer.opinion, answer.rating = said.opinion, said.rating
    answer.words, answer.language, answer.at = said.words.text.strip(), said.words.language, act.at
    act.session.add(answer)
    act.session.flush()
    return answer


def faults(said: Said) -> Iterator[FieldRefusal]:
    """What `give` would refuse."""
    if said.opinion not in ["", *Opinion]:
        yield FieldRefusal("opinion", _("Choose one of the list."))
    elif said.rating not in ["", *Rating]:
        yield FieldRefusal("rating", _("Choose one of the list."))
    elif not said.opinion and not said.rating:
        yield FieldRefusal("opinion", _("Say whether it is built, or how good it is."))
    if said.opinion == Opinion.DISPUTED and not said.words.text.strip():
        yield FieldRefusal("words", _("Write what is missing or wrong: the akim's office reads it and answers you."))
    yield from faults_of_words(said.words)


def counts(act: Act, proposal: Proposal) -> Counts | None:
    """What residents answered to the present acceptance; None where there is none."""
    step = accepted(act, proposal)
    if step is None or step.answers_until is None:
        return None
    rows = _counted(act, proposal, step)
    opinions = {one: sum(count for opinion, _rating, count in rows if opinion == one) for one in (*Opinion, NOT_SAID)}
    ratings = {one: sum(count for _opinion, rating, count in rows if rating == one) for one in (*Rating, NOT_SAID)}
    least = territories.setting(act, "smallest_count")
    told = Counts(small_cells.total(opinions, least), least, step.answers_until, not is_open(act, step))
    if not told.ended or told.answered is None:
        return told
    return told._replace(opinions=small_cells.shown(opinions, least), ratings=small_cells.shown(ratings, least))


def _counted(act: Act, proposal: Proposal, step: Step) -> list[tuple[str, str, int]]:
    """How many said both: an opinion and a rating, "" where it was not said."""
    query = select(Answer.opinion, Answer.rating, func.count()).where(
        Answer.proposal_id == proposal.id, Answer.step == step.number
    )
    grouped = query.group_by(Answer.opinion, Answer.rating)
    return [(opinion, rating, count) for opinion, rating, count in act.session.execute(grouped)]


def may_read(act: Act) -> bool:
    return act.person is not None and act.holds(*READING)


def with_words(act: Act, proposal: Proposal) -> list[Waiting]:
    """The answers that say something in words, for who answers them: what waits first. Raises Forbidden."""
    if not may_read(act):
        raise Forbidden(_("The akim's office reads what residents wrote, and answers."))
    query = select(Answer).where(Answer.proposal_id == proposal.id, Answer.words != "").order_by(Answer.number)
    found = [Waiting(answer, reply(act, answer)) for answer in act.session.scalars(query)]
    return sorted(found, key=lambda one: not one.waits)


def reply(act: Act, answer: Answer) -> Reply | None:
    """What was replied last."""
    query = select(Reply).where(Reply.answer_id == answer.id).order_by(Reply.number.desc()).limit(1)
    return act.session.scalars(query).one_or_none()


def waiting(act: Act, cycle: Cycle) -> list[tuple[Proposal, int]]:
    """The projects of a cycle with answers that wait for a reply, and how many do."""
    replied = exists().where(and_(Reply.answer_id == Answer.id, Reply.answered == Answer.at))
    query = (
        select(Answer.proposal_id, func.count())
        .join(Proposal, Proposal.id == Answer.proposal_id)
        .where(Proposal.cycle_id == cycle.id, Answer.words != "", ~replied)
        .group_by(Answer.proposal_id)
    )
    found = [(proposal_id, count) for proposal_id, count in act.session.execute(query)]
    return [(act.session.get_one(Proposal, proposal_id), count) for proposal_id, count in found]


def get(act: Act, proposal: Proposal, number: int) -> Answer:
    """An answer with words. Raises NotFound."""
    query = select(Answer).where(Answer.proposal_id == proposal.id, Answer.number == number, Answer.words != "")
    answer = act.session.scalars(query).one_or_none()
    if answer is None:
        raise NotFound
    return answer


def require_replying(act: Act, cycle: Cycle, answer: Answer) -> UUID:
    """Raises OutOfPhase, Forbidden, Conflict (these words have their reply)."""
    person = require_writing(act, cycle)
    last = reply(act, answer)
    if not Waiting(answer, last).waits:
        raise Conflict(_("These words have their answer already."))
    return person


def give_reply(act: Act, cycle: Cycle, answer: Answer, words: Words) -> Reply:
    """The office replies to the words as they stand. Raises OutOfPhase, Forbidden, Conflict, FieldRefusal."""
    act.session.refresh(answer, with_for_update=True)
    person = require_replying(act, cycle, answer)
    refuse_all(faults_of_reply(words))
    last = reply(act, answer)
    row = Reply(
        answer_id=answer.id,
        number=last.number + 1 if last is not None else 1,
        answered=answer.at,
        at=act.at,
        by_id=person,
        words=words.text.strip(),
        language=words.language,
    )
    data = {"number": row.number, "digest": fingerprints.of_row(row)}
    audit.record(act, "work.replied", subject=answer.id, data=data)
    act.session.add(row)
    act.session.flush()
    return row


def faults_of_reply(words: Words) -> Iterator[FieldRefusal]:
    """What `give_reply` would refuse."""
    if not words.text.strip():
        yield FieldRefusal("words", _("Write the answer."))
    yield from faults_of_words(words)
