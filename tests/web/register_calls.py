"""Surveys and registers as forms of strangers meet them: each at the step at which its form is sent."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from pb import clock
from pb.act import Role
from pb.registers.service import objects, programmes, tasks
from pb.surveys import service as surveys
from pb.surveys.models import Audience, Survey
from pb.surveys.service import finding, texts
from pb.surveys.service.answering import Answers, give
from tests.frozen.world import without_rules
from tests.registers.kept import HALL, TASK, approved, begun, elsewhere, entered, written
from tests.surveys.asked import QUESTIONS, opened, plan
from tests.village import Village

PLAN = {
    "title_kk": "Бюджет",
    "title_ru": "Бюджет",
    "about_kk": "",
    "about_ru": "",
    "draft": "",
    "audience": "residents",
    "asked": "100",
}
QUESTION = {"kind": "one", "text_kk": "Қалай?", "text_ru": "Как?", "option_kk_1": "Иә", "option_ru_1": "Да"}
QUESTION |= {"option_kk_2": "Жоқ", "option_ru_2": "Нет"}
EARLIER = timedelta(days=30)


def closed(okrug: Village) -> UUID:
    """A survey with a text that nobody has read; its days are over, as if a month had gone by."""
    survey_id = opened(okrug, audience=Audience.EVERYBODY)
    with okrug.act_as() as act:
        give(act, finding.get(act, survey_id), Answers(texts={4: "Жол керек."}))
        ends = finding.get(act, survey_id).opens_on - EARLIER
    with without_rules(okrug.database.engine) as connection:
        connection.execute(update(Survey).where(Survey.id == survey_id).values(opens_on=ends, closes_on=ends))
    return survey_id


def text_of(okrug: Village, survey_id: UUID) -> str:
    """The first text of a survey, as its form calls it."""
    with okrug.act_as() as act:
        return texts.of_survey(act, finding.get(act, survey_id))[0].text.id.hex


def with_surveys(okrug: Village) -> tuple[str, str, str]:
    """The addresses of one that is being written, of one that is open to all, and of one to be called off."""
    with okrug.act_as(Role.OFFICE) as act:
        survey = surveys.draft(act, plan())
        surveys.write_question(act, survey, QUESTIONS[0])
        number = survey.number
    everybody = opened(okrug, QUESTIONS, audience=Audience.EVERYBODY)
    other = opened(okrug, QUESTIONS)
    taken, called_off = (f"{okrug.home}/surveys/{okrug.called('survey_id', each)}" for each in (everybody, other))
    return f"{okrug.home}/surveys/{number}", taken, called_off


def drop_drafts(okrug: Village) -> None:
    """Ten surveys are written at a time: all but the first go."""
    with okrug.act_as(Role.OFFICE) as act:
        for survey in finding.drafts(act)[1:]:
            surveys.drop(act, survey)


def with_registers(okrug: Village) -> dict[str, str]:
    """The addresses of a programme that is written, one that is approved, and an object."""
    this = clock.local(clock.now()).year
    approved(okrug, {"until": f"{this}-12-31"}, first=this)
    with okrug.act_as(Role.OFFICE) as act:
        programme = begun(act, this + 10)
        written(act, programme, until=f"{this + 11}-01-01")
        entered(act)
    return {
        "approved": f"{okrug.home}/development/1",
        "written": f"{okrug.home}/development/2",
        "object": f"{okrug.home}/property/1",
    }


def write_again(okrug: Village) -> None:
    """A version of the second programme waits for its decision."""
    with okrug.act_as(Role.OFFICE) as act:
        programme = next(one for one in programmes.of_here(act) if one.number == 2)
        if programmes.written(act, programme) is None:
            programmes.revise(act, programme)


def task() -> dict[str, str]:
    this = clock.local(clock.now()).year
    return {**{name: TASK[name] for name in tasks.COLUMNS if name in TASK}, "until": f"{this + 11}-05-01"}


def file_of_tasks() -> str:
    return f"{';'.join(task())}\n{';'.join(task().values())}\n"


def thing() -> dict[str, str]:
    return {**{name: HALL[name] for name in objects.COLUMNS if name in HALL}, "question": ""}


def decision() -> dict[str, str]:
    named = elsewhere().columns
    return {"question": "", "minutes_number": "5", "minutes_on": str(named["minutes_on"])}


def repaired() -> dict[str, str]:
    kept = ("condition", "size", "unit", "income", "decision_number", "decision_on")
    return {"change": "repaired", "question": "", **{name: HALL[name] for name in kept}}
