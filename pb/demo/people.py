"""Invented people of the demonstration. Their IINs are of the 19th century: they can belong to nobody alive."""

import random
from dataclasses import dataclass
from datetime import date

from pb.act import Role
from pb.core.national_numbers import IIN, check_digit, parse_iin
from pb.demo.places import KRASNOYAR, Place, Raion

NUMBERS = 9_000
"""How many numbers of people each place has for itself."""
DAYS = 420
"""Different days of birth: years, months and days go round by 20, 12 and 28."""
FAMILY = (
    "Ахметов", "Бекенов", "Досжанов", "Ермеков", "Жакупов", "Искаков", "Калиев", "Мусин", "Нурланов", "Омаров",
    "Сатпаев", "Тлеубаев", "Шаяхметов", "Петренко", "Шевчук", "Вебер", "Коваль", "Соколов", "Ким", "Юсупов",
)  # fmt: skip
GIVEN = (
    "Айдос", "Асель", "Бауыржан", "Гүлнар", "Дәурен", "Еркін", "Жанар", "Қайрат", "Ләззат", "Мәди", "Назым", "Оразбек",
    "Перизат", "Рауан", "Сәуле", "Тимур", "Ұлжан", "Фарида", "Шолпан", "Іңкәр", "Ольга", "Виктор", "Мария", "Иван",
)  # fmt: skip

WOMEN = frozenset({
    "Асель", "Гүлнар", "Жанар", "Ләззат", "Мария", "Назым", "Ольга", "Перизат", "Сәуле", "Ұлжан", "Фарида", "Шолпан",
    "Іңкәр",
})  # fmt: skip


@dataclass(frozen=True)
class Invented:
    """Somebody who does not exist; `role` is None for a voter without an account, `body` is who sent a trustee."""

    iin: IIN
    name: str
    settlement: str
    role: Role | None = None
    body: str = ""


ROLES = (
    Role.OFFICE, Role.AKIM, Role.CHAIR, Role.SECRETARY, Role.REGISTRAR, Role.CLERK, Role.TRUSTEE, Role.TRUSTEE,
    Role.TRUSTEE, Role.DEPUTY, Role.AUDITOR, Role.OBSERVER, Role.ADMINISTRATOR,
)  # fmt: skip
TRUSTEES = ROLES.count(Role.TRUSTEE)
# In the order of the roles. Each place has its own people: an office of one has no word in another.
STAFF: dict[str, tuple[str, ...]] = {
    "krasnoyar": (
        "Сәуле Омарова", "Бауыржан Сатпаев", "Қайрат Жакупов", "Назым Искакова", "Ольга Шевчук", "Тимур Юсупов",
        "Гүлнар Мусина", "Виктор Вебер", "Еркін Бекенов", "Ләззат Калиева", "Мария Соколова", "Рауан Досжанов",
        "Дәурен Тлеубаев",
    ),
    "stantsionny": (
        "Жанар Калиева", "Мәди Ермеков", "Айдос Нурланов", "Ұлжан Ахметова", "Иван Коваль", "Асель Мусина",
        "Оразбек Юсупов", "Мария Ким", "Тимур Омаров", "Перизат Сатпаева", "Виктор Шевчук", "Шолпан Бекенова",
        "Рауан Тлеубаев",
    ),
    "zerendi": (
        "Гүлнар Досжанова", "Еркін Мусин", "Бауыржан Искаков", "Фарида Нурланова", "Дәурен Калиев", "Назым Жакупова",
        "Қайрат Омаров", "Ольга Вебер", "Мәди Сатпаев", "Сәуле Бекенова", "Иван Соколов", "Ләззат Ахметова",
        "Айдос Ермеков",
    ),
    "konysbai": (
        "Шолпан Тлеубаева", "Оразбек Жакупов", "Рауан Калиев", "Жанар Досжанова", "Виктор Ким", "Перизат Юсупова",
        "Тимур Бекенов", "Асель Омарова", "Бауыржан Мусин", "Мария Петренко", "Еркін Нурланов", "Ұлжан Сатпаева",
        "Қайрат Искаков",
    ),
}  # fmt: skip
ROLES_ABOVE = (Role.ADMINISTRATOR, Role.MASLIKHAT_SECRETARY, Role.DEPUTY, Role.DEPUTY, Role.AUDITOR, Role.OBSERVER)
STAFF_ABOVE: dict[str, tuple[str, ...]] = {
    "kokshetau": (
        "Мадина Оспанова", "Нұрлан Әбенов", "Светлана Ли", "Болат Қасымов", "Анна Мельник", "Ғалия Сейітова",
    ),
    "zerendi-audany": (
        "Серік Мұқанов", "Бибігүл Тасова", "Павел Гончар", "Айгүл Рахымова", "Ерлан Кәрімов", "Людмила Бондарь",
    ),
}  # fmt: skip
# Who sent the trustees: no organisation holds all keys.
BODIES = (
    "Ардагерлер кеңесі",
    "Школа № 2",
    "«Жастар» қоғамдық бірлестігі",
)
RESIDENTS = (
    "Асель Ахметова", "Іңкәр Нурланова", "Иван Петренко", "Шолпан Ермекова", "Мәди Шаяхметов",
)  # fmt: skip
OTHER_MEMBERS = (
    "Айдос Мусин", "Перизат Омарова", "Фарида Ким", "Оразбек Калиев", "Жанар Бекенова", "Мария Коваль",
    "Ұлжан Искакова", "Иван Соколов", "Рауан Сатпаев",
)  # fmt: skip


