"""What everybody reads of tasks, what waits for whom, and who is told."""

import io
from datetime import date, timedelta

import time_machine
from flask import Flask

from pb import worker
from pb.act import Role
from pb.clock import local, now
from pb.notices.models import Kind
from pb.settings import Settings
from pb.tasks import service
from pb.tasks.models import Task
from pb.tasks.service import Words
from tests.conftest import SignIn
from tests.duties import told
from tests.linting import LintingClient
from tests.media.hostile import photo
from tests.notices.told import MAIL, NOON, Channel, a_project
from tests.tasks.test_tasks import elsewhere, found, given, giving, today
from tests.village import SETTLEMENTS, Village

TASKS = "/krasnoyar/tasks"
ONE = f"{TASKS}/1"


def typed(day: date) -> dict[str, str]:
    return {
        "text_kk": "Абай көшесін жөндеу",
        "text_ru": "",
        "executor": "",
        "executor_kk": "«Жол» ЖШС",
        "executor_ru": "ТОО «Жол»",
        "settlement": SETTLEMENTS[0],
        "until": day.isoformat(),
        "question": "",
        "minutes_number": "4",
        "minutes_on": (today() - timedelta(days=20)).isoformat(),
    }


def test_a_task_is_given_done_with_a_photo_sent_back_and_accepted(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    secretary, office, chair = (sign_in(role) for role in (Role.SECRETARY, Role.OFFICE, Role.CHAIR))
    assert secretary.post(f"{TASKS}/new", data=typed(today() - timedelta(days=2))).headers["Location"] == ONE
    assert "overdue: 2 days" in client.get(TASKS).text
    assert "мерзімі өтті: 2 күн" in client.get(f"{TASKS}?lang=kk").text
    assert "просрочено: 2 дня" in client.get(f"{TASKS}?lang=ru").text
    client.get(f"{TASKS}?lang=en")
    later = {**typed(today() + timedelta(days=9)), "words": "Snow.", "language": "ru"}
    assert office.post(f"{ONE}/put-off", data={**later, "minutes_on": ""}).status_code == 422
    assert office.post(f"{ONE}/put-off", data=later).headers["Location"] == ONE
    assert "asks for another term" in client.get(ONE).text
    assert "Confirm the new term?" in chair.post(f"{ONE}/agree").text
    chair.post(f"{ONE}/agree", data={"confirmed": "y"})
    office.post(f"{ONE}/start")
    shows = {"words": "Төселді.", "language": "kk", "photo": (io.BytesIO(photo()), "road.jpg")}
    assert office.post(f"{ONE}/done", data=shows).headers["Location"] == ONE
    worker.run_all(app)
    assert "<figure" in client.get(ONE).text
    assert chair.post(f"{ONE}/send-back", data={"words": "Where is the kerb?", "language": "ru"}).status_code == 302
    office.post(f"{ONE}/done", data={"words": "Міне.", "language": "kk"})
    assert "Accept this task as done?" in chair.post(f"{ONE}/accept").text
    chair.post(f"{ONE}/accept", data={"confirmed": "y"})
    page = client.get(ONE).text
    sentences = ("The task was given.", "It was put off.", "sent it back", "The assembly accepted it: it is done.")
    assert [sentence for sentence in sentences if sentence not in page] == []
    assert '<span lang="kk">Төселді.</span>' in page
    assert "ТОО «Жол»" in client.get(f"{TASKS}/executors/1?lang=ru").text
    assert "көшесін жөндеу" in client.get(TASKS, query_string={"settlement": SETTLEMENTS[0]}).text
    assert "көшесін жөндеу" not in client.get(TASKS, query_string={"settlement": SETTLEMENTS[1]}).text
    assert client.get(f"{TASKS}/7").status_code == client.get(f"{TASKS}/executors/7").status_code == 404
    assert okrug


def test_what_is_wrong_is_told_at_once_and_nothing_is_given(okrug: Village, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    answer = office.post(f"{TASKS}/new", data={**typed(today()), "text_kk": "", "executor_kk": "", "executor_ru": ""})
    assert answer.status_code == 422
    assert "Write what is to be done" in answer.text
    assert "Choose who executes it" in answer.text
    hostile = {"words": "Done.", "language": "ru", "photo": (io.BytesIO(b"GIF89a"), "road.gif")}
    given(okrug)
    refused = office.post(f"{ONE}/done", data=hostile)
    assert refused.status_code == 422
    assert "send a JPEG or a PNG" in refused.text


def test_the_task_waits_for_the_office_and_then_for_the_assembly(okrug: Village, app: Flask) -> None:
    given(okrug, days=8)
    assert told(app, okrug.act_as) == {}
    given(okrug, days=7)
    assert told(app, okrug.act_as) == {Role.OFFICE: ["Report on a task"]}
    with okrug.act_as(Role.OFFICE) as act:
        service.report_done(act, found(act, 2), Words("Бітті."))
    asks = ["Look whether a task is done"]
    assert told(app, okrug.act_as) == {Role.CHAIR: asks, Role.SECRETARY: asks}


def test_who_follows_the_okrug_hears_that_a_task_is_put_off_and_that_it_is_done(
    okrug: Village, app: Flask, settings: Settings
) -> None:
    with time_machine.travel(NOON):
        village = a_project(okrug, app, settings)
        village.reach(village.author, Channel.MAIL, MAIL["author"])
        village.choose(village.author, language="kk")
        with okrug.act_as() as act:
            place = act.territory.id
        village.follow(village.author, Kind.OKRUG, place)
        with okrug.act_as(Role.SECRETARY) as act:
            number = service.give(act, giving(), elsewhere()).number
        with okrug.act_as(Role.OFFICE) as act:
            task: Task = found(act, number)
            service.put_off(act, task, local(now()).date() + timedelta(days=30), Words("Қар."), elsewhere())
        with okrug.act_as(Role.SECRETARY) as act:
            service.agree(act, found(act, number))
        with okrug.act_as(Role.OFFICE) as act:
            task = found(act, number)
            service.report_done(act, task, Words("Бітті."))
        with okrug.act_as(Role.CHAIR) as act:
            service.accept(act, found(act, number))
        village.work()
        told_of = [mail.get_content() for mail in village.mails() if "Абай" in mail["Subject"]]
        assert len(told_of) == 2
        assert sum("Қар." in mail for mail in told_of) == 1
        assert sum("Тапсырма орындалды" in mail for mail in told_of) == 1
