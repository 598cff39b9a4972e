"""The demonstration that `make run` serves: four places under two raions, in different phases and with different polls.

One of them has a finished cycle, one in which voting is open and one that collects ideas. Among the others is a vote
that was counted and waits for its checks, and one that is prepared: its cards are to be made.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pb import clock, migrations
from pb.core.belenios import credentials, keyfile
from pb.core.belenios.groups import BELENIOS_2048, Group, group_named
from pb.core.poll import card_list
from pb.db import Database, make_private, write_private
from pb.demo import okrug, people, together
from pb.demo.cycle import Demo, Driver, Stage
from pb.demo.pictures import Illustrator
from pb.demo.places import KONYSBAI, KRASNOYAR, STANTSIONNY, ZERENDI_OKRUG, Place
from pb.keyring import Keys
from pb.settings import Settings
from pb.territory.service import addresses
from pb.web.demonstration import FILE

DATABASE = "asar.db"
WITH_PICTURES = {Stage.VOTING, Stage.PROPOSALS}
UNFINISHED = "demo-unfinished"


class Unfinished(Exception):
    """A database of a server holds a demonstration whose building broke off: it must be made anew by its owner."""


def build_once(database: Database, settings: Settings, report: Callable[[str], None]) -> None:
    """Builds the demonstration unless its okrug is there already. Raises Unfinished.

    In a file it is built beside, and takes its place when it is whole: whatever breaks off, the next start begins anew.
    A database of a server cannot be put in place so: a mark in the state folder tells that it is not whole.
    """
    path = database.engine.url.database if database.engine.dialect.name == "sqlite" else None
    mark = settings.state_folder / UNFINISHED
    with database.work(writing=False) as session:
        there = bool(addresses.every(session))
    if there and path is None and mark.exists():
        raise Unfinished
    if there:
        return
    if path is None:
        write_private(mark, b"")
        _build(database, settings, report)
        mark.unlink()
        return
    shutil.rmtree(mark, ignore_errors=True)
    _build_beside(make_private(mark), settings, report)
    database.engine.dispose()
    _put_in_place(mark, Path(path), settings.state_folder)


def _build_beside(folder: Path, settings: Settings, report: Callable[[str], None]) -> None:
    """Builds in a folder of its own; closing the last connection moves all that was written into the file."""
    beside = replace(settings, state_folder=folder, database_url=f"sqlite:///{folder / DATABASE}")
    database = Database(beside.database_url)
    try:
        migrations.upgrade(database.engine)
        _build(database, beside, report)
    finally:
        database.engine.dispose()


def _put_in_place(folder: Path, path: Path, state: Path) -> None:
    """The database comes last: without it nothing is there, and the rest is written anew."""
    for file in folder.iterdir():
        if file.is_dir():  # of an earlier one, whose database is gone
            shutil.rmtree(state / file.name, ignore_errors=True)
        if file.name != DATABASE:
            file.replace(state / file.name)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    (folder / DATABASE).replace(path)
    folder.rmdir()


@dataclass(frozen=True)
class Played:
    """One cycle: of which year after this one, begun how many days ago, played through which stage."""

    years: int
    begun: int
    through: Stage
    projects: int
    voters: int = 15
    roll: int = 120
    ideas_days: int = 5
    voting_hours: float = 240
    rule: Mapping[str, Any] = field(default_factory=dict)


# Of a raion the place that began first comes first: the raion was founded before it.
CYCLES: Mapping[Place, tuple[Played, ...]] = {
    KRASNOYAR: (
        Played(0, 460, Stage.BUDGET, projects=16, voters=40, roll=300),
        Played(1, 22, Stage.VOTING, projects=12, roll=300, voting_hours=10),
        Played(2, 5, Stage.PROPOSALS, projects=6, roll=300, ideas_days=40),
    ),
    STANTSIONNY: (
        Played(0, 40, Stage.TALLY, projects=5, voters=12, roll=60),
        Played(1, 9, Stage.REVIEW, projects=7),
    ),
    KONYSBAI: (
        Played(
            1,
            80,
            Stage.BUDGET,
            projects=8,
            roll=90,
            rule={"ballot_kind": "approval", "group_name": "Ed25519", "equal_shares": True},
        ),
        Played(2, 22, Stage.ROLL, projects=5, roll=60),
    ),
    ZERENDI_OKRUG: (
        Played(
            1,
            22,
            Stage.VOTING,
            projects=9,
            roll=400,
            voting_hours=10,
            rule={"ballot_kind": "points", "group_name": "Ed25519", "points_each": 5, "points_total": 10},
        ),
    ),
}


def _build(database: Database, settings: Settings, report: Callable[[str], None]) -> None:
    keys = Keys(settings.iin_pepper, settings.seal_key)
    now = clock.now()
    secrets_by_cycle: dict[str, Any] = {}
    for place, cycles in CYCLES.items():
        report(f"{place.described.names[2]}:")
        with database.work() as session:
            okrug.build(session, keys, now - timedelta(days=max(one.begun for one in cycles) + 20), place)
        played = {
            str(number): (_driver(database, settings, place, one, report), one.through)
            for number, one in enumerate(cycles)
        }
        demos = together.play(played)
        for number, one in enumerate(cycles):
            if one.through is Stage.VOTING:
                demo = demos[str(number)]
                secrets_by_cycle[str(demo.cycle_id)] = _secrets(demo, one, settings.state_folder, place)
    content = json.dumps(secrets_by_cycle, ensure_ascii=False, indent=1)
    write_private(settings.state_folder / FILE, content.encode())


def _driver(database: Database, settings: Settings, place: Place, one: Played, report: Callable[[str], None]) -> Driver:
    now = clock.now()
    year = clock.local(now).year + one.years
    return Driver(
        database=database,
        keys=Keys(settings.iin_pepper, settings.seal_key),
        origin=settings.base_url,
        fiscal_year=year,
        begins=clock.local(now - timedelta(days=one.begun)).date(),
        voters=one.voters,
        projects=one.projects,
        roll_size=one.roll,
        ideas_days=one.ideas_days,
        voting_hours=one.voting_hours,
        rule=one.rule,
        place=place,
        report=lambda stage, figures: report(f"  {year} {stage}: {figures}"),
        illustrate=Illustrator(settings) if place is KRASNOYAR and one.through in WITH_PICTURES else None,
    )


def _secrets(demo: Demo, played: Played, folder: Path, place: Place) -> dict[str, Any]:
    """Cards and key files to try the demonstration with. Nothing of the kind exists outside demo mode."""
    trustees, group = [], group_named(played.rule.get("group_name", BELENIOS_2048.name))
    for position, secret in sorted(demo.trustee_keys.items()):
        passphrase = keyfile.generate_passphrase()
        path = folder / f"demo-trustee-{place.slug}-{position}.json"
        write_private(path, keyfile.encrypt_key(group, secret, passphrase).encode())
        trustees.append({"file": path.name, "passphrase": passphrase})
    cards = [
        {
            "name": person.name,
            "iin": person.iin.text,
            "code": credentials.format_code(code),
            "fingerprint": _under_the_fold(group, demo.poll_uuid, code),
        }
        for person, code in demo.cards[: len(people.RESIDENTS)]
    ]
    return {"cards": cards, "trustees": trustees}


def _under_the_fold(group: Group, uuid: str, code: str) -> str:
    """The fingerprint that stands on the card: with it anybody asks whether the card has voted."""
    secret = credentials.derive(group, uuid, code)
    return card_list.printed_fingerprint(credentials.public_credential(group, secret))
