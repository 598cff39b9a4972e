"""The development programme and the communal property of a year, and two surveys on the draft of the next budget."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pb.act import Act, Role
from pb.budget import service as budgets
from pb.clock import local
from pb.core.survey import HARD
from pb.demo import meeting
from pb.demo.meeting import Acting
from pb.gatherings.models import Matter
from pb.registers.models import Change, Condition, Sort, Unit
from pb.registers.service import assets, programmes, tasks
from pb.registers.service.objects import Named, Shape, Thing
from pb.registers.service.programmes import Step
from pb.surveys import service as surveys
from pb.surveys.models import Audience, Kind, Verdict
from pb.surveys.service import Asked, Plan, answering, drafts, finding, texts
from pb.surveys.service.answering import Answers
from pb.tasks.service.basis import Basis

# Month and day of each deed; a meeting takes thirteen days, and what the budget does takes some between them.
DECIDED, PROGRESSED, LET, ASKED, READ = (1, 2), (7, 14), (7, 15), (9, 12), (9, 25)
LASTS: Final = 14
"""Days that the longest of these deeds takes: a meeting, and what it decided entered."""
# Tasks: text, indicator, unit and executor in Kazakh and Russian; from, to; month and year; source; sum in tenge.
TASKS: Final = (
    ("Көшелерді жарықтандыру", "Освещение улиц", "Жарықтандырылған көшелер", "Освещённые улицы", "көше", "улиц",
     "3", "14", "10-01", 1, "okrug", "28600000"),
    ("Көше жолдарын жөндеу", "Ремонт уличных дорог", "Жөнделген жол", "Отремонтированные дороги", "км", "км",
     "1,2", "6,5", "09-15", 2, "raion", "74200000"),
    ("Ауыз су құбырын жүргізу", "Проведение водопровода", "Су құбыры бар үйлер", "Дома с водопроводом", "үй", "домов",
     "210", "340", "11-30", 2, "oblast", "118000000"),
    ("Жабайы қоқыс орындарын азайту", "Уменьшение стихийных свалок", "Жабайы қоқыс орындары", "Стихийные свалки",
     "орын", "мест", "9", "1", "06-30", 0, "okrug", "2400000"),
)  # fmt: skip
PROGRESS: Final = (
    (1, 7_000, "Абай, Достық және Бейбітшілік көшелерінде шамдар жанды."),
    (2, 1_800, "Мектепке баратын жолдың 600 метріне тас төселді."),
    (4, 4_000, "Бес орын тазаланды, екеуіне тақтайша қойылды."),
)
PROPERTY: Final = (
    (Sort.CULTURE, "Ауылдық мәдениет үйі", "Сельский дом культуры", "Абай көшесі, 12", Condition.FAIR, 640_500,
     Unit.SQUARE_METRE, 0),
    (Sort.BUILDING, "Бұрынғы монша ғимараты", "Здание бывшей бани", "Достық көшесі, 4", Condition.REPAIR, 148_000,
     Unit.SQUARE_METRE, 0),
    (Sort.PARK, "Жеңіс саябағы", "Парк Победы", "Абай көшесі", Condition.GOOD, 1_250, Unit.HECTARE, 0),
    (Sort.STREET, "Бейбітшілік көшесі", "Улица Мира", "Орталықтан мектепке дейін", Condition.REPAIR, 1_840,
     Unit.KILOMETRE, 0),
    (Sort.MONUMENT, "Батырларға ескерткіш", "Памятник героям", "Жеңіс саябағы", Condition.GOOD, 1_000, Unit.PIECE, 0),
)  # fmt: skip
QUESTIONS: Final = (
    Asked(Kind.ONE, "Бюджет жобасын оқыдыңыз ба?", "Читали ли вы проект бюджета?",
          (("Толық оқыдым", "Прочитал полностью"), ("Бір бөлігін", "Частично"), ("Оқымадым", "Не читал"))),
    Asked(Kind.SEVERAL, "Ақшаны алдымен неге жұмсау керек?", "На что деньги нужны в первую очередь?",
          (("Көше жарығы", "Освещение улиц"), ("Жол", "Дороги"), ("Су", "Вода"), ("Абаттандыру", "Благоустройство"))),
    Asked(Kind.SCALE, "Округте ақшаның жұмсалуына сенім деңгейіңіз?",
          "Насколько вы доверяете тому, как округ тратит деньги?"),
    Asked(Kind.TEXT, "Жобада нені өзгертер едіңіз?", "Что бы вы изменили в проекте?"),
)  # fmt: skip
# How many gave the same answers: place of the first question, of the second, of the third, and their words.
SHEETS: Final = (
    (7, 1, (1, 2), 2, ""),
    (6, 2, (2,), 3, ""),
    (5, 3, (1, 3), 1, ""),
    (5, 3, (2, 4), HARD, ""),
    (1, 1, (1,), 2, "Мектеп жолына шам қойылса екен, балалар қараңғыда жүр."),
    (1, 2, (2,), 1, "Сначала дорогу к больнице, потом парк."),
    (1, 2, (3,), 1, "Пётр Иванов опять получил подряд."),
)


class RegistersYear:
    """Deeds of a year beside those on the budget; `begins` is the day on which its cycle began."""

    def __init__(self, act: Acting, begins: datetime, year: int, today: int) -> None:
        self.act = act
        self.begins = begins
        self.year = year
        self.today = today

    def deeds(self) -> list[tuple[int, Callable[[], None]]]:
        """What is done, with the day since the cycle began; what would lie after today is not played yet."""
        steps = [
            (self._day(DECIDED), self._decide),
            (self._day(PROGRESSED), self._progress),
            (self._day(LET), self._let),
            (self._day(ASKED), self._ask_everybody),
            (self._day(READ), self._read),
        ]
        return [(day, deed) for day, deed in steps if day + LASTS < self.today]

    def _day(self, day: tuple[int, int]) -> int:
        return (date(self.year, *day) - self.begins.date()).days

    def _decide(self) -> None:
        """The assembly approves the programme and agrees what is property of the okrug; both are entered."""
        day = self._day(DECIDED)
        with self.act(Role.OFFICE, day, 10) as act:
            programme = programmes.begin(act, self.year, self.year + 2)
            for row in TASKS:
                entry, wrong = tasks.read(programme, self._typed(row))
                programmes.write_task(act, programme, entry, wrong)
        approved, agreed = meeting.hold(self.act, self.begins, day, [Matter.PROGRAMME, Matter.PROPERTY])
        with self.act(Role.OFFICE, day + 13, 11) as act:
            programmes.approve(act, programmes.of_here(act)[0], Basis(approved))
        for number, (sort, kk, ru, place, condition, size, unit, income) in enumerate(PROPERTY):
            with self.act(Role.OFFICE, day + 13, 12 + number / 60) as act:
                thing = Thing(sort, kk, ru, act.territory.settlements[0], place)
                decision = Basis(agreed) if number else Named("А-2/48", date(self.year - 6, 2, 26))
                assets.enter(act, thing, Shape(Change.RECEIVED, condition, size, unit, income), decision)

    def _typed(self, row: tuple[str | int, ...]) -> dict[str, str]:
        kk, ru, what_kk, what_ru, unit_kk, unit_ru, start, target, day, after, source, amount = map(str, row)
        return {
            "text_kk": kk,
            "text_ru": ru,
            "indicator_kk": what_kk,
            "indicator_ru": what_ru,
            "unit_kk": unit_kk,
            "unit_ru": unit_ru,
            "start": start,
            "target": target,
            "until": f"{self.year + int(after)}-{day}",
            "executor_kk": "Әкім аппараты",
            "executor_ru": "Аппарат акима",
            "source": source,
            "amount": amount,
        }

    def _progress(self) -> None:
        with self.act(Role.OFFICE, self._day(PROGRESSED), 11) as act:
            programme = programmes.of_here(act)[0]
            for task, value, words in PROGRESS:
                programmes.enter_progress(act, programme, task, Step(value, local(act.at).date(), words, "kk"))

    def _let(self) -> None:
        """The former bath house is let out."""
        with self.act(Role.OFFICE, self._day(LET), 11) as act:
            house = assets.every(act)[1]
            shape = Shape(Change.LET, Condition.FAIR, house.last.size, Unit.SQUARE_METRE, 720_000_00)
            assets.change(act, house, shape, Named("17", local(act.at).date() - timedelta(days=3)))

    def _ask_everybody(self) -> None:
        """A survey open to all, on the draft of the next three years, answered on its first day."""
        day = self._day(ASKED)
        survey_id = self._open(day, Audience.EVERYBODY, asked=None)
        for number, (times, one, several, scale, words) in enumerate(SHEETS):
            for time in range(times):
                with self.act(None, day, 12 + number + time / 60) as act:
                    ticks = {1: frozenset({one}), 2: frozenset(several), 3: frozenset({scale})}
                    tongue = "ru" if words[:1] in {"С", "П"} else "kk"
                    said = Answers(ticks, {4: words} if words else {}, tongue)
                    answering.give(act, finding.get(act, survey_id), said)

    def _read(self) -> None:
        """The office publishes what names nobody."""
        with self.act(Role.OFFICE, self._day(READ), 11) as act:
            survey = finding.opened(act)[0]
            decided = {
                one.text.id: Verdict.NAMES_SOMEBODY if "Иванов" in one.text.text else Verdict.NAMES_NOBODY
                for one in texts.of_survey(act, survey)
            }
            texts.judge(act, survey, decided)

    def ask_residents(self) -> None:
        """A survey of one answer per resident, which is open now: since last evening, when all else was done."""
        day = self.today - 1
        survey_id = self._open(day, Audience.RESIDENTS, asked=300, hour=18)
        for number in range(2):
            with self.act(Role.RESIDENT, day, 19 + number, number=number) as act:
                answering.give(act, finding.get(act, survey_id), Answers({1: frozenset({number + 1})}))

    def _open(self, day: int, audience: Audience, asked: int | None, hour: int = 11) -> UUID:
        years = f"{self.year + 1}\u2013{self.year + 3}"
        with self.act(Role.OFFICE, day, hour) as act:
            first = local(act.at).date()
            plan = Plan(
                title_kk=f"{years} жылдарға арналған бюджет жобасы туралы сауалнама",
                title_ru=f"Опрос о проекте бюджета на {years} годы",
                about_kk="Жауаптар жобамен бірге мәслихат комиссиясына беріледі.",
                about_ru="Ответы передаются комиссии маслихата вместе с проектом.",
                audience=audience,
                opens_on=first,
                closes_on=first + timedelta(days=10 if audience is Audience.EVERYBODY else 20),
                asked=asked,
                draft=self._draft(act),
            )
            survey = surveys.draft(act, plan)
            for question in QUESTIONS:
                surveys.write_question(act, survey, question)
            surveys.open_(act, survey)
            return survey.id

    def _draft(self, act: Act) -> str:
        """The budget of the next three years, where it is under way."""
        if budgets.find(act, self.year + 1) is None:
            return ""
        return next((name for name in drafts.offered(act) if name.startswith(f"budget-{self.year + 1}")), "")
