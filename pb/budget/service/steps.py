"""The way of a version: before the assembly, up to the raion, approved by the maslikhat or decided by the akim.

Each step is a row and an event. Sources: Budget Code, articles 89 p. 1 (agreed by the assembly, then sent), 91 p. 3
(the maslikhat), 96 (an amendment is considered by the assembly first), 98 p. 4 (a correction needs the assembly).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.budget import service
from pb.budget.models import FOLLOWING, LONGEST_NUMBER, LONGEST_WORDS, Decision, Kind, Move, Step, Version
from pb.budget.service import Standing, checking
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.gatherings.models import CONFIRMED, Gathering, Matter, Minutes, Outcome, Question
from pb.gatherings.service import meetings
from pb.identity.service import accounts, holdings, outbox
from pb.territory.models import Territory
from pb.text import one_line

LETTER_LANGUAGES: Final = ("kk", "ru_KZ")
MAY: Final[dict[Move, tuple[Role, ...]]] = {
    Move.PUT: (Role.OFFICE,),
    Move.AGREED: (Role.OFFICE, Role.CHAIR, Role.SECRETARY),
    Move.DECLINED: (Role.OFFICE, Role.CHAIR, Role.SECRETARY),
    Move.SENT: (Role.OFFICE,),
    Move.CONSIDERED: (Role.MASLIKHAT_SECRETARY, Role.DEPUTY),
    Move.APPROVED: (Role.MASLIKHAT_SECRETARY, Role.DEPUTY),
    Move.RETURNED: (Role.MASLIKHAT_SECRETARY, Role.DEPUTY),
    Move.DECIDED: (Role.AKIM,),
    Move.WITHDRAWN: (Role.OFFICE,),
    Move.TAKEN: (Role.OFFICE,),
}
# Who says that a budget taken in from paper is as its decision has it, or is not: of another body than the office.
SECOND: Final = (Role.MASLIKHAT_SECRETARY, Role.AUDITOR)
NOT_YOURS: Final[dict[Move, LazyString]] = {
    Move.PUT: _("Only the akim's office puts a draft before the assembly."),
    Move.AGREED: _("The akim's office, or the chair or secretary of the assembly, names the decision."),
    Move.DECLINED: _("The akim's office, or the chair or secretary of the assembly, names the decision."),
    Move.SENT: _("Only the akim's office sends the draft up."),
    Move.CONSIDERED: _("The maslikhat's secretary or a deputy records what the raion's budget commission considered."),
    Move.APPROVED: _("Only the secretary of the maslikhat records its decision."),
    Move.RETURNED: _("Only the secretary of the maslikhat returns a budget."),
    Move.DECIDED: _("Only the akim records what the akim decided."),
    Move.WITHDRAWN: _("Only the akim's office withdraws its draft."),
    Move.TAKEN: _("Only the akim's office takes a budget in from paper."),
}
NOT_THE_SECOND: Final = _("The secretary of the maslikhat or the auditor confirms it: another person than took it in.")


def may(act: Act, standing: Standing, move: Move) -> bool:
    """Whether the actor may take this step now."""
    follows = FOLLOWING[Kind(standing.version.kind)].get(standing.move, frozenset())
    return act.person is not None and move in follows and _is_for(act, standing, move)


def require(act: Act, version: Version, move: Move) -> Standing:
    """How a version stands of which the actor may take this step now. Raises Forbidden, Conflict."""
    standing = service.standing(act, version)
    if act.person is None or not _is_for(act, standing, move):
        raise Forbidden(NOT_THE_SECOND if _is_second(version, move) else NOT_YOURS[move])
    if move not in FOLLOWING[Kind(version.kind)].get(standing.move, frozenset()):
        raise Conflict(_("This does not follow from how the version stands now."))
    return standing


def _is_second(version: Version, move: Move) -> bool:
    return version.kind == Kind.PAPER and move in {Move.APPROVED, Move.RETURNED}


def _is_for(act: Act, standing: Standing, move: Move) -> bool:
    """Whether the step is the actor's: what was taken in from paper is confirmed by somebody who did not write it."""
    if not _is_second(standing.version, move):
        return speaks_for_maslikhat(act) if move in {Move.APPROVED, Move.RETURNED} else act.holds(*MAY[move])
    wrote = {standing.version.made_by, standing.last.by_id if standing.last is not None else None}
    return act.holds(*SECOND) and act.person is not None and act.person.id not in wrote


