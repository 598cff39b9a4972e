"""A survey of an okrug, its questions, residents who answer it, and days that go by."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from pb.act import Act, Role
from pb.clock import local, now
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.surveys import service
from pb.surveys.models import Audience, Kind, Survey
from pb.surveys.service import Asked, Plan, answering, finding
from pb.surveys.service.answering import Answers
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin

YES_NO = (("Иә", "Да"), ("Жоқ", "Нет"))
QUESTIONS = (
    Asked(Kind.ONE, "Бюджет жобасын оқыдыңыз ба?", "Читали ли вы проект бюджета?", YES_NO),
    Asked(Kind.SEVERAL, "Неге ақша аз?", "На что мало денег?", (("Жол", "Дороги"), ("Су", "Вода"), ("Жарық", "Свет"))),
    Asked(Kind.SCALE, "Әкім жұмысына сенім", "Доверие к работе акима"),
    Asked(Kind.TEXT, "Нені өзгертер едіңіз?", "Что вы бы изменили?"),
)
DAYS = 10


def plan(at: datetime | None = None, **changes: object) -> Plan:
    today = local(at or now()).date()
    whole: dict[str, object] = {
        "title_kk": "2027 жылғы бюджет жобасы",
        "title_ru": "Проект бюджета 2027 года",
        "about_kk": "",
        "about_ru": "",
        "audience": Audience.RESIDENTS,
        "opens_on": today,
        "closes_on": today + timedelta(days=DAYS),
        "asked": 100,
    }
    return Plan(**{**whole, **changes})  # type: ignore[arg-type]


def opened(
    okrug: Village, questions: Iterable[Asked] = QUESTIONS, at: datetime | None = None, **changes: object
) -> UUID:
    """Written by the office and opened."""
    with okrug.act_as(Role.OFFICE, at=at) as act:
        survey = service.draft(act, plan(at, **changes))
        for asked in questions:
            service.write_question(act, survey, asked)
        service.open_(act, survey)
        return survey.id


def residents(okrug: Village, count: int) -> list[Person]:
    """People of the okrug with the role of a resident and nothing else."""
    with okrug.act_as(Role.CLERK) as act:
        iins = [invented_iin(500 + number) for number in range(count)]
        for number, iin in enumerate(iins):
            accounts.register_resident(act, KEYS, iin=iin, name=f"Тұрғын {number}", settlement=SETTLEMENTS[0])
        found = [accounts.find(act.session, iin, KEYS) for iin in iins]
        return [person for person in found if person is not None]


def answer(okrug: Village, survey_id: UUID, person: Person | None, at: datetime | None = None, **said: object) -> None:
    roles = (Role.RESIDENT,) if person is not None else ()
    with okrug.act_as(*roles, person=person, at=at) as act:
        answering.give(act, survey_of(act, survey_id), Answers(**said))  # type: ignore[arg-type]


def survey_of(act: Act, survey_id: UUID) -> Survey:
    return finding.get(act, survey_id)
