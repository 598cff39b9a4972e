"""The one place that asks what time it is; everything below is handed a moment.

Kazakhstan moved to one hour, +05:00, on 1 March 2024; time zone data that are older put Almaty at +06:00. So zones come
from the pinned package `tzdata`, whatever the system has.
"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, reset_tzpath

SYSTEM_PATHS = TZPATH
"""Where the system keeps its own zones: nothing is read there but to compare."""

reset_tzpath(to=())
ZoneInfo.clear_cache()
NAME = "Asia/Almaty"
ALMATY = ZoneInfo(NAME)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as people of the okrug read it off the wall."""
    return moment.astimezone(ALMATY)


def of_the_system() -> ZoneInfo | None:
    """The same zone as the system's own data have it; None where it has none. Raises ValueError, OSError."""
    for folder in SYSTEM_PATHS:
        path = Path(folder) / NAME
        if path.is_file():
            with path.open("rb") as file:
                return ZoneInfo.from_file(file, NAME)
    return None
