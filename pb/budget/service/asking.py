"""Deputies ask of a budget that came up to them, and the office answers; both are public."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.budget.models import LONGEST_WORDS, Asked, Move, Question, Version
from pb.budget.service import Standing, standing
from pb.db import by_id
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.identity.models import Person

ASKING = (Role.DEPUTY, Role.MASLIKHAT_SECRETARY)
# Columns that the event of a question and that of its answer tell of.
ASKED: Final = ("id", "version_id", "number", "kind", "words", "language", "asked_at", "asked_by")
ANSWERED: Final = ("id", "answer", "answer_language", "answered_at", "answered_by")
MOST = 100
"""Questions of one version: a deputy's account that was taken fills no more."""


def may_ask(act: Act, now: Standing) -> bool:
    """Whether the actor may ask of a version that stands so: while it lies at the raion."""
    return act.person is not None and act.holds(*ASKING) and now.move in {Move.SENT, Move.CONSIDERED}


def ask(act: Act, version: Version, words: str, language: str, kind: Asked = Asked.QUESTION) -> Question:
    """A deputy asks, or says an opinion. Raises Forbidden, Conflict (it is not before the maslikhat), FieldRefusal."""
    if act.person is None or not act.holds(*ASKING):
        raise Forbidden(_("Deputies of the maslikhat ask here."))
    refuse_all(_faults(words))
    audit.take_turn(act)
    taken = act.session.scalar(select(func.count()).where(Question.version_id == version.id)) or 0
    if not may_ask(act, standing(act, version)) or taken >= MOST:
        raise Conflict(_("Questions are asked while the budget lies at the raion."))
    question = Question(
        id=uuid4(),
        version_id=version.id,
        number=taken + 1,
        kind=kind,
        words=words.strip(),
        language=language,
        asked_at=act.at,
        asked_by=act.person.id,
    )
    action = "budget.asked" if kind is Asked.QUESTION else "budget.opined"
    digest = fingerprints.of_row(question, ASKED)
    told = {"version": version.number, "question": question.number, "digest": digest}
    audit.record(act, action, subject=version.id, data=told)
    act.session.add(question)
    act.session.flush()
    return question


def answer(act: Act, version: Version, question: Question, words: str, language: str) -> None:
    """The office answers, once. Raises Forbidden, Conflict (answered already), FieldRefusal."""
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("The akim's office answers what deputies ask."))
    refuse_all(_faults(words))
    act.session.refresh(question, with_for_update=True)
    if question.kind != Asked.QUESTION:
        raise Conflict(_("An opinion stands as it is: it asks for no answer."))
    if question.answered_at is not None:
        raise Conflict(_("This question is answered already."))
    answered: dict[str, Any] = {"answer": words.strip(), "answer_language": language}
    answered |= {"answered_at": act.at, "answered_by": act.person.id}
    digest = fingerprints.of_row(question, ANSWERED, **answered)
    told = {"version": version.number, "question": question.number, "digest": digest}
    audit.record(act, "budget.answered", subject=version.id, data=told)
    for name, value in answered.items():
        setattr(question, name, value)
    act.session.flush()


def waits(question: Question) -> bool:
    """Whether the office owes an answer."""
    return question.kind == Asked.QUESTION and question.answered_at is None


def said_by(act: Act, some: Iterable[Question]) -> Mapping[UUID, str]:
    """By whom each opinion is, by its id: a deputy's stands under the own name, a question under none."""
    opinions = [one for one in some if one.kind == Asked.OPINION]
    people = by_id(act.session, Person, (one.asked_by for one in opinions))
    return {one.id: people[one.asked_by].name for one in opinions}


def of_version(act: Act, version: Version) -> Sequence[Question]:
    """What was asked, in its order."""
    query = select(Question).where(Question.version_id == version.id).order_by(Question.number)
    return act.session.scalars(query).all()


def of_versions(act: Act, version_ids: Iterable[UUID]) -> Mapping[UUID, list[Question]]:
    """What was asked of several versions, in one statement: what waits for its answer first."""
    query = select(Question).where(Question.version_id.in_(list(version_ids)))
    found: dict[UUID, list[Question]] = {}
    for question in act.session.scalars(query.order_by(Question.answered_at.is_not(None), Question.number)):
        found.setdefault(question.version_id, []).append(question)
    return found


def _faults(words: str) -> Iterator[FieldRefusal]:
    if not words.strip():
        yield FieldRefusal("words", _("Write it in words."))
    elif len(words.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(most)s characters.", most=LONGEST_WORDS))
