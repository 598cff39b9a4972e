"""The new composition by one decision: whom a point elected to the assembly, and whose terms end before theirs begin.

The office records it in one step, and another body confirms it in one (`membership`): nobody counts on both sides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, refuse_all
from pb.gatherings.models import Candidate, Member, Office, Question
from pb.gatherings.service import composition, decided, members, membership
from pb.gatherings.service.membership import Election, Ending
from pb.territory.service import populations


@dataclass(frozen=True, slots=True)
class Renewal:
    """Who of the elected come, by their numbers among the candidates; for which term; whose present terms end."""

    chosen: frozenset[int]
    ending: frozenset[UUID]
    term_from: date | None
    term_until: date | None
    document: str


def elected(act: Act, question: Question) -> list[Candidate]:
    """Whom this point elected to the assembly and the office has not recorded. Raises Conflict (nobody)."""
    found = [one.candidate for one in decided.not_recorded(act) if one.question.id == question.id]
    if not found:
        raise Conflict(_("Everybody whom this point elected is recorded, or its decision is not in force."))
    return found


def may_end(act: Act, question: Question, begins: date) -> Sequence[Member]:
    """The present members whom this point did not elect again, and whose terms can end before that day."""
    waiting = membership.endings(act)
    return [
        one
        for one in members.current(act)
        if one.id not in waiting
        and one.term_from < begins - timedelta(days=1)
        and not any(members.same(one, row.name, row.settlement) for row in question.candidates if row.elected)
    ]


def is_whole(act: Act, question: Question) -> bool:
    """Whether a point elects a whole assembly: at least as many places as the population, or the present one, asks."""
    counted = populations.at(act.session, act.territory.id, local(act.at).year)
    least = composition.seats(counted.people)[0] if counted is not None else len(members.current(act))
    return (question.places or 0) >= max(1, least)


def record(act: Act, question: Question, renewal: Renewal) -> list[Member]:
    """The office records the new composition; it counts once confirmed. Raises Forbidden, Conflict, FieldRefusal."""
    elections = _elections(act, question, renewal)
    refuse_all(faults(act, question, renewal))
    together = uuid4()
    by_id = {one.id: one for one in may_end(act, question, elections[0].term_from)}
    reason = str(_("A new composition of the assembly was elected."))
    last_day = elections[0].term_from - timedelta(days=1)
    for member_id in sorted(renewal.ending, key=lambda one: by_id[one].number):
        membership.add_ending(act, by_id[member_id], Ending(last_day, reason, renewal.document), together)
    return [membership.add_term(act, election, together) for election in elections]


def faults(act: Act, question: Question, renewal: Renewal) -> Iterator[FieldRefusal]:
    """What `record` would refuse."""
    if renewal.term_from is None or renewal.term_until is None:
        return  # each told at its own field
    yield from membership.faults_of_term(act, renewal.term_from, renewal.term_until)
    if fault := decided.too_early(renewal.term_from, question.gathering):
        yield fault
    if not any(letter.isdigit() for letter in renewal.document):
        yield FieldRefusal("document", _("Name the document that elected the member: its number and date."))
    elections = _elections(act, question, renewal)
    if not elections:
        yield FieldRefusal("chosen", _("Choose the members."))
    for place, election in enumerate(elections):
        if any(_one_person(election, earlier) for earlier in elections[:place]):
            yield FieldRefusal("chosen", _("%(name)s: chosen twice. This is one person.", name=election.name))
        for fault in membership.faults_of_person(act, election):
            yield FieldRefusal("chosen", f"{election.name}: {fault.messages[0]}")
    if not renewal.ending <= {one.id for one in may_end(act, question, renewal.term_from)}:
        yield FieldRefusal("ending", _("Choose present members whose terms began before that day."))


def _one_person(one: Election, other: Election) -> bool:
    return one.settlement == other.settlement and members.same_name(one.name, other.name)


def _elections(act: Act, question: Question, renewal: Renewal) -> list[Election]:
    if renewal.term_from is None or renewal.term_until is None:
        return []
    return [
        Election(row.name, row.settlement, Office.MEMBER, renewal.term_from, renewal.term_until, renewal.document)
        for row in elected(act, question)
        if row.number in renewal.chosen
    ]
