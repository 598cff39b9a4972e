"""The registers as everybody reads them, and as the office brings a decision of a meeting into them."""

import io
from datetime import timedelta

import time_machine
from flask import Flask

from pb.act import Role
from pb.clock import now
from pb.core.budget.amounts import NBSP
from pb.gatherings.models import Matter
from tests.conftest import SignIn
from tests.duties import told
from tests.linting import LintingClient
from tests.registers.kept import FIRST, HALL, TASK, approved, today
from tests.registers.meeting import decided
from tests.village import Village

DEVELOPMENT = "/krasnoyar/development"
ONE = f"{DEVELOPMENT}/1"
PROPERTY = "/krasnoyar/property"
HOUSE = {name: text for name, text in HALL.items() if not name.startswith("decision")}


def test_the_assemblys_decision_is_entered_in_the_programme(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    office = sign_in(Role.OFFICE)
    assert "No programme was approved yet" in client.get(DEVELOPMENT).text
    assert office.post(f"{DEVELOPMENT}/new", data={"first_year": "2026", "last_year": "2040"}).status_code == 422
    years = {"first_year": str(FIRST), "last_year": str(FIRST + 2)}
    assert office.post(f"{DEVELOPMENT}/new", data=years).headers["Location"] == f"{ONE}#written"
    wrong = office.post(f"{ONE}/tasks/new", data={**TASK, "start": "көп", "text_kk": ""})
    assert wrong.status_code == 422
    assert all(f'id="{name}-error"' in wrong.text for name in ("start", "text_kk"))
    assert office.post(f"{ONE}/tasks/new", data=TASK).status_code == 302
    assert "2450000,50" in office.get(f"{ONE}/tasks/1/edit").text
    office.post(f"{ONE}/tasks/1/edit", data={**TASK, "target": "13"})
    assert client.get(ONE).status_code == 404, "nobody else sees what is written"
    [point] = decided(okrug, Matter.PROGRAMME)
    decisions = office.get("/krasnoyar/decisions").text
    assert "Enter the decision in the development programme" in decisions
    assert "Enter the decision in the development programme" not in client.get("/krasnoyar/decisions").text
    assert f"{ONE}/approve?question={point}" in decisions
    form = office.get(f"{ONE}/approve?question={point}").text
    assert "Освещение улиц" in form, "what is approved is shown"
    assert f"2{NBSP}450{NBSP}000,50" in form
    chosen = form.split("selected")[1 if "selected value" not in form else 0]
    assert chosen
    assert office.post(f"{ONE}/approve", data={"question": ""}).status_code == 422
    question = form.split(' selected value="')[1].split('"')[0]
    assert "Enter the decision?" in office.post(f"{ONE}/approve", data={"question": question}).text
    assert office.post(f"{ONE}/approve", data={"question": question, "confirmed": "y"}).status_code == 302
    page = client.get(DEVELOPMENT, follow_redirects=True).text
    assert "Освещение улиц" in page
    assert f"2{NBSP}450{NBSP}000,50" in page
    assert office.get(f"{ONE}/tasks/1/edit").status_code == 409
    assert office.post(f"{ONE}/revise").status_code == 302
    assert office.post(f"{ONE}/revise").status_code == 409
    assert "Discard the version?" in office.post(f"{ONE}/discard").text
    assert office.post(f"{ONE}/discard", data={"confirmed": "y"}).status_code == 302
    assert office.post(f"{ONE}/discard").status_code == 409
    assert office.post(f"{ONE}/revise").status_code == 302
    assert office.post(f"{ONE}/tasks/1/remove").status_code == 302
    waits = "Bring the development programme to the assembly's decision"
    assert waits in told(app, okrug.act_as)[Role.OFFICE]
    assert "Освещение улиц" in client.get(f"{ONE}/versions/1").text
    assert client.get(f"{ONE}/versions/2").status_code == 404


def test_tasks_go_out_and_come_in_as_a_file(client: LintingClient, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    office.post(f"{DEVELOPMENT}/new", data={"first_year": str(FIRST), "last_year": str(FIRST + 2)})
    office.post(f"{ONE}/tasks/new", data=TASK)
    for kind in ("csv", "xlsx"):
        table = office.get(f"{ONE}/tasks.{kind}").data
        assert client.get(f"{ONE}/tasks.{kind}").status_code == 404
        sent = {"file": (io.BytesIO(table), f"tasks.{kind}")}
        assert office.post(f"{ONE}/import", data=sent).status_code == 302
        if kind == "csv":
            assert office.get(f"{ONE}/tasks.csv").data == table
    broken = office.get(f"{ONE}/tasks.csv").data.replace(b"12", "он екі".encode())
    refused = office.post(f"{ONE}/import", data={"file": (io.BytesIO(broken), "tasks.csv")})
    assert refused.status_code == 422
    assert "Lines with a fault" in refused.text
    assert office.post(f"{ONE}/import", data={"file": (io.BytesIO(b"PK\x03\x04"), "tasks.xlsx")}).status_code == 422


def test_progress_is_entered_and_asked_for(okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn) -> None:
    approved(okrug, {"until": f"{today().year}-12-31"}, first=today().year)
    office = sign_in(Role.OFFICE)
    task = f"{ONE}/tasks/1"
    typed = {"value": "7,5", "day": today().isoformat(), "words": "Жеті көше.", "language": "kk"}
    assert office.post(task, data={**typed, "value": "", "words": ""}).status_code == 422
    assert office.post(task, data=typed).status_code == 302
    page = client.get(task).text
    assert "7,5" in page
    assert "Жеті көше." in page
    assert client.get(f"{ONE}/tasks/2").status_code == 404
    with time_machine.travel(now() + timedelta(days=160)):
        assert "Enter the progress of the development programme" in told(app, okrug.act_as)[Role.OFFICE]
        assert "overdue" in client.get(ONE).text


def test_property_is_entered_and_changed_by_decisions(okrug: Village, client: LintingClient, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    wrong = office.post(f"{PROPERTY}/new", data={**HOUSE, "sort": "", "size": "-1"})
    assert wrong.status_code == 422
    fields = ("sort", "size", "decision_number", "decision_on")
    assert [name for name in fields if f'id="{name}-error"' not in wrong.text] == []
    assert office.post(f"{PROPERTY}/new", data=HALL).headers["Location"] == f"{PROPERTY}/1"
    [point] = decided(okrug, Matter.PROPERTY)
    assert f"{PROPERTY}?question={point}" in office.get("/krasnoyar/decisions").text
    assert f"{PROPERTY}/1?question={point}" in office.get(f"{PROPERTY}?question={point}").text
    form = office.get(f"{PROPERTY}/1/change?question={point}").text
    question = form.split(' selected value="')[-1].split('"')[0] if form.count(' selected value="') == 1 else ""
    question = question or next(
        part.split('"')[0] for part in form.split(' selected value="')[1:] if len(part.split('"')[0]) == 32
    )
    let = {"change": "let", "condition": "good", "size": "240,5", "unit": "m2", "income": "360000"}
    both = {**let, "question": question, "decision_number": "4", "decision_on": "2022-01-10"}
    refused = office.post(f"{PROPERTY}/1/change", data=both)
    assert refused.status_code == 422
    assert 'id="question-error"' in refused.text, "one decision, not two"
    assert office.post(f"{PROPERTY}/1/change", data={**let, "question": question}).status_code == 302
    page = client.get(f"{PROPERTY}/1").text
    assert f"360{NBSP}000" in page
    assert "Decision №" in page, "the former state stays with its decision"
    sold = {**let, "change": "sold", "decision_number": "9", "decision_on": today().isoformat()}
    assert "Enter the decision?" in office.post(f"{PROPERTY}/1/change", data=sold).text
    office.post(f"{PROPERTY}/1/change", data={**sold, "confirmed": "y"})
    assert office.get(f"{PROPERTY}/1/change").status_code == 409
    assert "Sold and written off: 1" in client.get(PROPERTY).text


def test_property_goes_out_and_comes_in_as_a_file(client: LintingClient, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    office.post(f"{PROPERTY}/new", data=HALL)
    office.get(PROPERTY)
    for kind in ("csv", "xlsx"):
        table = client.get(f"{PROPERTY}.{kind}").data
        sent = office.post(f"{PROPERTY}/import", data={"file": (io.BytesIO(table), f"property.{kind}")})
        assert sent.status_code == 302
        assert "Nothing in the file is new" in office.get(PROPERTY).text
    changed = client.get(f"{PROPERTY}.csv").data.replace(b"240,5", b"250")
    refused = office.post(f"{PROPERTY}/import", data={"file": (io.BytesIO(changed), "property.csv")})
    assert refused.status_code == 422
    assert "a decision of its own" in refused.text
    anew = changed.replace(b",17,", b",18,").replace(b"Taken into property", b"Repair was done")
    assert office.post(f"{PROPERTY}/import", data={"file": (io.BytesIO(anew), "property.csv")}).status_code == 302
    assert "Repair was done" in client.get(f"{PROPERTY}/1").text
    assert client.post(f"{PROPERTY}/import", data={}).status_code == 302, "to sign in"
