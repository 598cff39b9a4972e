"""What people ask and propose about: one list of topics, and where each stands in four official lists.

Four forms sort the same questions in four ways: the table of appeals (10 lines), the register of personal reception
(16), the form of report meetings (12, of which eight have letters) and the quarterly form of Decree 826 (12). Here each
topic has exactly one line in each of them, so that what was sorted once fills them all. The forms do not define their
lines: where a topic goes is our reading, kept in this one table.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Appeals(StrEnum):
    """The nature of questions in the table of appeals."""

    UTILITIES = "utilities"
    LAND = "land"
    LABOUR = "labour"
    HOUSING = "housing"
    EDUCATION = "education"
    AGRICULTURE = "agriculture"
    EVERYDAY = "everyday"
    AID = "aid"
    OFFICIALS = "officials"
    OTHER = "other"


class Reception(StrEnum):
    """The categories of the register of personal reception."""

    INDUSTRY = "industry"
    AGRICULTURE = "agriculture"
    LAND = "land"
    SUBSOIL = "subsoil"
    HOUSING = "housing"
    UTILITIES = "utilities"
    BUSINESS = "business"
    OFFICIALS = "officials"
    LABOUR = "labour"
    LOANS = "loans"
    EDUCATION = "education"
    HEALTH = "health"
    CULTURE = "culture"
    SPORT = "sport"
    LAW = "law"
    OTHER = "other"


class ReportMeeting(StrEnum):
    """The proposals in the form of report meetings: four lines without a letter, eight with one."""

    ECONOMIC = "economic"
    POLITICAL = "political"
    SOCIAL = "social"
    SERVICES = "services"
    WATER = "water"
    HOUSING = "housing"
    LAND = "land"
    ROADS = "roads"
    BUILDINGS = "buildings"
    NETWORKS = "networks"
    LANDSCAPING = "landscaping"
    OTHER = "other"


class Decree826(StrEnum):
    """The questions and proposals in the quarterly form of Decree 826."""

    POLITICAL = "political"
    BUDGET = "budget"
    SERVICES = "services"
    HOUSING = "housing"
    LAND = "land"
    ROADS = "roads"
    BUILDINGS = "buildings"
    NETWORKS = "networks"
    BUSINESS = "business"
    AGRICULTURE = "agriculture"
    LANDSCAPING = "landscaping"
    OTHER = "other"


class Topic(StrEnum):
    """Our own list: as fine as the finest of the four asks for."""

    DRINKING_WATER = "drinking_water"
    ROADS = "roads"
    TRANSPORT = "transport"
    ELECTRICITY_GAS = "electricity_gas"
    TELEPHONE_INTERNET = "telephone_internet"
    LANDSCAPING = "landscaping"
    UTILITIES = "utilities"
    HOUSING = "housing"
    LAND = "land"
    SUBSOIL = "subsoil"
    AGRICULTURE = "agriculture"
    BUSINESS = "business"
    LOANS = "loans"
    LABOUR = "labour"
    AID = "aid"
    EDUCATION = "education"
    EDUCATION_BUILDINGS = "education_buildings"
    HEALTH = "health"
    HEALTH_BUILDINGS = "health_buildings"
    CULTURE = "culture"
    CULTURE_BUILDINGS = "culture_buildings"
    SPORT = "sport"
    SPORT_BUILDINGS = "sport_buildings"
    BUDGET = "budget"
    SERVICES = "services"
    OFFICIALS = "officials"
    LAW = "law"
    POLITICS = "politics"
    EVERYDAY = "everyday"
    OTHER = "other"


class Lines(NamedTuple):
    """Where one topic stands in each of the four lists."""

    appeals: Appeals
    reception: Reception
    report_meeting: ReportMeeting
    decree_826: Decree826


_A, _R, _M, _D = Appeals, Reception, ReportMeeting, Decree826
LINES: Final[Mapping[Topic, Lines]] = {
    Topic.DRINKING_WATER: Lines(_A.UTILITIES, _R.UTILITIES, _M.WATER, _D.NETWORKS),
    Topic.ROADS: Lines(_A.OTHER, _R.INDUSTRY, _M.ROADS, _D.ROADS),
    Topic.TRANSPORT: Lines(_A.EVERYDAY, _R.INDUSTRY, _M.OTHER, _D.OTHER),
    Topic.ELECTRICITY_GAS: Lines(_A.UTILITIES, _R.UTILITIES, _M.NETWORKS, _D.NETWORKS),
    Topic.TELEPHONE_INTERNET: Lines(_A.EVERYDAY, _R.INDUSTRY, _M.NETWORKS, _D.NETWORKS),
    Topic.LANDSCAPING: Lines(_A.UTILITIES, _R.UTILITIES, _M.LANDSCAPING, _D.LANDSCAPING),
    Topic.UTILITIES: Lines(_A.UTILITIES, _R.UTILITIES, _M.HOUSING, _D.HOUSING),
    Topic.HOUSING: Lines(_A.HOUSING, _R.HOUSING, _M.HOUSING, _D.HOUSING),
    Topic.LAND: Lines(_A.LAND, _R.LAND, _M.LAND, _D.LAND),
    Topic.SUBSOIL: Lines(_A.LAND, _R.SUBSOIL, _M.LAND, _D.LAND),
    Topic.AGRICULTURE: Lines(_A.AGRICULTURE, _R.AGRICULTURE, _M.ECONOMIC, _D.AGRICULTURE),
    Topic.BUSINESS: Lines(_A.OTHER, _R.BUSINESS, _M.ECONOMIC, _D.BUSINESS),
    Topic.LOANS: Lines(_A.OTHER, _R.LOANS, _M.ECONOMIC, _D.BUDGET),
    Topic.LABOUR: Lines(_A.LABOUR, _R.LABOUR, _M.SOCIAL, _D.OTHER),
    Topic.AID: Lines(_A.AID, _R.LABOUR, _M.SOCIAL, _D.OTHER),
    Topic.EDUCATION: Lines(_A.EDUCATION, _R.EDUCATION, _M.SOCIAL, _D.OTHER),
    Topic.EDUCATION_BUILDINGS: Lines(_A.EDUCATION, _R.EDUCATION, _M.BUILDINGS, _D.BUILDINGS),
    Topic.HEALTH: Lines(_A.OTHER, _R.HEALTH, _M.SOCIAL, _D.OTHER),
    Topic.HEALTH_BUILDINGS: Lines(_A.OTHER, _R.HEALTH, _M.BUILDINGS, _D.BUILDINGS),
    Topic.CULTURE: Lines(_A.OTHER, _R.CULTURE, _M.SOCIAL, _D.OTHER),
    Topic.CULTURE_BUILDINGS: Lines(_A.OTHER, _R.CULTURE, _M.BUILDINGS, _D.BUILDINGS),
    Topic.SPORT: Lines(_A.OTHER, _R.SPORT, _M.SOCIAL, _D.OTHER),
    Topic.SPORT_BUILDINGS: Lines(_A.OTHER, _R.SPORT, _M.BUILDINGS, _D.BUILDINGS),
    Topic.BUDGET: Lines(_A.OTHER, _R.OTHER, _M.ECONOMIC, _D.BUDGET),
    Topic.SERVICES: Lines(_A.OTHER, _R.OTHER, _M.SERVICES, _D.SERVICES),
    Topic.OFFICIALS: Lines(_A.OFFICIALS, _R.OFFICIALS, _M.OTHER, _D.OTHER),
    Topic.LAW: Lines(_A.OTHER, _R.LAW, _M.OTHER, _D.OTHER),
    Topic.POLITICS: Lines(_A.OTHER, _R.OTHER, _M.POLITICAL, _D.POLITICAL),
    Topic.EVERYDAY: Lines(_A.EVERYDAY, _R.OTHER, _M.OTHER, _D.OTHER),
    Topic.OTHER: Lines(_A.OTHER, _R.OTHER, _M.OTHER, _D.OTHER),
}
OFFICIAL: Final[Mapping[str, type[StrEnum]]] = dict(zip(Lines._fields, (_A, _R, _M, _D), strict=True))
"""The four lists by the names that `Lines` has for them."""


def by_line(counts: Mapping[str, int], official: str) -> dict[str, int]:
    """How many of each line of an official list: `counts` by topic, lines that nobody asked about have 0.

    `official` is a field of `Lines`. Raises KeyError and ValueError for what is none.
    """
    found = dict.fromkeys((line.value for line in OFFICIAL[official]), 0)
    for topic, count in counts.items():
        found[getattr(LINES[Topic(topic)], official)] += count
    return found
