"""The official words of a decision's annexes in Kazakh and Russian: heads of columns, lines, units, years.

Forms after article 89 p. 3-5 of the Budget Code of 2025 and decisions of maslikhats. What is printed stands first; what
else is met in decisions is read as well. Texts are compared tidy and in small letters (`compared`).
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from pb.core import text as texts
from pb.core.budget.codes import Part, Side
from pb.core.budget.statement import Total


class Unit(StrEnum):
    """In what a file's amounts are told."""

    THOUSAND = "thousand"  # мың теңге / тысяч тенге
    TENGE = "tenge"


class Head(StrEnum):
    """What a column holds."""

    CATEGORY = "category"
    CLASS = "class"
    SUBCLASS = "subclass"
    GROUP = "group"
    SUBGROUP = "subgroup"
    ADMINISTRATOR = "administrator"
    PROGRAMME = "programme"
    SUBPROGRAMME = "subprogramme"
    SPECIFIC = "specific"
    NAME = "name"
    AMOUNT = "amount"


class Words(NamedTuple):
    """A term in both languages."""

    kk: str
    ru: str


# The columns of each side's levels, from above; of spending the subgroup and the last two may be missing.
LEVELS: Final = {
    Side.RECEIPTS: (Head.CATEGORY, Head.CLASS, Head.SUBCLASS, Head.SPECIFIC),
    Side.SPENDING: (
        Head.GROUP,
        Head.SUBGROUP,
        Head.ADMINISTRATOR,
        Head.PROGRAMME,
        Head.SUBPROGRAMME,
        Head.SPECIFIC,
    ),
}
SUBGROUP_PLACE: Final = 1
HEADS: Final[Mapping[Head, Words]] = {
    Head.CATEGORY: Words("Санаты", "Категория"),
    Head.CLASS: Words("Сыныбы", "Класс"),
    Head.SUBCLASS: Words("Кіші сыныбы", "Подкласс"),
    Head.GROUP: Words("Функционалдық топ", "Функциональная группа"),
    Head.SUBGROUP: Words("Функционалдық кіші топ", "Функциональная подгруппа"),
    Head.ADMINISTRATOR: Words("Бюджеттік бағдарламалардың әкімшісі", "Администратор бюджетных программ"),
    Head.PROGRAMME: Words("Бағдарлама", "Программа"),
    Head.SUBPROGRAMME: Words("Кіші бағдарлама", "Подпрограмма"),
    Head.SPECIFIC: Words("Ерекшелік", "Специфика"),
    Head.NAME: Words("Атауы", "Наименование"),
    Head.AMOUNT: Words("Сомасы, мың теңге", "Сумма, тысяч тенге"),
}
LINE_WORDS: Final[Mapping[Part | Total, Words]] = {
    Total.REVENUE: Words("I. Кірістер", "I. Доходы"),
    Part.TAXES: Words("Салықтық түсімдер", "Налоговые поступления"),
    Part.NON_TAX: Words("Салықтық емес түсімдер", "Неналоговые поступления"),
    Part.CAPITAL: Words("Негізгі капиталды сатудан түсетін түсімдер", "Поступления от продажи основного капитала"),
    Part.TRANSFERS: Words("Трансферттер түсімі", "Поступления трансфертов"),
    Part.SPENDING: Words("II. Шығындар", "II. Затраты"),
    Total.NET_LENDING: Words("III. Таза бюджеттік кредиттеу", "III. Чистое бюджетное кредитование"),
    Part.CREDITS: Words("Бюджеттік кредиттер", "Бюджетные кредиты"),
    Part.REPAYMENT: Words("Бюджеттік кредиттерді өтеу", "Погашение бюджетных кредитов"),
    Total.ASSETS_BALANCE: Words(
        "IV. Қаржы активтерімен операциялар бойынша сальдо", "IV. Сальдо по операциям с финансовыми активами"
    ),
    Part.ASSETS_BOUGHT: Words("Қаржы активтерін сатып алу", "Приобретение финансовых активов"),
    Part.ASSETS_SOLD: Words(
        "Мемлекеттің қаржы активтерін сатудан түсетін түсімдер",
        "Поступления от продажи финансовых активов государства",
    ),
    Total.DEFICIT: Words("V. Бюджет тапшылығы (профициті)", "V. Дефицит (профицит) бюджета"),
    Total.FINANCING: Words(
        "VI. Бюджет тапшылығын қаржыландыру (профицитін пайдалану)",
        "VI. Финансирование дефицита (использование профицита) бюджета",
    ),
    Part.LOANS: Words("Қарыздар түсімі", "Поступление займов"),
    Part.LOANS_REPAID: Words("Қарыздарды өтеу", "Погашение займов"),
    Part.BALANCES: Words("Бюджет қаражатының пайдаланылатын қалдықтары", "Используемые остатки бюджетных средств"),
}
ANNEX: Final = Words("Шешімге {number}-қосымша", "Приложение {number} к решению")
ONLY_ANNEX: Final = Words("Шешімге қосымша", "Приложение к решению")
ANNEX_TITLE: Final = Words("{name}: {year} жылға арналған бюджет", "{name}: бюджет на {year} год")
# What an amendment says of the annexes that it rewrites: of one, and of several.
ANNEX_READS: Final = Words(
    "{theirs}-қосымша осы шешімге {ours}-қосымшаға сәйкес жаңа редакцияда жазылсын.",
    "приложение {theirs} изложить в новой редакции согласно приложению {ours} к настоящему решению.",
)
ANNEXES_READ: Final = Words(
    "{theirs}-қосымшалар осы шешімге {ours}-қосымшаларға сәйкес жаңа редакцияда жазылсын.",
    "приложения {theirs} изложить в новой редакции согласно приложениям {ours} к настоящему решению.",
)
AND: Final = Words("және", "и")
_OTHER_HEADS: Final = (
    (re.compile(".*(әкімші|администратор).*"), Head.ADMINISTRATOR),
    (re.compile(".*(кіші топ|ішкі топ|подгруппа).*"), Head.SUBGROUP),
    (re.compile("функционалдық то(п|бы)|(функциональная )?группа"), Head.GROUP),
    (re.compile("(бюджеттік )?(кіші|ішкі) бағдарлама(сы)?|(бюджетная )?подпрограмма"), Head.SUBPROGRAMME),
    (re.compile("(бюджеттік )?бағдарлама(сы)?|(бюджетная )?программа"), Head.PROGRAMME),
    (re.compile("(кіші|ішкі) сыны(п|бы)|подкласс"), Head.SUBCLASS),
    (re.compile("сыны(п|бы)|класс"), Head.CLASS),
    (re.compile("санат(ы)?|категория"), Head.CATEGORY),
    (re.compile("ерекшелі(к|гі)|специфика"), Head.SPECIFIC),
    (re.compile("атау(ы)?|наименование"), Head.NAME),
    (re.compile(r"(барлық |всего ?,? ?)?(сома(сы)?|сумма)\W*((мың|тысяч\w*|тыс\.?)? ?(теңге|тенге))?\W*"), Head.AMOUNT),
)
_OTHER_LINES: Final[Mapping[str, Part | Total]] = {
    "доходы, в том числе": Total.REVENUE,
    "кірістер, оның ішінде": Total.REVENUE,
    "шығыстар": Part.SPENDING,
    "расходы": Part.SPENDING,
    "таза бюджеттік кредит беру": Total.NET_LENDING,
    "қаржы активтерімен жасалатын операциялар бойынша сальдо": Total.ASSETS_BALANCE,
    "бюджет тапшылығы": Total.DEFICIT,
    "дефицит бюджета": Total.DEFICIT,
    "бюджеттің тапшылығы (профициті)": Total.DEFICIT,
    "бюджет тапшылығын қаржыландыру": Total.FINANCING,
    "бюджеттің тапшылығын қаржыландыру (профицитін пайдалану)": Total.FINANCING,
    "финансирование дефицита бюджета": Total.FINANCING,
    "поступления займов": Part.LOANS,
    "трансферттердің түсімдері": Part.TRANSFERS,
    "трансферттер түсімдері": Part.TRANSFERS,
    "трансферттердің түсімі": Part.TRANSFERS,
}
NEW_INITIATIVES: Final = Words("Жаңа бастамалар", "Новые инициативы")
_NUMBERING: Final = re.compile(r"^([ivxіх]+|[0-9]+)[.)]\s*", re.IGNORECASE)
_THOUSAND: Final = re.compile(r"мың\s*теңге|тыс(яч[аи]?|\.)?\s*тенге")
_TENGE: Final = re.compile(r"теңге|тенге")
_YEAR: Final = re.compile(r"(?<![-–—0-9])(20[0-9]{2})\s*жылға|на\s+(20[0-9]{2})\s*(?:год|г\.)")  # no day of a decision
_BARE_YEAR: Final = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")


