"""What a territory is, from the classifier's level and abbreviations, and its whole name in three languages.

The classifier (NK RK 11) writes «Красноярский с.о.» and «Краснояр а.о.»; papers and pages write the words out. It has
no English: the Kazakh name is transliterated.
"""

import re
from enum import StrEnum
from typing import NamedTuple

from pb.core.places.latin import in_latin


class Kind(StrEnum):
    """Oblasts and the three cities above them, what has a maslikhat of its own, and the 4th level of the budget."""

    OBLAST = "oblast"
    REPUBLIC_CITY = "republic_city"
    RAION = "raion"
    CITY = "city"
    CITY_DISTRICT = "city_district"
    OKRUG = "okrug"
    VILLAGE = "village"
    KENT = "kent"
    TOWN = "town"
    SETTLEMENT = "settlement"


WITH_MASLIKHAT = frozenset({Kind.RAION, Kind.CITY, Kind.REPUBLIC_CITY})
FOURTH_LEVEL = frozenset({Kind.OKRUG, Kind.VILLAGE, Kind.KENT, Kind.TOWN})


class Names(NamedTuple):
    """The whole name, as it stands in a heading, and the name alone, from which an address is made."""

    kk: str
    ru: str
    en: str
    bare: str


# Abbreviation at the end of the Kazakh name -> the kind, and the words written out (Kazakh, English).
KAZAKH = {
    "а.о": (Kind.OKRUG, "ауылдық округі", "rural okrug"),
    "а.ә": (Kind.VILLAGE, "ауылы", "village"),
    "к.ә": (Kind.KENT, "кенті", "settlement"),
    "қ.ә": (Kind.TOWN, "қаласы", "town"),
    "қ": (Kind.TOWN, "қаласы", "town"),
}
# Beginning or end of the Russian name -> the words written out: with an adjective, and before a name of its own.
RUSSIAN = {
    Kind.OKRUG: (r"с\.о\.?", "сельский округ", "сельский округ"),
    Kind.VILLAGE: (r"[ср]\.а\.?", "сельская администрация", "село"),
    Kind.KENT: (r"п\.а\.?", "поселковая администрация", "посёлок"),
    Kind.TOWN: (r"г\.а\.?|г\.(?!а)", "городская администрация", "город"),
}
CITY = re.compile(r"\s?(?:[ҚГ]\.\s?[ӘА]\.|қ\.)$")
SPACES = re.compile(r"\s+")
NAMED_AFTER = re.compile(r"\s*\bат(?:ын)?\.\s*")


def tidy(name: str) -> str:
    """The name with single plain spaces."""
    return SPACES.sub(" ", name).strip()


def kind_of(level: str, type_code: str, name_kk: str) -> Kind:
    """What a line of the classifier is. Raises ValueError (a level, or an abbreviation, that is not known)."""
    name = tidy(name_kk)
    if level == "oblast":
        return Kind.OBLAST if type_code == "0" else Kind.REPUBLIC_CITY
    if level == "district":
        return _raion_or_city(name)
    if level == "settlement":
        return Kind.SETTLEMENT
    if level != "sub_district":
        raise ValueError(level)
    if name.endswith("ауданы"):
        return Kind.CITY_DISTRICT
    return KAZAKH[_abbreviation(name)][0]


def _raion_or_city(name: str) -> Kind:
    """Both have a maslikhat: what is not written as a city is none, so that a spoiled line makes none."""
    if name.endswith("ауданы"):
        return Kind.RAION
    if CITY.search(name) is None:
        raise ValueError(name)
    return Kind.CITY


def _abbreviation(name: str) -> str:
    found = re.search(r"(а\.\s?о|а\.\s?ә|к\.\s?ә|қ\.\s?ә|қ)\s?\.?$", name, re.IGNORECASE)
    if found is None:
        raise ValueError(name)
    return found[1].lower().replace(" ", "")


