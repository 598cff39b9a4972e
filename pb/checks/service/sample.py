"""A sample of those who took part is asked whether they voted: the list first, then the drawing, then the answers."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.checks.models import Answer, ParticipantList, SampleAnswer, SampleDraw
from pb.checks.service import rules
from pb.checks.service.drawings import Drawings
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all, refused_by
from pb.keyring import Keys
from pb.polls.models import Participation, Poll
from pb.polls.service import drawing
from pb.roll.models import Entry
from pb.roll.service import commitments
from pb.voting.models import CastBallot
from pb.voting.service import judging

SALT_BYTES = 32
WORST_FIRST = (Answer.DID_NOT_VOTE, Answer.NOT_FOUND, Answer.VOTED)
COPIED_DIGITS = 32  # of the commitment: with fewer, another list with the same beginning could be made
DRAWINGS = Drawings(
    SampleDraw, rules.WRITING, "checks.sample_draw_confirmed", "checks.sample_draw_refused", numbers="text"
)
attempts, latest, get = DRAWINGS.attempts, DRAWINGS.latest, DRAWINGS.agreed  # before an agreed one there is no sample
draw_answerable, answer_draw, draw_hinders = DRAWINGS.answerable, DRAWINGS.answer, DRAWINGS.hinders


def participants(act: Act, poll: Poll) -> list[tuple[int, bool]]:
    """Number on the roll of each who took part, and whether the ballot bears the voter's digital signature.

    A row that claims to be a signature is none: what was verified after the closing is.
    """
    signed = judging.signed(act, poll)
    query = (
        select(Entry.number, CastBallot.tracker)
        .join(Participation, Participation.entry_id == Entry.id)
        .outerjoin(
            CastBallot,
            (CastBallot.poll_id == Participation.poll_id) & (CastBallot.entry_id == Participation.entry_id),
        )
        .where(Participation.poll_id == poll.id)
        .order_by(Entry.number)
    )
    return [(number, tracker in signed) for number, tracker in act.session.execute(query)]


@judging.when_judged
def commit(act: Act, cycle: Cycle, poll: Poll) -> None:
    """Commits the list of participants before any text is drawn: a salted HMAC in the audit log.

    At the closing, or where ballots were signed, once a job has verified these signatures: seconds later.
    """
    if poll.state not in rules.CHECKING:
        return
    listed = participants(act, poll)
    salt = secrets.token_bytes(SALT_BYTES)
    committed = sampling.commitment(sampling.list_text(listed), salt)
    asked = sum(not signed for _number, signed in listed)
    judged = judging.of_poll(act, poll)
    data = {"poll": poll.uuid, "commitment": committed, "participants": len(listed), "asked": asked}
    data |= {"verdicts": judging.fingerprint(judged.verdicts)} if judged is not None else {}
    event = audit.record(act, "checks.participants_committed", subject=cycle.id, data=data)
    act.session.add(
        ParticipantList(
            poll_id=poll.id,
            salt=salt,
            commitment=committed,
            count=len(listed),
            asked=asked,
            at=act.at,
            event=event.hash,
        )
    )
    act.session.flush()


def committed(act: Act, poll: Poll) -> ParticipantList | None:
    return act.session.get(ParticipantList, poll.id)


def present_commitment(act: Act, poll: Poll) -> str:
    """The commitment to the list of participants as it stands now, under the salt of the first.

    Empty before it, and after the erasure of the salt.
    """
    before = committed(act, poll)
    if before is None or before.salt is None:
        return ""
    return sampling.commitment(sampling.list_text(participants(act, poll)), before.salt)


def unchanged(act: Act, poll: Poll) -> bool:
    """Whether the list of participants still is the committed one."""
    before = committed(act, poll)
    return before is None or before.salt is None or present_commitment(act, poll) == before.commitment


def of_these_verdicts(act: Act, poll: Poll) -> bool:
    """Whether the list was committed on the verdicts on signatures that stand now: its event has their hash."""
    listed, judged = committed(act, poll), judging.of_poll(act, poll)
    if listed is None or judged is None:
        return True
    data = next((event.data for event in audit.of_subject(act, poll.cycle_id) if event.hash == listed.event), {})
    return data.get("verdicts") == judging.fingerprint(judged.verdicts)


def recordable(act: Act, poll: Poll) -> bool:
    """Whether a text is still to be recorded: somebody is asked, and none waits for its answer or was agreed on."""
    listed, last = committed(act, poll), latest(act, poll)
    return listed is not None and bool(listed.asked) and (last is None or last.agreed is False)


@dataclass(frozen=True)
class Drawing:
    """What is recorded of the drawing: the text, the number of its minutes, how many are asked, and of which list."""

    text: str
    minutes_number: str
    size: int
    commitment: str


def look_draw_over(act: Act, poll: Poll, *, text: str, minutes_number: str, copied: str) -> Drawing:
    """What `record_draw` would keep: before it nobody learns whom the text chooses. Raises as `record_draw` does."""
    if act.person is None or not act.holds(*rules.WRITING):
        raise Forbidden(_("The secretary or a deputy records the drawn text."))
    rules.member(act, poll, *rules.WRITING)
    listed = committed(act, poll)
    if listed is None or act.at <= listed.at:
        raise Conflict(_("The list of participants is committed first: a text that was known before proves nothing."))
    if not listed.asked:
        raise Conflict(_("All participants signed their ballots: there is nobody to ask."))
    if not recordable(act, poll):
        raise Conflict(_("Drawn numbers were recorded already, and that stays."))
    refuse_all(faults(act, poll, text=text, minutes_number=minutes_number, copied=copied))
    number, drawn = rules.minutes_number(minutes_number), drawing.numbers("text", text)
    return Drawing(drawn, number, sampling.size(listed.asked), listed.commitment)


def faults(act: Act, poll: Poll, *, text: str, minutes_number: str, copied: str) -> Iterator[FieldRefusal]:
    """What is wrong with how a drawing is written, and whether the minutes name another list than the log."""
    yield from refused_by(lambda: drawing.numbers("text", text), lambda: rules.minutes_number(minutes_number))
    listed, digits = committed(act, poll), "".join(copied.split()).lower()
    if listed is not None and (len(digits) < COPIED_DIGITS or not listed.commitment.startswith(digits)):
        yield FieldRefusal("copied", _("The minutes have another commitment than the log. Look it up again."))


def record_draw(act: Act, cycle: Cycle, poll: Poll, *, text: str, minutes_number: str, copied: str) -> SampleDraw:
    """The secretary or a deputy records the numbers drawn in public after the list was committed.

    A second member of another body answers; before it there is no sample. `copied`: the first 32 digits (128 bits) of
    the commitment or more, as the minutes have it. Raises Forbidden, Conflict (no list committed before, recorded
    already, nobody to ask), FieldRefusal.
    """
    act.session.get_one(Poll, poll.id, with_for_update=True)
    drawn = look_draw_over(act, poll, text=text, minutes_number=minutes_number, copied=copied)
    attempt = len(attempts(act, poll)) + 1
    data = {"poll": poll.uuid, "text": drawn.text, "minutes": drawn.minutes_number, "size": drawn.size}
    data |= {"commitment": drawn.commitment, "attempt": attempt}
    event = audit.record(act, "checks.sample_drawn", subject=cycle.id, data=data)
    draw = SampleDraw(
        poll_id=poll.id,
        attempt=attempt,
        text=drawn.text,
        minutes_number=drawn.minutes_number,
        size=drawn.size,
        recorded_by=event.actor_id,
        recorded_at=act.at,
        event=event.hash,
    )
    act.session.add(draw)
    act.session.flush()
    return draw


def members(act: Act, poll: Poll) -> list[int]:
    """The sample: numbers on the roll in the order in which they were drawn; empty before two agreed on the text."""
    draw, listed = get(act, poll), committed(act, poll)
    if draw is None or listed is None:
        return []
    asked = [number for number, signed in participants(act, poll) if not signed]
    # The size follows from how many there are: what a column says of it is nobody's to choose.
    return sampling.draw(asked, sampling.size(len(asked)), sampling.seed(draw.text, listed.commitment))


def look(act: Act, cycle: Cycle, poll: Poll, keys: Keys) -> list[tuple[Entry, list[SampleAnswer]]]:
    """Whom to visit, with what was written of each; every look is logged, without a name.

    The names are those with which the poll was opened: whoever writes others beside the drawn numbers for an hour
    sends the commission to people of their own. Raises Forbidden (not of the commission), Conflict (not drawn, erased,
    another roll than at the opening).
    """
    rules.member(act, poll)
    numbers = members(act, poll)
    if not numbers:
        raise Conflict(_("The sample is not drawn yet."))
    commitments.require_frozen(act, cycle, keys)
    query = select(Entry).where(Entry.cycle_id == cycle.id, Entry.number.in_(numbers))
    by_number = {entry.number: entry for entry in act.session.scalars(query)}
    given = by_member(act, poll)
    audit.record(act, "checks.sample_seen", subject=cycle.id, data={"poll": poll.uuid})
    return [(by_number[number], given.get(number, [])) for number in numbers]


def answers(act: Act, poll: Poll) -> Sequence[SampleAnswer]:
    """All that was written, by number; further readings beside the first."""
    query = select(SampleAnswer).where(SampleAnswer.poll_id == poll.id)
    return act.session.scalars(query.order_by(SampleAnswer.number, SampleAnswer.reading)).all()


def by_member(act: Act, poll: Poll) -> dict[int, list[SampleAnswer]]:
    """What was written of each number."""
    given: dict[int, list[SampleAnswer]] = {}
    for row in answers(act, poll):
        given.setdefault(row.number, []).append(row)
    return given


def answerable(act: Act, poll: Poll) -> list[int]:
    """Of whom the actor may still write an answer: not written by the same member, and not agreed on by two."""
    own, given = act.person.id if act.person is not None else None, by_member(act, poll)
    return [
        number
        for number in members(act, poll)
        if not any(row.confirmed_at is not None or row.member_id == own for row in given.get(number, []))
    ]


def require_unanswered(act: Act, poll: Poll, number: int) -> None:
    """Raises NotFound for a number that is not of the sample, Conflict where this member wrote or two agreed."""
    if number not in members(act, poll):
        raise NotFound
    if number not in answerable(act, poll):
        raise Conflict(_("This answer was recorded already."))


def answer(act: Act, cycle: Cycle, poll: Poll, number: int, answered: Answer) -> SampleAnswer:
    """A member writes what somebody of the sample said; it stays, and counts once another member confirms it.

    Who was there and heard otherwise writes another answer beside it, and the worse one counts. Nobody is put in the
    place of who is not found. The log holds how many answers were written: neither a number nor a name. Raises
    Forbidden, Conflict (written by the same member, or confirmed), NotFound (not of the sample).
    """
    member_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    require_unanswered(act, poll, number)
    written = answers(act, poll)
    data = {"poll": poll.uuid, "answers": len(written) + 1}
    event = audit.record(act, "checks.answered", subject=cycle.id, data=data)
    row = SampleAnswer(
        poll_id=poll.id,
        number=number,
        reading=1 + sum(other.number == number for other in written),
        answer=answered,
        member_id=member_id,
        at=act.at,
        event=event.hash,
    )
    act.session.add(row)
    act.session.flush()
    return row


def confirmable(act: Act, poll: Poll) -> list[SampleAnswer]:
    """The answers that the actor may confirm: of others, and of nobody of whom two members agreed already."""
    own = act.person.id if act.person is not None else None
    rows = by_member(act, poll).values()
    waiting = [row for of_one in rows if all(row.confirmed_at is None for row in of_one) for row in of_one]
    return [row for row in waiting if row.member_id != own]


def named(row: SampleAnswer) -> str:
    """An answer as a form names it, with what was written: nobody confirms what they did not see."""
    return f"{row.number}:{row.reading}:{row.answer}"


def confirm(act: Act, cycle: Cycle, poll: Poll, seen: Collection[str]) -> int:
    """A second member, who was there, confirms answers that another wrote (`named`); how many.

    When two agreed on everybody of the sample, the log has the counts. Raises Forbidden, Conflict (one of them is one's
    own, confirmed, or another than what was seen), FieldRefusal (none chosen).
    """
    member_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    if not seen:
        raise FieldRefusal("answers", _("Choose the answers that you heard too."))
    rows = {named(row): row for row in confirmable(act, poll)}
    chosen = [rows[name] for name in seen if name in rows]
    if len(chosen) < len(seen) or len({row.number for row in chosen}) < len(chosen):
        raise Conflict(_("The answers have changed since you saw them. Look at them again."))
    data = {"poll": poll.uuid, "answers": len(chosen)}
    event = audit.record(act, "checks.answers_confirmed", subject=cycle.id, data=data)
    for row in chosen:
        row.confirmed_by, row.confirmed_at, row.confirmed_event = member_id, act.at, event.hash
    act.session.flush()
    if not unsettled(act, poll):
        audit.record(act, "checks.sample_finished", subject=cycle.id, data={"poll": poll.uuid, **counts(act, poll)})
    return len(chosen)


def settled(act: Act, poll: Poll) -> dict[int, Answer]:
    """What counts of each on whom two members agreed: of several answers the worst."""
    return {
        number: min((Answer(row.answer) for row in rows), key=WORST_FIRST.index)
        for number, rows in by_member(act, poll).items()
        if any(row.confirmed_at is not None for row in rows)
    }


def unsettled(act: Act, poll: Poll) -> set[int]:
    """Of whom no answer counts yet."""
    return set(members(act, poll)) - settled(act, poll).keys()


def denied(act: Act, poll: Poll) -> list[int]:
    """Who said that they did not vote, as any member wrote it, confirmed or not."""
    return sorted({row.number for row in answers(act, poll) if row.answer == Answer.DID_NOT_VOTE})


def counts(act: Act, poll: Poll) -> dict[str, int]:
    """How many of the sample said what, of the answers that count."""
    given = list(settled(act, poll).values())
    return {kind.value: given.count(kind) for kind in Answer}
