"""The one place that asks what time it is; everything below is handed a moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")
SATURDAY = 5


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as people of the okrug read it off the wall."""
    return moment.astimezone(ALMATY)


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days (Monday to Friday; public holidays are not known here) after `day`."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day
