"""Old time zone data of the machine put Almaty at +06:00: dates come from the pinned package; the doctor compares."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from pb import clock
from pb.commands import doctor

ROOT = Path(__file__).resolve().parents[2]
MOMENT = datetime(2026, 11, 28, 20, tzinfo=UTC)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A system whose data are older than March 2024."""
    (tmp_path / "Asia").mkdir()
    (tmp_path / "Asia" / "Almaty").write_bytes((files("tzdata.zoneinfo") / "Etc" / "GMT-6").read_bytes())
    return tmp_path


def test_the_day_is_that_of_almaty_whatever_the_system_has(old: Path) -> None:
    code = """
from datetime import UTC, datetime
from pb import clock
print(clock.local(datetime(2026, 11, 28, 20, tzinfo=UTC)).isoformat(), clock.SYSTEM_PATHS)
"""
    environment = {**os.environ, "PYTHONTZPATH": str(old), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, check=True,
                          text=True)  # fmt: skip
    assert done.stdout.startswith("2026-11-29T01:00:00+05:00")
    assert str(old) in done.stdout, "the old data were there to be read"


def test_almaty_is_five_hours_ahead() -> None:
    assert clock.local(MOMENT).utcoffset() == timedelta(hours=5)


def test_the_doctor_compares_with_the_systems(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "SYSTEM_PATHS", (str(old),))
    said = doctor._time_zone()
    assert "put Almaty at +06:00, the pinned ones at +05:00" in said
    (old / "Asia" / "Almaty").write_bytes((files("tzdata.zoneinfo") / "Asia" / "Almaty").read_bytes())
    assert doctor._time_zone() == ""
    (old / "Asia" / "Almaty").write_bytes(b"no zone")
    assert "cannot be read" in doctor._time_zone()
    monkeypatch.setattr(clock, "SYSTEM_PATHS", (str(old / "nothing"),))
    assert doctor._time_zone() == ""
