"""The end of what the checks say of single people: which card, which number. The counts stay."""

from collections import Counter
from typing import Any

from sqlalchemy import delete, select, update

from pb.act import Act
from pb.checks.models import Explanation, OpenedCard, PaperCount, ParticipantList, SampleAnswer
from pb.checks.service import faults, openings, paper, rules, sample
from pb.polls.models import Poll


def figures(act: Act, poll: Poll) -> dict[str, Any]:
    """What the checks counted, for the day on which nobody can count it any more; empty for a poll without them."""
    if poll.state not in rules.CHECKING:
        return {}
    compared = paper.compare(act, poll)
    return {
        "hand_overs": {"rows": compared.rows, "commitments": compared.commitments, "paper": compared.paper},
        "closed_cards": len(openings.closed_cards(act, poll)),
        "cards": openings.summary(act, poll),
        "sample": sample.counts(act, poll),
        "faults": dict(sorted(Counter(fault.kind for fault in faults.found(act, poll)).items())),
    }


def erase(act: Act, poll: Poll) -> None:
    """Drops answers and readings of cards, and takes cards, numbers and salts out of counts and explanations.

    Triggers refuse all this before the erasure of the poll's links stands.
    """
    of_poll = {"poll_id": poll.id}
    act.session.execute(delete(SampleAnswer).filter_by(**of_poll))
    act.session.execute(delete(OpenedCard).filter_by(**of_poll))
    act.session.execute(update(PaperCount).filter_by(**of_poll).values(cards=[]))
    act.session.execute(update(ParticipantList).filter_by(**of_poll).values(salt=None))
    for row in act.session.scalars(select(Explanation).filter_by(**of_poll)).all():
        row.faults, row.salt = [mark.partition(":")[0] for mark in row.faults], None
    act.session.flush()
    act.session.expire_all()
