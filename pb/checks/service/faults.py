"""What does not fit, by name; what of it the minutes explain; and what the adoption still waits for."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.service import confirmations
from pb.checks.models import Explanation, Outcome, ParticipantList, Side
from pb.checks.service import openings, paper, rules, sample, verifying
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.gatherings.models import Matter
from pb.gatherings.service import adoption, meetings
from pb.polls.models import Poll
from pb.polls.service import state
from pb.voting.service import evidence, judging

LABELS: dict[str, LazyString] = {
    "without_event": _("Marked as handed over, but no published commitment"),
    "without_row": _("A published commitment, but not marked as handed over"),
    "without_paper": _("Marked as handed over, but neither count of the paper lists has the signature"),
    "without_paper_clerk": _("Marked as handed over, but the clerk's count of the paper lists lacks the signature"),
    "without_paper_second": _(
        "Marked as handed over, but the second person's count of the paper lists lacks the signature"
    ),
    "paper_without_row": _("A signature on paper in both counts, but not marked as handed over"),
    "paper_without_row_clerk": _("A signature on paper in the clerk's count alone, and not marked as handed over"),
    "paper_without_row_second": _(
        "A signature on paper in the second person's count alone, and not marked as handed over"
    ),
    "codes_without_event": _("Code released, but no published commitment"),
    "codes_without_row": _("A published commitment of a released code, but no mark of it"),
    "lost": _("A published commitment whose number and salt are gone"),
    "false": _("A hand-over that does not fit its published commitment"),
    "ballot_without_signature": _("Released, but not signed by the voter"),
    "ballot_without_card": _("Neither handed over nor released"),
    "ballot_other_key": _("Signed with the key of another card than that of the entry under which it is recorded"),
    "ballots_differ": _("Somebody took part without a ballot, or a ballot is recorded under nobody"),
    "evidence_false": _("Claims to be the voter's digital signature, and is none"),
    "evidence_changed": _("The verdicts on digital signatures are not those whose hash is in the log"),
    "participants_changed": _("The list of participants is not the committed one"),
    "card_voted": _("A card that nobody had was opened, and its key voted"),
    "card_another_key": _("An opened card has another key than the list"),
    "card_missing": _("A card that nobody took is not there"),
    **confirmations.LACKS,
    "did_not_vote": _("Somebody of the sample did not vote, but a ballot stands in their name"),
}
MINUTED = "participants_commitment"
MINUTED_NUMBERS = "sample_numbers"
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
    """Every fault that the checks have found so far; none once there is nothing left to compare."""
    if rules.erased(act, poll) is not None:
        return []
    comparison = paper.compare(act, poll)
    faults = [Fault(kind, subject) for kind, subjects in comparison.faults().items() for subject in subjects]
    reconciled = evidence.reconcile(act, poll)
    faults += [Fault("ballot_without_signature", tracker) for tracker in reconciled.without_signature]
    faults += [Fault("ballot_without_card", tracker) for tracker in reconciled.without_card]
    faults += [Fault("ballot_other_key", tracker) for tracker in reconciled.other_key]
    # What can change again is named by what it is now: what minutes explain is this difference, and no later one.
    if reconciled.unpaired:
        faults.append(Fault("ballots_differ", sha256("\n".join(reconciled.unpaired).encode()).hexdigest()[:32]))
    if not sample.unchanged(act, poll):
        # Named by the list as it stands: what minutes explain is this change, and no later one.
        faults.append(Fault("participants_changed", sample.present_commitment(act, poll)))
    faults += [
        Fault("evidence_false", f"{tracker} {digest[:32]}".strip())
        for tracker, digest in judging.false(act, poll).items()
    ]
    faults += [Fault("evidence_false", f"{tracker} anew") for tracker in verifying.false(act, poll)]
    if (judged := judging.of_poll(act, poll)) is not None and not (
        judging.unchanged(act, poll) and sample.of_these_verdicts(act, poll)
    ):
        faults.append(Fault("evidence_changed", judging.fingerprint(judged.verdicts)[:32]))
    # A correction stands beside what it corrects, and takes no fault away.
    faults += sorted(
        {
            Fault(OUTCOMES[outcome], row.card)
            for row in openings.readings(act, poll)
            if (outcome := Outcome(row.outcome)) in OUTCOMES
        }
    )
    faults += [Fault("did_not_vote", str(number)) for number in sample.denied(act, poll)]
    # What nobody confirmed is the list as it was opened: minutes explain it of this poll alone.
    if lack := confirmations.lack(act, poll):
        faults.append(Fault(lack, poll.uuid))
    return faults


def explanations(act: Act, poll: Poll) -> Sequence[Explanation]:
    query = select(Explanation).where(Explanation.poll_id == poll.id)
    return act.session.scalars(query.order_by(Explanation.at, Explanation.id)).all()


def explanation(act: Act, poll: Poll, explanation_id: UUID) -> Explanation:
    """A text of this poll. Raises NotFound."""
    row = act.session.get(Explanation, explanation_id)
    if row is None or row.poll_id != poll.id:
        raise NotFound
    return row


def unexplained(act: Act, poll: Poll) -> list[Fault]:
    """Faults that no minutes explain with which the chair agreed, as the log tells of both."""
    told = {event.hash: event.data for event in audit.of_subject(act, poll.cycle_id)}
    erased = rules.erased(act, poll) is not None
    believed = (row for row in explanations(act, poll) if row.agreed and _as_told(row, told, erased=erased))
    explained = {mark for row in believed for mark in row.faults}
    return [fault for fault in found(act, poll) if fault.mark not in explained]


def _as_told(row: Explanation, told: Mapping[str, Mapping[str, object]], *, erased: bool) -> bool:
    """Whether both events tell of these very faults: a row alone is the word of whoever wrote it.

    After the erasure kinds are all that is left of the marks: then there are as many of each kind.
    """
    if row.chair_event is None or (row.salt is None and not erased):
        return False
    said = _told_of(row)
    return all(said.items() <= told.get(event, {}).items() for event in (row.event, row.chair_event))


def _told_of(row: Explanation) -> dict[str, object]:
    """What an event says of a text's faults: how many of each kind, and a commitment to the marks until the erasure."""
    said: dict[str, object] = {"faults": _counted(explained(row))}
    if row.salt is not None:
        said["commitment"] = sampling.commitment("\n".join(row.faults), row.salt)
    return said


