"""Every event of a whole year can be told in every language, and what is told leads somewhere."""

import pytest
from flask import Flask
from sqlalchemy import select

from pb import clock
from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import LANGUAGES
from pb.notices.service import carriers, telling, wording
from pb.settings import Settings
from pb.territory.models import Territory
from tests.conftest import english
from tests.polls.open_poll import OpenPoll

OF_THE_VOTE = {
    "cycle.opened",
    "cycle.moved",
    "gathering.convened",
    "minutes.confirmed",
    "minutes.answered",
    "poll.opened",
}
OF_A_PROJECT = {"proposal.submitted", "review.accepted", "proposal.approved"}


def test_each_event_of_a_year_is_told_and_its_address_answers(opened: OpenPoll, app: Flask, settings: Settings) -> None:
    reader, met = english(app), set()
    with opened.act() as act, app.app_context(), wording.addressing(settings):
        query = select(AuditEvent).where(AuditEvent.action.in_(telling.actions())).order_by(AuditEvent.position)
        for event in act.session.scalars(query).all():
            place = act.session.get_one(Territory, event.territory_id)
            stranger = Act(act.session, place, None, frozenset(), clock.now())
            telling.teller(event.action).concerned(stranger, event)
            for tongue in LANGUAGES:
                with carriers.speaking(tongue):
                    words = wording.of_event(stranger, event)
                assert words.thing, event.action
                assert words.what, event.action
                assert "%(" not in words.what
            if event.action not in met:
                met.add(event.action)
                assert reader.get(words.url).status_code == 200, words.url
    assert met >= OF_THE_VOTE | OF_A_PROJECT


@pytest.mark.parametrize(
    "endpoint", ["results.result", "winners.show", "voting.show", "roll.ask_answer", "process.show", "gatherings.show"]
)
def test_the_pages_that_notices_lead_to_are_there(app: Flask, endpoint: str) -> None:
    assert endpoint in app.view_functions
