"""A survey on the draft of a hearing, as the office writes it and residents answer it on a telephone."""

import html
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from pb import worker
from pb.act import Role
from pb.clock import local, now
from pb.gatherings.models import Kind, Matter
from pb.gatherings.service import convening
from pb.gatherings.service.plan import Plan, Point
from pb.hearings.service import finding as hearings
from pb.materials import service as materials
from pb.media.service.files import Received
from pb.surveys.service import results
from tests.conftest import SignIn
from tests.duties import told
from tests.linting import LintingClient
from tests.surveys.asked import DAYS
from tests.village import Village

HERE = "/krasnoyar/surveys"
ONE = f"{HERE}/1"
WORDS = "Мектеп жолын жарықтандыру керек."
SCALE = {"kind": "scale", "text_kk": "Сенім", "text_ru": "Доверие"}
YES_NO = {"option_kk_1": "Иә", "option_ru_1": "Да", "option_kk_2": "Жоқ", "option_ru_2": "Нет"}


def hearing(okrug: Village) -> UUID:
    with okrug.act_as(Role.OFFICE) as act:
        points = [Point(Matter.PROGRAMME, "2027 жылғы бюджет жобасы", "kk")]
        plan = Plan(Kind.HEARING, now() + timedelta(days=11), "Мәдениет үйі", points, entitled=900)
        gathering = convening.convene(act, plan)
        materials.publish(act, gathering, Received(uuid4(), "draft", uuid4().hex * 2, is_paper=True))
        return gathering.id


def typed(**changes: str) -> dict[str, str]:
    today = local(now()).date()
    return {
        "title_kk": "Бюджет жобасы",
        "title_ru": "Проект бюджета",
        "audience": "residents",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=DAYS)).isoformat(),
        "asked": "100",
        **changes,
    }


