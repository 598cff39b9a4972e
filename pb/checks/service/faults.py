"""What does not fit, by name; what of it the minutes explain; and what the adoption still waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.checks.models import Answer, Explanation, Outcome, ParticipantList, Side
from pb.checks.service import openings, paper, rules, sample
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.gatherings.service import adoption
from pb.polls.models import Participation, Poll
from pb.polls.service import state
from pb.voting.models import CastBallot
from pb.voting.service import evidence

LABELS: dict[str, LazyString] = {
    "without_event": _("Marked as handed over, but no published commitment"),
    "without_row": _("A published commitment, but not marked as handed over"),
    "without_paper": _("Marked as handed over, but no signature on paper in both counts"),
    "paper_without_row": _("A signature on paper, but not marked as handed over"),
    "codes_without_event": _("Code released, but no published commitment"),
    "codes_without_row": _("A published commitment of a released code, but no mark of it"),
    "lost": _("A published commitment whose number and salt are gone"),
    "false": _("A hand-over that does not fit its published commitment"),
    "ballot_without_signature": _("Released, but not signed by the voter"),
    "ballot_without_card": _("Neither handed over nor released"),
    "ballots_differ": _("Participants and ballots differ in number"),
    "participants_changed": _("The list of participants is not the committed one"),
    "card_voted": _("A card that nobody had was opened, and its key voted"),
    "card_another_key": _("An opened card has another key than the list"),
    "card_missing": _("A card that nobody took is not there"),
    "did_not_vote": _("Somebody of the sample did not vote, but a ballot stands in their name"),
}
OUTCOMES = {
    Outcome.VOTED: "card_voted",
    Outcome.ANOTHER_KEY: "card_another_key",
    Outcome.MISSING: "card_missing",
}


@dataclass(frozen=True, order=True)
class Fault:
    """A thing that does not fit: its kind, and which card, number or ballot it is about."""

    kind: str
    subject: str

    @property
    def mark(self) -> str:
        return f"{self.kind}:{self.subject}"


def found(act: Act, poll: Poll) -> list[Fault]:
    """Every fault that the checks have found so far."""
    comparison = paper.compare(act, poll)
    kinds = ("without_event", "without_row", "without_paper", "paper_without_row", "codes_without_event",
             "codes_without_row", "lost", "false")  # fmt: skip
    faults = [Fault(kind, subject) for kind in kinds for subject in getattr(comparison, kind)]
    reconciled = evidence.reconcile(act, poll)
    faults += [Fault("ballot_without_signature", tracker) for tracker in reconciled.without_signature]
    faults += [Fault("ballot_without_card", tracker) for tracker in reconciled.without_card]
    took_part = select(func.count()).select_from(Participation).where(Participation.poll_id == poll.id)
    in_box = select(func.count()).select_from(CastBallot).where(CastBallot.poll_id == poll.id)
    numbers = act.session.scalar(took_part), act.session.scalar(in_box)
    if numbers[0] != numbers[1]:
        faults.append(Fault("ballots_differ", f"{numbers[0]}/{numbers[1]}"))
    if not sample.unchanged(act, poll):
        # Named by the list as it stands: what minutes explain is this change, and no later one.
        faults.append(Fault("participants_changed", sample.present_commitment(act, poll)))
    faults += [
        Fault(OUTCOMES[outcome], row.card)
        for row in openings.opened(act, poll)
        if (outcome := Outcome(row.outcome)) in OUTCOMES
    ]
    faults += [
        Fault("did_not_vote", str(row.number)) for row in sample.answers(act, poll) if row.answer == Answer.DID_NOT_VOTE
    ]
    return faults


def explanations(act: Act, poll: Poll) -> Sequence[Explanation]:
    query = select(Explanation).where(Explanation.poll_id == poll.id)
    return act.session.scalars(query.order_by(Explanation.at, Explanation.id)).all()


def unexplained(act: Act, poll: Poll) -> list[Fault]:
    """Faults that no confirmed minutes explain."""
    explained = {mark for row in explanations(act, poll) if row.chair_at is not None for mark in row.faults}
    return [fault for fault in found(act, poll) if fault.mark not in explained]


def explain(act: Act, cycle: Cycle, poll: Poll, *, minutes_number: str, text: str) -> Explanation:
    """The secretary explains all faults that stand now, as the minutes do; the chair confirms it afterwards.

    Raises Forbidden, Conflict (no fault), FieldRefusal.
    """
    rules.member(act, poll)
    if act.person is None or not act.holds(Role.SECRETARY):
        raise Forbidden(_("The secretary explains a fault as the minutes do."))
    faults = unexplained(act, poll)
    if not faults:
        raise Conflict(_("There is no fault to explain."))
    number = rules.minutes_number(minutes_number)
    if not text.strip() or len(text) > rules.LONGEST_TEXT:
        raise FieldRefusal("text", _("Write what the minutes say, in at most 2000 characters."))
    row = Explanation(
        poll_id=poll.id,
        faults=[fault.mark for fault in faults],
        minutes_number=number,
        text=text.strip(),
        secretary_id=act.person.id,
        at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    data = {"poll": poll.uuid, "minutes": number, "faults": len(faults), "text": row.text}
    audit.record(act, "checks.explained", subject=cycle.id, data=data)
    return row


def confirm_explanation(act: Act, cycle: Cycle, poll: Poll, row: Explanation) -> None:
    """The chair confirms that the minutes say so. Raises Forbidden, Conflict, NotFound."""
    rules.member(act, poll)
    if row.poll_id != poll.id:
        raise NotFound
    if act.person is None or not act.holds(Role.CHAIR) or act.person.id == row.secretary_id:
        raise Forbidden(_("The chair confirms an explanation, and has not written it."))
    if row.chair_at is not None:
        raise Conflict(_("This is confirmed already."))
    row.chair_id, row.chair_at = act.person.id, act.at
    act.session.flush()
    data = {"poll": poll.uuid, "minutes": row.minutes_number, "faults": len(row.faults)}
    audit.record(act, "checks.explanation_confirmed", subject=cycle.id, data=data)


def missing(act: Act, poll: Poll) -> list[LazyString]:
    """What the checks still lack, in words."""
    lacking = []
    if len(paper.counts(act, poll)) < len(Side):
        lacking.append(_("The signatures on the paper hand-over lists must be counted by two people."))
    opening = openings.get(act, poll)
    if (opening is None or opening.confirmed_at is None) and openings.closed_cards(act, poll):
        lacking.append(_("The commission must open the cards that nobody took and those of the reserve."))
    listed = sample.committed(act, poll)
    drawn = sample.get(act, poll)
    if listed is None:
        lacking.append(_("The list of participants was not committed at the closing."))
    elif drawn is None and listed.asked:
        lacking.append(_("A text must be drawn in public for the sample of participants."))
    if drawn is not None and len(sample.answers(act, poll)) < drawn.size:
        lacking.append(_("Everybody of the sample must be visited or telephoned."))
    if listed is not None and listed.asked < listed.count and not _signatures_taken(act, poll, listed):
        lacking.append(_("An auditor must take the signatures of ballots and verify them: their voters are not asked."))
    if unexplained(act, poll):
        lacking.append(_("The checks found a fault: it must be explained in the minutes, and the chair must confirm."))
    return lacking


def _signatures_taken(act: Act, poll: Poll, listed: ParticipantList) -> bool:
    """Whether an auditor has taken all signatures after the closing.

    Whoever signed is not asked, and whether a signature is one is verified outside (`pb eds verify`): rows that the
    operator put there would else keep false ballots out of the sample.
    """
    whole = (event.data for event in audit.of_subject(act, poll.cycle_id)
             if event.action == "poll.evidence_read" and event.at > listed.at)  # fmt: skip
    signed = listed.count - listed.asked
    return any(data["poll"] == poll.uuid and data["position"] is None and data["ballots"] >= signed for data in whole)


@adoption.waits_for
def before_adoption(act: Act, cycle: Cycle) -> list[LazyString]:
    """What the assembly waits for before it adopts the result of the cycle's poll."""
    poll = state.current(act, cycle)
    return missing(act, poll) if poll is not None and poll.state in rules.CHECKING else []
