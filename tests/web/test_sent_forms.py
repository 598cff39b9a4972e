"""One submission for each form that was shown: two taps are one deed; and what waits where a form did not arrive."""

import io
import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pb import clock
from pb.act import Role
from pb.cycles.models import Phase
from pb.db import Database
from pb.identity.models import SentForm
from pb.identity.service import sent_forms
from pb.proposals.models import Proposal
from pb.proposals.service import proposals
from pb.roll.service import requests
from pb.voting.service import objections
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import HOME, SETTLEMENTS, Village, content, invented_iin

NEW = f"{HOME}/2027/proposals/new"
TYPED = {
    "title": "Lamps",
    "problem": "It is dark.",
    "solution": "Put up lamps.",
    "settlement": SETTLEMENTS[0],
    "place": "Abai street",
    "category": "lighting",
    "cost": "5 000 000",
    "action": "submit",
}


def token_of(page: TestResponse) -> str:
    """The token of the page's own form, which is its last one."""
    return re.findall(r'name="form_token" value="([^"]+)"', page.text)[-1]


def field_of(answer: TestResponse, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None
    return found[1]


def proposals_in(database: Database) -> int:
    with database.work(writing=False) as session:
        return session.scalar(select(func.count()).select_from(Proposal)) or 0


@pytest.mark.both_databases
def test_two_taps_make_one_proposal_and_lead_to_one_page(okrug: Village, sign_in: SignIn, database: Database) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    first = resident.post(NEW, data=sent)
    second = resident.post(NEW, data=sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert proposals_in(database) == 1
    assert "The proposal was submitted" in resident.get(second.headers["Location"]).text


def test_who_lost_the_first_answer_reads_that_it_was_done(okrug: Village, sign_in: SignIn) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    resident.csrf_token()
    before = resident.get_cookie("session")
    assert before is not None
    resident.post(NEW, data=sent)
    resident.set_cookie("session", before.value)
    again = resident.post(NEW, data=sent)
    assert "was done once" in resident.get(again.headers["Location"]).text


@pytest.mark.both_databases
def test_two_requests_at_once_make_one_proposal(
    okrug: Village, sign_in: SignIn, database: Database, app: Flask
) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    cookie = resident.get_cookie("session")
    assert cookie is not None
    led: list[tuple[int, str]] = []
    together = threading.Barrier(2)

    def tap() -> None:
        client = english(app)
        client.set_cookie("session", cookie.value)
        together.wait()
        answer = client.post(NEW, data={**sent, "csrf_token": token}, token=False)
        led.append((answer.status_code, answer.headers.get("Location", "")))

    token = resident.csrf_token()
    cookie = resident.get_cookie("session")
    assert cookie is not None
    taps = [threading.Thread(target=tap) for _tap in range(2)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert led == [(302, f"{HOME}/2027/proposals/1")] * 2
    assert proposals_in(database) == 1


def test_a_form_that_was_not_right_is_put_right_and_sent_again(
    okrug: Village, sign_in: SignIn, database: Database
) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    assert resident.post(NEW, data={**sent, "title": ""}).status_code == 422
    assert resident.post(NEW, data=sent).status_code == 302
    assert proposals_in(database) == 1


def test_another_form_of_the_same_page_is_another_submission(
    okrug: Village, sign_in: SignIn, database: Database
) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    for title in ("Lamps", "Benches"):
        resident.post(NEW, data={**TYPED, "title": title, "form_token": token_of(resident.get(NEW))})
    assert proposals_in(database) == 2


@pytest.mark.both_databases
def test_a_form_leads_nobody_else_anywhere_and_is_forgotten_after_hours(okrug: Village, database: Database) -> None:
    token, at = sent_forms.new_token(), clock.now()
    key = sent_forms.key_of(token, "the resident", "/krasnoyar", [("title", "Lamps")])
    others = {
        sent_forms.key_of(token, *whole)
        for whole in (
            ("somebody else", "/krasnoyar", [("title", "Lamps")]),
            ("the resident", "/zerendi", [("title", "Lamps")]),
            ("the resident", "/krasnoyar", [("title", "Benches")]),
        )
    }
    assert len(others | {key}) == 4
    with okrug.act_as(Role.RESIDENT, at=at) as act:
        assert sent_forms.claim(act, key, "the resident") is None
        sent_forms.lead(act, key, sent_forms.Earlier("/somewhere", ""))
    with okrug.act_as(Role.OFFICE, at=at) as act:
        assert sent_forms.claim(act, key, "the resident") == ("/somewhere", "")
    with okrug.act_as(at=at + sent_forms.LIFE + timedelta(hours=1)) as act:
        sent_forms.claim(act, "of another form", "later")
    with database.work(writing=False) as session:
        assert session.scalars(select(SentForm.sender)).all() == ["later"]


@pytest.mark.both_databases
def test_of_one_person_the_latest_forms_alone_are_kept(okrug: Village, database: Database) -> None:
    """A resident who saves one draft on and on fills no table."""
    at = clock.now()
    with okrug.act_as(at=at) as act:
        sent_forms.claim(act, "the only one", "somebody else")
    for number in range(sent_forms.MOST_OF_A_PERSON + 20):
        with okrug.act_as(at=at + timedelta(hours=number // 10)) as act:
            sent_forms.claim(act, f"form {number}", "one who never rests")
    with database.work(writing=False) as session:
        kept = session.scalars(select(SentForm.token).where(SentForm.sender == "one who never rests")).all()
        assert session.get(SentForm, "the only one") is not None
        assert set(kept) == {f"form {number}" for number in range(20, sent_forms.MOST_OF_A_PERSON + 20)}


@pytest.mark.both_databases
def test_a_draft_and_its_submission_from_one_shown_form_are_one_proposal(
    okrug: Village, sign_in: SignIn, database: Database
) -> None:
    """Played: kept as a draft, then "back" and submitted, it was draft-11 and № 11."""
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    resident.post(NEW, data={**sent, "action": "draft"})
    resident.post(NEW, data={**sent, "action": "draft", "title": "Benches"})
    submitted = resident.post(NEW, data={**sent, "title": "Benches by the school"})
    assert submitted.headers["Location"] == f"{HOME}/2027/proposals/1"
    assert "Benches by the school" in resident.get(submitted.headers["Location"]).text
    assert proposals_in(database) == 1
    again = resident.post(NEW, data={**sent, "action": "draft"})
    assert resident.get(again.headers["Location"], follow_redirects=True).status_code == 200
    assert proposals_in(database) == 1


def test_what_was_submitted_and_changed_since_is_no_second_proposal_unasked(
    okrug: Village, sign_in: SignIn, database: Database
) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    resident.post(NEW, data=sent)
    for action in ("submit", "draft"):
        changed = resident.post(NEW, data={**sent, "title": "Benches", "action": action})
        assert changed.status_code == 409
        assert "This form was sent already." in changed.text
        assert f'href="{HOME}/2027/proposals/1"' in changed.text
        assert 'value="Benches"' in changed.text
    assert proposals_in(database) == 1
    assert resident.post(NEW, data={**sent, "title": "Benches", "form_token": token_of(changed)}).status_code == 302
    assert proposals_in(database) == 2


def test_back_and_send_again_is_no_second_proposal_unasked(okrug: Village, sign_in: SignIn, database: Database) -> None:
    """Played: the browser's back button showed the filled form under a fresh token, and № 9 was № 8 once more."""
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    resident.post(NEW, data={**TYPED, "form_token": token_of(resident.get(NEW))})
    again = resident.post(NEW, data={**TYPED, "form_token": token_of(resident.get(NEW))})
    assert again.status_code == 409
    assert "The same was sent already." in again.text
    assert f'href="{HOME}/2027/proposals/1"' in again.text
    assert f'value="{TYPED["title"]}"' in again.text, "nothing that was typed is lost"
    assert proposals_in(database) == 1
    meant = {**TYPED, "form_token": token_of(again), "another": field_of(again, "another")}
    assert resident.post(NEW, data=meant).status_code == 302, "nothing is refused for ever"
    assert proposals_in(database) == 2


def sent_again(client: LintingClient, address: str, typed: dict[str, str], name: str) -> TestResponse:
    """Sends the form, and what was changed in it afterwards; then the form that the answer shows."""
    sent = {**typed, "form_token": token_of(client.get(address))}
    assert client.post(address, data=sent).status_code == 200
    changed = client.post(address, data={**sent, name: "Changed."})
    assert changed.status_code == 409
    assert "This form was sent already." in changed.text
    assert "Changed." in changed.text
    return client.post(address, data={**sent, name: "Changed.", "form_token": token_of(changed)})


def test_back_and_send_again_is_no_second_objection_unasked(opened: OpenPoll, client: LintingClient) -> None:
    address, typed = f"{opened.path}/objections", {"text": "My card was used.", "contact": ""}
    assert client.post(address, data={**typed, "form_token": token_of(client.get(address))}).status_code == 200
    again = client.post(address, data={**typed, "form_token": token_of(client.get(address))})
    assert again.status_code == 409
    assert "The same was sent already." in again.text
    assert "number=1" in again.text
    meant = {**typed, "form_token": token_of(again), "another": field_of(again, "another")}
    assert client.post(address, data=meant).status_code == 200
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        assert objections.count(act, poll) == 2


def test_an_objection_that_is_changed_after_sending_is_no_second_one_unasked(
    opened: OpenPoll, client: LintingClient
) -> None:
    typed = {"text": "My card was used.", "contact": ""}
    again = sent_again(client, f"{opened.path}/objections", typed, "text")
    assert again.status_code == 200
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        texts = [one.text for one in objections.page(act, poll, 1).objections]
    assert sorted(texts) == ["Changed.", "My card was used."]


def test_a_request_that_is_changed_after_sending_is_no_second_one_unasked(
    okrug: Village, client: LintingClient
) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    typed = {
        "kind": "missing",
        "iin": invented_iin(7).text,
        "name": "Асан Сейіт",
        "settlement": SETTLEMENTS[0],
        "contact": "8 700",
        "text": "I moved here.",
    }
    again = sent_again(client, f"{okrug.path(cycle_id)}/roll/requests/new", typed, "text")
    assert again.status_code == 200
    with okrug.in_cycle(cycle_id) as (act, cycle):
        assert requests.count(act, cycle) == 2


def test_a_form_whose_draft_was_deleted_makes_another(okrug: Village, sign_in: SignIn, database: Database) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    sent = {**TYPED, "form_token": token_of(resident.get(NEW))}
    draft = resident.post(NEW, data={**sent, "action": "draft"}).headers["Location"]
    resident.post(f"{draft}/delete", data={"confirmed": "y"})
    assert resident.post(NEW, data=sent).status_code == 302
    assert proposals_in(database) == 1


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


def roll_of(*numbers: int) -> bytes:
    lines = [f"{invented_iin(number).text},Somebody {number},{SETTLEMENTS[0]}" for number in numbers]
    return "\n".join(["iin,name,settlement", *lines]).encode()


@pytest.mark.parametrize(
    ("role", "page", "first", "other", "more"),
    [
        (Role.REGISTRAR, f"{HOME}/2027/roll", roll_of(1, 2), roll_of(1, 3), {"scope": "part"}),
        (Role.OFFICE, f"{HOME}/emblem", picture("red"), picture("blue"), {}),
    ],
    ids=["roll", "emblem"],
)
def test_a_file_is_taken_in_once_for_two_taps_and_another_file_anew(
    okrug: Village, sign_in: SignIn, role: Role, page: str, first: bytes, other: bytes, more: dict[str, str]
) -> None:
    """Played: the file was read and closed before it was looked whether it came twice, and nothing was taken in."""
    okrug.open_cycle(phase=Phase.VOTING)
    client = sign_in(role)
    token = token_of(client.get(page))

    def answer(file: bytes) -> str:
        sent = {**more, "file": (io.BytesIO(file), "file"), "form_token": token}
        answered = client.post(page, data=sent)
        assert answered.status_code == 302, answered.text
        return str(answered.headers["Location"])

    taken = answer(first)
    client.get(taken)
    assert answer(first) == taken
    assert "was done once" in client.get(taken).text
    answer(other)
    assert "was done once" not in client.get(page).text


def test_what_moved_nothing_is_not_said_to_be_done(okrug: Village, sign_in: SignIn) -> None:
    okrug.open_cycle()
    with okrug.in_cycle(okrug.cycle_at(f"{HOME}/2027"), Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content()))
    office = sign_in(Role.OFFICE)
    sent = {"form_token": sent_forms.new_token()}
    for _tap in range(2):
        answer = office.post(f"{HOME}/2027/advance", data=sent)
        assert answer.status_code == 302
        assert "done once" not in office.get(answer.headers["Location"]).text
    with okrug.in_cycle(okrug.cycle_at(f"{HOME}/2027")) as (_act, cycle):
        assert cycle.phase == Phase.PROPOSALS


def test_two_taps_on_what_shows_a_code_tell_what_was_done_and_what_to_do(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    okrug.open_cycle(phase=Phase.VOTING)
    place = f"{HOME}/2027/roll/requests/new"
    typed = {"name": "Dana", "settlement": SETTLEMENTS[0], "iin": invented_iin(300).text}
    asked = {**typed, "kind": "missing", "contact": "8 700", "text": "x"}
    clerk = sign_in(Role.CLERK)
    for who, where, sent, told in (
        (client, place, asked, "its number is 1"),
        (clerk, f"{HOME}/residents/register", typed, "register again"),
    ):
        token = token_of(who.get(where))
        first = who.post(where, data={**sent, "form_token": token})
        assert first.status_code == 200, first.text
        second = who.post(where, data={**sent, "form_token": token})
        assert second.status_code == 302
        assert told in who.get(second.headers["Location"]).text


def test_what_only_looks_something_up_may_be_sent_again(client: LintingClient, okrug: Village) -> None:
    """Signing in and searching change nothing, and the browser keeps nothing of them."""
    assert okrug.people
    page = client.get("/sign-in").text
    assert 'name="form_token"' not in page
    assert "data-keep" not in page


def test_a_session_that_ended_while_somebody_wrote_leads_back_to_the_form(
    okrug: Village, client: LintingClient
) -> None:
    okrug.open_cycle()
    answer = client.post(NEW, data={**TYPED, "form_page": NEW})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/sign-in?after={NEW}&again=1"
    page = client.get(answer.headers["Location"]).text
    assert "You were signed out before your form arrived" in page
    assert "data-kept" in page
    strange = client.post(NEW, data={**TYPED, "form_page": "//elsewhere.example/"})
    assert strange.headers["Location"] == "/sign-in?again=1"


def test_a_token_that_ran_out_leads_back_to_the_form(okrug: Village, sign_in: SignIn, client: LintingClient) -> None:
    okrug.open_cycle()
    sent = {**TYPED, "form_page": NEW, "csrf_token": "of yesterday"}
    page = sign_in(Role.RESIDENT).post(NEW, data=sent, token=False)
    assert page.status_code == 400
    assert "data-kept" in page.text
    assert f'href="{NEW}"' in page.text
    nobody = client.post(NEW, data=sent, token=False)
    assert nobody.headers["Location"] == f"/sign-in?after={NEW}&again=1"


def test_another_language_of_a_refused_form_is_that_of_its_own_page(okrug: Village, sign_in: SignIn) -> None:
    okrug.open_cycle()
    resident = sign_in(Role.RESIDENT)
    page = resident.post(f"{NEW}", data={**TYPED, "title": "", "form_page": f"{NEW}?lang=en"})
    assert f'href="{NEW}?lang=kk" hreflang="kk"' in page.text
