"""A visit is written, signed, answered point by point, and frozen; what is overdue everybody sees."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb import worker
from pb.act import Act, Role
from pb.clock import now
from pb.commands import as_logged
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Member
from pb.inspections import service
from pb.inspections.models import Inspection, Kind, Recommendation, RecommendationAnswer
from pb.inspections.service import Advice, Visit, following
from pb.inspections.service.following import Reply
from pb.media.service import files
from pb.media.service.files import Received
from tests.commission.test_commission import formed, joined, named_like, written
from tests.conftest import SignIn
from tests.duties import told
from tests.frozen.world import without_rules
from tests.linting import LintingClient
from tests.village import Village
from tests.works.projects import ago, site, today

PAGE = "/krasnoyar/inspections"
both = pytest.mark.both_databases


def visit(**changes: Any) -> Visit:
    whole = {
        "year": today().year,
        "proposal_id": None,
        "visited_on": ago(2),
        "findings": "Шамдардың жартысы жоқ.",
        "recommendations": [Advice("Шамдарды орнату.", today() + timedelta(days=5)), Advice("Құжат жинау.", today())],
        "language": "kk",
    }
    return Visit(**{**whole, **changes})


def by_the_auditor(okrug: Village, *, signed: bool = True, **changes: Any) -> UUID:
    with okrug.act_as(Role.AUDITOR) as act:
        report = service.write(act, visit(**changes))
        if signed:
            service.sign(act, report, service.digest(report))
        return report.id


def reply(okrug: Village, report_id: UUID, position: int, kind: Kind, until: date | None = None) -> None:
    with okrug.act_as(Role.AKIM) as act:
        following.answer(act, service.get(act, report_id), position, Reply(kind, "Орнатылды.", "kk", until))


@both
def test_the_auditor_signs_and_nothing_of_it_changes_afterwards(okrug: Village) -> None:
    report_id = by_the_auditor(okrug, signed=False)
    with pytest.raises(Conflict, match="not signed"):
        reply(okrug, report_id, 1, Kind.DONE)
    with okrug.act_as(Role.AUDITOR) as act:
        report = service.get(act, report_id)
        service.correct(act, report, visit(findings="Шамдардың үштен бірі жоқ."))
        with pytest.raises(Conflict):
            service.sign(act, report, "another")
        service.sign(act, report, service.digest(report))
        with pytest.raises(Conflict):
            service.correct(act, report, visit())
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Forbidden):
        service.write(act, visit())
    for table, values in ((Inspection, {"findings": "–"}), (Recommendation, {"words": "–"})):
        with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(update(table).values(values))


@both
def test_each_recommendation_is_answered_and_a_promise_by_another_answer(okrug: Village) -> None:
    report_id = by_the_auditor(okrug)
    with pytest.raises(FieldRefusal, match="until which day"):
        reply(okrug, report_id, 1, Kind.PROMISED)
    reply(okrug, report_id, 1, Kind.PROMISED, today() + timedelta(days=9))
    reply(okrug, report_id, 2, Kind.DECLINED)
    with pytest.raises(Conflict, match="last answer"):
        reply(okrug, report_id, 2, Kind.DONE)
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        following.answer(act, service.get(act, report_id), 1, Reply(Kind.DONE, "Иә", "kk"))
    with okrug.act_as() as act:
        one = following.standing(act, service.get(act, report_id))
        assert [asked.recommendation.position for asked in one.owed] == [1]
        assert (one.late(today()), one.late(today() + timedelta(days=11))) == (0, 2)
    reply(okrug, report_id, 1, Kind.DONE)
    with okrug.act_as() as act:
        assert following.standing(act, service.get(act, report_id)).owed == []
        assert as_logged.differing(act.session) == []
    with without_rules(okrug.database.engine) as connection:
        connection.execute(update(Inspection).values(findings="Бәрі жақсы."))
        connection.execute(update(RecommendationAnswer).where(RecommendationAnswer.number == 2).values(words="–"))
    with okrug.act_as() as act:
        found = [(one.table, one.row) for one in as_logged.differing(act.session)]
    assert found == [("recommendation_answers", f"{report_id} 1 2"), ("inspections", str(report_id))]


def test_of_the_commission_more_than_half_sign_by_press_or_on_paper(okrug: Village) -> None:
    ids = formed(okrug, named_like(okrug, Role.RESIDENT), "Екінші Мүше", "Үшінші Мүше")
    joined(okrug, ids[0], Role.RESIDENT)
    monitoring_id = written(okrug)
    with okrug.act_as(Role.RESIDENT) as act:
        report = service.write(act, visit(monitoring_id=monitoring_id))
        service.sign(act, report, service.digest(report))
        assert not service.is_signed(act, report)
    with okrug.act_as(Role.SECRETARY) as act, pytest.raises(Forbidden):
        service.sign_on_paper(act, service.get(act, report.id), frozenset(ids[1:2]), today(), _scan())
    with okrug.act_as(Role.AUDITOR) as act:
        report = service.get(act, report.id)
        with pytest.raises(FieldRefusal):
            service.sign_on_paper(act, report, frozenset(ids[:1]), today(), _scan())
        service.sign_on_paper(act, report, frozenset(ids[1:2]), today(), _scan())
        assert service.is_signed(act, report)
        left = act.session.scalars(select(Member.name).where(Member.id == ids[2])).one()
        assert [member.name for member in service.unsigned(act, report)] == [left]
        assert following.of_monitoring(act, monitoring_id)[0].report.id == report.id


@both
def test_nobody_writes_a_report_and_says_alone_who_signed_it_on_paper(okrug: Village) -> None:
    ids = formed(okrug, named_like(okrug, Role.DEPUTY), "Екінші Мүше", "Үшінші Мүше")
    joined(okrug, ids[0], Role.DEPUTY)
    with okrug.act_as(Role.DEPUTY) as act:
        report = service.write(act, visit())
        assert not service.may_record_paper(act, report)
        with pytest.raises(Forbidden, match="sit in this commission"):
            service.sign_on_paper(act, report, frozenset(ids[1:]), today(), _scan())
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(DatabaseError), act.session.begin_nested():
        service._sign(act, service.get(act, report.id), ids[1], today(), _paper(act))
    with okrug.act_as(Role.AUDITOR) as act:
        service.sign_on_paper(act, service.get(act, report.id), frozenset(ids[1:]), today(), _scan())


def _paper(act: Act) -> UUID:
    assert act.person is not None
    return files.add_paper(act, act.person.id, _scan()).id


def _scan() -> Received:
    return replace(Received(uuid4(), "scan", "ab" * 32, is_paper=True), id=uuid4())


def test_everybody_reads_the_report_its_answers_and_its_paper(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    works = site(okrug)
    auditor, akim = sign_in(Role.AUDITOR), sign_in(Role.AKIM)
    typed = {
        "proposal": works.ids[0].hex,
        "year": str(today().year),
        "visited_on": ago(1).isoformat(),
        "monitoring": "",
        "findings": "Шамдар жанбайды.",
        "language": "kk",
        "words_1": "Шамдарды ауыстыру.",
        "until_1": (today() + timedelta(days=3)).isoformat(),
        "words_4": "Актіні түзету.",
    }
    assert auditor.post(f"{PAGE}/new", data=typed).status_code == 422
    typed["until_4"] = (today() + timedelta(days=30)).isoformat()
    assert auditor.post(f"{PAGE}/new", data=typed).headers["Location"] == f"{PAGE}/1"
    assert told(app, okrug.act_as)[Role.AUDITOR] == ["Sign the report of a visit"]
    with okrug.act_as() as act:
        seen = service.digest(act.session.scalars(select(Inspection)).one())
    assert "Sign this report?" in auditor.post(f"{PAGE}/1/sign", data={"seen": seen}).text
    assert auditor.post(f"{PAGE}/1/sign", data={"seen": seen, "confirmed": "y"}).status_code == 302
    assert auditor.get(f"{PAGE}/1/correct").status_code == 409
    assert told(app, okrug.act_as)[Role.AKIM] == ["Answer a recommendation"] * 2
    assert "Шамдар жанбайды." not in client.get(f"{works.page}/1").text
    assert f"{PAGE}/1" in client.get(f"{works.page}/1").text
    one = f"{PAGE}/1/recommendations/1"
    said = {"kind": "done", "words": "Ауыстырылды.", "language": "kk", "until": ""}
    assert akim.post(one, data={**said, "words": ""}).status_code == 422
    assert "last answer to this recommendation" in akim.post(one, data=said).text
    assert akim.post(one, data={**said, "confirmed": "y"}).status_code == 302
    assert akim.get(one).status_code == 409
    with time_machine.travel(now() + timedelta(days=32)):
        assert "мерзімі өтті: 2 күн" in client.get(f"{PAGE}?lang=kk").text
        page = client.get(f"{PAGE}/1?lang=ru").text
        assert "просрочено: 2 дня" in page
        assert "Ауыстырылды." in page
    for language in ("kk", "ru"):
        paper = f"/krasnoyar/documents/inspection/inspections/1/{language}"
        assert paper in page
        assert client.post(paper).status_code == 302
        worker.run_all(app)
        assert client.get(f"{paper}.pdf").data.startswith(b"%PDF-")
    assert client.get("/krasnoyar/documents/inspection/inspections/9/kk").status_code == 404