def unwritten(act: Act, poll: Poll) -> list[Fault]:
    """Those of them about which no text waits for the chair: each has one text at a time, and it stays."""
    waiting = {mark for row in explanations(act, poll) if row.chair_at is None for mark in row.faults}
    return [fault for fault in unexplained(act, poll) if fault.mark not in waiting]


def chosen_by(faults: Sequence[Fault]) -> dict[str, list[Fault]]:
    """The faults by kind, as a form names them: the kind, and a digest of exactly these faults of it.

    So nobody explains a fault that came up after the page was shown.
    """
    kinds: dict[str, list[Fault]] = {}
    for fault in sorted(faults):
        kinds.setdefault(fault.kind, []).append(fault)
    return {f"{kind}:{_digest(those)}": those for kind, those in kinds.items()}


def _digest(faults: Sequence[Fault]) -> str:
    return sha256("\n".join(fault.mark for fault in faults).encode()).hexdigest()[:16]


def require_unwritten(act: Act, poll: Poll) -> None:
    """Raises Conflict where there is no fault that a text could explain now."""
    if unwritten(act, poll):
        return
    if unexplained(act, poll):
        raise Conflict(_("An explanation of these faults waits for the chair."))
    raise Conflict(_("There is no fault to explain."))


def explain(
    act: Act, cycle: Cycle, poll: Poll, *, kinds: Collection[str], minutes_number: str, text: str
) -> Explanation:
    """The secretary or a deputy explains faults of some kinds, as the minutes do; the chair confirms it afterwards.

    `kinds` are keys of `chosen_by(unwritten(…))`: a fault whose explanation waits for the chair gets no other. Raises
    Forbidden, Conflict (no fault, or all of them wait), FieldRefusal.
    """
    if act.person is None or not act.holds(*rules.WRITING):
        raise Forbidden(_("The secretary or a deputy explains a fault as the minutes do."))
    person_id = rules.member(act, poll, *rules.WRITING)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    require_unwritten(act, poll)
    open_faults = chosen_by(unwritten(act, poll))
    if not kinds or not open_faults.keys() >= set(kinds):
        raise FieldRefusal("kinds", _("Choose the faults that this text explains, as they stand now."))
    faults = [fault for kind, those in open_faults.items() if kind in kinds for fault in those]
    number = rules.minutes_number(minutes_number)
    if not text.strip() or len(text) > rules.LONGEST_TEXT:
        raise FieldRefusal("text", _("Write what the minutes say, in at most 2000 characters."))
    row = Explanation(
        poll_id=poll.id,
        faults=[fault.mark for fault in faults],
        salt=secrets.token_bytes(sample.SALT_BYTES),
        minutes_number=number,
        text=text.strip(),
        secretary_id=person_id,
        at=act.at,
    )
    data = {"poll": poll.uuid, "minutes": number, "text": row.text, **_told_of(row)}
    row.event = audit.record(act, "checks.explained", subject=cycle.id, data=data).hash
    act.session.add(row)
    act.session.flush()
    return row


