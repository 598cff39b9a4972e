"""The roll's pages as the registrar, a second person, an auditor, a resident and a stranger meet them."""

import gc
import io
import re
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from pb.act import Role
from pb.audit import service as audit
from pb.core.places.settlements import Settlements
from pb.cycles import service as cycles
from pb.cycles.models import Phase
from pb.db import Database
from pb.errors import Conflict, Forbidden
from pb.roll.models import Request, RequestKind
from pb.roll.service import entries, imports, requests
from pb.territory.models import Territory
from pb.voting.service import preparation
from tests.cards.test_reissues import staff
from tests.conftest import SignIn, english
from tests.polls.open_poll import OpenPoll
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin

HERE, THERE = SETTLEMENTS
PEOPLE = [(1, "Аян", HERE), (2, "Бота", HERE), (3, "Вера", THERE)]


@pytest.fixture
def cycle(okrug: Village) -> UUID:
    made = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(made, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    return made


def sent(*people: tuple[int, str, str], **more: str) -> dict[str, Any]:
    lines = [f"{invented_iin(number).text},{name},{settlement}" for number, name, settlement in people]
    return {"file": (io.BytesIO("\n".join(["iin,name,settlement", *lines]).encode()), "roll.csv"), **more}


def taken_in(registrar: Any, path: str) -> None:
    report = registrar.post(path, data=sent(*PEOPLE)).location
    assert registrar.post(report).status_code == 302


def entry_path(okrug: Village, cycle: UUID, number: int) -> str:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        entry = entries.find_ever(act, found, invented_iin(number), KEYS)
        assert entry is not None
        return f"{okrug.path(cycle)}/roll/entries/{entry.number}"


def test_the_registrar_sees_the_difference_before_anything_changes(
    cycle: UUID, sign_in: SignIn, okrug: Village
) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    taken_in(registrar, path)
    report = registrar.post(path, data=sent((1, "Аян Сәрсен", HERE), (4, "Ғани", HERE), scope="whole")).location
    page = registrar.get(report).text
    for words in ("Missing in the file", "Бота", "Вера", "Аян Сәрсен", "Ғани", "Changed"):
        assert words in page
    assert invented_iin(4).text not in page
    refused = registrar.post(report, data={"departure": "moved", "day": ""})
    assert (refused.status_code, "Choose the day." in refused.text) == (422, True)
    assert '<option selected value="moved">' in refused.text, "what was chosen stays"
    assert registrar.post(report, data={"departure": "moved", "day": "2999-01-01"}).status_code == 422
    assert registrar.post(report, data={"departure": "moved", "day": "2026-01-01"}).status_code == 302
    page = registrar.get(path).text
    assert "moved away" in page
    assert "Бота" in page
    assert registrar.get(report).status_code == 200
    assert registrar.post(report).status_code == 409


def test_a_number_is_masked_until_the_registrar_says_why_and_that_is_logged(
    cycle: UUID, sign_in: SignIn, okrug: Village
) -> None:
    registrar = sign_in(Role.REGISTRAR)
    taken_in(registrar, f"{okrug.path(cycle)}/roll")
    digits, path = invented_iin(1).text, entry_path(okrug, cycle, 1)
    page = registrar.get(path).text
    assert f"••••••••{digits[-4:]}" in page
    assert digits not in page
    assert digits not in registrar.get(f"{path}/iin").text
    assert registrar.post(f"{path}/iin", data={"reason": "curiosity"}).status_code == 422
    shown = registrar.post(f"{path}/iin", data={"reason": "identity"})
    assert digits in shown.text
    for role in (Role.AUDITOR, Role.CLERK, Role.OFFICE, Role.ADMINISTRATOR):
        assert sign_in(role).post(f"{path}/iin", data={"reason": "identity"}).status_code == 403
    with okrug.act_as() as act:
        looks = [event for event in audit.every(act) if event.action == "roll.iin_shown"]
        assert len(looks) == 1
        assert looks[0].actor_id == okrug.people[Role.REGISTRAR].id
        assert looks[0].data == {"entry": 1, "reason": "identity"}
        assert path.endswith(f"/{okrug.called('entry_id', looks[0].subject_id)}")


def test_an_entry_is_found_by_its_number_without_an_address_that_holds_it(
    cycle: UUID, sign_in: SignIn, okrug: Village
) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    taken_in(registrar, path)
    found = registrar.post(f"{path}/find", data={"iin": invented_iin(2).text})
    assert found.status_code == 302
    assert invented_iin(2).text not in found.location
    assert "Бота" in registrar.get(found.location).text
    assert registrar.post(f"{path}/find", data={"iin": invented_iin(9).text}).status_code == 422
    assert registrar.post(f"{path}/find", data={"iin": "1"}).status_code == 422


def test_two_people_correct_a_confirmed_roll(cycle: UUID, sign_in: SignIn, okrug: Village) -> None:
    registrar, auditor, path = sign_in(Role.REGISTRAR), sign_in(Role.AUDITOR), f"{okrug.path(cycle)}/roll"
    taken_in(registrar, path)
    assert auditor.post(f"{path}/confirm").status_code == 302
    entry = entry_path(okrug, cycle, 1)
    wrong = registrar.post(f"{entry}/correct", data={"name": "Аян Сәрсен", "settlement": THERE, "reason": ""})
    assert wrong.status_code == 422
    assert 'value="Аян Сәрсен"' in wrong.text, "what was typed stays"
    told = {"name": "Аян Сәрсен", "settlement": THERE, "reason": "address certificate"}
    assert registrar.post(f"{entry}/correct", data=told).status_code == 302
    assert "Waits for a second person" in registrar.get(f"{path}/corrections").text
    assert "Аян Сәрсен" not in registrar.get(entry).text
    page = auditor.get(f"{path}/corrections").text
    decision = re.search(rf'action="({path}/corrections/[0-9a-f-]+)"', page)
    assert decision is not None
    assert registrar.post(decision[1], data={"decision": "approve"}).status_code == 403
    assert auditor.post(decision[1], data={"decision": "approve"}).status_code == 302
    page = registrar.get(entry).text
    assert "Аян → Аян Сәрсен" in page
    assert "Krasny Yar → Kyzylzhuldyz" in page, "as the reader's language names them"
    assert "computed anew" in auditor.get(f"{path}/commitments").text
    assert "Salt" not in sign_in(Role.CHAIR).get(f"{path}/commitments").text
    gone = registrar.post(f"{entry}/gone", data={"day": "2026-01-01", "departure": "deceased", "reason": "certificate"})
    assert gone.status_code == 302
    new = {"iin": invented_iin(9).text, "name": "Дана", "settlement": HERE, "reason": "moved here"}
    assert registrar.post(f"{path}/add", data=new).status_code == 302
    assert registrar.post(f"{path}/add", data={**new, "iin": invented_iin(1).text}).status_code == 422


def asked(**changes: str) -> dict[str, str]:
    whole = {
        "kind": "missing",
        "iin": invented_iin(9).text,
        "name": "Дана Оспан",
        "settlement": HERE,
        "contact": "+7 700 000 00 00",
        "text": "Жаңа көшіп келдім",
    }
    return {**whole, **changes}


def test_somebody_who_is_missing_asks_and_reads_the_answer_by_number_and_code(
    cycle: UUID, app: Flask, sign_in: SignIn, okrug: Village
) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    taken_in(registrar, path)
    stranger = english(app)
    assert "not on the roll" in stranger.get(f"{okrug.path(cycle)}/poll").text
    wrong = stranger.post(f"{path}/requests/new", data=asked(iin="123", contact=""))
    assert wrong.status_code == 422
    assert 'value="Дана Оспан"' in wrong.text
    page = stranger.post(f"{path}/requests/new", data=asked())
    assert page.status_code == 200
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
    assert code is not None
    status = {"number": "1", "secret": code[0].lower()}
    assert "Waits for an answer" in stranger.post(f"{path}/requests/answer", data=status).text
    for wrong_one in ({**status, "secret": "0000-0000-0000"}, {**status, "number": "2"}):
        assert stranger.post(f"{path}/requests/answer", data=wrong_one).status_code == 422
    with okrug.act_as() as act:
        request = act.session.scalars(select(Request)).one()
        assert invented_iin(9).text.encode() not in request.iin_sealed
        assert code[0].encode() not in request.secret_hash
        request_id = request.id
    one = f"{path}/requests/{okrug.called('request_id', request_id)}"
    assert "№\u00a01" in sign_in(Role.CHAIR).get(f"{path}/requests").text
    page = registrar.get(one).text
    assert "Nobody with this IIN is on the roll." in page
    assert invented_iin(9).text not in page
    page = registrar.get(f"{path}/add?request={okrug.called('request_id', request_id)}").text
    assert 'value="Дана Оспан"' in page
    told = {"name": "Дана Оспан", "settlement": HERE, "reason": "request 1, register"}
    assert registrar.post(f"{path}/add?request={okrug.called('request_id', request_id)}", data=told).status_code == 302
    assert (
        registrar.post(f"{path}/add?request={okrug.called('request_id', request_id)}", data=told).status_code == 400
    ), "twice is a plain refusal"
    assert registrar.post(one, data={"outcome": "granted", "answer": ""}).status_code == 422
    assert registrar.post(one, data={"outcome": "granted", "answer": "Тізімге енгізілдіңіз"}).status_code == 302
    assert registrar.post(one, data={"outcome": "refused", "answer": "No"}).status_code == 409
    assert "Тізімге енгізілдіңіз" in stranger.post(f"{path}/requests/answer", data=status).text
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert entries.find(act, found, invented_iin(9), KEYS) is not None


def test_a_request_is_refused_but_not_granted_when_the_roll_can_no_longer_change(
    cycle: UUID, okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    with okrug.in_cycle(cycle, Role.RESIDENT) as (act, found):
        told = {"iin": invented_iin(9), "name": "Дана", "settlement": HERE, "contact": "7", "text": ""}
        request_id = requests.submit(act, found, KEYS, kind=RequestKind.MISSING, **told)[0].id
    monkeypatch.setattr(entries, "is_frozen", lambda _act, _cycle: True)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        one = requests.get(act, found, request_id)
        with pytest.raises(Conflict):
            requests.answer(act, found, one, granted=True, text="x")
        requests.answer(act, found, one, granted=False, text="Тізім бекітілді")
        assert one.granted is False
    with okrug.in_cycle(cycle, Role.CLERK) as (act, found), pytest.raises(Forbidden):
        requests.answer(act, found, requests.get(act, found, request_id), granted=False, text="x")


def test_who_is_missing_after_the_opening_gets_a_number_what_is_left_to_do_and_a_place_in_the_next_roll(
    opened: OpenPoll, app: Flask
) -> None:
    """Asked after the opening one met a refusal, and nothing was kept of it."""
    path = f"{opened.path.removesuffix('/poll')}/roll/requests"
    stranger, registrar = english(app), staff(app, opened, Role.REGISTRAR)
    assert f'href="{path}/new"' in stranger.get(opened.path).text
    assert "brings no card for this vote" in stranger.get(f"{path}/new").text
    page = stranger.post(f"{path}/new", data=asked()).text
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert code is not None
    assert "What you can still do" in page
    assert "objections" in page
    assert "after the vote had begun" in registrar.get(path).text
    assert 'value="granted"' not in registrar.get(f"{path}/1").text
    granted = {"outcome": "granted", "answer": "yes"}
    assert registrar.post(f"{path}/1", data=granted).status_code == 409
    answer = stranger.post(f"{path}/answer", data={"number": "1", "secret": code[0]}).text
    assert "after the vote had begun" in answer
    assert 'poll/objections"' in answer, "the next step stands beside the answer"


def test_late_requests_are_taken_over_into_the_next_roll_once(
    cycle: UUID, app: Flask, sign_in: SignIn, okrug: Village
) -> None:
    with okrug.in_cycle(cycle, Role.RESIDENT) as (act, found):
        told = {"iin": invented_iin(9), "name": "Дана", "settlement": HERE, "contact": "7", "text": ""}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(entries, "is_frozen", lambda _act, _cycle: True)
            _late, code = requests.submit(act, found, KEYS, kind=RequestKind.MISSING, **told)
        requests.submit(act, found, KEYS, kind=RequestKind.WRONG, **told)
        following_year = found.fiscal_year + 1
    with okrug.act_as(Role.OFFICE) as act:
        for later in (Phase.RESULT, Phase.BUDGET, Phase.WORKS):
            cycles.get(act, cycle).phase = later
            act.session.flush()
    following = okrug.open_cycle(phase=Phase.VOTING, fiscal_year=following_year)
    with okrug.in_cycle(following, Role.REGISTRAR) as (act, found):
        assert requests.count_too_late(act, found) == 1
        assert requests.count_too_late(act, cycles.get(act, cycle)) == 0, "no earlier roll takes over from a later one"
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(following)}/roll/requests"
    assert "too late for an earlier vote: 1." in registrar.get(path).text
    assert "too late" not in sign_in(Role.CHAIR).get(path).text
    assert sign_in(Role.CHAIR).post(f"{path}/take-over").status_code == 403
    listed = registrar.get(f"{path}/take-over").text
    assert "Дана" in listed
    assert 'type="checkbox"' in listed
    [chosen] = re.findall('name="chosen" value="([^"]+)"', listed)
    for nothing in ({}, {"chosen": "junk"}, {"chosen": str(cycle)}):
        assert registrar.post(f"{path}/take-over", data=nothing).status_code == 409, "nothing is chosen"
    assert registrar.post(f"{path}/take-over", data={"chosen": chosen}).status_code == 302
    assert registrar.post(f"{path}/take-over", data={"chosen": chosen}).status_code == 409, "once"
    with okrug.in_cycle(following, Role.REGISTRAR) as (act, found):
        taken = requests.by_number(act, found, 1)
        assert requests.iin_of(taken, KEYS) == invented_iin(9).text
        assert (taken.name, taken.kind, taken.late) == ("Дана", "missing", False)
    stranger = english(app)
    before = stranger.post(f"{okrug.path(cycle)}/roll/requests/answer", data={"number": "1", "secret": code}).text
    assert "taken over: request № 1." in before
    assert "Waits for an answer" in stranger.post(f"{path}/answer", data={"number": "1", "secret": code}).text


def test_a_resident_who_is_signed_in_reads_the_answer_without_the_code(
    cycle: UUID, sign_in: SignIn, okrug: Village
) -> None:
    resident, path = sign_in(Role.RESIDENT), f"{okrug.path(cycle)}/roll/requests"
    assert resident.post(f"{path}/new", data=asked()).status_code == 200
    assert "№\u00a01" in resident.get(f"{path}/answer").text
    assert "№\u00a01" not in sign_in(Role.DEPUTY).get(f"{path}/answer").text


def test_the_answer_does_not_tell_a_stranger_who_is_on_the_roll(
    cycle: UUID, app: Flask, sign_in: SignIn, okrug: Village
) -> None:
    taken_in(sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll")
    pages = []
    for number in (1, 9):
        page = (
            english(app).post(f"{okrug.path(cycle)}/roll/requests/new", data=asked(iin=invented_iin(number).text)).text
        )
        pages.append(re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|<dd>\d</dd>|value=\"[^\"]+\"", "", page))
    assert pages[0] == pages[1]


def test_figures_are_for_everybody_only_when_the_roll_is_frozen(
    cycle: UUID, app: Flask, sign_in: SignIn, okrug: Village
) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll/statistics"
    taken_in(registrar, f"{okrug.path(cycle)}/roll")
    assert "too few people" in registrar.get(path).text
    assert "when voting is opened" in english(app).get(path).text


# Roles


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the test client leaves its own large bodies unclosed
def test_a_file_of_four_megabytes_arrives_and_one_of_seven_does_not(
    cycle: UUID, sign_in: SignIn, okrug: Village
) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    for megabytes, status in ((4, 422), (5.5, 422), (7, 413)):
        blob = b"iin,name,settlement\n" + b"x" * int(megabytes * 1024 * 1024)
        assert registrar.post(path, data={"file": (io.BytesIO(blob), "roll.csv")}).status_code == status
    assert registrar.post(f"{path}/find", data={"iin": "1" * 3_000_000}).status_code == 413
    gc.collect()


def test_lost_zeros_are_taken_in_with_the_registrars_word_alone(cycle: UUID, sign_in: SignIn, okrug: Village) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    taken_in(registrar, path)
    lost = f"iin;name;settlement\n30506100416;Әлия Серікова;{HERE}\n{invented_iin(1).text};Аян;{HERE}\n".encode()
    whole = {"file": (io.BytesIO(lost), "roll.csv"), "scope": "whole"}
    report = registrar.post(path, data=whole).location
    page = registrar.get(report).text
    assert "Lines that can be repaired" in page
    assert "••••••••0416" in page
    assert "30506100416" not in page
    assert registrar.post(report).status_code == 302
    assert "Әлия Серікова" not in registrar.get(path).text, "nothing is repaired silently"
    report = registrar.post(path, data={**whole, "file": (io.BytesIO(lost), "roll.csv")}).location
    assert registrar.post(report, data={"repaired": "y"}).status_code == 302
    assert "Әлия Серікова" in registrar.get(path).text
    with okrug.act_as() as act:
        last = [event for event in audit.every(act) if event.action == "roll.imported"][-1]
        assert (last.data["added"], last.data["repaired"]) == (1, 1)
    again = {**whole, "file": (io.BytesIO(lost), "roll.csv")}
    page = registrar.get(registrar.post(path, data=again).location).text
    gone = page[page.index("<caption>Missing in the file") :]
    assert "Бота" in gone
    assert "Әлия Серікова" not in gone[: gone.index("</table>")], "who is in a line to be repaired is in the file"


def test_a_fault_stands_beside_what_the_line_holds(cycle: UUID, sign_in: SignIn, okrug: Village) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    page = registrar.get(registrar.post(path, data=sent((1, "Аян", "Зеренді"))).location).text
    assert "Зеренді" in page
    assert f"••••••••{invented_iin(1).text[-4:]}" in page
    assert invented_iin(1).text not in page


def test_while_a_roll_is_read_others_vote(
    cycle: UUID, sign_in: SignIn, okrug: Village, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: 50,000 lines held the lock of SQLite for two seconds, and every ballot of the server waited."""
    wrote: list[bool] = []
    original = imports.read_roll

    def reading(*arguments: Any, **named: Any) -> Any:
        with database.work(writing=True):
            wrote.append(True)
        return original(*arguments, **named)

    monkeypatch.setattr(imports, "read_roll", reading)
    answer = sign_in(Role.REGISTRAR).post(f"{okrug.path(cycle)}/roll", data=sent(*PEOPLE))
    assert answer.status_code == 302
    assert wrote == [True]


def test_a_file_that_was_judged_by_other_settlements_is_read_again(
    cycle: UUID, okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sent(*PEOPLE)["file"][0].read()
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        prepared = imports.prepare_file(act, found, KEYS, file)
    monkeypatch.setattr(Territory, "known_settlements", lambda _self: Settlements.of(["Ақкөл"]))
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found), pytest.raises(Conflict):
        imports.keep_file(act, found, prepared)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "The file is empty."),
        (b"iin;name;settlement\n", "The file has a heading and no lines below it."),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "This is an old workbook (XLS)"),
        (b"%PDF-1.7", "This is neither a workbook nor a table of text."),
        ('iin;name;settlement\n1;"Аян;Яр\n'.encode(), "Line 2 of the file: A quote is opened and not closed"),
    ],
)
def test_a_file_that_is_no_roll_is_told_what_it_is(
    cycle: UUID, sign_in: SignIn, okrug: Village, data: bytes, told: str
) -> None:
    refused = sign_in(Role.REGISTRAR).post(
        f"{okrug.path(cycle)}/roll", data={"file": (io.BytesIO(data), "roll.csv"), "scope": "part"}
    )
    assert refused.status_code == 422
    assert told in refused.text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_empty_roll_can_be_taken_and_sent_back_filled_in(
    cycle: UUID, sign_in: SignIn, okrug: Village, language: str
) -> None:
    registrar, path = sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll"
    page = registrar.get(path).text
    assert f"{path}/template.xlsx" in page
    assert f"{path}/template.csv" in page
    empty = registrar.get(f"{path}/template.csv?lang={language}").data
    parted = "," if language == "en" else ";"
    filled = empty + parted.join((invented_iin(1).text, "Аян", HERE)).encode()
    book = openpyxl.load_workbook(io.BytesIO(registrar.get(f"{path}/template.xlsx?lang={language}").data))
    sheet = book.worksheets[0]
    sheet.append((invented_iin(2).text, "Бота", HERE))
    workbook = io.BytesIO()
    book.save(workbook)
    for data in (filled, workbook.getvalue()):
        sending = {"file": (io.BytesIO(data), "roll"), "scope": "part"}
        assert registrar.post(registrar.post(path, data=sending).location).status_code == 302
    page = registrar.get(path).text
    assert "Аян" in page
    assert "Бота" in page


def test_no_file_of_the_roll_is_asked_for_outside_the_phase_of_the_vote(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.GATHERING)
    page = sign_in(Role.REGISTRAR).get(f"{okrug.path(cycle_id)}/roll")
    assert page.status_code == 200
    assert "multipart/form-data" not in page.text


def test_before_the_vote_the_page_of_the_roll_says_when_a_file_can_be_brought_in(
    okrug: Village, sign_in: SignIn
) -> None:
    cycle = okrug.open_cycle()
    page = sign_in(Role.REGISTRAR).get(f"{okrug.path(cycle)}/roll").text
    assert "The roll is brought in as a file when the cycle comes to the vote" in page