def speaks_for_maslikhat(act: Act) -> bool:
    """Whether the actor records what the maslikhat decided: its secretary, or a deputy where it has none here.

    The raion of an okrug that was founded by itself takes no part, and so has no secretary.
    """
    return act.holds(Role.MASLIKHAT_SECRETARY) or stands_in(act)


def stands_in(act: Act) -> bool:
    """Whether the actor is a deputy where the maslikhat has no secretary."""
    return act.holds(Role.DEPUTY) and not holdings.of_role(act, Role.MASLIKHAT_SECRETARY)


def put(act: Act, version: Version) -> None:
    """The office puts the lines before the assembly: from now on they stand.

    Raises Forbidden, Conflict (not now), Refusal (`checking.faults`: the first sum that does not add up).
    """
    _locked(act, version, Move.PUT)
    if found := checking.faults(act, version):
        raise Conflict(found[0].told)
    budgets = service.budgets(act)
    every = service.standing_of(act, [budget.id for budget in budgets]).values()
    if any(one.move is Move.PUT for some in every for one in some):
        # A point of an agenda is about “the draft budget”: with two of them nobody could say which one was agreed.
        raise Conflict(_("Another version lies before the assembly: it decides on one after the other."))
    _take(act, version, Step(move=Move.PUT, day=_today(act)), sha256=service.digest(act, version))


def settle(act: Act, version: Version, question_id: UUID | None) -> Move:
    """The decision of a meeting on the version is named: it agreed, or it did not. Which, follows from the decision.

    Raises Forbidden, Conflict, FieldRefusal (no such decision, or none of a meeting after the version was put).
    """
    _locked(act, version, Move.AGREED)
    points = {point.id: point for point in points_on(act, version)}
    point = points.get(question_id) if question_id is not None else None
    if point is None:
        raise FieldRefusal("question", _("Choose a decision of the list."))
    move = Move.AGREED if point.outcome == Outcome.APPROVED else Move.DECLINED
    _take(act, version, Step(move=move, day=local(point.gathering.meets_at).date(), question_id=point.id))
    return move


def points_on(act: Act, version: Version) -> Sequence[Question]:
    """Points on a budget that meetings decided since the version was put, in confirmed minutes; none used twice.

    One that agreed counts once the akim approved it or the superior akim did; one that declined at once.
    """
    put_on = select(Step.day).where(Step.version_id == version.id, Step.move == Move.PUT)
    first = act.session.scalar(put_on)
    if first is None:
        return []
    query = (
        select(Question)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .join(Minutes, Minutes.gathering_id == Gathering.id)
        .where(Gathering.territory_id == act.territory.id, CONFIRMED, Question.matter == Matter.BUDGET)
        .where((Question.outcome == Outcome.REJECTED) | ((Question.outcome == Outcome.APPROVED) & meetings.IN_FORCE))
        .where(~select(Step.version_id).where(Step.question_id == Question.id).exists())
        .order_by(Gathering.meets_at.desc(), Question.position)
    )
    return [one for one in act.session.scalars(query) if local(one.gathering.meets_at).date() >= first]


def send(act: Act, version: Version, day: date | None, reference: str) -> None:
    """The office sends an agreed draft up, under an outgoing number. Raises Forbidden, Conflict, FieldRefusal."""
    standing = _locked(act, version, Move.SENT)
    refuse_all(faults_of_day(act, standing, day))
    refuse_all(_faults_of_reference(reference))
    _take(act, version, Step(move=Move.SENT, day=day, reference=one_line(reference)))
    _write_to_the_maslikhat(act, version)


def _write_to_the_maslikhat(act: Act, version: Version) -> None:
    """A letter, in Kazakh and Russian, to its secretary and deputies: a budget waits for them from now on."""
    subject, body = [], []
    for tongue in LETTER_LANGUAGES:
        with force_locale(tongue):
            place = act.territory.name(tongue[:2])
            waits = _("Budget of %(year)s: it waits for you", year=version.budget.first_year)
            subject.append(f"{place}. {waits}")
            sentence = _(
                "The draft lies at the raion, before its budget commission and the maslikhat. Sign in to Asar."
            )
            body.append(f"{place}. {sentence}")
    for role in MAY[Move.CONSIDERED]:
        outbox.notify(act, accounts.holders(act, role), " / ".join(subject), "\n\n".join(body))


