"""The demo's projects: taken from the okrug's published plan of 2022; the costs are invented."""

from dataclasses import dataclass, replace

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

    `elsewhere` is an idea of the second settlement, for that one alone.
    """

    title: str
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


def _idea(
    title: str, place: str, category: Category, millions: float, programme: str, weight: int, **more: str
) -> Idea:
    problem, solution, invented = USUAL["kk" if KAZAKH_LETTERS & set(title.lower()) else "ru"]
    return Idea(
        title=title,
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
    _idea("Сейфуллин көшесін жөндеу", "Сейфуллин көшесі", Category.STREETS, 18.4, "045", 9,
          problem="Көктемде жол батпаққа айналып, мектеп автобусы жүре алмайды."),
    _idea("Ремонт улицы Мира 2", "улица Мира 2", Category.STREETS, 14.2, "045", 6,
          problem="Асфальт разрушен, зимой не чистится до обочины."),
    _idea("Абылай хан көшесін жөндеу", "Абылай хан көшесі", Category.STREETS, 21.6, "045", 7),
    _idea("Ремонт улицы Комсомольской", "улица Комсомольская", Category.STREETS, 12.9, "045", 4),
    _idea("Желтоқсан көшесіндегі су бұру арығы", "Желтоқсан көшесі", Category.WATER, 7.5, "011", 8,
          problem="Қар еріген кезде су үйлердің ауласына кіреді."),
    _idea("Орталық саябақты абаттандыру", "Орталық саябақ", Category.PARKS, 15.8, "011", 10,
          solution="Орындықтар, шамдар, жүгіру жолы мен ағаштар."),
    _idea("Контейнерные площадки", "8 площадок по селу", Category.SANITATION, 4.3, "009", 5),
    _idea("Спорт алаңы", "№ 2 мектептің жанында", Category.SPORT, 9.7, "028", 8),
    _idea("Қызыл Жұлдыздағы спорт алаңы", "Қызыл Жұлдыз, клубтың жанында", Category.SPORT, 3.1, "028", 5,
          settlement=KRASNOYAR.settlements[1]),
    _idea("Қызыл Жұлдыз көшелерін жарықтандыру", "Қызыл Жұлдыз", Category.LIGHTING, 2.6, "008", 6,
          settlement=KRASNOYAR.settlements[1]),
    _idea("Освещение улицы Мира", "улица Мира", Category.LIGHTING, 5.4, "008", 7),
    _idea("Замена водопровода", "улица Комсомольская", Category.WATER, 25.0, "014", 0,
          city="Акимат города Кокшетау"),
    _idea("Балалар алаңы", "Абай көшесі", Category.SPORT, 6.2, "011", 9),
    _idea("Көпшілік кітапханасына кіреберіс", "Мәдениет үйі", Category.CULTURE, 1.9, "006", 3),
    _idea("Зираттың қоршауы", "Ауыл зираты", Category.OTHER, 3.8, "010", 4),
    _idea("Тротуар вдоль улицы Сейфуллина", "улица Сейфуллина", Category.STREETS, 8.8, "045", 6),
    _idea("Аялдамаларға павильон қою", "3 аялдама", Category.OTHER, 2.2, "011", 5),
    _idea("Жасыл желек отырғызу", "Мектеп пен емхананың айналасы", Category.PARKS, 1.4, "011", 3),
    _idea("Ярмарка алаңы", "Орталық алаң", Category.OTHER, 4.9, "011", 2),
    _idea("Мұз айдыны", "Орталық саябақ", Category.SPORT, 5.9, "028", 6),
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
