"""Before anybody objects the page says who reads it, when the answer comes and how long the term is."""

from datetime import timedelta

import pytest
from flask import Flask

from pb import clock
from pb.formats import day
from pb.territory.service import working_days
from tests.conftest import english
from tests.polls.open_poll import OpenPoll


def test_before_sending_the_reader_knows_who_reads_it_and_when_the_answer_comes(opened: OpenPoll, app: Flask) -> None:
    """Played: that the text is not published was told after it was sent, and the term in days without a date."""
    with opened.act() as act:
        cycle, _poll = opened.rows(act)
        due = day(working_days.last_day(act, act.at, cycle.answer_days), "en")
        assert cycle.result_until is not None
        last = day(cycle.result_until + timedelta(days=cycle.objection_days - 1), "en")
    client, address = english(app), f"{opened.path}/objections"
    before = client.get(address).text.partition("<textarea")[0]
    assert "Your text is not published" in before
    assert f"If you send it today, the answer stands here by {due}." in before
    assert f"– {last}, by the plan of the cycle." in before
    sent = client.post(address, data={"text": "My card is gone.", "contact": ""})
    assert f"The answer comes by {due}." in sent.text


def test_once_the_plan_is_passed_no_false_day_is_told(
    opened: OpenPoll, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=120)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = english(app).get(f"{opened.path}/objections").text
    assert "by the plan of the cycle" not in page