def test_from_the_draft_of_a_hearing_to_an_opinion_there(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    gathering = hearing(okrug)
    at_hearing = f"/krasnoyar/meetings/{okrug.called('gathering_id', gathering)}/hearing"
    office, resident = sign_in(Role.OFFICE), sign_in(Role.RESIDENT)
    assert resident.get(f"{HERE}/new").status_code == 403
    refused = office.post(f"{HERE}/new", data=typed(title_ru="", audience="", closes_on="2020-01-01"))
    assert refused.status_code == 422
    assert all(f'id="{name}-error"' in refused.text for name in ("title_ru", "audience", "closes_on"))
    assert "Бюджет жобасы" in refused.text, "what was typed stays"
    number = okrug.called("gathering_id", gathering)
    assert office.post(f"{HERE}/new", data=typed(draft=f"meeting-{number}")).headers["Location"] == ONE
    assert client.get(ONE).status_code == 404, "nobody else sees what is written"
    assert "Open a survey" in told(app, okrug.act_as)[Role.CHAIR]
    wrong = office.post(f"{ONE}/questions/new", data={**SCALE, "kind": "one", "option_kk_1": "Иә"})
    assert wrong.status_code == 422
    assert 'id="option_ru_1-error"' in wrong.text
    office.post(f"{ONE}/questions/new", data={**SCALE, "kind": "several", **YES_NO})
    office.post(f"{ONE}/questions/1/edit", data={**SCALE, "kind": "one", **YES_NO})
    office.post(f"{ONE}/questions/new", data=SCALE)
    office.post(f"{ONE}/questions/new", data={**SCALE, "kind": "text", "text_ru": "Что изменить?"})
    assert "Open the survey?" in office.post(f"{ONE}/open").text
    assert office.post(f"{ONE}/open", data={"confirmed": "y"}).status_code == 302
    assert office.get(f"{ONE}/edit").status_code == 409
    assert "Surveys on this draft" in client.get(at_hearing).text
    assert "You are asked" in client.get("/krasnoyar/").text
    assert 'name="question_1"' not in client.get(ONE).text, "sign in first"
    assert client.post(f"{ONE}/answer", data={"question_1": "1"}).status_code == 403
    assert office.post(f"{ONE}/answer", data={"question_1": "1"}).status_code == 403
    page = resident.get(ONE).text
    assert page.count("Hard to answer") == 2, "with each question but the text"
    empty = resident.post(f"{ONE}/answer", data={"opinion_3": "y"})
    assert empty.status_code == 422
    assert 'id="question_1-error"' in empty.text
    assert 'id="question_3-error"' in empty.text, "an opinion has words"
    said = {"question_1": "2", "question_2": "0", "question_3": WORDS, "opinion_3": "y", "language": "kk"}
    assert resident.post(f"{ONE}/answer", data=said).status_code == 302
    assert resident.post(f"{ONE}/answer", data=said).status_code == 409
    assert "You have answered." in resident.get(ONE).text
    assert WORDS in client.get(at_hearing).text, "the opinion stands at the hearing"
    assert WORDS not in client.get(ONE).text
    assert client.get(f"{ONE}/results.csv").status_code == 404, "while it is open only how many"
    with okrug.act_as() as act:
        assert hearings.counts(act, hearings.get(act, gathering)).total == 1
    worker.run_all(app)
    with time_machine.travel(now() + timedelta(days=DAYS + 1)):
        assert "Read and publish the texts of a survey" in told(app, okrug.act_as)[Role.OFFICE]
        _texts_are_read(sign_in(Role.OFFICE), sign_in(Role.RESIDENT))


def _texts_are_read(office: LintingClient, resident: LintingClient) -> None:
    assert resident.get(f"{ONE}/texts").status_code == 403
    page = office.get(f"{ONE}/texts").text
    text = re.search(r'name="text_1"[^>]*value="([0-9a-f]{32})"', page)
    assert text is not None
    chosen = {"text_1": text[1], "verdict_1": "names_nobody"}
    assert office.post(f"{ONE}/texts", data={**chosen, "verdict_1": "loud"}).status_code == 422
    assert office.post(f"{ONE}/texts", data=chosen).status_code == 302
    shown = html.unescape(resident.get(ONE).text)
    assert WORDS in shown
    assert "hidden" in shown, "one answer picks somebody out"
    table = resident.get(f"{ONE}/results.csv")
    assert WORDS.encode() in table.data
    assert resident.get(f"{ONE}/results.xlsx").status_code == 200


def test_open_to_all_is_marked_and_a_browser_answers_once(
    okrug: Village, client: LintingClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sign_in(Role.OFFICE)
    office.post(f"{HERE}/new", data=typed(audience="everybody", asked=""))
    office.post(f"{ONE}/questions/new", data=SCALE)
    office.post(f"{ONE}/open", data={"confirmed": "y"})
    assert okrug.home
    for address in (HERE, ONE):
        assert "not representative" in client.get(address).text
    assert client.post(f"{ONE}/answer", data={"question_1": "9"}).status_code == 422
    assert client.post(f"{ONE}/answer", data={"question_1": "3"}).status_code == 302
    assert client.post(f"{ONE}/answer", data={"question_1": "3"}).status_code == 409
    assert 'name="question_1"' not in client.get(ONE).text
    assert "Call the survey off" not in client.get(ONE).text
    assert "Nobody can take this back" in office.get(f"{ONE}/call-off").text
    assert office.post(f"{ONE}/call-off", data={"reason": "", "language": "kk"}).status_code == 422
    monkeypatch.setattr(results.finding, "answered", lambda _act, _survey: 0)
    with time_machine.travel(now() + timedelta(days=DAYS + 1)):
        assert "The counts of this question do not agree" in client.get(ONE).text, "one tick, and nobody answered"
        assert "do not agree" in client.get(f"{ONE}/results.csv").text


def test_who_comes_later_reads_why_a_survey_was_called_off(client: LintingClient, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    office.post(f"{HERE}/new", data=typed(audience="everybody", asked=""))
    office.post(f"{ONE}/questions/new", data=SCALE)
    assert office.get(f"{ONE}/call-off").status_code == 409
    office.post(f"{ONE}/open", data={"confirmed": "y"})
    said = {"reason": "Сұрақ қате жазылған.", "language": "kk"}
    assert office.post(f"{ONE}/call-off", data=said).status_code == 302
    told = client.get(ONE).text
    assert "Called off" in told
    assert "Сұрақ қате жазылған." in told
    assert client.post(f"{ONE}/answer", data={"question_1": "3"}).status_code == 409


def test_what_is_begun_is_changed_and_dropped(sign_in: SignIn) -> None:
    chair = sign_in(Role.CHAIR)
    chair.post(f"{HERE}/new", data=typed())
    assert chair.post(f"{ONE}/edit", data=typed(title_kk="")).status_code == 422
    assert chair.post(f"{ONE}/edit", data=typed(title_ru="Другой проект")).status_code == 302
    assert "Другой проект" in chair.get(f"{ONE}/edit").text
    chair.post(f"{ONE}/questions/new", data=SCALE)
    assert "Доверие" in chair.get(f"{ONE}/questions/1/edit").text
    assert chair.post(f"{ONE}/questions/9/edit", data=SCALE).status_code == 404
    chair.post(f"{ONE}/questions/1/remove")
    assert "No question is written yet" in chair.get(ONE).text
    assert chair.post(f"{ONE}/open").status_code == 409
    assert "Drop the survey?" in chair.post(f"{ONE}/drop").text
    assert chair.post(f"{ONE}/drop", data={"confirmed": "y"}).status_code == 302
    assert chair.get(ONE).status_code == 404
