"""The demo's projects: taken from the okrug's published plan of 2022; the costs are invented."""

from dataclasses import dataclass, replace

from pb.core.poll.bilingual import Bilingual
from pb.demo.places import KRASNOYAR, Place
from pb.proposals.models import Category

KAZAKH_LETTERS = frozenset("әғқңөұүһі")
# What an author who said no more wrote: the problem, what should be done, and that the cost is invented.
USUAL = {
    "kk": (
        "{place}: тұрғындарға күн сайын қолайсыз.",
        "Жұмыстарды жергілікті бюджет есебінен орындау.",
        "Құны ойдан алынған (демонстрация).",
    ),
    "ru": (
        "{place}: жителям неудобно каждый день.",
        "Выполнить работы за счёт местного бюджета.",
        "Стоимость вымышлена (демонстрация).",
    ),
}


@dataclass(frozen=True)
class Idea:
    """`cost` in tiyn; `programme` of administrator 124; `city` names the body that is in charge instead, if any.

    `translated` is what the office calls it in the language that is not the author's. `elsewhere` is an idea of the
    second settlement, for that one alone.
    """

    language: str
    title: str
    translated: str
    summary: str
    translated_summary: str
    problem: str
    solution: str
    settlement: str
    place: str
    category: Category
    cost: int
    programme: str
    weight: int
    city: str = ""
    elsewhere: bool = False

    @property
    def titles(self) -> Bilingual:
        return _pair(self.language, self.title, self.translated)

    @property
    def summaries(self) -> Bilingual:
        return _pair(self.language, self.summary, self.translated_summary)


def _pair(language: str, own: str, other: str) -> Bilingual:
    return Bilingual(own, other) if language == "kk" else Bilingual(other, own)


def _idea(
    title: str, other: str, place: str, category: Category, millions: float, programme: str, weight: int, **more: str
) -> Idea:
    language, translation = ("kk", "ru") if KAZAKH_LETTERS & set(title.lower() + place.lower()) else ("ru", "kk")
    problem, solution, invented = USUAL[language]
    return Idea(
        language=language,
        title=title,
        translated=other,
        summary=more.get("solution", solution),
        translated_summary=more.get("other_solution", USUAL[translation][1]),
        problem=more.get("problem", problem.format(place=place)),
        solution=f"{more.get('solution', solution)} {invented}",
        settlement=more.get("settlement", KRASNOYAR.settlements[0]),
        place=place,
        category=category,
        cost=int(millions * 1_000_000) * 100,
        programme=programme,
        weight=weight,
        city=more.get("city", ""),
        elsewhere="settlement" in more,
    )


IDEAS: tuple[Idea, ...] = (
    _idea("Сейфуллин көшесін жөндеу", "Ремонт улицы Сейфуллина",
          "Сейфуллин көшесі", Category.STREETS, 18.4, "045", 9,
          problem="Көктемде жол батпаққа айналып, мектеп автобусы жүре алмайды."),
    _idea("Ремонт улицы Мира 2", "Бейбітшілік 2 көшесін жөндеу",
          "улица Мира 2", Category.STREETS, 14.2, "045", 6,
          problem="Асфальт разрушен, зимой не чистится до обочины."),
    _idea("Абылай хан көшесін жөндеу", "Ремонт улицы Абылай хана",
          "Абылай хан көшесі", Category.STREETS, 21.6, "045", 7),
    _idea("Ремонт улицы Комсомольской", "Комсомол көшесін жөндеу",
          "улица Комсомольская", Category.STREETS, 12.9, "045", 4),
    _idea("Желтоқсан көшесіндегі су бұру арығы", "Водоотводный арык на улице Желтоксан",
          "Желтоқсан көшесі", Category.WATER, 7.5, "011", 8,
          problem="Қар еріген кезде су үйлердің ауласына кіреді."),
    _idea("Орталық саябақты абаттандыру", "Благоустройство центрального парка",
          "Орталық саябақ", Category.PARKS, 15.8, "011", 10,
          solution="Орындықтар, шамдар, жүгіру жолы мен ағаштар.",
          other_solution="Скамейки, фонари, беговая дорожка и деревья."),
    _idea("Контейнерные площадки", "Қоқыс контейнерлерінің алаңдары",
          "8 площадок по селу", Category.SANITATION, 4.3, "009", 5),
    _idea("Спорт алаңы", "Спортивная площадка",
          "№ 2 мектептің жанында", Category.SPORT, 9.7, "028", 8),
    _idea("Қызыл Жұлдыздағы спорт алаңы", "Спортивная площадка в Кызыл Жулдызе",
          "Қызыл Жұлдыз, клубтың жанында", Category.SPORT, 3.1, "028", 5,
          settlement=KRASNOYAR.settlements[1]),
    _idea("Қызыл Жұлдыз көшелерін жарықтандыру", "Освещение улиц Кызыл Жулдыза",
          "Қызыл Жұлдыз", Category.LIGHTING, 2.6, "008", 6,
          settlement=KRASNOYAR.settlements[1]),
    _idea("Освещение улицы Мира", "Бейбітшілік көшесін жарықтандыру",
          "улица Мира", Category.LIGHTING, 5.4, "008", 7),
    _idea("Замена водопровода", "Су құбырын ауыстыру",
          "улица Комсомольская", Category.WATER, 25.0, "014", 0,
          city="Акимат города Кокшетау"),
    _idea("Балалар алаңы", "Детская площадка",
          "Абай көшесі", Category.SPORT, 6.2, "011", 9),
    _idea("Көпшілік кітапханасына кіреберіс", "Вход в публичную библиотеку",
          "Мәдениет үйі", Category.CULTURE, 1.9, "006", 3),
    _idea("Зираттың қоршауы", "Ограда кладбища",
          "Ауыл зираты", Category.OTHER, 3.8, "010", 4),
    _idea("Тротуар вдоль улицы Сейфуллина", "Сейфуллин көшесінің бойындағы жаяужол",
          "улица Сейфуллина", Category.STREETS, 8.8, "045", 6),
    _idea("Аялдамаларға павильон қою", "Павильоны на остановках",
          "3 аялдама", Category.OTHER, 2.2, "011", 5),
    _idea("Жасыл желек отырғызу", "Посадка деревьев и кустов",
          "Мектеп пен емхананың айналасы", Category.PARKS, 1.4, "011", 3),
    _idea("Ярмарка алаңы", "Ярмарочная площадь",
          "Орталық алаң", Category.OTHER, 4.9, "011", 2),
    _idea("Мұз айдыны", "Каток",
          "Орталық саябақ", Category.SPORT, 5.9, "028", 6),
)  # fmt: skip


def ideas(place: Place) -> tuple[Idea, ...]:
    """What residents of a place propose, the same ideas in another order; costs of a smaller place are smaller."""
    if place == KRASNOYAR:
        return IDEAS
    kept = [idea for idea in IDEAS if not idea.elsewhere and not idea.city]
    turned = kept[place.number * 4 :] + kept[: place.number * 4]
    settlements = place.settlements
    return tuple(
        replace(idea, settlement=settlements[number % len(settlements)], cost=idea.cost // 2)
        for number, idea in enumerate(turned)
    )