def names(kind: Kind, name_kk: str, name_ru: str) -> Names:
    """The names of a line with nothing abbreviated. Raises ValueError (an abbreviation that is not known)."""
    kk, ru = tidy(name_kk), tidy(name_ru)
    if kind is Kind.SETTLEMENT:
        return _settlement(kk, ru)
    if kind in {Kind.OBLAST, Kind.RAION, Kind.CITY_DISTRICT}:
        word_kk, word_en = {
            Kind.OBLAST: ("облысы", "oblast"),
            Kind.RAION: ("ауданы", "raion"),
            Kind.CITY_DISTRICT: ("ауданы", "city district"),
        }[kind]
        kk = NAMED_AFTER.sub(" атындағы ", kk)
        bare = kk.removesuffix(word_kk).removesuffix("атындағы ").strip()
        ru = re.sub(r"^Район\b", "район", ru).replace("им.", "имени ")
        return Names(kk, tidy(ru), f"{in_latin(bare)} {word_en}", bare)
    if kind in {Kind.CITY, Kind.REPUBLIC_CITY}:
        bare = CITY.sub("", kk)
        alone = re.sub(r"^г\.\s?|\s?Г\.А\.$", "", ru)
        return Names(f"{bare} қаласы", f"город {alone}", f"city of {in_latin(bare)}", bare)
    return _fourth_level(kind, kk, ru)


def _fourth_level(kind: Kind, kk: str, ru: str) -> Names:
    _kind, word_kk, word_en = KAZAKH[_abbreviation(kk)]
    bare = re.sub(r"\s?(а\.\s?о|а\.\s?ә|к\.\s?ә|қ\.\s?ә|қ)\s?\.?$", "", kk, flags=re.IGNORECASE)
    after = bool(re.search(r"атын(?:дағы|\.)?$|ат\.$", bare))
    bare = tidy(re.sub(r"\s*(?:атындағы|атын\.?|ат\.)$", "", bare))
    whole = f"{bare} атындағы {word_kk}" if after else f"{bare} {word_kk}"
    pattern, adjective, noun = RUSSIAN[kind]
    if at_the_end := re.search(rf"\s?(?:{pattern})$", ru):
        ru = f"{ru[: at_the_end.start()]} {adjective}"
    elif at_the_beginning := re.match(rf"(?:{pattern})\s?", ru):
        ru = f"{noun} {ru[at_the_beginning.end() :]}"
    return Names(whole, tidy(re.sub(r"\bим(?:\.|ени)\s?", "имени ", ru)), f"{in_latin(bare)} {word_en}", bare)


# What stands before the name of a place in the classifier: the words of the Russian, the end of the Kazakh name.
PLACES = (
    (r"с\.", "село", r"а\.", "ауылы", "village"),
    (r"п\.", "посёлок", r"к\.", "кенті", "settlement"),
    (r"г\.", "город", r"қ\.", "қаласы", "town"),
    (r"ст\.", "станция", r"ст\.", "стансасы", "station"),
    (r"рзд\.?", "разъезд", r"рзд\.?", "разъезі", "siding"),
    (r"уч\.", "участок", r"уч\.", "учаскесі", "farm"),
    (r"отг\.", "отгон", r"отг\.", "жайылымы", "pasture"),
)


def alone(name_ru: str) -> str:
    """The Russian name of a place without the word that says what it is."""
    beginning = next((f"{word} " for _before, word, *_rest in PLACES if name_ru.startswith(f"{word} ")), "")
    return name_ru.removeprefix(beginning)


def _settlement(kk: str, ru: str) -> Names:
    for before, word_ru, at_the_end, word_kk, word_en in PLACES:
        if (beginning := re.match(before + r"\s?", ru)) is None:
            continue
        bare = tidy(re.sub(rf"\s?{at_the_end}$", "", kk))
        return Names(f"{bare} {word_kk}", f"{word_ru} {ru[beginning.end() :]}", f"{in_latin(bare)} {word_en}", bare)
    return Names(kk, ru, in_latin(kk), kk)