def compared(text: str) -> str:
    """A text as it is compared."""
    return texts.readable(text).casefold()


_BARE_LINES: Final[Mapping[str, Part | Total]] = {
    _NUMBERING.sub("", compared(word)): line for line, words in LINE_WORDS.items() for word in words
} | dict(_OTHER_LINES)


@lru_cache(maxsize=10_000)  # every cell of a file is asked about, and most are codes
def head_of(text: str) -> Head | None:
    """What a column of this head holds."""
    bare = compared(text)
    if not bare[:1].isalpha():
        return None
    return next((head for pattern, head in _OTHER_HEADS if pattern.fullmatch(bare)), None)


def line_of(text: str) -> Part | Total | None:
    """Which of the decision's lines a row of this name is."""
    bare = _NUMBERING.sub("", compared(text)).rstrip(" :")
    return _BARE_LINES.get(bare)


def annex_head(number: int | None, language: str) -> str:
    """What stands over an annex of a decision; None: over its only one."""
    words = ONLY_ANNEX if number is None else ANNEX
    return _in(words, language).format(number=number)


def annex_title(name: str, year: int, language: str) -> str:
    """The title of the annex of a year; `name` is the okrug's."""
    return _in(ANNEX_TITLE, language).format(name=name, year=year)


def annexes_read(theirs: Sequence[int], language: str) -> str:
    """That these annexes of a decision read anew, according to annexes 1 and on of the one that changes it."""
    words = ANNEX_READS if len(theirs) == 1 else ANNEXES_READ
    ours = range(1, len(theirs) + 1)
    return _in(words, language).format(theirs=_listed(theirs, language), ours=_listed(ours, language))


def _listed(numbers: Sequence[int], language: str) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} {_in(AND, language)} {last}" if others else last


def _in(words: Words, language: str) -> str:
    return words.kk if language == "kk" else words.ru


def is_new_initiatives(text: str) -> bool:
    """Whether a row of this name is the programme of new initiatives, which decisions print without a code."""
    return compared(text).rstrip(" :") in {compared(word) for word in NEW_INITIATIVES}


def unit_of(text: str) -> Unit | None:
    """In what the amounts below this text are told."""
    bare = compared(text)
    if _THOUSAND.search(bare):
        return Unit.THOUSAND
    return Unit.TENGE if _TENGE.search(bare) else None


def years_of(text: str) -> set[int]:
    """All years that a heading speaks of."""
    return {int(kk or ru) for kk, ru in _YEAR.findall(compared(text))}


def year_of(title: str, *, alone: bool = False) -> int | None:
    """The one year that a title speaks of; `alone`: a number by itself is one, as in the name of a sheet."""
    found = {int(kk or ru) for kk, ru in _YEAR.findall(compared(title))}
    if not found and alone:
        found = {int(year) for year in _BARE_YEAR.findall(title)}
    return found.pop() if len(found) == 1 else None