def explained(row: Explanation) -> list[Fault]:
    """The faults that a text is about; after the erasure their kinds alone."""
    parts = [mark.partition(":") for mark in row.faults]
    return [Fault(kind, subject) for kind, _colon, subject in parts]


def _counted(faults: Sequence[Fault]) -> dict[str, int]:
    return dict(sorted(Counter(fault.kind for fault in faults).items()))


def confirm_explanation(act: Act, cycle: Cycle, poll: Poll, row: Explanation, *, agrees: bool = True) -> None:
    """The chair confirms that the minutes say so, or refuses: then another text is written beside it.

    Raises Forbidden, Conflict (answered already), NotFound.
    """
    if row.poll_id != poll.id:
        raise NotFound
    if act.person is None or not act.holds(Role.CHAIR) or act.person.id == row.secretary_id:
        raise Forbidden(_("The chair confirms an explanation, and has not written it."))
    person_id = rules.member(act, poll, Role.CHAIR)
    if agrees:
        rules.require_first(act, poll, row.secretary_id, *rules.WRITING, since=row.at)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    act.session.refresh(row)
    if row.chair_at is not None:
        raise Conflict(_("The chair has answered this already."))
    data = {"poll": poll.uuid, "minutes": row.minutes_number, **_told_of(row)}
    action = "checks.explanation_confirmed" if agrees else "checks.explanation_refused"
    event = audit.record(act, action, subject=cycle.id, data=data)
    row.chair_id, row.chair_at, row.chair_event, row.agreed = person_id, act.at, event.hash, agrees
    act.session.flush()


def unconfirmable(act: Act, poll: Poll, row: Explanation) -> LazyString | str | None:
    """Why the chair can only refuse an explanation; None where it can be confirmed."""
    try:
        rules.require_first(act, poll, row.secretary_id, *rules.WRITING, since=row.at)
    except Forbidden as refusal:
        return refusal.message
    return None


def missing(act: Act, poll: Poll) -> list[LazyString]:
    """What the checks still lack, in words. After the erasure nothing can be checked: then they were done before."""
    if rules.erased(act, poll) is not None:
        return []
    lacking = [*_missing_of_paper_and_cards(act, poll), *_missing_of_the_sample(act, poll)]
    if not verifying.able(act, poll):
        lacking.append(_("The signatures of ballots cannot be verified anew here."))
    if unexplained(act, poll):
        lacking.append(_("The checks found a fault: it must be explained in the minutes, and the chair must confirm."))
    if in_minutes(act, poll) is False:
        lacking.append(
            _("The minutes of the adoption have another list of participants, or other drawn numbers, than the log.")
        )
    return lacking


