"""What the office writes of a project that won: where it is, and what is known of it. Nothing of it is ever edited."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.proposals.models import Proposal
from pb.proposals.service import contents
from pb.territory import service as territories
from pb.winners.models import Winner
from pb.works.models import AFTER, LONGEST_WORDS, Fact, State, Step, goes_forward
from pb.works.service import facts
from pb.works.service.drafts import Draft

WRITING: Final = (Role.OFFICE,)
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Words:
    """A reason, or an answer, in the language in which it was written."""

    text: str = ""
    language: str = "kk"


NOTHING: Final = Words()


def get(act: Act, cycle: Cycle, proposal_id: UUID) -> Proposal:
    """A project that won in this cycle. Raises NotFound."""
    query = select(Proposal).join(Winner, Winner.proposal_id == Proposal.id)
    found = query.where(Winner.cycle_id == cycle.id, Proposal.id == proposal_id)
    proposal = act.session.scalars(found).one_or_none()
    if proposal is None:
        raise NotFound
    return proposal


def may_write(act: Act, cycle: Cycle) -> bool:
    """Whether the actor writes of the projects of this cycle now."""
    return act.person is not None and act.holds(*WRITING) and cycle.phase == Phase.WORKS


def require_writing(act: Act, cycle: Cycle) -> UUID:
    """Who writes. Raises OutOfPhase, Forbidden."""
    cycles.require(act, cycle, Phase.WORKS)
    if act.person is None or not may_write(act, cycle):
        raise Forbidden(_("The akim's office writes of the works."))
    return act.person.id


def last_step(act: Act, proposal: Proposal) -> Step | None:
    """The step that says where a project is; None before the first."""
    query = select(Step).where(Step.proposal_id == proposal.id).order_by(Step.number.desc()).limit(1)
    return act.session.scalars(query).one_or_none()


def take(act: Act, cycle: Cycle, proposal: Proposal, state: str, day: date | None, words: Words = NOTHING) -> Step:
    """The office says where a project came on a day; back, out of a stop, or stopped it is with a reason.

    Raises OutOfPhase, Forbidden, FieldRefusal (`faults_of_step`).
    """
    person = require_writing(act, cycle)
    audit.take_turn(act)  # two at once would take one number
    refuse_all(faults_of_step(act, proposal, state, day, words))
    last = last_step(act, proposal)
    step = Step(
        proposal_id=proposal.id,
        number=last.number + 1 if last is not None else 1,
        state=state,
        day=day,
        at=act.at,
        by_id=person,
        words=words.text.strip(),
        language=words.language,
    )
    if state == State.ACCEPTED:
        days = territories.setting(act, "works_answer_days")
        step.answers_until = local(act.at).date() + timedelta(days=days)
    data = {"step": step.number, "day": step.day.isoformat(), "digest": fingerprints.of_row(step)}
    audit.record(act, f"work.{State(state)}", subject=proposal.id, data=data)
    act.session.add(step)
    act.session.flush()
    return step


def faults_of_step(act: Act, proposal: Proposal, state: str, day: date | None, words: Words) -> Iterator[FieldRefusal]:
    """What `take` would refuse."""
    last = last_step(act, proposal)
    if state not in list(State):
        yield FieldRefusal("state", _("Choose where the project is."))
    elif state in AFTER and (last is None or last.state not in AFTER[State(state)]):
        yield FieldRefusal("state", _("A project is accepted after its works, and in use once it is accepted."))
    elif last is not None and last.state == state:
        yield FieldRefusal("state", _("The project is there already."))
    elif not words.text.strip() and not goes_forward(State(last.state) if last else None, State(state)):
        yield FieldRefusal("words", _("Write the reason: everybody reads why it stops, or goes back."))
    if day is None:
        yield FieldRefusal("day", _("Write the date."))
    elif day > local(act.at).date():
        yield FieldRefusal("day", _("This day is still to come."))
    elif last is not None and day < last.day:
        yield FieldRefusal("day", _("This day is before the step that was recorded last."))
    yield from faults_of_words(words)


def put(act: Act, cycle: Cycle, proposal: Proposal, draft: Draft, last: Any = None, words: Words = NOTHING) -> Any:
    """The office writes a fact down, or a new version in the place of the `last` one.

    Raises OutOfPhase, Forbidden, FieldRefusal (`faults`), Conflict (it was changed meanwhile).
    """
    person = require_writing(act, cycle)
    audit.take_turn(act)
    refuse_all(faults(act, proposal, draft, last, words))
    return _write(act, proposal, person, draft.model(**draft.columns()), draft.action, last, words)


def withdraw(act: Act, cycle: Cycle, proposal: Proposal, draft: type[Draft], last: Any, words: Words) -> None:
    """The office says that it was not so, with a reason. Raises OutOfPhase, Forbidden, FieldRefusal, Conflict."""
    person = require_writing(act, cycle)
    audit.take_turn(act)
    refuse_all(faults_of_words(words, needed=True))
    row = draft.model(**{each.name: getattr(last, each.name) for each in fields(draft)}, withdrawn=True)
    _write(act, proposal, person, row, draft.action, last, words)


def faults(act: Act, proposal: Proposal, draft: Draft, last: Any, words: Words) -> Iterator[FieldRefusal]:
    """What `put` would refuse."""
    wrong = list(draft.faults(local(act.at).date()))
    yield from wrong
    if not wrong:
        yield from facts.faults_of_paid(act, proposal, draft, last)
    needed = last is not None and not wrong and draft.changes(last)
    yield from faults_of_words(words, needed=needed)


def faults_of_words(words: Words, *, needed: bool = False) -> Iterator[FieldRefusal]:
    """What is wrong with a reason."""
    if needed and not words.text.strip():
        yield FieldRefusal("words", _("Write why it is changed: what stood here before stays to be read."))
    elif len(words.text.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(max)d characters.", max=LONGEST_WORDS))
    if words.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def fact(act: Act, proposal: Proposal, model: type[F], number: int) -> F:
    """The last version of a fact that was not withdrawn. Raises NotFound."""
    query = select(model).where(model.proposal_id == proposal.id, model.number == number)
    last = act.session.scalars(query.order_by(model.version.desc()).limit(1)).one_or_none()
    if last is None or last.withdrawn:
        raise NotFound
    return last


_CHANGED: Final[LazyString] = _("Somebody changed it meanwhile: look at it again.")


def _write(act: Act, proposal: Proposal, person: UUID, row: Any, action: str, last: Any, words: Words) -> Any:
    model: Any = type(row)
    if last is not None:
        if fact(act, proposal, model, last.number).version != last.version:
            raise Conflict(_CHANGED)
        row.number, row.version = last.number, last.version + 1
    else:
        taken = select(func.max(model.number)).where(model.proposal_id == proposal.id)
        row.number, row.version = (act.session.scalar(taken) or 0) + 1, 1
    row.proposal_id, row.at, row.by_id = proposal.id, act.at, person
    row.words, row.language = words.text.strip(), words.language
    data = {"number": row.number, "version": row.version, "digest": fingerprints.of_row(row)}
    audit.record(act, f"work.{action}", subject=proposal.id, data=data)
    act.session.add(row)
    act.session.flush()
    return row
