"""How money, dates and numbers are written for people (CLDR by Babel, with what domain practice asks)."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask_babel import get_locale

from pb.clock import ALMATY, local
from pb.typesetting import NBSP, unbroken

LANGUAGES = {"kk": ("ҚАЗ", "Қазақша"), "ru": ("РУС", "Русский"), "en": ("ENG", "English")}
# Babel's plain `ru` prints the currency as KZT; ru_KZ knows ₸.
LOCALES = {"kk": "kk", "ru": "ru_KZ", "en": "en"}


def language() -> str:
    """The language of this page: kk, ru or en."""
    found = get_locale()
    return found.language if found is not None else "kk"


def number(value: int) -> str:
    """A whole number in groups of three as Kazakhstan writes them, kept together on one line."""
    return format_decimal(value, locale="ru_KZ").replace("\u202f", NBSP)


def money(tiyn: int) -> str:
    """A sum of `tiyn` as `2 450 000 ₸`, with two decimals only where there are tiyn."""
    tenge, rest = divmod(tiyn, 100)
    decimals = f",{rest:02}" if rest else ""
    return f"{number(tenge)}{decimals}{NBSP}₸"


def numbered(value: int | str) -> str:
    """What counts a thing, with its sign: `№ 12`, kept together on one line."""
    told = str(value).removeprefix("№").strip()  # who types a document's number often types the sign with it
    return f"№{NBSP}{told}"


def named(number_of: int | str | None, title: str) -> str:
    """What has a number and a title, told by both."""
    return f"{numbered(number_of or '')} {title}"


def tenths(value: int) -> str:
    """Tenths as a number with one digit behind the comma."""
    return f"{value // 10},{value % 10}"


def day(value: date, tongue: str | None = None) -> str:
    """A date in words: `2026 ж. 21 қараша`, `21 ноября 2026 г.`."""
    if isinstance(value, datetime):
        value = local(value).date()
    return unbroken(format_date(value, "long", locale=LOCALES[tongue or language()]).replace("\u202f", NBSP))


def weekday_and_hour(value: datetime, tongue: str | None = None) -> str:
    """When people come together: `2026 ж. 10 желтоқсан, бейсенбі, 15:00`; a wrong day shows by its weekday."""
    here = local(value)
    words = format_date(here.date(), "full", locale=LOCALES[tongue or language()]).replace("\u202f", NBSP)
    return f"{unbroken(words)}, {hour(here)}"


def leaf(value: datetime) -> tuple[int, str]:
    """The day as a leaf of a calendar shows it: its number, and the month in words."""
    here = local(value).date()
    return here.day, format_date(here, "MMMM", locale=LOCALES[language()])


def moment(value: datetime | str, tongue: str | None = None) -> str:
    """A date in words with the hour of Almaty, 24 hours."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    here = local(value)
    return f"{day(here, tongue)}, {hour(here)}"


def hour(value: datetime) -> str:
    """The hour of Almaty, 24 hours."""
    return format_datetime(value, "HH:mm", tzinfo=ALMATY, locale="ru_KZ")