def _missing_of_paper_and_cards(act: Act, poll: Poll) -> Iterator[LazyString]:
    if len(paper.counts(act, poll)) < len(Side):
        yield _("The signatures on the paper hand-over lists must be counted by two people.")
    chosen = openings.latest(act, poll)
    if chosen is not None and chosen.answered_at is None:
        yield _("A second member, of another body, must confirm which cards are opened.")
    elif openings.get(act, poll) is None and openings.closed_cards(act, poll):
        yield _("Two members of the commission must say which cards that nobody took are opened.")
    if unread := openings.unread(act, poll):
        yield _("Cards that nobody took must be opened and recorded: %(number)s are left.", number=len(unread))
    if waiting := openings.waiting(act, poll):
        yield _("A second member must confirm what was read from opened cards: %(number)s wait.", number=len(waiting))


def _missing_of_the_sample(act: Act, poll: Poll) -> Iterator[LazyString]:
    listed, drawn = sample.committed(act, poll), sample.get(act, poll)
    if listed is None:
        yield _("The list of participants was not committed at the closing.")
    elif sample.recordable(act, poll):
        yield _("Numbers must be drawn in public for the sample of participants, and recorded.")
    elif drawn is None and listed.asked:
        yield _("A second member, of another body, must confirm the numbers drawn for the sample.")
    if drawn is not None and (unsettled := sample.unsettled(act, poll)):
        yield _(
            "Everybody of the sample must be visited or telephoned, and a second member must confirm each answer: "
            "%(number)s are left.",
            number=len(unsettled),
        )
    if signatures_wait(act, poll):
        yield _("An auditor must take the signatures of ballots and verify them: their voters are not asked.")


def in_minutes(act: Act, poll: Poll) -> bool | None:
    """Whether the minutes of the adoption have commitment and drawn numbers of the log; None before them."""
    listed = sample.committed(act, poll)
    cycle = act.session.get_one(Cycle, poll.cycle_id)
    last = meetings.last(act, cycle, Matter.ADOPTION)
    minutes = meetings.minutes_of(act, last) if last is not None else None
    if minutes is None or listed is None:
        return None
    draw = sample.get(act, poll)
    same_numbers = minutes.body.get(MINUTED_NUMBERS) == (draw.text if draw is not None else None)
    return bool(same_numbers and minutes.body.get(MINUTED) == listed.commitment)


def signatures_wait(act: Act, poll: Poll) -> bool:
    """Whether an auditor must still take the signatures of ballots, whose voters are not asked."""
    listed = sample.committed(act, poll)
    return listed is not None and listed.asked < listed.count and not _signatures_taken(act, poll, listed)


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
    """What the assembly waits for before it adopts the result of the cycle's poll: without one, for a poll."""
    poll = state.current(act, cycle)
    if poll is None or poll.state not in rules.CHECKING:
        return [_("There is no poll of this cycle whose checks could be done.")]
    if rules.erased(act, poll) is not None and meetings.adopted(act, cycle) is None:
        return [_("What joined people to ballots was erased before the result was adopted: nothing can be checked.")]
    return missing(act, poll)


@adoption.stands_in_minutes
def drawing_for_minutes(act: Act, cycle: Cycle) -> dict[str, str]:
    """The commitment to the list of participants and the numbers that were drawn, for the minutes of the adoption."""
    poll = state.current(act, cycle)
    listed = sample.committed(act, poll) if poll is not None else None
    if poll is None or listed is None:
        return {}
    draw = sample.get(act, poll)
    return {MINUTED: listed.commitment} | ({MINUTED_NUMBERS: draw.text} if draw is not None else {})
