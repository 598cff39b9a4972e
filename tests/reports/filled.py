"""Forms as offices filled them, with invented places: the numbers are those of the worked cases."""

from datetime import date
from typing import Any

from pb.reports.models import Kind
from pb.reports.service.figures import Appeals, Figures
from pb.reports.service.meetings import Account, Totals

WINTER = date(2026, 2, 3)
# The form of 03.02.2022: its parts are 35, and it says 36.
REPORT = {
    "drinking_water": 3,
    "housing": 6,
    "land": 1,
    "roads": 8,
    "electricity_gas": 3,
    "landscaping": 8,
    "other": 6,
}
REPEATED = {"drinking_water": 2, "housing": 4, "roads": 4, "electricity_gas": 1, "landscaping": 3}
# Decree 826, one quarter of an okrug.
OF_OKRUG = {
    "housing": 7,
    "land": 1,
    "roads": 2,
    "education_buildings": 2,
    "drinking_water": 4,
    "agriculture": 2,
    "landscaping": 4,
    "other": 9,
}
PLANNED = Figures(planned={"okrug": 1}, planned_report=1, appeals=11)
TOPICS = {
    "utilities": 98,
    "land": 21,
    "labour": 12,
    "housing": 4,
    "agriculture": 3,
    "everyday": 32,
    "aid": 8,
    "other": 80,
}
APPEALS = Appeals(
    received=258,
    considered=219,
    forwarded=39,
    satisfied=70,
    refused=13,
    explained=135,
    terminated=1,
    reexamined=0,
    topics=TOPICS,
)


def report_meeting(**changes: Any) -> Account:
    told: dict[str, Any] = {
        "held_on": WINTER,
        "place": "Мәдениет үйі",
        "present": 725,
        "spoke": 36,
        "questions": REPORT,
        "repeats": REPEATED,
        "media": 1,
        "totals": Totals(questions=35, repeats=14),
    }
    return Account(**{**told, **changes})


def of_okrug(**changes: Any) -> Account:
    told: dict[str, Any] = {
        "held_on": WINTER,
        "place": "Мектеп",
        "kind": Kind.OTHER,
        "present": 120,
        "broadcasts": {"instagram": 1, "tv": 2},
        "views": {"instagram": 1200},
        "questions": OF_OKRUG,
        "media": 1,
        "totals": Totals(broadcasts=3, views=1200, questions=31),
    }
    return Account(**{**told, **changes})
