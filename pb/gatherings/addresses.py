"""What meetings, their questions, signatures and papers are called in addresses."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.gatherings.models import Correction, Gathering, Member, Minutes, Question
from pb.identity.models import Signature
from pb.territory.service.addresses import Place
from pb.web.numbers import numbered
from pb.web.places import Called, Naming, naming

MEETING = numbered(Gathering, within="territory_id")
QUESTION = numbered(Question, within="gathering_id", column="position")
MEMBER = numbered(Member, within="territory_id")
IN_A_PAPER = "meetings/"


def _read_signature(session: Session, _place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
    """There is one of each role under the minutes of a meeting, and under each correction of them."""
    which = before.get("correction")
    kind = Minutes if which is None else Correction
    rows = select(kind.id).where(kind.gathering_id == before["gathering_id"]).order_by(kind.year, kind.serial)
    row_id = session.scalars(rows.offset(max(which or 1, 1) - 1).limit(1)).first()
    query = select(Signature.id).where(Signature.subject_id == row_id, Signature.role == told)
    return session.scalars(query).first()


def _write_signature(session: Session, signature_id: UUID) -> Called | None:
    signature = session.get(Signature, signature_id)
    return Called(signature.role) if signature is not None else None


def _read_subject(session: Session, place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
    if not told.startswith(IN_A_PAPER):
        return naming("cycle_id").read(session, place, before, told)
    meeting, _slash, point = told.removeprefix(IN_A_PAPER).partition("/")
    gathering_id = MEETING.read(session, place, before, meeting)
    if not point or gathering_id is None:
        return gathering_id
    return QUESTION.read(session, place, {**before, "gathering_id": gathering_id}, point)


def _write_subject(session: Session, subject_id: UUID) -> Called | None:
    question = session.get(Question, subject_id)
    gathering = question.gathering if question is not None else session.get(Gathering, subject_id)
    if gathering is None:
        return naming("cycle_id").write(session, subject_id)
    called = f"{IN_A_PAPER}{gathering.number}"
    return Called(f"{called}/{question.position}" if question is not None else called, gathering.territory_id)


SIGNATURE = Naming(_read_signature, _write_signature)
SUBJECT = Naming(_read_subject, _write_subject)
