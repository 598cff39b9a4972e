"""Invented people of the demo okrug. Their IINs are of the 19th century: they can belong to nobody alive."""

import random
from dataclasses import dataclass
from datetime import date

from pb.act import Role
from pb.core.national_numbers import IIN, check_digit, parse_iin

SETTLEMENTS = ("Красный Яр", "Кызыл Жулдыз")
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
    """Somebody who does not exist; `role` is None for a voter without an account."""

    iin: IIN
    name: str
    settlement: str
    role: Role | None = None


STAFF: tuple[tuple[Role, str], ...] = (
    (Role.OFFICE, "Сәуле Омарова"),
    (Role.AKIM, "Бауыржан Сатпаев"),
    (Role.CHAIR, "Қайрат Жакупов"),
    (Role.SECRETARY, "Назым Искакова"),
    (Role.REGISTRAR, "Ольга Шевчук"),
    (Role.CLERK, "Тимур Юсупов"),
    (Role.TRUSTEE, "Гүлнар Мусина"),
    (Role.TRUSTEE, "Виктор Вебер"),
    (Role.TRUSTEE, "Еркін Бекенов"),
    (Role.DEPUTY, "Ләззат Калиева"),
    (Role.AUDITOR, "Мария Соколова"),
    (Role.OBSERVER, "Рауан Досжанов"),
    (Role.ADMINISTRATOR, "Дәурен Тлеубаев"),
)
# Who sent the trustees: no organisation holds all keys.
BODIES = {
    "Гүлнар Мусина": "Ардагерлер кеңесі / Совет ветеранов",
    "Виктор Вебер": "№ 2 мектеп / Школа № 2",
    "Еркін Бекенов": "«Жастар» қоғамдық бірлестігі / Общественное объединение «Жастар»",
}
RESIDENTS = (
    "Асель Ахметова", "Іңкәр Нурланова", "Иван Петренко", "Шолпан Ермекова", "Мәди Шаяхметов",
)  # fmt: skip
OTHER_MEMBERS = (
    "Айдос Мусин", "Перизат Омарова", "Фарида Ким", "Оразбек Калиев", "Жанар Бекенова", "Мария Коваль",
    "Ұлжан Искакова", "Иван Соколов", "Рауан Сатпаев",
)  # fmt: skip


def invent_iin(number: int) -> IIN:
    """The `number`-th (from 0) IIN of a day in the 19th century, with a right check digit."""
    day, serial = divmod(number, 300)
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


def staff() -> list[Invented]:
    return [Invented(invent_iin(i), name, SETTLEMENTS[0], role) for i, (role, name) in enumerate(STAFF)]


def residents() -> list[Invented]:
    return [Invented(invent_iin(100 + i), name, SETTLEMENTS[i % 2], Role.RESIDENT) for i, name in enumerate(RESIDENTS)]


def voters(count: int) -> list[Invented]:
    """The roll: the residents with accounts first, then others, about one in eight from the small settlement."""
    draw = random.Random(1)  # noqa: S311 - invented names, not secrets
    known = residents()[:count]
    others = [
        Invented(
            invent_iin(300 + i),
            _full_name(draw.choice(GIVEN), draw.choice(FAMILY)),
            SETTLEMENTS[1] if draw.random() < 1 / 8 else SETTLEMENTS[0],
        )
        for i in range(count - len(known))
    ]
    return known + others
