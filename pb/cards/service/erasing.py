"""The end of what joins voters to the keys of their cards."""

from sqlalchemy import delete, update

from pb.act import Act
from pb.cards.models import CardEvent, CardWithdrawal, Credential, HandOverUndoing, Reissue, SealedCode
from pb.polls.models import Poll


def erase(act: Act, poll: Poll) -> None:
    """Drops cards, their events, sealed codes and proposals to re-issue, and takes the voters from the re-issues.

    Reasons go with the salts of their commitments. The withdrawn keys stay as they were published. Triggers refuse all
    this before the poll's erasure stands.
    """
    of_poll = {"poll_id": poll.id}
    act.session.execute(delete(SealedCode).filter_by(**of_poll))
    act.session.execute(delete(CardEvent).filter_by(**of_poll))
    act.session.execute(delete(Reissue).filter_by(**of_poll).where(Reissue.approved_at.is_(None)))
    act.session.execute(update(Reissue).filter_by(**of_poll).values(entry_id=None, reason="", salt=None))
    act.session.execute(update(HandOverUndoing).filter_by(**of_poll).values(entry_id=None, reason="", salt=None))
    act.session.execute(update(CardWithdrawal).filter_by(**of_poll).values(reason="", salt=None))
    act.session.execute(delete(Credential).filter_by(**of_poll))
