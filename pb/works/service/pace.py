"""Whether a project is late or ahead: computed of its milestones, never typed."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Mark(NamedTuple):
    """A milestone as it counts here: its term, and the day on which it was done."""

    until: date
    done_on: date | None


def days_late(milestones: Iterable[Mark], today: date) -> int | None:
    """Days behind the plan; negative: ahead of it; None where nothing was planned, or nothing of it has come yet.

    What should be done by now and is not counts from the earliest such term. Else the last term counts that was met:
    by how many days it was done before or after.
    """
    marks = list(milestones)
    overdue = [mark.until for mark in marks if mark.done_on is None and mark.until < today]
    if overdue:
        return (today - min(overdue)).days
    met = [(mark.until, mark.done_on) for mark in marks if mark.done_on is not None]
    if not met:
        return None
    until, done_on = max(met)
    behind = (done_on - until).days
    # What was once done late holds nothing up any more while all later terms have time.
    return behind if behind <= 0 or len(met) == len(marks) else 0
