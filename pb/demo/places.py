"""Where the demonstration plays: four places under two raions. The places are real, everybody in them is invented."""

from dataclasses import dataclass

from pb.core.places.kinds import Kind
from pb.territory.service.tree import Described


@dataclass(frozen=True)
class Raion:
    """A raion or a city, whose maslikhat approves the budgets of the places in it."""

    number: int
    slug: str
    described: Described


@dataclass(frozen=True)
class Place:
    """One okrug, village or settlement. `number` keeps its people's numbers apart from those of the others.

    `people` is an invented number of residents.
    """

    number: int
    slug: str
    described: Described
    raion: Raion
    people: int = 0

    @property
    def settlements(self) -> tuple[str, ...]:
        """Their Kazakh names, as rolls and proposals keep them."""
        return tuple(names[0] for names in self.described.settlements)

    @property
    def above(self) -> Described:
        return self.raion.described


def _place(
    number: int,
    slug: str,
    kato: str,
    kind: Kind,
    names: tuple[str, str, str],
    settlements: tuple[tuple[str, str, str], ...],
    raion: Raion,
    paper_places: tuple[str, str, str],
    people: int,
) -> Place:
    return Place(number, slug, Described(kato, kind, names, settlements, *paper_places), raion, people)


KOKSHETAU = Raion(
    10,
    "kokshetau",
    Described("111000000", Kind.CITY, ("Көкшетау қаласы", "город Кокшетау", "city of Kokshetau")),
)
ZERENDI = Raion(
    11,
    "zerendi-audany",
    Described("115600000", Kind.RAION, ("Зеренді ауданы", "Зерендинский район", "Zerendi raion")),
)
RAIONS = (KOKSHETAU, ZERENDI)

KRASNOYAR = _place(
    0,
    "krasnoyar",
    "111033000",
    Kind.OKRUG,
    ("Краснояр ауылдық округі", "Красноярский сельский округ", "Krasnoyar rural okrug"),
    (("Красный Яр", "Красный Яр", "Krasny Yar"), ("Қызылжұлдыз", "Кызылжулдуз", "Kyzylzhuldyz")),
    KOKSHETAU,
    (
        "Краснояр ауылдық округі әкімінің аппараты",
        "Аппарат акима Красноярского сельского округа",
        "Akim's office of Krasnoyar rural okrug",
    ),
    3_120,
)
STANTSIONNY = _place(
    1,
    "stantsionny",
    "111037000",
    Kind.KENT,
    ("Станционный кенті", "посёлок Станционный", "Stantsionny settlement"),
    (("Станционный", "Станционный", "Stantsionny"),),
    KOKSHETAU,
    (
        "Станционный кенті әкімінің аппараты",
        "Аппарат акима посёлка Станционный",
        "Akim's office of Stantsionny settlement",
    ),
    1_870,
)
ZERENDI_OKRUG = _place(
    2,
    "zerendi",
    "115630000",
    Kind.OKRUG,
    ("Зеренді ауылдық округі", "Зерендинский сельский округ", "Zerendi rural okrug"),
    (("Зеренді", "Зеренда", "Zerendi"), ("Айдарлы", "Айдарлы", "Aidarly"), ("Көктерек", "Коктерек", "Kokterek")),
    ZERENDI,
    (
        "Зеренді ауылдық округі әкімінің аппараты",
        "Аппарат акима Зерендинского сельского округа",
        "Akim's office of Zerendi rural okrug",
    ),
    7_460,
)
KONYSBAI = _place(
    3,
    "konysbai",
    "115649000",
    Kind.OKRUG,
    ("Қонысбай ауылдық округі", "Конысбайский сельский округ", "Konysbai rural okrug"),
    (("Қонысбай", "Конысбай", "Konysbai"), ("Васильковка", "Васильковка", "Vasilkovka")),
    ZERENDI,
    (
        "Қонысбай ауылдық округі әкімінің аппараты",
        "Аппарат акима Конысбайского сельского округа",
        "Akim's office of Konysbai rural okrug",
    ),
    2_240,
)
PLACES = (KRASNOYAR, STANTSIONNY, ZERENDI_OKRUG, KONYSBAI)
