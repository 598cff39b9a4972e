"""What the office writes of a project that won, and what everybody reads of it."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb import worker
from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.commands import as_logged
from pb.cycles.models import Cycle
from pb.db import Base
from pb.errors import FieldRefusal, Forbidden
from pb.freezes import works as frozen
from pb.notices.service import telling
from pb.winners.models import Plan
from pb.winners.service import plans
from pb.winners.service.plans import Standing
from pb.works import service
from pb.works.models import STATE_LABELS, WAY, Contract, Payment, State, Step, goes_forward
from pb.works.service import finding, pace
from pb.works.service.drafts import PaymentDraft, QuantityDraft, ResponsibleDraft
from pb.works.service.pace import Mark
from tests.conftest import SignIn
from tests.duties import told
from tests.frozen.world import without_rules
from tests.linting import LintingClient
from tests.media.hostile import photo
from tests.village import MILLION, Village
from tests.works.projects import BIN, REASON, Site, ago, contract, milestone, site, today

both = pytest.mark.both_databases


@pytest.fixture
def works(okrug: Village) -> Site:
    return site(okrug)


def test_late_and_ahead_are_computed_of_the_milestones() -> None:
    day = date(2027, 6, 1)

    def late(*marks: tuple[int, int | None]) -> int | None:
        days = [
            Mark(day + timedelta(days=until), None if done is None else day + timedelta(days=done))
            for until, done in marks
        ]
        return pace.days_late(days, day)

    assert late() is None
    assert late((5, None)) is None, "nothing has come yet"
    assert late((-1, None), (-9, None), (-20, -20)) == 9, "the longest overdue one"
    assert late((0, None), (-3, -5)) == -2, "today is in time; two days ahead"
    assert late((-3, -1), (9, None)) == 0, "what was late once holds nothing up"
    assert late((-3, -1)) == 2, "finished late"


def test_the_way_is_the_same_in_the_program_and_in_the_database() -> None:
    forward = {f"{one} {other}" for one in WAY for other in WAY if goes_forward(one, other)}
    assert forward == set(frozen.FORWARD)
    assert {*STATE_LABELS} == {*State}


@both
def test_a_project_goes_on_step_by_step_and_back_with_a_reason(works: Site) -> None:
    works.take(State.DESIGN, ago(40))
    works.take(State.TENDER, ago(30))
    with pytest.raises(FieldRefusal, match="goes back"):
        works.take(State.DESIGN)
    with pytest.raises(FieldRefusal, match="before the step"):
        works.take(State.CONTRACT, ago(31))
    works.take(State.DESIGN, ago(9), REASON)
    works.take(State.STOPPED, words=REASON)
    with pytest.raises(FieldRefusal):
        works.take(State.WORKS)
    works.take(State.WORKS, words=REASON)
    with works.okrug.in_cycle(works.cycle_id, Role.CHAIR) as (act, cycle), pytest.raises(Forbidden):
        service.take(act, cycle, works.project(act), State.ACCEPTED, today())
    with works.okrug.act_as(Role.OFFICE) as act:  # whoever writes into the database itself
        audit.record(act, "work.tender", subject=works.ids[0], data={"step": 6})
        back = Step(proposal_id=works.ids[0], number=6, state=State.TENDER, day=today(), at=act.at)
        back.by_id = works.okrug.people[Role.OFFICE].id
        _refused(act, back, "ordered_work_steps")
        with pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(update(Step).values(words="жоқ"))


@both
def test_what_is_known_is_put_anew_with_a_reason_and_never_edited(works: Site) -> None:
    first = works.put(contract())
    assert [fault.field for fault in _faults(works, contract(bin="880416300123", amount=0))] == ["bin", "amount"]
    assert [fault.field for fault in _faults(works, contract(supplier="ЖК Ахметов 880416300123"))] == ["supplier"]
    with pytest.raises(FieldRefusal, match="why it is changed"):
        works.put(contract(amount=5_000_000_00), first)
    works.put(contract(amount=5_000_000_00), first, REASON)
    works.put(PaymentDraft(ago(3), 1_000_000_25, "Акт № 1"))
    wrong = works.put(PaymentDraft(ago(2), 3 * MILLION, "Акт № 2"))
    with works.okrug.in_cycle(works.cycle_id, Role.OFFICE) as (act, cycle):
        project = works.project(act)
        service.withdraw(act, cycle, project, PaymentDraft, service.fact(act, project, Payment, wrong.number), REASON)
        work, known = finding.work(act, project), finding.known(act, project)
        assert (work.planned, work.paid) == (5 * MILLION, 1_000_000_25)
        assert [(one.version, one.amount) for one in known.contracts] == [(2, 5_000_000_00)]
        assert len(known.versions) == 5
    with works.okrug.act_as(Role.OFFICE) as act, pytest.raises(DatabaseError), act.session.begin_nested():
        act.session.execute(update(Contract).values(amount=1))
    with works.okrug.act_as() as act:
        assert as_logged.differing(act.session) == []
    with without_rules(works.okrug.database.engine) as connection:
        connection.execute(update(Payment).where(Payment.number == 1).values(amount=2 * MILLION))
    with works.okrug.act_as() as act:
        assert [one.table for one in as_logged.differing(act.session)] == ["work_payments"]


def _refused(act: Act, row: Base, by: str) -> None:
    nested = act.session.begin_nested()
    act.session.add(row)
    with pytest.raises(DatabaseError, match=by):
        act.session.flush()
    nested.rollback()


def _faults(works: Site, draft: object) -> list[FieldRefusal]:
    with works.okrug.act_as(Role.OFFICE) as act:
        return list(service.faults(act, works.project(act), draft, None, service.NOTHING))  # type: ignore[arg-type]


def test_no_more_is_paid_than_contracted_and_nothing_before_the_contract(works: Site) -> None:
    """Played: a trillion was paid on a contract of 17 million, and something in 1999."""
    works.put(PaymentDraft(ago(400), 100_000_00, "Жоба-сметалық құжаттама"))  # design papers: before any contract
    first = works.put(contract())
    rest = first.amount - 100_000_00
    wrong = _faults(works, PaymentDraft(first.signed_on - timedelta(days=1), rest + 1, "Акт"))
    assert [fault.field for fault in wrong] == ["amount", "day"]
    paid = works.put(PaymentDraft(today(), rest, "Акт № 1"))
    with pytest.raises(FieldRefusal, match="changed anew first"):
        works.put(PaymentDraft(today(), 1, "Акт № 2"))
    works.put(PaymentDraft(today(), rest - 1, "Акт № 1"), paid, REASON)
    with pytest.raises(FieldRefusal, match="changed anew first"):
        works.put(contract(amount=first.amount - 2), first, REASON)
    works.put(contract(amount=first.amount + 500), first, REASON)
    works.put(PaymentDraft(today(), 500, "Акт № 2"))


def test_everybody_reads_how_the_works_go_on(works: Site, app: Flask, client: LintingClient, sign_in: SignIn) -> None:
    one = f"{works.page}/1"
    office, resident = sign_in(Role.OFFICE), sign_in(Role.RESIDENT)
    assert resident.get(f"{one}/contracts").status_code == 403
    assert office.post(f"{one}/step", data={"state": "works", "day": today().isoformat()}).headers["Location"] == one
    assert office.post(f"{one}/step", data={"state": "stopped", "day": today().isoformat()}).status_code == 422
    told_of = {"supplier": "«Жарық» ЖШС", "bin": "9611 4100 0023", "reference": "12", "signed_on": ago(5).isoformat()}
    told_of |= {"amount": "4 800 000,50", "confirmed": "y"}
    assert office.post(f"{one}/contracts", data=told_of).headers["Location"] == one
    assert office.post(f"{one}/contracts", data={**told_of, "amount": "4 800 000,555"}).status_code == 422
    terms = {"name_kk": "Бағандар", "name_ru": "", "until": ago(4).isoformat(), "confirmed": "y"}
    assert office.post(f"{one}/milestones", data=terms).status_code == 302
    lamps = {"name_kk": "Шам", "name_ru": "Фонари", "unit": "lamps", "planned": "40", "reached": "12,5"}
    assert office.post(f"{one}/quantities", data=lamps).status_code == 302
    paid = {"day": ago(1).isoformat(), "amount": "1 200 000", "document": "Акт № 1"}
    assert office.post(f"{one}/payments", data=paid).status_code == 302
    who = {"name": "Серік Ахметов", "post": "Бас маман"}
    assert office.post(f"{one}/responsible", data={**who, "name": "Серік 880416300123"}).status_code == 422
    assert office.post(f"{one}/responsible", data=who).status_code == 302
    shows = {"stage": "during", "alt": "Бағандар", "language": "kk"}
    assert office.post(f"{one}/pictures", data=shows, content_type="multipart/form-data").status_code == 422
    shows |= {"photo": (io.BytesIO(photo()), "lamp.jpg")}  # type: ignore[dict-item]
    assert office.post(f"{one}/pictures", data=shows, content_type="multipart/form-data").status_code == 302
    worker.run_all(app)
    page = client.get(f"{one}?lang=ru").text.replace("\N{NO-BREAK SPACE}", " ")
    for words in ("просрочено: 4 дня", "961141000023", "достигнуто: 12,5 из 40", "Во время работ", "4 800 000,50"):
        assert words in page, words
    assert "Серік Ахметов, Бас маман" in page
    assert "мерзімі өтті: 4 күн" in client.get(f"{works.page}?lang=kk").text
    assert told(app, works.okrug.act_as)[Role.OFFICE][-2:] == [
        "Report on an overdue milestone",
        "Say where a project is",
    ]
    moved = {**terms, "until": (today() + timedelta(days=9)).isoformat()}
    assert office.post(f"{one}/milestones/1", data=moved).status_code == 422
    assert office.post(f"{one}/milestones/1", data={**moved, "words": "Жаңбыр", "language": "kk"}).status_code == 302
    assert "Жаңбыр" in client.get(f"{one}?lang=en").text
    assert "overdue" not in client.get(works.page).text
    assert office.post(f"{one}/pictures/1/remove", data={"confirmed": "y"}).status_code == 302
    assert "See how the works go on" in client.get("/krasnoyar/").text
    assert works.page in client.get(f"{works.okrug.path(works.cycle_id)}/").text


def test_each_event_of_a_project_of_which_people_are_told_has_its_words(works: Site, app: Flask) -> None:
    """A contract that was written down was once taken for the step of that name: lists of notices broke."""
    works.take(State.CONTRACT, ago(30))
    works.put(contract())
    with works.okrug.act_as() as act, app.test_request_context(headers={"Cookie": "lang=en"}):
        events = act.session.scalars(select(AuditEvent).where(AuditEvent.action.in_(telling.actions()))).all()
        said = [telling.teller(one.action).words(act, one).what for one in events if one.action.startswith("work.")]
    assert said == ["The contract for the project is signed."]


@both
def test_a_milestone_that_was_moved_names_its_reason_in_the_database_too(works: Site) -> None:
    first = works.put(milestone(ago(1)))
    with works.okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "work.milestone", subject=works.ids[0], data={"number": 1, "version": 2})
        later = milestone(today()).columns()
        row = type(first)(**later, proposal_id=works.ids[0], number=1, version=2, at=act.at, words="", withdrawn=False)
        row.by_id = works.okrug.people[Role.OFFICE].id
        _refused(act, row, "ordered_work_milestones")


def test_quantities_are_exact_and_a_lower_one_has_a_reason(works: Site) -> None:
    first = works.put(QuantityDraft("Асфальт", "", "m2", 1_200_500, 100_001))
    works.put(QuantityDraft("Асфальт", "", "m2", 1_200_500, 300_000), first)
    with works.okrug.act_as() as act:
        (row,) = finding.known(act, works.project(act)).quantities
        assert (row.planned, row.reached) == (1_200_500, 300_000)
    with pytest.raises(FieldRefusal):
        works.put(QuantityDraft("Асфальт", "", "m2", 1_200_500, 5), row)
    works.put(ResponsibleDraft("Серік", "Маман"))


@pytest.mark.parametrize(
    ("facts", "typed", "words"),
    [
        ("contracts", {"amount": "10 000 001"}, "10 000 001 ₸ together, and 5 000 000 ₸ are planned"),
        ("contracts", {"amount": "5 000"}, "a thousandth?"),
        ("payments", {"amount": "100 000"}, "No contract of this project is written down."),
        ("payments", {"amount": "10 000 001"}, "Payments of this project would be 10 000 001 ₸ together"),
    ],
)
def test_what_is_far_from_the_plan_is_kept_only_after_a_yes(
    works: Site, sign_in: SignIn, facts: str, typed: dict[str, str], words: str
) -> None:
    one = f"{works.page}/1"
    told = {"supplier": "«Жарық» ЖШС", "bin": BIN, "reference": "12", "signed_on": ago(5).isoformat()}
    told |= {"day": ago(1).isoformat(), "document": "Акт № 1", **typed}
    office = sign_in(Role.OFFICE)
    asked = office.post(f"{one}/{facts}", data=told)
    assert words in asked.text.replace("\N{NO-BREAK SPACE}", " ")
    with works.okrug.in_cycle(works.cycle_id) as (act, _cycle):
        known = finding.known(act, works.project(act))
        assert not known.versions
    assert office.post(f"{one}/{facts}", data=told | {"confirmed": "y"}).headers["Location"] == one


def test_what_happens_to_a_winner_that_waits_or_before_the_result_is_kept_only_after_a_yes(
    works: Site, sign_in: SignIn, client: LintingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, office, stand = f"{works.page}/1", sign_in(Role.OFFICE), plans.standings
    early = "before the result of the vote became lines"
    step = {"state": "tender", "day": ago(9).isoformat()}
    assert early in office.post(f"{one}/step", data=step).text
    assert early in office.post(f"{one}/milestones", data={"name_kk": "Баған", "until": ago(9).isoformat()}).text
    assert "Waits for money" not in client.get(f"{one}?lang=en").text

    def waiting(act: Act, cycle: Cycle) -> list[Standing]:
        return [replace(each, plan=Plan(waits=True)) for each in stand(act, cycle)]

    monkeypatch.setattr(plans, "standings", waiting)
    assert "Waits for money" in client.get(f"{one}?lang=en").text
    assert "Waits for money" in client.get(f"{works.page}?lang=en").text
    step["day"] = signed = today().isoformat()
    contracted = {"supplier": "«Жарық» ЖШС", "bin": BIN, "reference": "1", "signed_on": signed, "amount": "4 900 000"}
    paid = {"day": signed, "amount": "100 000", "document": "Акт № 1"}
    for path, told_of in (("step", step), ("contracts", contracted), ("payments", paid)):
        assert "waits for money, by a decision" in office.post(f"{one}/{path}", data=told_of).text
        assert office.post(f"{one}/{path}", data=told_of | {"confirmed": "y"}).headers["Location"] == one


def test_the_same_payment_twice_is_asked_about_and_another_is_not(works: Site, sign_in: SignIn) -> None:
    works.put(contract())
    works.put(PaymentDraft(ago(1), 1_000_000_00, "Акт № 1"))
    told = {"day": ago(1).isoformat(), "amount": "1 000 000", "document": "акт  № 1"}
    office, page = sign_in(Role.OFFICE), f"{works.page}/1/payments"
    assert "is written down already" in office.post(page, data=told).text
    assert office.post(page, data=told | {"document": "Акт № 2"}).status_code == 302
    reason = {"words": "Акт түзетілді.", "language": "kk", "withdrawn": ""}
    assert office.post(f"{page}/1", data=told | {"amount": "900 000", **reason}).status_code == 302
