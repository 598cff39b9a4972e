"""Odd input in the forms of the staff: an error at its field, in the reader's language, and nothing typed is lost."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from pb.act import Role
from pb.audit import service as audit
from pb.checks.service import faults, openings, sample
from tests.checks.conftest import ClosedPoll
from tests.checks.test_pages import SURE, client_of
from tests.conftest import english
from tests.linting import LintingClient
from tests.village import called

PAPER = {"signatures": "3", "cards": "1-3"}
CHOICE = {"minutes_number": "5", "text": "7 41 3 12 88 20"}
CARDS = {"cards": "21"}
DRAW = {"text": "7 41 3 12 88 20", "minutes_number": "5", "copied": "abcdefgh"}
EXPLANATION = {"minutes_number": "6", "text": "It fell behind the safe."}


def refused(client: LintingClient, path: str, typed: dict[str, str], prefix: str, *fields: str) -> None:
    """Each of the fields has one error, once, and the page keeps all that was typed."""
    answer = client.post(path, data=typed)
    assert answer.status_code == 422, typed
    page = html.unescape(answer.text)
    assert "Not a valid" not in page, "the words of a library, in one language"
    for field in fields:
        texts = at_the_field(page, f"{prefix}-{field}")
        assert texts, (typed, field)
        for text in texts:
            assert page.count(f">{text}</a>") == 1, "at the field and above, each once"
    for value in typed.values():
        assert value in page, typed


def at_the_field(page: str, field: str) -> list[str]:
    """What is told at a field: a sentence, or the lines of a list."""
    told = page.partition(f'id="{field}-error"')[2].partition("</span>")[2].partition("\n")[0]
    return re.findall(r"<li>(.*?)</li>", told) or re.findall(r"^(.+?)</p>", told)


@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "1 000", "9" * 30, "", "1e3"])
def test_a_number_of_signatures_that_is_none(app: Flask, closed: ClosedPoll, number: str) -> None:
    with time_machine.travel(closed.at, tick=True):
        clerk = client_of(app, closed.opened, Role.CLERK)
        path = f"{closed.opened.path}/checks/paper"
        refused(clerk, path, PAPER | {"signatures": number}, "paper", "signatures")


@pytest.mark.parametrize(
    "cards",
    [
        "1-",
        "a",
        "999",
        "R99",
        "1 1 999 x",
        "1-99999999",
        "0",
        "-5",
        "1 1 2",
        "R",
        "<b>1</b>",
        "3-1",
        "1 - 3 - 5",
        "1-4",
        "",
    ],
)
def test_cards_that_cannot_be_read_or_are_not_as_many(app: Flask, closed: ClosedPoll, cards: str) -> None:
    with time_machine.travel(closed.at, tick=True):
        clerk = client_of(app, closed.opened, Role.CLERK)
        refused(clerk, f"{closed.opened.path}/checks/paper", PAPER | {"cards": cards}, "paper", "cards")


@pytest.mark.parametrize(
    ("form", "typed", "field"),
    [
        ("choice", CHOICE | {"minutes_number": "x" * 41}, "minutes_number"),
        ("choice", CHOICE | {"minutes_number": " "}, "minutes_number"),
        ("choice", CHOICE | {"text": "y" * 201}, "text"),
        ("draw", DRAW, "copied"),
        ("draw", DRAW | {"copied": "ё"}, "copied"),
        ("draw", DRAW | {"copied": "a" * 65}, "copied"),
        ("choice", CHOICE | {"text": "07 41 3 12 88 20"}, "text"),
        ("draw", DRAW | {"text": " "}, "text"),
        ("draw", DRAW | {"text": "07 41 3 12 88 20"}, "text"),
        ("draw", DRAW | {"text": "Шары: 7 41 3 12 88 20"}, "text"),
        ("draw", DRAW | {"minutes_number": ""}, "minutes_number"),
    ],
)
def test_what_the_secretary_records(
    app: Flask, closed: ClosedPoll, form: str, typed: dict[str, str], field: str
) -> None:
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        secretary = client_of(app, closed.opened, Role.SECRETARY)
        address = {"choice": "cards/choice"}.get(form, form)
        refused(secretary, f"{closed.opened.path}/checks/{address}", typed, form, field)


@pytest.mark.parametrize(
    ("role", "address", "form", "typed"),
    [
        (Role.CLERK, "paper", "paper", {"signatures": "", "cards": "999"}),
        (Role.SECRETARY, "cards/choice", "choice", {"minutes_number": "", "text": "07 41 3 12 88 20"}),
        (Role.SECRETARY, "draw", "draw", {"minutes_number": "", "text": "07 41 3 12 88 20", "copied": "abcdefgh"}),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    app: Flask, closed: ClosedPoll, role: Role, address: str, form: str, typed: dict[str, str]
) -> None:
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        refused(client_of(app, closed.opened, role), f"{closed.opened.path}/checks/{address}", typed, form, *typed)


def test_every_fault_of_the_lines_is_told_at_once_and_nothing_is_recorded_by_looking(
    app: Flask, closed: ClosedPoll
) -> None:
    path = f"{closed.opened.path}/checks/cards"
    closed.choose_cards()
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        secretary = client_of(app, closed.opened, Role.SECRETARY)
        for typed in ("21 <script>", "21 ab\n21 cd", "", "1", "21 zz", "R99", "21-22 " + "a" * 32, "21 " + "z" * 800):
            refused(secretary, path, {"cards": typed}, "cards", "cards")
        answer = secretary.post(path, data={"cards": "21 zz\n999\n22 -\n22\nx", "step": "record"})
        page = html.unescape(answer.text)
        for told in (
            "Line 1: behind the number stands a fingerprint",
            "Line 2: not among the cards to open: 999.",
            "Line 4: named twice: 22.",
            "Line 5: write the number of a card first",
        ):
            assert told in page, told
        assert "1-40, 42" not in page, "the hint of another form"
        looked = secretary.post(path, data={"cards": f"21 {'a' * 32}\n22 {'A' * 32}\nR1"})
        assert looked.status_code == 200
        assert "The same fingerprint stands at several cards." in looked.text
        assert closed.marks() == [], "nothing was recorded"


def test_what_answered_a_form_is_come_back_to_by_its_address(app: Flask, closed: ClosedPoll) -> None:
    """Reloading, or another language, asks with GET for what a POST had shown."""
    path = f"{closed.opened.path}/checks"
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        secretary = client_of(app, closed.opened, Role.SECRETARY)
        for posted in ("paper", "draw", "explanations", "salts"):
            answer = secretary.get(f"{path}/{posted}?lang=kk")
            assert (answer.status_code, answer.location) == (302, path)
        for posted in ("choice", "choice/answer", "correction", "confirm"):
            answer = secretary.get(f"{path}/cards/{posted}")
            assert (answer.status_code, answer.location) == (302, f"{path}/cards")
        for posted in ("confirm", "answers", "7"):
            answer = secretary.get(f"{path}/sample/{posted}")
            assert (answer.status_code, answer.location) == (302, f"{path}/sample")


def test_corrections_explanations_and_answers(app: Flask, closed: ClosedPoll) -> None:
    opened, path = closed.opened, f"{closed.opened.path}/checks"
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        secretary, deputy, chair = (client_of(app, opened, role) for role in (Role.SECRETARY, Role.DEPUTY, Role.CHAIR))
        assert deputy.post(f"{path}/cards/correction", data={"cards": "21"}).status_code == 409, "nothing recorded yet"
        with opened.act() as act:
            poll = opened.rows(act)[1]
            lines, listed = [f"{card} -" for card in openings.closed_cards(act, poll)], sample.committed(act, poll)
        assert listed is not None
        assert secretary.post(f"{path}/cards/choice", data=CHOICE | {"text": ""}).status_code == 302
        assert secretary.post(f"{path}/cards/choice", data=CHOICE).status_code == 409, "what is recorded stays"
        answer = {"attempt": "1", "answer": "agrees"}
        assert deputy.post(f"{path}/cards/choice/answer", data=answer | SURE).status_code == 302
        data = {"cards": "\n".join(lines), "step": "record"}
        assert secretary.post(f"{path}/cards", data=data).status_code == 302
        assert secretary.post(f"{path}/cards", data=data).status_code == 422, "what is recorded stays"
        for typed in ("", "x", "1", "R99", "21 -\n21 -", "21 " + "z" * 800):
            refused(deputy, f"{path}/cards/correction", {"cards": typed}, "correction", "cards")
        assert deputy.post(f"{path}/cards/correction", data={"cards": "21", "step": "record"}).status_code == 302
        assert "Read again" in deputy.get(path).text
        (kind,) = _kinds(secretary.get(path).text)
        for changes in ({"text": " "}, {"text": "q" * 2001}):
            refused(secretary, f"{path}/explanations", EXPLANATION | {"kinds": kind} | changes, "explanation", "text")
        for chosen in ({}, {"kinds": "card_missing:0000000000000000"}):
            page = secretary.post(f"{path}/explanations", data=EXPLANATION | chosen)
            assert page.status_code == 422
            assert "Choose the faults that this text explains, as they stand now." in page.text
        data = EXPLANATION | {"kinds": kind, "minutes_number": ""}
        refused(secretary, f"{path}/explanations", data, "explanation", "minutes_number")
        data = EXPLANATION | {"kinds": kind}
        assert secretary.post(f"{path}/explanations", data=data).status_code == 302
        assert "Explain these faults" not in secretary.get(path).text, "a text waits for the chair"
        assert secretary.post(f"{path}/explanations", data=EXPLANATION).status_code == 409
        with opened.act() as act:
            row = faults.explanations(act, opened.rows(act)[1])[0]
            told = called(act.session, "explanation_id", row.id)
        assert "Refuse this explanation" in chair.get(path).text
        assert chair.post(f"{path}/explanations/{told}/refuse").status_code == 302
        assert "Refused by the chair" in chair.get(path).text
        assert "Explain these faults" in secretary.get(path).text
        data = DRAW | {"copied": f" {listed.commitment[:32].upper()} "}
        assert secretary.post(f"{path}/draw", data=data | {"step": "record"}).status_code == 302
        answer = {"attempt": "1", "answer": "agrees"}
        assert deputy.post(f"{path}/draw/answer", data=answer | SURE).status_code == 302
        answers, said = f"{path}/sample/answers", {"answers": "1:voted", "step": "record"}
        of_nobody = [{"answers": f"{number}:voted", "step": "record"} for number in ("0", "9" * 24)]
        for answer in ({"answers": "x"}, {}, {"answers": ["", ""]}, {"answers": "1:x"}, *of_nobody):
            page = deputy.post(answers, data=answer)
            assert page.status_code == 422
            assert "Not a valid" not in page.text
        assert deputy.post(answers, data={"answers": ["1:voted", "1:not_found"], "step": "record"}).status_code == 409
        assert deputy.post(answers, data=said).status_code == 302
        assert deputy.post(answers, data=said).status_code == 422, "an answer stays"
        for confirmed in ({}, {"answers": "x"}, {"answers": "1:1:did_not_vote"}):
            page = chair.post(f"{path}/sample/confirm", data=confirmed)
            assert page.status_code == 422
            assert "Not a valid" not in page.text


def test_a_look_at_the_list_is_logged_where_the_form_beside_it_is_refused_too(app: Flask, closed: ClosedPoll) -> None:
    """Played: an empty form was sent, the page of the refusal had all names, and no event told of the look."""
    path = f"{closed.opened.path}/checks/sample"
    closed.answer()

    def looks() -> int:
        with closed.opened.act() as act:
            return sum(event.action == "checks.sample_seen" for event in audit.every(act))

    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        chair = client_of(app, closed.opened, Role.CHAIR)
        for address in ("answers", "confirm"):
            before, page = looks(), chair.post(f"{path}/{address}", data={"answers": "x"})
            assert closed.opened.voter(0).name not in page.text or looks() == before + 1, address


def test_every_fault_of_a_list_stands_on_a_line_of_its_own(app: Flask, closed: ClosedPoll) -> None:
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        clerk = client_of(app, closed.opened, Role.CLERK)
        page = html.unescape(clerk.post(f"{closed.opened.path}/checks/paper", data=PAPER | {"cards": "1 1 999"}).text)
    assert len(at_the_field(page, "paper-cards")) == 2, "named twice, and unknown"
    assert page.count('<a href="#paper-cards">') == 2, "and above too"


def test_the_page_says_first_whose_turn_it_is(app: Flask, closed: ClosedPoll) -> None:
    """Who has nothing to do finds every part folded."""
    path, turn = f"{closed.opened.path}/checks", "What you can do now"
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        clerk, secretary, chair, office = (
            client_of(app, closed.opened, role) for role in (Role.CLERK, Role.SECRETARY, Role.CHAIR, Role.OFFICE)
        )
        assert '<details class="card" id="count" open>' in clerk.get(path).text, "all that the clerk can do"
        page = secretary.get(path).text
        for work in ("count", "drawing"):
            assert f'<details class="card" id="{work}">' in page
        assert f'<a href="{path}/cards">Open the cards that nobody took</a>' in page
        faulty = secretary.post(f"{path}/draw", data={}).text
        assert '<details class="card" id="drawing" open>' in faulty, "the error is seen"
        assert '<details class="card" id="count">' in faulty
        for nobody in (english(app), office):
            page = nobody.get(path).text
            assert turn not in page
            assert not re.search(r'<details class="role"[^>]* open', page)
        closed.answer(1)
        assert "Ask people of the sample" not in chair.get(path).text, "two members agreed on everybody"
        page = secretary.get(path).text
        assert 'id="faults"' in page
        assert page.count("did not vote, but a ballot stands in their name") == 1, "said once, where it is ticked"
        closed.explain()
        assert 'id="faults"' not in secretary.get(path).text
        assert '<a href="#explained">' in chair.get(path).text
        assert 'id="explained" open' in chair.get(path).text
        closed.answer_explanation()
        assert '<a href="#explained">' not in chair.get(path).text


def _kinds(page: str) -> list[str]:
    return re.findall(r'name="kinds"[^>]* value="([^"]+)"', page)
