"""The demonstration that `make run` serves: a finished cycle, one in which voting is open, one that collects ideas."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from pb import clock
from pb.core.belenios import credentials, keyfile
from pb.core.belenios.groups import BELENIOS_2048
from pb.db import Database, write_private
from pb.demo import okrug, people, together
from pb.demo.cycle import Demo, Driver, Stage
from pb.keyring import Keys
from pb.settings import Settings
from pb.territory import service as territories
from pb.web.demonstration import FILE

ROLL = 300


def build_once(database: Database, settings: Settings, report: Callable[[str], None]) -> None:
    """Builds the demonstration unless its okrug is there already."""
    with database.work(writing=False) as session:
        if territories.sole(session) is not None:
            return
    keys = Keys(settings.iin_pepper, settings.seal_key)
    now = clock.now()
    with database.work() as session:
        okrug.build(session, keys, now - timedelta(days=480))
    year = clock.local(now).year
    played: dict[str, tuple[Driver, Stage]] = {}
    for fiscal_year, begun, projects, through in (
        (year, 460, 16, Stage.BUDGET),
        (year + 1, 22, 12, Stage.VOTING),
        (year + 2, 5, 6, Stage.PROPOSALS),
    ):
        driver = Driver(
            database=database,
            keys=keys,
            origin=settings.base_url,
            fiscal_year=fiscal_year,
            begins=clock.local(now - timedelta(days=begun)).date(),
            voters=40 if through is Stage.BUDGET else 15,
            projects=projects,
            roll_size=ROLL,
            ideas_days=40 if through is Stage.PROPOSALS else 5,
            voting_hours=10 if through is Stage.VOTING else 240,
            report=lambda stage, figures, year=fiscal_year: report(f"  {year} {stage}: {figures}"),  # type: ignore[misc]
        )
        played[through] = (driver, through)
    voting = together.play(played)[Stage.VOTING]
    secrets_by_cycle = {str(voting.cycle_id): _secrets(voting, settings.state_folder)}
    content = json.dumps(secrets_by_cycle, ensure_ascii=False, indent=1)
    write_private(settings.state_folder / FILE, content.encode())


def _secrets(demo: Demo, folder: Path) -> dict[str, Any]:
    """Cards and key files to try the demonstration with. Nothing of the kind exists outside demo mode."""
    trustees = []
    for position, secret in sorted(demo.trustee_keys.items()):
        passphrase = keyfile.generate_passphrase()
        path = folder / f"demo-trustee-{position}.json"
        write_private(path, keyfile.encrypt_key(BELENIOS_2048, secret, passphrase).encode())
        trustees.append({"file": path.name, "passphrase": passphrase})
    cards = [
        {"name": person.name, "iin": person.iin.text, "code": credentials.format_code(code)}
        for person, code in demo.cards[: len(people.RESIDENTS)]
    ]
    return {"cards": cards, "trustees": trustees}
