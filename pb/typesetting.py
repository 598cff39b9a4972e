"""Where a line of text never breaks: one rule for the values that pages print and for the texts of the catalogues."""

import re
from typing import Final

NBSP: Final = "\u00a0"
_CAPITAL = "[А-ЯЁӘҒҚҢӨҰҮҺІ]"
_UNIT = "(?:₸|%|ГБ|КБ|МБ|га|кг|км|м|мм|см|млн|млрд|мың|тыс|тг|теңге|тенге)"
_MONTH = (
    "(?:қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан"
    "|январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр)"
)
_ENGLISH_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_BOUND: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=№) (?=\S)",
        r"(?<=\d) (?=\d{3}(?!\d))",  # 2 450 000
        rf"(?<=\d) (?={_UNIT}(?!\w))",
        rf"(?<=\)s) (?={_UNIT}(?!\w))",  # what stands for a number, and its unit
        r"(?<=\)s) (?:/|из) (?=%\((?!sum))",  # so many of so many; sums are too long
        rf"(?<=\d) (?={_MONTH})",
        rf"\b{_ENGLISH_MONTH} (?=\d)|(?<=\d) (?={_ENGLISH_MONTH}\b)",
        r"(?<=\d{4}) (?=г\.|ж\.|год|жыл)",
        r"(?<=year\)s) (?=г\.|ж\.|год|жыл)",
        rf"(?<=\b{_CAPITAL}\.) (?={_CAPITAL})",  # initials
    )
)


def unbroken(text: str) -> str:
    """`text` with no-break spaces: № and number, number and unit or whole, day and month, year and word, initials."""
    for place in _BOUND:
        text = place.sub(lambda found: found[0].replace(" ", NBSP), text)
    return text
