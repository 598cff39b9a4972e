"""Who stands in an election of a meeting; the votes themselves are recorded as those on any question."""

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, NotFound
from pb.gatherings.models import Candidate, Gathering, Member, Question, Seat
from pb.gatherings.service import agenda, meetings, members
from pb.text import one_line

MOST_CANDIDATES = 60


def nominate(act: Act, gathering: Gathering, question: Question, name: str, settlement: str) -> Candidate:
    """Somebody stands in the election. Raises OutOfPhase, Forbidden, Conflict (not ready, voted on), FieldRefusal."""
    _require(act, gathering, question)
    if not one_line(name):
        raise FieldRefusal("name", _("Write the name of the candidate."))
    if settlement not in act.territory.settlements:
        raise FieldRefusal("settlement", _("Choose the settlement."))
    if question.seat == Seat.COMMISSION:
        named = [member.settlement for member in members.current(act) if members.same_name(member.name, name)]
        if not named:
            told = _("The commission is formed of members of the assembly: write the name as it stands there.")
            raise FieldRefusal("name", told)
        settlement = settlement if settlement in named else named[0]
    if len(question.candidates) >= MOST_CANDIDATES:
        raise FieldRefusal("name", _("At most %(number)s candidates.", number=MOST_CANDIDATES))
    if any(members.same_name(row.name, name) for row in question.candidates if row.settlement == settlement):
        raise FieldRefusal("name", _("This candidate is written down already."))
    number = max((row.number for row in question.candidates), default=0) + 1
    row = Candidate(
        question_id=question.id, number=number, name=one_line(name), settlement=settlement, votes=None, elected=False
    )
    data = {"question": question.position, "number": row.number}
    audit.record(act, "gathering.candidate_named", subject=gathering.id, data=data)
    question.candidates.append(row)
    act.session.flush()
    return row


def withdraw(act: Act, gathering: Gathering, question: Question, number: int) -> None:
    """A candidate stands no more. Raises what `nominate` does, NotFound."""
    _require(act, gathering, question)
    row = next((row for row in question.candidates if row.number == number), None)
    if row is None:
        raise NotFound
    data = {"question": question.position, "number": row.number}
    audit.record(act, "gathering.candidate_withdrew", subject=gathering.id, data=data)
    question.candidates.remove(row)
    act.session.flush()


def places_left(question: Question) -> int:
    """How many places of an election that was voted on nobody fills."""
    if not question.places or question.outcome is None:
        return 0
    return question.places - sum(row.elected for row in question.candidates)


def tied(question: Question) -> list[Candidate]:
    """Who has votes enough, as many as others, and was not elected: it is voted on once more among them."""
    if not places_left(question):
        return []
    return [row for row in question.candidates if not row.elected and (row.votes or 0) >= (question.needed or 0)]


def to_choose(act: Act, question: Question) -> list[Member]:
    """The members of the assembly who may still be written down as candidates for its commission."""
    if question.seat != Seat.COMMISSION:
        return []
    standing = question.candidates
    return [
        one for one in members.current(act) if not any(members.same(one, row.name, row.settlement) for row in standing)
    ]


def _require(act: Act, gathering: Gathering, question: Question) -> None:
    meetings.require_secretary(act, gathering)
    agenda.require_ready(act, gathering)
    if not question.places:
        raise NotFound
    if question.outcome is not None or question.removed:
        raise Conflict(_("The votes are recorded: the candidates can no longer change."))
