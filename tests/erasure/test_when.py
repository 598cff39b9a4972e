"""Nothing is erased before its term, or with a moment of the future; terms of a cycle never change."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Cycle
from pb.demo import okrug
from pb.erasure import service
from pb.erasure.service import What
from pb.errors import Conflict
from pb.gatherings.models import Answer
from pb.polls.models import LinksErasure, Poll
from pb.polls.service import state
from pb.roll.models import Entry, NumbersErasure
from pb.roll.service import entries
from pb.voting.models import Objection
from pb.voting.service import objections, preparation
from tests.conftest import english, make_app
from tests.erasure.conftest import Ended
from tests.erasure.deeds import decide, end_both_terms, erase_all, lengthen, object_in_time
from tests.frozen.world import without_rules


def test_a_term_that_was_lengthened_after_the_opening_keeps_nothing_longer(ended: Ended) -> None:
    """Played: settings with a date of the past, an event for each, and nothing was ever erased."""
    end_both_terms(ended)
    lengthen(ended, objection_days=365, unadopted_days=1095, iin_days=3650)
    with ended.act() as act:
        assert [thing.is_due(clock.local(act.at).date()) for thing in service.kept(act)] == [True, False]
    assert erase_all(ended) == [What.LINKS]
    assert erase_all(ended) == [What.NUMBERS]


@pytest.mark.parametrize("name", ["objection_days", "unadopted_days", "iin_days"])
def test_the_terms_of_a_cycle_never_change(ended: Ended, name: str) -> None:
    for days in (1, -1):
        with pytest.raises(DBAPIError, match="frozen_cycles_update"), ended.database.work() as session:
            session.execute(update(Cycle).values({name: getattr(Cycle, name) + days}))
    with pytest.raises(DBAPIError, match="terms_bounded"):
        decide(ended, **{name: 4000})


def without_a_poll(ended: Ended, days_ago: int) -> None:
    """The same roll in a cycle that never had a poll; the last day of its plan was so many days ago."""
    last = clock.local(clock.now()).date() - timedelta(days=days_ago)
    with without_rules(ended.database.engine) as connection:
        connection.execute(delete(Poll))
        connection.execute(update(Cycle).where(Cycle.id == ended.cycle_id).values(budget_until=last))
        connection.execute(delete(Answer))


def test_a_roll_of_which_nobody_ever_voted_keeps_no_numbers_for_ever(ended: Ended) -> None:
    """As it was found: without a poll there was no day, and the IINs of everybody stayed."""
    decide(ended, iin_days=30)
    without_a_poll(ended, 29)
    with ended.act() as act:
        kept = [(thing.what, thing.due) for thing in service.kept(act)]
    assert kept == [(What.NUMBERS, clock.local(clock.now()).date() + timedelta(days=1))]
    assert erase_all(ended) == []
    with ended.act() as act:
        event = audit.record(act, "roll.numbers_erased", subject=ended.cycle_id).hash
        act.session.add(NumbersErasure(cycle_id=ended.cycle_id, at=act.at, event=event))
        with pytest.raises(DBAPIError, match="frozen_numbers_erasures_insert"):
            act.session.flush()
        act.session.rollback()
    page = english(make_app(ended.settings, ended.database)).get(f"{ended.path}/").text
    assert "IINs of the roll of voters are erased from this day on" in page
    without_a_poll(ended, 30)
    assert erase_all(ended) == [What.NUMBERS]
    with ended.act() as act:
        assert set(act.session.scalars(select(Entry.iin_sealed))) == {None}
        assert list(service.kept(act)) == []


def test_after_the_erasure_of_its_numbers_nothing_comes_to_a_roll_and_no_poll(ended: Ended) -> None:
    decide(ended, iin_days=30)
    without_a_poll(ended, 40)
    assert erase_all(ended) == [What.NUMBERS]
    with ended.act() as act:
        with pytest.raises(Conflict, match="erased after their term"):
            entries.refuse_frozen(act, ended.cycle(act))
        poll = state.current(act, ended.cycle(act))
        assert poll is None or not preparation.may_be_repeated(act, ended.cycle(act), poll)
        old = act.session.scalars(select(Entry)).first()
        assert old is not None
        values = {"iin_lookup": b"l" * 32, "iin_sealed": b"s", "iin_pepper": 1, "name": "x", "settlement": "x"}
        values |= {"id": uuid4(), "number": 9999, "cycle_id": ended.cycle_id, "imported_at": act.at}
    with pytest.raises(DBAPIError, match="frozen_roll_entries_insert"), ended.database.work() as session:
        session.execute(insert(Entry).values(values))


def test_no_erasure_is_dated_before_its_time_comes(ended: Ended) -> None:
    """As it was played: the event and the row of today, under the date on which the term will be over."""
    with ended.act() as act:
        numbers = [thing for thing in service.kept(act) if thing.what is What.NUMBERS]
        assert numbers[0].due is None or numbers[0].due > clock.now().date()
    assert erase_all(ended) == [What.LINKS]
    for at in (clock.now() + timedelta(days=2), clock.now() + timedelta(days=400)):
        with ended.act(at) as act:
            event = audit.record(act, "roll.numbers_erased", subject=ended.cycle_id).hash
            act.session.add(NumbersErasure(cycle_id=ended.cycle_id, at=act.at, event=event))
            with pytest.raises(DBAPIError, match="dated_numbers_erasures_insert"):
                act.session.flush()
            act.session.rollback()


def test_links_are_not_erased_with_a_moment_of_the_future(ended: Ended) -> None:
    with ended.act(clock.now() + timedelta(days=2)) as act:
        event = audit.record(act, "poll.links_erased", subject=ended.cycle_id).hash
        act.session.add(LinksErasure(poll_id=ended.poll_id, at=act.at, event=event, figures={"by_card": 1}))
        with pytest.raises(DBAPIError, match="dated_links_erasures_insert"):
            act.session.flush()
        act.session.rollback()


def test_nothing_is_erased_before_the_term_and_the_day_is_said(ended: Ended) -> None:
    with ended.act() as act:
        links = next(thing for thing in service.kept(act) if thing.what is What.LINKS)
    assert links.due is not None
    before = datetime.combine(links.due - timedelta(days=1), datetime.min.time(), clock.ALMATY)
    with ended.act(before) as act:
        early = next(thing for thing in service.kept(act) if thing.what is What.LINKS)
        with pytest.raises(Conflict):
            service.erase(act, early)
    assert erase_all(ended, before) == []
    assert erase_all(ended, before + timedelta(days=1)) == [What.LINKS]


def test_an_open_objection_keeps_everything_until_it_is_answered(ended: Ended) -> None:
    object_in_time(ended)
    assert erase_all(ended) == []
    with ended.act() as act:
        poll = ended.poll(act)
        event = audit.record(act, "poll.links_erased", subject=ended.cycle_id).hash
        act.session.add(LinksErasure(poll_id=poll.id, at=act.at, event=event, figures={}))
        with pytest.raises(DBAPIError):
            act.session.flush()
        act.session.rollback()
    with ended.database.work() as session:
        office = okrug.act_of(session, Role.OFFICE, clock.now())
        made = session.scalars(select(Objection)).one()
        objections.answer_objection(office, ended.poll(office), made, "Жауап")
    assert erase_all(ended) == [What.LINKS]
