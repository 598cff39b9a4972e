"""What joins voters to ballots is kept for no longer than a term where nobody adopts the result, nor are the IINs."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.audit import service as audit
from pb.checks.service import faults
from pb.erasure import service
from pb.erasure.service import What
from pb.polls.models import LinksErasure
from pb.roll.models import NumbersErasure
from tests.conftest import english, make_app
from tests.erasure.conftest import Ended, never_adopted
from tests.erasure.deeds import decide, erase_all

STATES = ["complete", "closed", "decrypting"]


def due(ended: Ended, what: What) -> int:
    """In how many days this is due."""
    with ended.act() as act:
        found = next(thing.due for thing in service.kept(act) if thing.what is what)
        assert found is not None
        return (found - clock.local(act.at).date()).days


def forge(ended: Ended, what: What) -> None:
    """What whoever has the application's role writes: the event and the row, of today."""
    with ended.act() as act:
        if what is What.LINKS:
            event = audit.record(act, "poll.links_erased", subject=ended.cycle_id).hash
            figures = {"by_card": 1}
            act.session.add(LinksErasure(poll_id=ended.poll_id, at=act.at, event=event, figures=figures))
        else:
            event = audit.record(act, "roll.numbers_erased", subject=ended.cycle_id).hash
            act.session.add(NumbersErasure(cycle_id=ended.cycle_id, at=act.at, event=event))
        with pytest.raises(DBAPIError, match=f"frozen_{what}_erasures_insert"):
            act.session.flush()
        act.session.rollback()


@pytest.mark.parametrize("state", STATES)
def test_a_result_that_nobody_adopts_keeps_links_and_numbers_for_a_longest_term(ended: Ended, state: str) -> None:
    """As it was found: the akim disagrees, or nobody goes on with the poll, and nothing had ever a day."""
    never_adopted(ended, state)
    assert erase_all(ended) == []
    assert 200 < due(ended, What.LINKS) < 260
    assert due(ended, What.NUMBERS) == due(ended, What.LINKS) + 365
    forge(ended, What.LINKS)
    decide(ended, unadopted_days=90)
    assert erase_all(ended) == [What.LINKS]
    assert due(ended, What.NUMBERS) > 300
    forge(ended, What.NUMBERS)
    decide(ended, iin_days=30)
    assert erase_all(ended) == [What.NUMBERS]
    with ended.act() as act:
        assert list(service.kept(act)) == []
        assert audit.first_fault(act) is None


def test_the_longest_term_says_nothing_about_a_result_that_was_adopted(ended: Ended) -> None:
    """It was adopted later than the longest term began: what counts is the akim's agreement."""
    decide(ended, unadopted_days=90, objection_days=365)
    assert erase_all(ended) == []
    forge(ended, What.LINKS)


def test_what_is_erased_unadopted_is_adopted_no_more(ended: Ended) -> None:
    """Else whoever waits long enough has a result adopted that nobody can check."""
    never_adopted(ended)
    decide(ended, unadopted_days=90)
    erase_all(ended)
    with ended.act() as act:
        assert "erased before the result was adopted" in str(faults.before_adoption(act, ended.cycle(act))[0])
    client = english(make_app(ended.settings, ended.database))
    for page in ("", "/checks", "/objections", "/asked"):
        assert client.get(f"{ended.path}/poll{page}").status_code == 200


def test_a_vote_without_a_result_that_nobody_repeats_keeps_no_numbers_for_ever(ended: Ended) -> None:
    never_adopted(ended, "under_minimum")
    assert erase_all(ended) == [What.LINKS], "the term of objections, from the closing"
    assert due(ended, What.NUMBERS) > 500
    forge(ended, What.NUMBERS)
    decide(ended, unadopted_days=90, iin_days=30)
    assert erase_all(ended) == [What.NUMBERS]


def test_the_day_before_the_longest_term_ends_nothing_is_erased(ended: Ended) -> None:
    never_adopted(ended)
    days = due(ended, What.LINKS)
    assert erase_all(ended, clock.now() + timedelta(days=days - 1)) == []
