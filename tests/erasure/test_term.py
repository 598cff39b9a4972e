"""Until when one may object: to the day before the links may be erased, so that nobody puts the erasure off later."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.erasure.service import What
from pb.errors import FieldRefusal
from pb.voting.models import Objection
from pb.voting.service import objections, term
from tests.conftest import english, make_app
from tests.erasure.conftest import Ended, never_adopted
from tests.erasure.deeds import decide, erase_all


def last_day(ended: Ended) -> date:
    with ended.act() as act:
        last = term.of_poll(act, ended.cycle(act), ended.poll(act)).last
        assert last is not None
        return last


def object_to(ended: Ended) -> None:
    with ended.act() as act:
        objections.object_to(act, ended.poll(act), text="Менің карточкам", contact="8 700")


def write(ended: Ended, made_at: datetime, by: str) -> None:
    """What whoever has the application's role in the database writes."""
    row = {"id": uuid4(), "poll_id": ended.poll_id, "number": 77, "text": "x", "contact": "x", "answer": ""}
    with pytest.raises(DBAPIError, match=by), ended.database.work() as session:
        session.execute(insert(Objection).values(row | {"made_at": made_at}))


def days_until_today(ended: Ended, name: str) -> int:
    """The value of this setting with which today is the last day."""
    decide(ended, **{name: 365})
    return 365 - (last_day(ended) - clock.local(clock.now()).date()).days


@pytest.mark.parametrize("name", ["objection_days", "unadopted_days"])
def test_nobody_objects_after_the_term_and_so_nobody_puts_the_erasure_off(ended: Ended, name: str) -> None:
    """As it was found: an anonymous objection after the term, every month, and nothing was ever erased."""
    if name == "unadopted_days":
        never_adopted(ended)
    today = days_until_today(ended, name)
    decide(ended, **{name: today - 1})
    with pytest.raises(FieldRefusal, match="akim's office in writing, or to the court"):
        object_to(ended)
    write(ended, clock.now(), "in_time_objections_insert")
    write(ended, clock.now() - timedelta(days=150), "dated_objections_insert")
    assert erase_all(ended) == [What.LINKS]


@pytest.mark.parametrize("name", ["objection_days", "unadopted_days"])
def test_on_the_last_day_one_may_object_and_then_the_erasure_waits(ended: Ended, name: str) -> None:
    if name == "unadopted_days":
        never_adopted(ended)
    today = days_until_today(ended, name)
    decide(ended, **{name: today})
    assert last_day(ended) == clock.local(clock.now()).date()
    object_to(ended)
    decide(ended, **{name: today - 1})
    assert erase_all(ended) == [], "an objection waits"


def test_the_page_says_from_when_to_when_and_afterwards_where_else_to_turn(ended: Ended) -> None:
    client = english(make_app(ended.settings, ended.database))
    path = f"{ended.path}/poll/objections"
    over = client.get(path).text
    assert "Objections to this vote were accepted until" in over
    assert "or to the court" in over
    assert "Send the objection" not in over
    refused = client.post(path, data={"text": "Somebody used my card.", "contact": "8 701"})
    assert refused.status_code == 422
    assert "Somebody used my card." in refused.text, "what was written is not lost"
    refused = client.post(path, data={"text": "Somebody used my card.", "contact": "8" * 201})
    assert 'id="contact-error"' in refused.text
    assert 'id="text-error"' in refused.text, "nobody shortens the contact to hear afterwards that it is too late"
    decide(ended, objection_days=365)
    assert "Objections are accepted from" in client.get(path).text
    assert "Send the objection" in client.get(path).text
    never_adopted(ended)
    assert "If the result is not adopted" in client.get(path).text