def invent_iin(number: int) -> IIN:
    """The `number`-th (from 0) IIN of a day in the 19th century, with a right check digit.

    Neighbours on the roll have other years of birth, so that namesakes are told apart as they are among people.
    """
    serial, day = divmod(number, DAYS)
    prefix_date = f"{80 + day % 20:02}{1 + day % 12:02}{1 + day % 28:02}"
    count = 0
    for candidate in range(10_000):
        prefix = f"{prefix_date}{1 + candidate % 2}{candidate:04}"
        digit = check_digit(prefix)
        if digit is None:
            continue
        if count == serial:
            return parse_iin(f"{prefix}{digit}", date(2000, 1, 1))
        count += 1
    raise ValueError("no such number")


def _full_name(given: str, family: str) -> str:
    return f"{given} {family}а" if given in WOMEN and family.endswith(("ов", "ев", "ин")) else f"{given} {family}"


def staff(place: Place = KRASNOYAR) -> list[Invented]:
    """Everybody with an office in a place."""
    bodies = iter(BODIES)
    return [
        Invented(_iin(place, number), name, place.settlements[0], role, next(bodies) if role is Role.TRUSTEE else "")
        for number, (role, name) in enumerate(zip(ROLES, STAFF[place.slug], strict=True))
    ]


def staff_above(raion: Raion) -> list[Invented]:
    """Everybody with an office in a raion or a city; those of the maslikhat, and its auditor, reach down."""
    return [
        Invented(invent_iin(raion.number * NUMBERS + number), name, "", role)
        for number, (role, name) in enumerate(zip(ROLES_ABOVE, STAFF_ABOVE[raion.slug], strict=True))
    ]


def residents(place: Place = KRASNOYAR) -> list[Invented]:
    """Those who have an account and may propose."""
    return [
        Invented(_iin(place, 100 + number), name, place.settlements[-(number % 2)], Role.RESIDENT)
        for number, name in enumerate(RESIDENTS)
    ]


def voters(count: int, place: Place = KRASNOYAR) -> list[Invented]:
    """The roll: the residents with accounts first, then others, about one in eight from a smaller settlement."""
    draw = random.Random(1 + place.number)  # noqa: S311 - invented names, not secrets
    known = residents(place)[:count]
    others = [
        Invented(
            _iin(place, 300 + number),
            _full_name(draw.choice(GIVEN), draw.choice(FAMILY)),
            place.settlements[-1] if draw.random() < 1 / 8 else place.settlements[0],
        )
        for number in range(count - len(known))
    ]
    return known + others


def _iin(place: Place, number: int) -> IIN:
    return invent_iin(place.number * NUMBERS + number)
