"""A decision gives a task; the office does it, another person of the assembly accepts it; nothing is overwritten."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local, now
from pb.db import Database
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import tasks as rules
from pb.gatherings.models import Question
from pb.gatherings.service import minutes
from pb.tasks import service
from pb.tasks.models import FOLLOWING, Step, Task
from pb.tasks.service import Giving, Words, basis, finding, wording
from pb.tasks.service.basis import Basis
from pb.tasks.service.finding import Asked
from tests.village import SETTLEMENTS, Village
from tests.web import form_calls
from tests.web.meetings_held import seat_assembly

ROAD = {"text_kk": "Абай көшесін жөндеу", "text_ru": "Отремонтировать улицу Абая"}
REASON = Words("Қар ерте жауды.")
both = pytest.mark.both_databases


def today() -> date:
    return local(now()).date()


def elsewhere() -> Basis:
    return Basis(minutes_number="4", minutes_on=today() - timedelta(days=9))


def giving(days: int = 7, **changes: str) -> Giving:
    return Giving(**{**ROAD, "executor_kk": "«Жол» ЖШС", "executor_ru": "ТОО «Жол»", **changes},
                  until=today() + timedelta(days=days))  # fmt: skip


def given(okrug: Village, days: int = 7, **changes: str) -> int:
    with okrug.act_as(Role.SECRETARY) as act:
        return service.give(act, giving(days, **changes), elsewhere()).number


def found(act: Act, number: int) -> Task:
    return act.session.query(Task).filter_by(territory_id=act.territory.id, number=number).one()


def kinds(act: Act, task: Task) -> list[str]:
    return [step.kind for step in finding.steps(act, task)]


@both
def test_a_task_goes_from_the_decision_to_its_acceptance_and_the_log_tells_each_step(okrug: Village) -> None:
    number = given(okrug)
    for deed in (
        service.start,
        lambda act, task: service.report_done(act, task, Words("Төселді.")),
    ):
        with okrug.act_as(Role.OFFICE) as act:
            deed(act, found(act, number))
    with okrug.act_as(Role.CHAIR) as act:
        service.send_back(act, found(act, number), Words("Жол шеті қалды."))
    with okrug.act_as(Role.OFFICE) as act:
        service.report_done(act, found(act, number), Words("Шеті де төселді."))
    with okrug.act_as(Role.SECRETARY) as act:
        service.accept(act, found(act, number))
        task = found(act, number)
        whole = ["given", "started", "done", "sent_back", "done", "accepted"]
        assert kinds(act, task) == whole
        assert [event.action for event in audit.of_subject(act, task.id)] == [f"task.{kind}" for kind in whole]
        assert finding.going_on(act) == []
        assert [one.task for one in finding.over(act, Asked(), 1, 20)] == [task]
        with pytest.raises(Conflict):
            service.accept(act, task)


def test_an_executor_of_a_known_name_is_the_same_one(okrug: Village) -> None:
    numbers = [
        given(okrug),
        given(okrug, executor_kk='  "ЖОЛ"  жшс', executor_ru=""),
        given(okrug, executor_kk="«Су» ЖШС"),
    ]
    with okrug.act_as() as act:
        first, same, other = (found(act, number) for number in numbers)
        assert first.executor_id == same.executor_id != other.executor_id
        step = finding.steps(act, first)[0]
        told = wording.rests_on({}, None, step.minutes_number, step.minutes_on)
        assert "(not in these records)" in str(told)


def test_it_rests_on_a_point_that_the_assembly_adopted_here(okrug: Village) -> None:
    seat_assembly(okrug)
    _path, question = form_calls._held(okrug, today().year + 1, voted=True)
    with okrug.act_as() as act:
        assert basis.decisions(act) == [], "nobody confirmed the minutes"
    _path, question = form_calls._held(okrug, today().year + 2, voted=True, confirmed=True)
    with okrug.act_as(Role.AKIM) as act:
        assert basis.decisions(act) == [], "nobody executes what the akim has not approved"
        minutes.answer(act, act.session.get_one(Question, question).gathering, agrees=True, reason="")
    with okrug.act_as() as act:
        (decision,) = basis.decisions(act)
        assert decision.question_id == question
    with okrug.act_as(Role.SECRETARY) as act:
        task = service.give(act, giving(), Basis(question_id=decision.question_id))
        assert [one.task for one in finding.of_decision(act, decision.question_id)] == [task]
        for wrong in (
            Basis(question_id=task.id),
            Basis(),
            Basis(minutes_number="4", minutes_on=today() + timedelta(1)),
        ):
            with pytest.raises(FieldRefusal):
                service.give(act, giving(), wrong)


def test_who_gives_and_what_is_asked_for(okrug: Village) -> None:
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(Forbidden):
        service.give(act, giving(), elsewhere())
    with okrug.act_as(Role.OFFICE) as act:
        wrong = Giving("", "", until=today() - timedelta(days=30), settlement="Nowhere")
        faults = {fault.field for fault in service.faults_of_giving(act, wrong, elsewhere())}
        assert faults == {"text_kk", "executor_kk", "settlement", "until"}
        one = service.give(act, giving(text_kk=""), elsewhere())
        assert one.called("kk").language == "ru"
        again = Giving(**ROAD, until=today(), executor_id=one.executor_id, settlement=SETTLEMENTS[0])
        assert service.give(act, again, elsewhere()).number == 2
        assert len(finding.executors(act, "kk")) == 1


def test_overdue_counts_from_the_term_that_holds_and_a_later_one_needs_a_decision(okrug: Village) -> None:
    number = given(okrug, days=-2)
    with okrug.act_as(Role.OFFICE) as act:
        task = found(act, number)
        assert [one.late(today()) for one in finding.overdue(act)] == [2]
        with pytest.raises(FieldRefusal) as refused:
            service.put_off(act, task, today() + timedelta(days=5), REASON, Basis())
        assert {refused.value.field, *(other.field for other in refused.value.others)} == {
            "minutes_number",
            "minutes_on",
        }
        service.put_off(act, task, today() + timedelta(days=5), REASON, elsewhere())
        assert [one.late(today()) for one in finding.overdue(act)] == [2]
        with pytest.raises(Forbidden):
            service.agree(act, task)
    with okrug.act_as(Role.DEPUTY) as act:
        service.agree(act, found(act, number))
        assert finding.overdue(act) == []


def test_the_office_alone_ends_no_task(okrug: Village) -> None:
    number = given(okrug)
    with okrug.act_as(Role.OFFICE) as act:
        service.ask_to_end(act, found(act, number), REASON)
    with okrug.act_as(Role.OFFICE, Role.SECRETARY) as act, pytest.raises(Forbidden):
        service.keep(act, found(act, number), REASON)
    with okrug.act_as(Role.CHAIR) as act:
        service.keep(act, found(act, number), Words("Жол керек."))
    with okrug.act_as(Role.OFFICE) as act:
        service.ask_to_end(act, found(act, number), REASON)
    with okrug.act_as(Role.SECRETARY) as act:
        task = found(act, number)
        service.agree(act, task)
        assert kinds(act, task) == ["given", "asks_end", "kept", "asks_end", "given_up"]
        assert service.last_step(act, task).words == REASON.text
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Conflict):
        service.start(act, found(act, number))


def test_nobody_accepts_what_they_said_themselves(okrug: Village) -> None:
    """Two roles on one account are one person."""
    number = given(okrug)
    with okrug.act_as(Role.OFFICE) as act:
        service.report_done(act, found(act, number), Words("Төселді."))
    with okrug.act_as(Role.OFFICE, Role.SECRETARY) as act, pytest.raises(Forbidden):
        service.accept(act, found(act, number))


def test_the_database_takes_no_step_without_its_event_out_of_order_or_by_another(
    okrug: Village, database: Database
) -> None:
    number = given(okrug)
    with okrug.act_as(Role.OFFICE) as act:
        service.report_done(act, found(act, number), Words("Төселді."))
        task = found(act, number)
        last = service.last_step(act, task)
        row = {column.name: getattr(last, column.name) for column in Step.__table__.columns}
        office, place = last.by_id, act.territory.id

    def refused(statement: object, by: str) -> None:
        with database.engine.connect() as connection, pytest.raises(DatabaseError, match=by):
            connection.execute(statement)  # type: ignore[call-overload]

    accepted = {**row, "number": 3, "kind": "accepted", "words": ""}
    refused(insert(Step).values(accepted), "logged_task_steps|ordered_task_steps|placed_")
    refused(update(Step).values(kind="given_up"), "frozen_task_steps_update")
    refused(delete(Task), "frozen_tasks_delete")
    with okrug.act_as(Role.OFFICE) as act:
        event = audit.record(act, "task.accepted", subject=row["task_id"], data={"step": 3})
        act.session.add(Step(**{**accepted, "at": event.at, "by_id": office}))
        with pytest.raises(DatabaseError, match="task_steps_insert"):
            act.session.flush()
        act.session.rollback()
        assert place


def test_the_rules_know_the_same_order_as_the_service() -> None:
    moves = {f"{kind} {after}" for kind, following in FOLLOWING.items() for after in following}
    assert set(rules.MOVES) == moves
