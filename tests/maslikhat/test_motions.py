"""An assembly proposes something to the maslikhat, which receives, considers and answers it; all see who holds it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local, now
from pb.db import Database
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import maslikhat as rules
from pb.maslikhat import service
from pb.maslikhat.models import FOLLOWING, Answer, Deputy, DeputyPlace, Kind, Motion, Step
from pb.maslikhat.service import Answering, Sending, deputies, finding
from pb.maslikhat.service.deputies import Mandate
from pb.tasks.service.basis import Basis
from tests.conftest import SignIn
from tests.duties import told
from tests.linting import LintingClient
from tests.process.raions import give_city_an_address
from tests.village import SETTLEMENTS, Village

MASLIKHAT, RAION = "/krasnoyar/maslikhat", "/kokshetau/maslikhat"
OKRUG_CODE = "111033000"
both = pytest.mark.both_databases


def today() -> date:
    return local(now()).date()


def sent(okrug: Village, days_ago: int = 12) -> int:
    day = today() - timedelta(days=days_ago)
    with okrug.act_as(Role.SECRETARY) as act:
        sending = Sending("Көпір салу", "Построить мост", day, "12-ж")
        return service.send(act, sending, Basis(minutes_number="4", minutes_on=day)).number


def found(act: Act, number: int = 1) -> Motion:
    return act.session.query(Motion).filter_by(territory_id=act.territory.id, number=number).one()


def mandate(**changes: str | date) -> Mandate:
    whole = {
        "name": "Сәуле Ахметова",
        "codes": OKRUG_CODE,
        "term_from": today() - timedelta(days=30),
        "term_until": today() + timedelta(days=300),
        "document": "Сайлау комиссиясының № 3 шешімі",
        "reception_kk": "Сейсенбі, 10:00, мәслихат",
        "reception_ru": "",
        "phone": "8 (7162) 25-25-25",
    }
    return Mandate(**{**whole, **changes})  # type: ignore[arg-type]


@both
def test_a_proposal_goes_to_the_maslikhat_and_comes_back_with_its_answer(okrug: Village) -> None:
    sent(okrug)
    with okrug.act_as(Role.MASLIKHAT_SECRETARY) as act:
        motion = found(act)
        with pytest.raises(FieldRefusal):
            service.receive(act, motion, today() - timedelta(days=13), "7")
        service.receive(act, motion, today() - timedelta(days=10), "7")
        with pytest.raises(Conflict):
            service.answer(act, motion, Answering(Answer.ACCEPTED, "Иә.", "kk", today(), "1"))
        service.consider(act, motion, today() - timedelta(days=3))
        nameless = Answering(Answer.IN_PART, "Келесі жылы.", "kk", today())
        assert [fault.field for fault in service.faults_of_answer(
            act, service.last_step(act, motion), nameless, with_paper=False
        )] == ["reference"]  # fmt: skip
        service.answer(act, motion, Answering(Answer.IN_PART, "Келесі жылы.", "kk", today(), "38/5"))
        kinds = ["sent", "received", "considered", "answered"]
        assert [step.kind for step in finding.steps(act, motion)] == kinds
        assert [event.action for event in audit.of_subject(act, motion.id)] == [f"maslikhat.{kind}" for kind in kinds]
    with okrug.act_as(Role.SECRETARY) as act, pytest.raises(Forbidden):
        service.receive(act, found(act), today(), "8")
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Forbidden):
        service.send(act, Sending("Көпір", "", today(), "1"), Basis(minutes_number="4", minutes_on=today()))


def test_both_pages_tell_who_holds_it_and_for_how_long(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    give_city_an_address(okrug)
    secretary, maslikhat = sign_in(Role.SECRETARY), sign_in(Role.MASLIKHAT_SECRETARY)
    day = (today() - timedelta(days=12)).isoformat()
    typed = {"text_kk": "Көпір салу", "text_ru": "Построить мост", "day": day, "reference": "12-ж", "question": ""}
    assert secretary.post(f"{MASLIKHAT}/new", data=typed).status_code == 422
    rests = {"minutes_number": "4", "minutes_on": day}
    assert secretary.post(f"{MASLIKHAT}/new", data=typed | rests).headers["Location"] == f"{MASLIKHAT}/1"
    waits = told(app, okrug.act_as)
    assert waits == {Role.MASLIKHAT_SECRETARY: ["Register a proposal of the assembly"]}
    page = client.get(f"{MASLIKHAT}/1").text
    assert "it has not registered the letter yet" in page
    assert "12 days" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "/krasnoyar/maslikhat/1" in client.get(f"{RAION}?state=sent").text
    assert "/krasnoyar/maslikhat/1" not in client.get(f"{RAION}?state=answered").text
    maslikhat.post(f"{MASLIKHAT}/1/receive", data={"day": today().isoformat(), "reference": "7"})
    maslikhat.post(f"{MASLIKHAT}/1/consider", data={"day": today().isoformat()})
    answer = {"answer": "accepted", "words": "Мост будет.", "language": "ru", "day": today().isoformat()}
    assert maslikhat.post(f"{MASLIKHAT}/1/answer", data=answer).status_code == 422
    assert maslikhat.post(f"{MASLIKHAT}/1/answer", data=answer | {"reference": "38/5"}).status_code == 302
    page = client.get(f"{MASLIKHAT}/1?lang=kk").text
    assert '<span lang="ru">Мост будет.</span>' in page
    assert "Жиналыс: жауап келді" in page
    assert okrug


def test_residents_find_their_deputy_by_their_settlement_until_the_mandate_ends(
    okrug: Village, client: LintingClient, sign_in: SignIn
) -> None:
    give_city_an_address(okrug)
    with okrug.act_as(Role.MASLIKHAT_SECRETARY) as act, pytest.raises(Conflict):
        deputies.record(act, mandate())
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, place="kokshetau") as act:
        wrong = mandate(codes="999999999", reception_kk="", term_until=today() - timedelta(days=40))
        assert [fault.field for fault in deputies.faults(act, wrong)] == ["codes", "term_until", "reception_kk"]
        deputies.record(act, mandate())
    with okrug.act_as() as act:
        assert {name for name, _own in deputies.by_settlement(act)} == set(SETTLEMENTS)
    page = client.get(MASLIKHAT).text
    assert page.count("Сәуле Ахметова") == len(SETTLEMENTS)
    assert '<span lang="kk">Сейсенбі, 10:00, мәслихат</span>' in page
    ending = {"last_day": today().isoformat(), "document": "№ 9"}
    secretary = sign_in(Role.MASLIKHAT_SECRETARY)
    past = {"last_day": (today() - timedelta(days=1)).isoformat(), "document": "№ 9"}
    assert secretary.post(f"{RAION}/deputies/1/end", data={**ending, "document": ""}).status_code == 422
    assert secretary.post(f"{RAION}/deputies/1/end", data=past).status_code == 302
    assert "Сәуле Ахметова" not in client.get(MASLIKHAT).text
    assert "Сәуле Ахметова" in client.get(f"{RAION}/deputies").text


def test_the_database_takes_nothing_that_the_log_does_not_know(okrug: Village, database: Database) -> None:
    give_city_an_address(okrug)
    sent(okrug)
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, place="kokshetau") as act:
        deputy = deputies.record(act, mandate()).id
    with okrug.act_as() as act:
        last = service.last_step(act, found(act))
        row = {column.name: getattr(last, column.name) for column in Step.__table__.columns}
    received = {**row, "number": 2, "kind": "received"}
    for statement, by in (
        (insert(Step).values(received), "motion_steps_insert"),
        (update(Motion).values(text_ru="Nothing"), "frozen_motions_update"),
        (update(Deputy).values(name="Another"), "frozen_deputies_update"),
        (update(Deputy).values(ended_on=today(), end_document="№ 1"), "frozen_deputies_update"),
        (delete(Deputy), "frozen_deputies_delete"),
        (insert(DeputyPlace).values(deputy_id=deputy, kato="111000000"), "logged_deputy_places_insert"),
    ):
        if by.startswith("logged"):
            with okrug.act_as(place="kokshetau") as act:
                audit.record(act, "log.kept", subject=act.territory.id)
        with database.engine.connect() as connection, pytest.raises(DatabaseError, match=by):
            connection.execute(statement)


def test_the_rules_know_the_same_order_as_the_service() -> None:
    moves = {f"{kind} {after}" for kind, following in FOLLOWING.items() for after in following}
    assert set(rules.MOVES) == moves
    assert Kind.SENT == "sent"
