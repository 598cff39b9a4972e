"""What is drawn in public for the checks, the sample and the cards: one member records it, another answers.

The second is another person, of another body in every role of either: secretary and chair of one assembly would be one
word. After a refusal it is recorded anew, and both attempts stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.checks.models import Opening, SampleDraw
from pb.checks.service import rules
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden
from pb.identity.service import holdings
from pb.polls.models import Poll

Drawn = TypeVar("Drawn", SampleDraw, Opening)


@dataclass(frozen=True)
class Drawings(Generic[Drawn]):
    """Those of one kind: who records them, the actions of the answers' events, and what these call the numbers."""

    table: type[Drawn]
    recorders: tuple[Role, ...]
    confirmed: str
    refused: str
    numbers: str

    def attempts(self, act: Act, poll: Poll) -> Sequence[Drawn]:
        """All that was recorded, the refused ones first."""
        query = select(self.table).where(self.table.poll_id == poll.id)
        return act.session.scalars(query.order_by(self.table.attempt)).all()

    def latest(self, act: Act, poll: Poll) -> Drawn | None:
        """The last of them: it waits for a second member, or was answered."""
        return next(reversed(self.attempts(act, poll)), None)

    def agreed(self, act: Act, poll: Poll) -> Drawn | None:
        """The one on which two members of two bodies agreed."""
        last = self.latest(act, poll)
        return last if last is not None and last.agreed else None

    def answerable(self, act: Act, poll: Poll) -> bool:
        """Whether one waits for the actor, who has not recorded it and is of another body."""
        last = self.latest(act, poll)
        if last is None or last.answered_at is not None or act.person is None or not rules.allowed(act, poll):
            return False
        return act.person.id != last.recorded_by and not holdings.of_one_body(act, last.recorded_by)

    def answer(self, act: Act, cycle: Cycle, poll: Poll, attempt: int, *, agrees: bool) -> Drawn:
        """A second member says whether this was drawn.

        Who agrees needs a first who still holds the office; anybody of another body may refuse. Raises Forbidden (also
        where the first has lost the office meanwhile), Conflict (nothing waits, another attempt than the one seen).
        """
        person_id = rules.member(act, poll)
        act.session.get_one(Poll, poll.id, with_for_update=True)
        drawn = self.latest(act, poll)
        if drawn is None or drawn.answered_at is not None or drawn.attempt != attempt:
            raise Conflict(_("There is nothing to confirm."))
        if person_id == drawn.recorded_by:
            raise Forbidden(_("A second member of the commission confirms."))
        if holdings.of_one_body(act, drawn.recorded_by):
            raise Forbidden(_("You are of the same body as the person who recorded this: it takes two."))
        if agrees:
            self._require_first(act, poll, drawn)
        data = {"poll": poll.uuid, "attempt": attempt, self.numbers: drawn.text}
        event = audit.record(act, self.confirmed if agrees else self.refused, subject=cycle.id, data=data)
        drawn.answered_by, drawn.answered_at, drawn.answered_event = person_id, act.at, event.hash
        drawn.agreed = agrees
        act.session.flush()
        return drawn

    def hinders(self, act: Act, poll: Poll) -> LazyString | str | None:
        """Why what waits can only be refused; None where it can be confirmed."""
        try:
            if (last := self.latest(act, poll)) is not None:
                self._require_first(act, poll, last)
        except Forbidden as refusal:
            return refusal.message
        return None

    def _require_first(self, act: Act, poll: Poll, drawn: Drawn) -> None:
        rules.require_first(act, poll, drawn.recorded_by, *self.recorders, since=drawn.recorded_at)
