"""A public hearing: papers of the draft, opinions on three ways, an answer to each, and a report of it all."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError

from pb import formats
from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import now
from pb.documents.service.sheets import Hearing
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering, Kind, Matter, Office, State
from pb.gatherings.service import agenda, arrivals, concerned, convening, holding, minutes, moving, officers
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from pb.hearings import documents, service
from pb.hearings.models import MOST_OF_ONE, Channel, Opinion, OpinionAnswer, Verdict
from pb.hearings.service import Entry, Words, finding
from pb.materials import service as materials
from pb.media.service.files import Received
from tests.conftest import SignIn
from tests.duties import told
from tests.linting import LintingClient
from tests.village import SETTLEMENTS, Village

DRAFT = Words("Көше шамдары бюджетке енгізілсін.", "kk")
both = pytest.mark.both_databases


def convened(okrug: Village, meets_at: datetime, *, papers: bool = True) -> UUID:
    """A hearing on the budget, announced eleven days before with its paper."""
    with okrug.act_as(Role.OFFICE, at=meets_at - timedelta(days=11)) as act:
        points = [Point(Matter.DRAFT, "2027 жылғы бюджет жобасы", "kk")]
        hearing = convening.convene(act, Plan(Kind.HEARING, meets_at, "Мәдениет үйі", points, entitled=900))
        if papers:
            publish(act, hearing)
        return hearing.id


def publish(act: Act, hearing: Gathering) -> None:
    materials.publish(act, hearing, Received(uuid4(), "budget", uuid4().hex * 2, is_paper=True))


def of(act: Act, hearing: UUID) -> Gathering:
    return finding.get(act, hearing)


@both
def test_each_opinion_is_answered_once_and_the_report_counts_them_all(okrug: Village) -> None:
    meets_at = now() + timedelta(hours=1)
    hearing = convened(okrug, meets_at)
    with okrug.act_as(Role.RESIDENT) as act:
        service.give(act, of(act, hearing), DRAFT)
    with okrug.act_as(Role.OFFICE) as act:
        service.enter(act, of(act, hearing), Entry("Әлия Сейітова", Channel.HALL, Words("Жол керек.", "kk")))
        service.enter(act, of(act, hearing), Entry("Иван Петров", Channel.PAPER, Words("Нужен мост.", "ru")))
    with okrug.act_as(Role.AKIM) as act:
        gathering = of(act, hearing)
        first, second, _third = (one.opinion for one in finding.page(act, gathering))
        with pytest.raises(FieldRefusal):
            service.answer(act, gathering, first, Verdict.DECLINED, Words(" ", "kk"))
        service.answer(act, gathering, first, Verdict.ACCEPTED, Words("Енгізілді.", "kk"))
        service.answer(act, gathering, second, Verdict.DECLINED, Words("Ақша жоқ.", "kk"))
        with pytest.raises(Conflict):
            service.answer(act, gathering, first, Verdict.DECLINED, Words("Жоқ.", "kk"))
        counts = finding.counts(act, gathering)
        assert (counts.total, counts.unanswered, counts.channels[Channel.PAPER]) == (3, 1, 1)
        assert [event.action for event in audit.of_subject(act, first.id)] == [
            "hearing.opinion_given",
            "hearing.opinion_answered",
        ]
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        service.answer(act, of(act, hearing), finding.page(act, of(act, hearing))[2].opinion, "accepted", DRAFT)


def test_a_moved_hearing_takes_its_opinions_along(okrug: Village, client: LintingClient, sign_in: SignIn) -> None:
    """Played: one press of the office shed six opinions, which nobody could read or answer any more."""
    meets_at = now() + timedelta(days=20)
    hearing = convened(okrug, meets_at)
    with okrug.act_as(Role.RESIDENT) as act:
        service.give(act, of(act, hearing), DRAFT)
    with okrug.act_as(Role.OFFICE) as act:
        moved = moving.move(act, of(act, hearing), meets_at + timedelta(days=5), "Мектеп", "Боран")
        assert okrug.people[Role.RESIDENT].id in concerned.others(act, moved)
        service.enter(act, moved, Entry("Әлия", Channel.PAPER, Words("Жол керек.", "kk")))
        assert [one.opinion.number for one in finding.page(act, moved)] == [1, 2]
        ((place, number),) = finding.unanswered(act)
        assert (place.id, number) == (moved.id, 2)
    page = f"{okrug.home}/meetings/2/hearing"
    assert DRAFT.text in client.get(page).text
    assert f'href="{page}"' in client.get(f"{okrug.home}/meetings/1/hearing").text
    office = sign_in(Role.OFFICE)
    form = f"{okrug.home}/meetings/1/hearing/opinions/1/answer"
    assert form in office.get(page).text
    answer = {"verdict": "accepted", "reason": "Енгізілді.", "language": "kk", "confirmed": "y"}
    assert office.post(form, data=answer).headers["Location"] == page
    assert "Енгізілді." in client.get(page).text


def test_a_hearing_is_not_minuted_before_the_day_that_was_promised_is_over(okrug: Village) -> None:
    """Played: the office drew up the minutes 20 seconds after the hour, and the opinions of that day were shut out."""
    hearing = convened(okrug, now() + timedelta(minutes=1))
    with okrug.act_as(Role.OFFICE, at=now() + timedelta(minutes=1, seconds=20)) as act:
        gathering = of(act, hearing)
        gathering.state = State.QUORATE
        with act.session.no_autoflush, pytest.raises(Conflict, match="after its day"):
            minutes.draw_up(act, gathering, remarks="")
        act.session.expire_all()


def test_people_write_until_the_day_is_over_and_the_hall_until_the_minutes(okrug: Village) -> None:
    meets_at = now() - timedelta(days=2)
    hearing = convened(okrug, meets_at)
    with okrug.act_as(Role.RESIDENT, at=meets_at) as act:
        for number in range(MOST_OF_ONE):
            service.give(act, of(act, hearing), Words(f"Пікір {number}", "kk"))
        with pytest.raises(FieldRefusal):
            service.give(act, of(act, hearing), DRAFT)
    with okrug.act_as(Role.RESIDENT) as act, pytest.raises(Conflict):
        service.give(act, of(act, hearing), DRAFT)
    with okrug.act_as() as act, pytest.raises(Forbidden):
        service.give(act, of(act, hearing), DRAFT)
    said = Entry("Әлия Сейітова", Channel.HALL, DRAFT)
    with okrug.act_as(Role.OFFICE) as act:
        service.enter(act, of(act, hearing), said)
        assert [fault.field for fault in service.faults_of_entry(Entry("", "page", Words("", "en")))] == [
            "name",
            "channel",
            "text",
            "language",
        ]
        of(act, hearing).state = State.MINUTED  # as drawing the minutes up leaves it; here nothing else is looked at
        with act.session.no_autoflush, pytest.raises(Conflict):
            service.enter(act, of(act, hearing), said)
        act.session.expire_all()


def test_an_opinion_or_an_answer_that_the_log_does_not_know_is_refused(okrug: Village) -> None:
    hearing = convened(okrug, now() + timedelta(hours=1))
    with okrug.act_as(Role.RESIDENT) as act:
        opinion, person = service.give(act, of(act, hearing), DRAFT), okrug.people[Role.RESIDENT].id
        row = {"id": UUID(int=7), "gathering_id": hearing, "number": 9, "channel": "page", "name": ""}
        words = {"text": "x", "language": "kk", "at": act.at, "by_id": person}
        with pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(insert(Opinion).values(**row, **words))
        answered = {"opinion_id": opinion.id, "verdict": "accepted", "reason": "x", "language": "kk"}
        audit.record(act, "hearing.opinion_answered", subject=opinion.id, data={"verdict": "accepted"})
        with pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(insert(OpinionAnswer).values(**answered, at=act.at, by_id=person))


def test_the_pages_name_no_author_but_to_who_answers_and_the_office_is_reminded(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    hearing = convened(okrug, now() + timedelta(hours=1))
    page = f"{okrug.home}/meetings/1/hearing"
    resident, office = sign_in(Role.RESIDENT), sign_in(Role.OFFICE)
    name = okrug.people[Role.RESIDENT].name
    assert resident.post(page, data={"text": "", "language": "kk"}).status_code == 422
    assert resident.post(page, data={"text": DRAFT.text, "language": "kk"}).status_code == 302
    assert page in client.get(f"{okrug.home}/meetings/1").text
    assert name not in client.get(page).text
    assert name in office.get(page).text
    assert told(app, okrug.act_as)[Role.OFFICE] == ["Answer the opinions of a hearing"]
    answer = {"verdict": "accepted", "reason": "Енгізілді.", "language": "kk"}
    asked = office.post(f"{page}/opinions/1/answer", data=answer)
    assert "never changed" in asked.text
    office.post(f"{page}/opinions/1/answer", data=answer | {"confirmed": "y"})
    assert "Енгізілді." in client.get(page).text
    assert Role.OFFICE not in told(app, okrug.act_as)
    with okrug.act_as() as act, app.test_request_context("/"):
        report = documents.report(act, hearing, "kk", "https://asar.kz")
        assert isinstance(report, Hearing)
        assert [(one.text, one.reason) for one in report.opinions] == [(DRAFT.text, "Енгізілді.")]
        assert name not in str(report)


def test_nobody_writes_of_a_draft_that_nobody_published(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    """Played: a hearing was convened, and took opinions to the end of its day, without one paper."""
    meets_at = now() + timedelta(days=3)
    hearing = convened(okrug, meets_at, papers=False)
    page = f"{okrug.home}/meetings/1/hearing"
    resident, office = sign_in(Role.RESIDENT), sign_in(Role.OFFICE)
    assert 'name="text"' not in resident.get(page).text
    assert "once a paper of the draft is published" in resident.post(page, data={"text": "x", "language": "kk"}).text
    for path in (page, f"{okrug.home}/meetings/1"):
        assert "The papers are late" in client.get(path).text
    assert told(app, okrug.act_as) == {role: ["Publish the papers of the hearing"] for role in (Role.AKIM, Role.OFFICE)}
    with okrug.act_as(Role.OFFICE) as act:
        service.enter(act, of(act, hearing), Entry("Әлия", Channel.PAPER, DRAFT))
    typed = {"meets_on": (now() + timedelta(days=20)).date().isoformat(), "meets_time": "10:00", "place": "Клуб"}
    typed |= {"matter_1": "programme", "entitled": "900", "language": "kk"}
    asked = office.post(f"{okrug.home}/meetings/convene/hearing", data=typed).text
    assert "No paper of the draft is published yet" in asked
    with okrug.act_as(Role.OFFICE) as act:
        publish(act, of(act, hearing))
    assert 'name="text"' in resident.get(page).text
    assert "published late" in client.get(page).text
    assert "Publish the papers of the hearing" not in str(told(app, okrug.act_as))
    with time_machine.travel(meets_at + timedelta(days=14)):
        assert "Answers are late" in client.get(page).text
    with okrug.act_as(at=meets_at + timedelta(days=2)) as act, app.test_request_context("/?lang=en"):
        report = documents.report(act, hearing, "kk", "https://asar.kz")
        assert isinstance(report, Hearing)
        assert report.papers == [f"budget ({formats.day(now(), 'kk')}, published late)"]


def test_on_the_day_of_a_hearing_its_keeper_reads_why_there_are_no_minutes_yet_and_of_no_votes(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    """Played: all was noted, and the page had the last day of the minutes, no button, and not a word why."""
    hearing, page = convened(okrug, now()), f"{okrug.home}/meetings/1"
    with okrug.act_as(Role.OFFICE) as act:
        for name in ("Ақан", "Бота"):
            arrivals.register(act, of(act, hearing), name, SETTLEMENTS[0])
        for office, name in ((Office.CHAIR, "Ақан"), (Office.SECRETARY, "Бота")):
            officers.elect(act, of(act, hearing), office, name, Count(2, 0, 0))
        agenda.adopt(act, of(act, hearing), Count(2, 0, 0))
    keeper = sign_in(Role.OFFICE)
    assert "Begun" in client.get(page).text
    assert "Quorum is present" not in client.get(page).text
    assert "Write down what was said" in told(app, okrug.act_as)[Role.OFFICE]
    assert "Record the votes" not in keeper.get(page).text
    with okrug.act_as(Role.OFFICE) as act:
        holding.discuss(act, of(act, hearing), of(act, hearing).questions[0], "Жарық керек.", noted=True)
    why = "Everybody may say something until the end of this day. So the minutes are drawn up from"
    for path in (page, f"{page}/minutes"):
        assert why in keeper.get(path).text
    assert Role.OFFICE not in told(app, okrug.act_as), "nothing is left to do today"
    of_draft = "To discuss the draft budget: 2027 жылғы бюджет жобасы"
    report = client.get(f"{page}/hearing").text
    assert of_draft in re.sub("<[^>]+>", "", report), "played: the report named files, and not what was heard"
    assert "<dt>Took part</dt><dd>2</dd>" in report
    with okrug.act_as() as act, app.test_request_context("/?lang=en"):
        printed = documents.report(act, hearing, "kk", "https://asar.kz")
        assert isinstance(printed, Hearing)
        assert printed.facts[2:4] == [("What is heard", of_draft), ("Took part", "2")]
    with time_machine.travel(now() + timedelta(days=1)):
        assert why not in keeper.get(page).text
        assert told(app, okrug.act_as)[Role.OFFICE] == ["Draw up the minutes"]