def consider(act: Act, version: Version, day: date | None) -> None:
    """The raion's budget commission has considered it. Raises Forbidden, Conflict, FieldRefusal."""
    standing = _locked(act, version, Move.CONSIDERED)
    refuse_all(faults_of_day(act, standing, day))
    _take(act, version, Step(move=Move.CONSIDERED, day=day))


def send_back(act: Act, version: Version, day: date | None, words: str, language: str) -> None:
    """The raion or its maslikhat returns the draft with reasons. Raises Forbidden, Conflict, FieldRefusal."""
    standing = _locked(act, version, Move.RETURNED)
    refuse_all([*faults_of_day(act, standing, day), *faults_of_words(words)])
    _take(act, version, Step(move=Move.RETURNED, day=day, words=words.strip(), language=language))


def withdraw(act: Act, version: Version, words: str, language: str) -> None:
    """The office withdraws a version before it was sent. Raises Forbidden, Conflict, FieldRefusal."""
    _locked(act, version, Move.WITHDRAWN)
    refuse_all(faults_of_words(words))
    _take(act, version, Step(move=Move.WITHDRAWN, day=_today(act), words=words.strip(), language=language))


def take_in(act: Act, version: Version, decision: Decision) -> None:
    """The office took the version in from a decision on paper: its lines stand. Raises Forbidden, Conflict."""
    _locked(act, version, Move.TAKEN)
    step = Step(move=Move.TAKEN, day=decision.decided_on, decision_id=decision.id)
    _take(act, version, step, sha256=service.digest(act, version))


def adopt(act: Act, version: Version, decision: Decision, move: Move) -> None:
    """A decision that stands already put this version in force; the act may be the raion's, the event is the okrug's.

    Raises Forbidden, Conflict.
    """
    okrug = act.session.get_one(Territory, version.budget.territory_id)
    there = act if act.territory.id == okrug.id else replace(act, territory=okrug)
    standing = _locked(there, version, move)
    refuse_all(faults_of_day(there, standing, decision.decided_on))
    step = Step(move=move, day=decision.decided_on, decision_id=decision.id)
    _take(there, version, step, sha256=service.digest(there, version))


def faults_of_day(act: Act, standing: Standing, day: date | None) -> Iterator[FieldRefusal]:
    """The day of a step: not to come, and not before the step that it follows."""
    if day is None:
        yield FieldRefusal("day", _("Write the date."))
    elif day > _today(act):
        yield FieldRefusal("day", _("This cannot be of a day to come."))
    elif standing.last is not None and day < standing.last.day:
        yield FieldRefusal("day", _("This cannot have been before the step that it follows."))


def faults_of_words(words: str) -> Iterator[FieldRefusal]:
    if not words.strip():
        yield FieldRefusal("words", _("Write the reasons."))
    elif len(words.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(most)s characters.", most=LONGEST_WORDS))


def _faults_of_reference(reference: str) -> Iterator[FieldRefusal]:
    if not reference.strip():
        yield FieldRefusal("reference", _("Write the number."))
    elif len(one_line(reference)) > LONGEST_NUMBER:
        yield FieldRefusal("reference", _("Use at most 40 characters."))


def _locked(act: Act, version: Version, move: Move) -> Standing:
    act.session.refresh(version, with_for_update=True)
    return require(act, version, move)


def _take(act: Act, version: Version, step: Step, **also: str) -> None:
    """The event comes first: triggers refuse rows that the log does not know."""
    taken = service.steps_of(act, version)
    step.version_id, step.number = version.id, len(taken) + 1
    step.at = act.at
    if act.person is not None:  # else the step was refused
        step.by_id = act.person.id
    told = {"version": version.number, "year": version.budget.first_year, "step": step.number, **also}
    told["digest"] = fingerprints.of_row(step)
    audit.record(act, f"budget.{step.move}", subject=version.id, data=told)
    act.session.add(step)
    act.session.flush()


def _today(act: Act) -> date:
    return local(act.at).date()
