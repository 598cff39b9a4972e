"""A sample of those who took part is asked whether they voted: the list first, then the drawing, then the answers."""

import secrets
from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.checks.models import Answer, ParticipantList, SampleAnswer, SampleDraw
from pb.checks.service import rules
from pb.clock import local
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.polls.models import Participation, Poll
from pb.roll.models import Entry
from pb.voting.models import CastBallot
from pb.voting.service import judging

SALT_BYTES = 32
COPIED_DIGITS = 32  # of the commitment: with fewer, another list with the same beginning could be made


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
    data = {"poll": poll.uuid, "commitment": committed, "participants": len(listed), "asked": asked}
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


def get(act: Act, poll: Poll) -> SampleDraw | None:
    return act.session.get(SampleDraw, poll.id)


def record_draw(act: Act, cycle: Cycle, poll: Poll, *, text: str, minutes_number: str, copied: str) -> SampleDraw:
    """The secretary records the text that was drawn in public after the list was committed; the sample follows.

    `copied`: the first 32 digits (128 bits) of the commitment or more, as the minutes have it. Raises Forbidden,
    Conflict (no list committed before, drawn already, nobody to ask), FieldRefusal.
    """
    rules.member(act, poll)
    if act.person is None or not act.holds(Role.SECRETARY):
        raise Forbidden(_("The secretary records the drawn text."))
    act.session.get_one(Poll, poll.id, with_for_update=True)
    listed = committed(act, poll)
    if listed is None or act.at <= listed.at:
        raise Conflict(_("The list of participants is committed first: a text that was known before proves nothing."))
    if get(act, poll) is not None:
        raise Conflict(_("The sample is drawn already."))
    if not listed.asked:
        raise Conflict(_("All participants signed their ballots: there is nobody to ask."))
    number, drawn = rules.minutes_number(minutes_number), rules.drawn_text(text)
    if not drawn:
        raise FieldRefusal("text", _("Write the text that was drawn."))
    digits = "".join(copied.split()).lower()
    if len(digits) < COPIED_DIGITS or not listed.commitment.startswith(digits):
        raise FieldRefusal("copied", _("The minutes have another commitment than the log. Look it up again."))
    size = sampling.size(listed.asked)
    data = {"poll": poll.uuid, "text": drawn, "minutes": number, "size": size, "commitment": listed.commitment}
    event = audit.record(act, "checks.sample_drawn", subject=cycle.id, data=data)
    draw = SampleDraw(
        poll_id=poll.id,
        text=drawn,
        minutes_number=number,
        size=size,
        secretary_id=act.person.id,
        at=act.at,
        event=event.hash,
    )
    act.session.add(draw)
    act.session.flush()
    return draw


def members(act: Act, poll: Poll) -> list[int]:
    """The sample: numbers on the roll in the order in which they were drawn; empty before the drawing."""
    draw, listed = get(act, poll), committed(act, poll)
    if draw is None or listed is None:
        return []
    asked = [number for number, signed in participants(act, poll) if not signed]
    return sampling.draw(asked, draw.size, sampling.seed(draw.text, listed.commitment))


def look(act: Act, cycle: Cycle, poll: Poll) -> list[tuple[Entry, SampleAnswer | None]]:
    """Whom to visit, for a member of the commission; each look is logged, without a name. Raises as `answer` does."""
    rules.member(act, poll)
    numbers = members(act, poll)
    if not numbers:
        raise Conflict(_("The sample is not drawn yet."))
    query = select(Entry).where(Entry.cycle_id == cycle.id, Entry.number.in_(numbers))
    by_number = {entry.number: entry for entry in act.session.scalars(query)}
    given = {answer.number: answer for answer in answers(act, poll)}
    audit.record(act, "checks.sample_seen", subject=cycle.id, data={"poll": poll.uuid})
    return [(by_number[number], given.get(number)) for number in numbers]


def colleagues(act: Act) -> list[Person]:
    """The other members of the commission, by name."""
    found = {person.id: person for role in rules.COMMISSION for person in accounts.holders(act, role)}
    checked = {person.id for role in rules.CHECKED for person in accounts.holders(act, role)}
    own = {act.person.id} if act.person else set()
    return sorted((found[key] for key in found.keys() - checked - own), key=lambda person: person.name)


def answers(act: Act, poll: Poll) -> Sequence[SampleAnswer]:
    query = select(SampleAnswer).where(SampleAnswer.poll_id == poll.id)
    return act.session.scalars(query.order_by(SampleAnswer.number)).all()


def require_unanswered(act: Act, poll: Poll, number: int) -> None:
    """Raises NotFound for a number that is not of the sample, Conflict for one whose answer is recorded: it stays."""
    if number not in members(act, poll):
        raise NotFound
    if act.session.get(SampleAnswer, (poll.id, number)) is not None:
        raise Conflict(_("This answer was recorded already."))


def answer(act: Act, cycle: Cycle, poll: Poll, number: int, answered: Answer, second: Person | None) -> SampleAnswer:
    """Two members record what somebody of the sample said; it stays. Nobody is put in the place of who is not found.

    The log holds how many answered, and when all did, the counts: neither a number nor a name. Raises Forbidden,
    Conflict (recorded already), NotFound (not of the sample), FieldRefusal (no second member).
    """
    member_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    require_unanswered(act, poll, number)
    if second is None or second.id not in {person.id for person in colleagues(act)}:
        raise FieldRefusal("second", _("Choose the second member who was there."))
    row = SampleAnswer(
        poll_id=poll.id,
        number=number,
        answer=answered,
        member_id=member_id,
        second_id=second.id,
        day=local(act.at).date(),
    )
    act.session.add(row)
    act.session.flush()
    recorded = answers(act, poll)
    audit.record(act, "checks.answered", subject=cycle.id, data={"poll": poll.uuid, "answers": len(recorded)})
    if len(recorded) == len(members(act, poll)):
        audit.record(act, "checks.sample_finished", subject=cycle.id, data={"poll": poll.uuid, **counts(act, poll)})
    return row


def counts(act: Act, poll: Poll) -> dict[str, int]:
    """How many of the sample said what."""
    given = [row.answer for row in answers(act, poll)]
    return {kind.value: given.count(kind) for kind in Answer}
