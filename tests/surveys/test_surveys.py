"""A survey is written, opened, answered once by each, and told once it is closed; nobody learns who answered what."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit.models import AuditEvent
from pb.clock import now
from pb.core.survey import HARD
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.surveys import service
from pb.surveys.models import (
    MOST_QUESTIONS,
    Audience,
    Kind,
    Participation,
    Question,
    Sheet,
    Survey,
    Text,
    TextVerdict,
    Tick,
    Verdict,
)
from pb.surveys.service import Asked, agreeing, answering, calling_off, exporting, finding, results, texts
from pb.surveys.service.finding import State
from tests.surveys.asked import DAYS, QUESTIONS, answer, opened, plan, residents, survey_of
from tests.village import Village

both = pytest.mark.both_databases
AFTER = timedelta(days=DAYS + 1)
WORDS = "Мектеп жолын жарықтандыру керек."


def one(place: int, **more: object) -> dict[str, object]:
    return {"ticks": {1: frozenset({place})}, **more}


@both
def test_each_resident_answers_once_and_stands_nowhere_beside_the_answer(okrug: Village) -> None:
    survey_id = opened(okrug)
    people = residents(okrug, 7)
    for person in people[:6]:
        answer(okrug, survey_id, person, ticks={1: frozenset({1}), 2: frozenset({1, 3}), 3: frozenset({3})})
    answer(okrug, survey_id, people[6], ticks={1: frozenset({HARD}), 3: frozenset({HARD})}, texts={4: WORDS})
    with pytest.raises(Conflict, match="stays as it is"):
        answer(okrug, survey_id, people[0], **one(2))
    with okrug.act_as() as act:
        events = act.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "survey.answered").order_by(AuditEvent.position)
        ).all()
        assert [(event.actor_id, event.actor_roles) for event in events] == [(None, "")] * 7
        assert [event.data for event in events] == [{"survey": 1, "answer": number} for number in range(1, 8)]
        assert {column.name for column in Participation.__table__.columns} == {"survey_id", "person_id"}
        assert {column.name for column in Sheet.__table__.columns} == {"id", "survey_id"}, "of no moment"
        assert "sheet_id" not in Text.__table__.columns, "a text stands beside no tick"
        survey = survey_of(act, survey_id)
        assert results.of_survey(act, survey) is None, "while it is open only how many"
        assert finding.answered(act, survey) == 7
    with okrug.act_as(at=now() + AFTER) as act:
        survey = survey_of(act, survey_id)
        read, which, trust, words = results.of_survey(act, survey) or []
        assert read.tally
        assert which.tally
        assert trust.tally
        assert words.tally
        assert {cell.place: cell.people for cell in read.tally.cells} == {1: None, 2: None, 0: None}
        assert (read.tally.answered, read.tally.missing) == (7, 0)
        assert (which.tally.answered, which.tally.missing, which.tally.adds_up) == (None, None, False), (
            "one left it out"
        )
        assert [cell.place for cell in trust.tally.cells] == [1, 2, 3, 0], "hard to answer is never dropped"
        assert (words.tally.answered, words.published, words.waiting) == (1, [], 1)
    with pytest.raises(Conflict, match="not open"):
        answer(okrug, survey_id, people[0], at=now() + AFTER, **one(1))


@both
def test_texts_are_read_by_the_office_and_shown_once_it_published_them(okrug: Village) -> None:
    survey_id = opened(okrug)
    for number, person in enumerate(residents(okrug, 3)):
        answer(okrug, survey_id, person, texts={4: f"{WORDS} {number}"})
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Conflict, match="once the survey is closed"):
        texts.judge(act, survey_of(act, survey_id), {})
    later = now() + AFTER
    with okrug.act_as(Role.DEPUTY, at=later) as act, pytest.raises(Forbidden):
        texts.judge(act, survey_of(act, survey_id), {})
    with okrug.act_as(Role.OFFICE, at=later) as act:
        survey = survey_of(act, survey_id)
        assert [(waiting.number, count) for waiting, count in texts.waiting(act)] == [(1, 3)]
        assert texts.due(act, survey) == survey.closes_on + timedelta(days=10)
        first, second, third = (said.text for said in texts.of_survey(act, survey))
        with pytest.raises(FieldRefusal):
            texts.judge(act, survey, {first.id: "loud"})
        decided = {first.id: Verdict.NAMES_NOBODY, second.id: Verdict.NAMES_SOMEBODY, third.id: ""}
        assert texts.judge(act, survey, decided) == 2
        assert texts.judge(act, survey, decided) == 0, "the same is no new decision"
        assert texts.judge(act, survey, {first.id: Verdict.INSULTS, third.id: Verdict.NAMES_NOBODY}) == 2
        *_ticked, words = results.of_survey(act, survey) or []
        assert [shown.id for shown in words.published] == [third.id]
        assert words.hidden == {Verdict.NAMES_SOMEBODY: 1, Verdict.INSULTS: 1}
        kept = act.session.scalars(select(TextVerdict.verdict).where(TextVerdict.text_id == first.id)).all()
        assert sorted(kept) == ["insults", "names_nobody"], "what was decided before stays"
        assert texts.waiting(act) == []


@both
def test_who_may_answer_and_what_is_refused(okrug: Village) -> None:
    survey_id = opened(okrug)
    everybody = opened(okrug, audience=Audience.EVERYBODY)
    with pytest.raises(Forbidden):
        answer(okrug, survey_id, None, **one(1))
    with pytest.raises(Forbidden), okrug.act_as(Role.OFFICE) as act:
        answering.give(act, survey_of(act, survey_id), answering.Answers(ticks={1: frozenset({1})}))
    answer(okrug, everybody, None, **one(1))
    answer(okrug, everybody, None, **one(1))
    resident = residents(okrug, 1)[0]
    wrong = [
        ({}, "Answer a question, or mark below that you leave all of them out."),
        ({"ticks": {1: frozenset({1, 2})}}, "Choose one answer"),
        ({"ticks": {1: frozenset({3})}}, "Choose from the list"),
        ({"ticks": {2: frozenset({HARD, 1})}}, "not both"),
        ({"texts": {1: "Иә"}}, "Choose from the list"),
        ({"texts": {4: "а" * 1001}}, "at most 1000"),
        ({"texts": {4: WORDS}, "language": "en"}, "Choose the language"),
        ({"texts": {4: WORDS}, "opinions": frozenset({4})}, "takes no opinions"),
    ]
    for said, told in wrong:
        with pytest.raises(FieldRefusal, match=told):
            answer(okrug, survey_id, resident, **said)
    with okrug.act_as() as act:
        assert finding.answered(act, survey_of(act, survey_id)) == 0
        assert finding.answered(act, survey_of(act, everybody)) == 2


@both
def test_the_database_keeps_a_survey_and_its_answers(okrug: Village) -> None:
    survey_id = opened(okrug)
    first, second = residents(okrug, 2)
    answer(okrug, survey_id, first, **one(1, texts={4: WORDS}))
    with okrug.act_as() as act:
        sheet = act.session.scalars(select(Sheet.id)).one()
    changes = (
        update(Survey).values(closes_on=Survey.opens_on),
        delete(Survey),
        update(Question).values(text_ru="Довольны ли вы?"),
        insert(Question).values(survey_id=survey_id, number=9, kind="text", text_kk="?", text_ru="?", options=[]),
        delete(Question),
        update(Tick).values(place=2),
        delete(Tick),
        update(Text).values(text="Бәрі жақсы."),
        delete(Participation),
        delete(Sheet),
        # Nobody answered: the last event counts no further sheet, and a sheet takes no tick afterwards.
        insert(Sheet).values(id=second.id, survey_id=survey_id),
        insert(Participation).values(survey_id=survey_id, person_id=okrug.people[Role.OFFICE].id),
        # Nor took a resident part: the survey would take nobody's answer any more.
        insert(Participation).values(survey_id=survey_id, person_id=second.id),
        insert(Tick).values(survey_id=survey_id, question=3, sheet_id=sheet, place=3),
        # Nor anything of no sheet: whoever does not ask for foreign keys could write it.
        insert(Tick).values(survey_id=survey_id, question=3, sheet_id=second.id, place=3),
        insert(Text).values(id=second.id, survey_id=survey_id, question=4, text="Тамаша!", language="kk"),
        insert(TextVerdict).values(
            text_id=sheet, number=1, verdict="insults", at=now(), by_id=okrug.people[Role.OFFICE].id
        ),
    )
    for change in changes:
        with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(change)
    with okrug.act_as(Role.OFFICE) as act:
        for verb in (
            lambda survey: service.change(act, survey, plan()),
            lambda survey: service.drop(act, survey),
            lambda survey: service.write_question(act, survey, QUESTIONS[0]),
            lambda survey: service.remove_question(act, survey, 1),
            lambda survey: service.open_(act, survey),
        ):
            with pytest.raises(Conflict, match="nothing of it changes"):
                verb(survey_of(act, survey_id))


@both
def test_an_opened_survey_is_called_off_for_a_reason_and_nothing_comes_of_it(okrug: Village) -> None:
    survey_id = opened(okrug)
    [person, other] = residents(okrug, 2)
    answer(okrug, survey_id, person, **one(1, texts={4: WORDS}))
    reason = "Сұрақ басқа ауылға арналған."
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(Forbidden):
        calling_off.call_off(act, survey_of(act, survey_id), reason, "kk")
    off = {"called_off_at": now(), "called_off_by": okrug.people[Role.OFFICE].id, "called_off_reason": reason}
    with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
        act.session.execute(update(Survey).values(off))
    with okrug.act_as(Role.OFFICE) as act:
        survey = survey_of(act, survey_id)
        with pytest.raises(FieldRefusal, match="Write why"):
            calling_off.call_off(act, survey, " ", "kk")
        calling_off.call_off(act, survey, reason, "kk")
        assert finding.state(act, survey) is State.CALLED_OFF
        with pytest.raises(Conflict, match="called off already"):
            calling_off.call_off(act, survey, reason, "kk")
    with pytest.raises(Conflict, match="not open"):
        answer(okrug, survey_id, other, **one(1))
    with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
        act.session.execute(update(Survey).values(called_off_reason="Басқа себеп."))
    with okrug.act_as(Role.OFFICE, at=now() + AFTER) as act:
        survey = survey_of(act, survey_id)
        assert results.of_survey(act, survey) is None
        assert texts.waiting(act) == []
        with pytest.raises(Conflict):
            texts.judge(act, survey, {})
    late = opened(okrug)
    with okrug.act_as(Role.OFFICE, at=now() + AFTER) as act, pytest.raises(Conflict, match="last day is over"):
        calling_off.call_off(act, survey_of(act, late), reason, "kk")


def written(okrug: Village, change: Executable) -> None:
    """A statement in a transaction of its own."""
    with okrug.act_as() as act:
        act.session.execute(change)


@both
def test_a_tick_without_its_sheet_ends_with_the_transaction(okrug: Village) -> None:
    survey_id = opened(okrug, audience=Audience.EVERYBODY)
    answer(okrug, survey_id, None, **one(1))
    values = {"survey_id": survey_id, "question": 1, "sheet_id": okrug.people[Role.OFFICE].id, "place": 1}
    with pytest.raises(DatabaseError):
        written(okrug, insert(Tick).values(values))


def test_a_draft_is_written_by_office_or_chair_and_seen_by_nobody_else(okrug: Village) -> None:
    with okrug.act_as(Role.RESIDENT) as act, pytest.raises(Forbidden):
        service.draft(act, plan())
    with okrug.act_as(Role.CHAIR) as act:
        survey = service.draft(act, plan())
        with pytest.raises(Conflict, match="Write a question first"):
            service.open_(act, survey)
        for asked in QUESTIONS:
            service.write_question(act, survey, asked)
        service.write_question(act, survey, Asked(Kind.SCALE, "Сенім", "Доверие"), 2)
        service.remove_question(act, survey, 1)
        assert [(each.number, each.kind) for each in finding.questions(act, survey)] == [
            (1, "scale"),
            (2, "scale"),
            (3, "text"),
        ]
        survey_id = survey.id
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(NotFound):
        survey_of(act, survey_id)
    with okrug.act_as(Role.OFFICE) as act:
        survey = survey_of(act, survey_id)
        for _more in range(MOST_QUESTIONS - 3):
            service.write_question(act, survey, QUESTIONS[3])
        with pytest.raises(Conflict, match="twenty questions"):
            service.write_question(act, survey, QUESTIONS[3])
        service.drop(act, survey)
        assert finding.drafts(act) == []
        for _number in range(service.MOST_DRAFTS):
            service.draft(act, plan())
        with pytest.raises(Conflict, match="Ten surveys"):
            service.draft(act, plan())


def test_what_is_wrong_with_a_plan_or_a_question_is_told_all_at_once(okrug: Village) -> None:
    yesterday = plan().opens_on
    assert yesterday is not None
    yesterday -= timedelta(days=1)
    with okrug.act_as(Role.OFFICE) as act:
        wrong = plan(title_kk=" ", about_ru="О бюджете", audience="all", opens_on=yesterday, asked=0, draft="meeting-9")
        told = [fault.field for fault in service.faults(act, wrong)]
        assert told == ["title_kk", "about_kk", "audience", "opens_on", "asked", "draft"]
        long = plan(closes_on=yesterday + timedelta(days=100))
        assert [fault.field for fault in service.faults(act, long)] == ["closes_on"]
    asked = Asked("ladder", "", "Да?", ())
    assert [fault.field for fault in service.faults_of_question(asked)] == ["kind", "text_kk"]
    pairs = (("Иә", "Да"), ("Иә", ""), ("", "Нет"))
    fields = [fault.field for fault in service.faults_of_question(Asked(Kind.ONE, "?", "?", pairs))]
    assert fields == ["option_kk_2", "option_ru_2", "option_kk_3"]
    alone = Asked(Kind.ONE, "?", "?", (("Иә", "Да"), ("", "")))
    assert [fault.field for fault in service.faults_of_question(alone)] == ["option_kk_1"]


def test_the_table_has_the_figures_of_the_page_and_hides_what_it_hides(okrug: Village) -> None:
    survey_id = opened(okrug, QUESTIONS[:1], audience=Audience.EVERYBODY)
    for place, times in ((1, 12), (2, 7), (HARD, 5)):
        for _time in range(times):
            answer(okrug, survey_id, None, **one(place))
    with okrug.act_as(at=now() + AFTER) as act:
        survey = survey_of(act, survey_id)
        sheet = exporting.sheet(act, survey, results.of_survey(act, survey) or [])
    assert "not representative" in str(sheet.rows[0][1])
    assert [row[2:] for row in sheet.rows[1:]] == [
        ["Иә", 12, 50.0, 24, 24],
        ["Жоқ", 7, 29.2, 24, 24],
        ["Hard to answer", 5, 20.8, 24, 24],
        ["Left the question out", 0, "", 24, ""],
    ]


def test_the_table_hides_a_few_who_left_a_question_out_and_how_many_answered(okrug: Village) -> None:
    survey_id = opened(okrug, [QUESTIONS[0], QUESTIONS[2]], audience=Audience.EVERYBODY)
    for place, times in ((1, 12), (2, 7), (HARD, 6)):
        for time in range(times):
            answer(okrug, survey_id, None, ticks={1: frozenset({place}), 2: frozenset({1} if time else ())})
    with okrug.act_as(at=now() + AFTER) as act:
        survey = survey_of(act, survey_id)
        sheet = exporting.sheet(act, survey, results.of_survey(act, survey) or [])
    *cells, left_out = [row[3:] for row in sheet.rows if row[0] == 2]
    assert cells == [["…", "…", "…", 25]] * 4
    assert left_out == ["…", "", "…", ""], "three did"
    assert [row[3] for row in sheet.rows if row[0] == 1] == [12, 7, 6, 0], "nobody did"


def test_answers_of_nobody_are_told_as_counts_that_do_not_agree_and_found_by_the_doctor(okrug: Village) -> None:
    survey_id, sound = opened(okrug, QUESTIONS[:1] + QUESTIONS[3:]), opened(okrug, audience=Audience.EVERYBODY)
    for person in residents(okrug, 6):
        answer(okrug, survey_id, person, **one(1))
    answer(okrug, sound, None, **one(1, texts={4: WORDS}))
    with okrug.act_as() as act:
        assert agreeing.differing(act.session) == []
        act.session.execute(text("DROP TRIGGER logged_survey_texts_insert"))
        for number in range(7):
            forged = {"id": UUID(int=number + 1), "survey_id": survey_id}
            act.session.execute(insert(Text).values(question=2, text="Тамаша!", language="kk", **forged))
        assert [survey.id for _okrug, survey in agreeing.differing(act.session)] == [survey_id]
    with okrug.act_as(at=now() + AFTER) as act:
        survey = survey_of(act, survey_id)
        read, words = results.of_survey(act, survey) or []
        assert read.tally is not None
        assert (words.tally, words.published) == (None, ())
        assert "do not agree" in str(exporting.sheet(act, survey, [words]).rows[1][2])


def test_nothing_else_is_written_with_an_answer(okrug: Village) -> None:
    """No row of another table names the person, the survey and the moment together."""
    survey_id = opened(okrug)
    [person] = residents(okrug, 1)
    answer(okrug, survey_id, person, **one(1))
    with okrug.act_as() as act:
        tables = act.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        naming = [
            table
            for table in tables
            if act.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - our own names
            and {"survey_id", "person_id"}
            <= set(act.session.execute(text(f"SELECT name FROM pragma_table_info('{table}')")).scalars())  # noqa: S608
        ]
        assert naming == ["survey_participations"]
