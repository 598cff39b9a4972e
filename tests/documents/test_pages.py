"""A document to print: asked for on its page, built by a job, downloaded."""

from dataclasses import replace
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask_babel import lazy_gettext
from sqlalchemy import select

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles.models import Cycle
from pb.db import Database
from pb.documents.service import papers
from pb.documents.service.sheets import Announcement, Frame
from pb.jobs import service as jobs
from pb.settings import Settings
from pb.territory.service import office, settlements, tree
from pb.worker import run_all
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.village import HOME, Village

YEAR = clock.now().year + 1
PATH = f"{HOME}/documents/notice/{YEAR}"


@pytest.fixture(autouse=True)
def notice(okrug: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of document that needs nothing but the okrug."""
    okrug.open_cycle(fiscal_year=YEAR)

    def build(act: Act, subject_id: UUID, language: str, base_url: str) -> Announcement:
        frame = Frame(
            language, act.territory.name(language), "Хабарландыру", "Жиналыс", f"{base_url}/{subject_id}", "бет"
        )
        return Announcement(frame, "", [], "", [], "", [])

    monkeypatch.setitem(papers._builders, "notice", build)
    monkeypatch.setitem(papers._labels, "notice", (lazy_gettext("Notice"), lazy_gettext("Notice")))
    monkeypatch.setitem(papers._pages, "notice", "/{subject}/notice")


def test_a_paper_that_nobody_asked_for_is_gathered_once_for_all_who_look(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, okrug: Village
) -> None:
    """Played: each look gathered the whole paper, and a flood of them kept the village waiting."""
    gathered: list[str] = []
    build = papers._builders["notice"]

    def counted(act: Act, subject_id: UUID, language: str, base_url: str) -> object:
        gathered.append(language)
        return build(act, subject_id, language, base_url)

    monkeypatch.setitem(papers._builders, "notice", counted)
    client = english(make_app(replace(settings, limits=True), database))
    assert {client.get(f"{PATH}/kk").status_code for _time in range(5)} == {200}
    assert gathered == ["kk"]
    with okrug.act_as() as act:
        audit.record(act, "territory.settled", subject=act.territory.id, data={})
    client.get(f"{PATH}/kk")
    assert gathered == ["kk"] * 2, "something happened: it is looked at again"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_document_is_made_by_a_job_and_downloaded(app: Flask, client: LintingClient, language: str) -> None:
    path = f"{PATH}/{language}"
    assert f'class="back" href="{HOME}/{YEAR}/notice"' in client.get(path).text, "no dead end"
    assert "data-ask" in client.get(path).text
    assert client.get(f"{path}.pdf").status_code == 404
    assert client.post(path).headers["Location"] == path
    waiting = client.get(path).text
    assert "is being made" in waiting
    assert "<progress" in waiting
    assert "await_paper.js" in waiting
    assert run_all(app) == 1
    made = client.get(path).text
    assert "Download the PDF" in made
    assert "await_paper.js" not in made, "what stands as it is now is not made again"
    answer = client.get(f"{path}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def ready(okrug: Village) -> frozenset[str]:
    with okrug.act_as() as act:
        return papers.ready(act, "notice", act.session.scalars(select(Cycle.id)).one())


def test_a_paper_asks_to_be_made_by_itself_and_then_its_links_lead_to_the_file(
    app: Flask, okrug: Village, client: LintingClient
) -> None:
    """Three clicks and a wait stood between the minutes and their PDF."""
    page = client.get(f"{PATH}/kk").text
    assert "data-ask" in page
    assert "await_paper.js" in page
    assert ready(okrug) == frozenset()
    client.post(f"{PATH}/kk")
    assert run_all(app) == 1
    assert ready(okrug) == {"kk"}


def test_a_paper_of_what_changed_since_is_made_anew(app: Flask, okrug: Village, client: LintingClient) -> None:
    client.post(f"{PATH}/kk")
    assert run_all(app) == 1
    with okrug.act_as() as act:
        audit.record(act, "budget.decision_recorded", subject=act.session.scalars(select(Cycle.id)).one())
    assert ready(okrug) == frozenset()
    page = client.get(f"{PATH}/kk").text
    assert "What it tells of has changed since" in page
    assert "data-ask" in page


@pytest.mark.parametrize("change", ["contact", "settlement", "address"])
def test_a_paper_shows_no_earlier_place_to_vote(app: Flask, okrug: Village, client: LintingClient, change: str) -> None:
    client.post(f"{PATH}/kk")
    assert run_all(app) == 1
    assert ready(okrug) == {"kk"}
    with okrug.act_as(Role.OFFICE) as act:
        if change == "contact":
            office.change_by_office(act, {"paper_place": "Мектеп, 2-кабинет"})
        elif change == "settlement":
            settlements.record_by_office(act, settlements.Names("Жаңа", "Новый"))
        else:
            tree.give_address(act, "krasny-yar")
    assert ready(okrug) == frozenset()


def test_a_document_that_cannot_be_made_says_so(
    app: Flask, client: LintingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_ATTEMPTS", 1)
    monkeypatch.setattr(papers.child, "run", lambda *_given, **_named: 1 / 0)
    client.post(f"{PATH}/kk")
    run_all(app)
    page = client.get(f"{PATH}/kk").text
    assert "could not be made" in page
    assert "data-ask" not in page, "it would fail again and again"


@pytest.mark.parametrize("subject", ["1999", "meetings/7", f"{YEAR}"])
@pytest.mark.parametrize("kind", ["announcement", "result", "annex"])
def test_a_paper_of_what_is_not_there_is_never_queued(
    app: Flask, client: LintingClient, kind: str, subject: str
) -> None:
    """Three hundred such papers delayed the closing of a poll by six and a half minutes."""
    assert client.get(f"{HOME}/documents/{kind}/{subject}/kk").status_code == 404, "no button for what cannot be"
    assert client.post(f"{HOME}/documents/{kind}/{subject}/kk").status_code == 404
    assert run_all(app) == 0


def test_a_paper_is_made_anew_once_in_half_a_minute(app: Flask, client: LintingClient) -> None:
    path = f"{PATH}/kk"
    client.post(path)
    assert run_all(app) == 1
    client.post(path)
    assert run_all(app) == 0, "it waits"
    with time_machine.travel(clock.now() + papers.PAUSE):
        assert run_all(app) == 1


@pytest.mark.parametrize(
    ("kind", "subject", "page"),
    [
        ("announcement", "meetings/7", f"{HOME}/meetings/7"),
        ("result", f"{YEAR}", f"{HOME}/{YEAR}/result"),
        ("annex", f"{YEAR}", f"{HOME}/{YEAR}/winners"),
    ],
)
def test_each_paper_has_the_page_that_it_is_printed_from(app: Flask, kind: str, subject: str, page: str) -> None:
    assert HOME + papers.page_of(kind, subject) == page
    routes = app.url_map.bind("localhost")
    assert routes.test(page, "GET")


def test_what_no_room_builds_is_not_there(client: LintingClient) -> None:
    assert client.get(f"{HOME}/documents/nonsense/{YEAR}/kk").status_code == 404
    assert client.post(f"{HOME}/documents/nonsense/{YEAR}/kk").status_code == 404
    assert client.get(f"{PATH}/en").status_code == 404
