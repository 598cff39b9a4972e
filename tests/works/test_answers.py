"""What residents say of an accepted project: once each, within a term, and nobody else learns whose it is."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit.models import AuditEvent
from pb.clock import now
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.works.models import Answer, Opinion, Rating, State
from pb.works.service import Words, answers
from pb.works.service.answers import Said
from tests.conftest import SignIn
from tests.duties import told
from tests.linting import LintingClient
from tests.village import Village
from tests.works.projects import REASON, Site, ago, site

both = pytest.mark.both_databases


@pytest.fixture
def works(okrug: Village) -> Site:
    found = site(okrug)
    found.take(State.WORKS, ago(3))
    return found


def answer(works: Site, said: Said) -> UUID:
    with works.okrug.in_cycle(works.cycle_id, Role.RESIDENT) as (act, cycle):
        return answers.give(act, cycle, works.project(act), said).id


@both
def test_one_answer_each_is_changed_until_its_term_and_named_nowhere(works: Site) -> None:
    with pytest.raises(Conflict):
        answer(works, Said(Opinion.CONFIRMED))
    works.take(State.ACCEPTED, ago(1))
    with pytest.raises(FieldRefusal):
        answer(works, Said())
    with pytest.raises(FieldRefusal, match="missing or wrong"):
        answer(works, Said(Opinion.DISPUTED))
    first = answer(works, Said(Opinion.DISPUTED, words=Words("Екі шам жанбайды.", "kk")))
    assert answer(works, Said(Opinion.CONFIRMED, Rating.HIGH)) == first, "changed, not added"
    with works.okrug.in_cycle(works.cycle_id, Role.OFFICE) as (act, cycle), pytest.raises(Forbidden):
        answers.give(act, cycle, works.project(act), Said(Opinion.CONFIRMED))
    with works.okrug.act_as() as act:
        events = act.session.scalars(select(AuditEvent).where(AuditEvent.action == "work.answered")).all()
        told = [(event.actor_id, event.actor_roles, event.subject_id, event.data) for event in events]
        assert told == [(None, "", works.cycle_id, {})] * 2, "neither whose nor of which project: few are few"
        counts = answers.counts(act, works.project(act))
        assert counts is not None
        assert (counts.answered, counts.opinions) == (None, None), "one answer picks somebody out"
    with works.okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
        act.session.execute(update(Answer).values(opinion="disputed", words="–"))
    with time_machine.travel(now() + timedelta(days=31)):
        with pytest.raises(Conflict):
            answer(works, Said(Opinion.CONFIRMED))
        with works.okrug.act_as() as act:
            counts = answers.counts(act, works.project(act))
            assert counts is not None
            assert (counts.answered, counts.opinions, counts.ratings) == (None, None, None)


def test_of_few_who_answered_no_number_is_told_nor_found_by_subtraction(
    works: Site, client: LintingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.take(State.ACCEPTED, ago(1))
    answer(works, Said(Opinion.CONFIRMED))
    page = client.get(f"{works.page}/1").text
    assert "Fewer residents answered than are told as a number: 5." in page
    assert "1 resident answered" not in page
    rows = [("confirmed", "high", 7), ("confirmed", "", 6), ("", "low", 1)]
    monkeypatch.setattr(answers, "_counted", lambda *_any: rows)
    with time_machine.travel(now() + timedelta(days=31)):
        with works.okrug.act_as() as act:
            counts = answers.counts(act, works.project(act))
        assert counts is not None
        assert counts.answered == 14
        assert counts.opinions == {"confirmed": None, "disputed": None, "": None}, "14 less 13 would be the one"
        assert counts.ratings == {"low": None, "medium": None, "high": 7, "unsure": None, "": None}
        page = client.get(f"{works.page}/1").text
    assert "n =" not in page
    assert "14 residents answered" in page


def test_words_go_to_the_office_which_answers_them(
    works: Site, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    works.take(State.ACCEPTED, ago(1))
    one = f"{works.page}/1"
    resident, office = sign_in(Role.RESIDENT), sign_in(Role.OFFICE)
    assert "Say whether a project is built" in told(app, works.okrug.act_as)[Role.RESIDENT]
    said = {"opinion": "disputed", "rating": "unsure", "words": "Екі шам жанбайды.", "language": "kk"}
    assert resident.post(f"{one}/answer", data={**said, "words": ""}).status_code == 422
    assert resident.post(f"{one}/answer", data=said).status_code == 302
    assert "Екі шам" in resident.get(one).text
    assert "Екі шам" not in client.get(one).text
    assert client.get(f"{one}/answers").status_code in {302, 401, 403}
    name = works.okrug.people[Role.RESIDENT].name
    page = office.get(f"{one}/answers").text
    assert "Екі шам" in page
    assert name not in page
    assert "Answer what residents wrote of a project" in told(app, works.okrug.act_as)[Role.OFFICE]
    assert office.post(f"{one}/answers/1/reply", data={"words": "", "language": "kk"}).status_code == 422
    assert office.post(f"{one}/answers/1/reply", data={"words": "Жөнделді.", "language": "kk"}).status_code == 302
    assert office.post(f"{one}/answers/1/reply", data={"words": "Тағы", "language": "kk"}).status_code == 409
    assert "Жөнделді." in resident.get(one).text
    assert "Answer what residents wrote of a project" not in told(app, works.okrug.act_as)[Role.OFFICE]
    assert resident.post(f"{one}/answer", data={**said, "words": "Біреуі әлі жанбайды."}).status_code == 302
    assert "Answer what residents wrote of a project" in told(app, works.okrug.act_as)[Role.OFFICE], "new words"
    works.take(State.WORKS, words=REASON)
    assert resident.get(f"{one}/answer").status_code == 409, "it went back: there is nothing to judge"
