"""`pb serve --demo` builds its okrug wholly or not at all: whatever broke off, the next start begins anew."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pb import migrations
from pb.core.poll.card_key import AskedKey
from pb.db import Database
from pb.demo import build, people
from pb.demo.cycle import Demo
from pb.demo.places import PLACES
from pb.demo.projects import ideas
from pb.settings import Settings
from pb.territory.service import addresses
from pb.voting.service import ballot_box
from pb.web import demonstration
from tests.polls.open_poll import GROUP, OpenPoll
from tests.village import KEYS


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A migrated file with nothing in it."""
    database = Database(f"sqlite:///{tmp_path / 'asar.db'}")
    migrations.upgrade(database.engine)
    yield database
    database.engine.dispose()


def _settings(database: Database, folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    return Settings(
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="a key for tests alone, forty characters!",
        iin_pepper=KEYS.pepper,
        seal_key=KEYS.seal,
        state_folder=folder,
        base_url="http://localhost",
    )


def _is_there(database: Database) -> bool:
    with database.work(writing=False) as session:
        return bool(addresses.every(session))


def _broken(_cycles: Mapping[str, object]) -> dict[str, Demo]:
    raise RuntimeError("the power failed")


def _played(cycles: Mapping[str, object]) -> dict[str, Demo]:
    """What playing the cycles of a place returns, without the minute that it takes."""
    return {name: Demo(uuid4(), "/krasnoyar/2027", trustee_keys={1: 12345}) for name in cycles}


def _silent(_text: str) -> None:
    pass


def test_a_building_that_broke_off_leaves_nothing_and_is_begun_anew(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: half an okrug was there at the next start, and was served as if it were whole."""
    settings = _settings(empty, tmp_path / "state")
    monkeypatch.setattr(build.together, "play", _broken)
    with pytest.raises(RuntimeError):
        build.build_once(empty, settings, _silent)
    assert not _is_there(empty)
    assert not (settings.state_folder / demonstration.FILE).exists()
    monkeypatch.setattr(build.together, "play", _played)
    build.build_once(empty, settings, _silent)
    assert _is_there(empty)
    keys = {f"demo-trustee-{slug}-1.json" for slug in ("krasnoyar", "zerendi")}
    assert {path.name for path in settings.state_folder.iterdir()} == {demonstration.FILE, *keys}
    with empty.work(writing=False) as session:
        assert {place.slug for place, _row in addresses.every(session)} >= {place.slug for place in PLACES}
    monkeypatch.setattr(build.together, "play", _broken)
    build.build_once(empty, settings, _silent)  # what is whole is not built again


def test_on_a_server_what_broke_off_is_never_taken_for_a_demonstration(
    postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres.copy("empty", "half_a_demonstration"))
    settings = _settings(database, tmp_path / "state")
    monkeypatch.setattr(build.together, "play", _broken)
    with pytest.raises(RuntimeError):
        build.build_once(database, settings, _silent)
    monkeypatch.setattr(build.together, "play", _played)
    with pytest.raises(build.Unfinished):
        build.build_once(database, settings, _silent)
    database.engine.dispose()


def test_nobody_lives_in_two_places_of_the_demonstration_and_each_has_an_office_of_its_own() -> None:
    numbers = [
        person.iin.text
        for place in PLACES
        for person in [*people.staff(place), *people.voters(people.NUMBERS // 20, place)]
    ]
    assert len(numbers) == len(set(numbers))
    for place in PLACES:
        assert [person.role for person in people.staff(place)] == list(people.ROLES)
        assert len({person.name for person in people.staff(place)}) == len(people.ROLES)
        assert {person.settlement for person in people.voters(200, place)} <= set(place.settlements)
        assert {idea.settlement for idea in ideas(place)} <= set(place.settlements)
        said = place.described
        where = {said.paper_place, said.paper_place_ru, said.paper_place_en}
        assert len(where) == 3, "in three languages, none of them glued to another"
        assert not any("/" in text for text in where)
        assert place.people > 0, "the raion compares sums per resident"


def test_the_places_stand_in_different_phases_and_vote_in_different_ways() -> None:
    assert len(build.CYCLES) == len({place.above for place in build.CYCLES}) * 2
    played = [one for cycles in build.CYCLES.values() for one in cycles]
    assert len({one.through for one in played}) >= 4
    assert len({one.rule.get("ballot_kind", "totals") for one in played}) >= 3
    for place, cycles in build.CYCLES.items():
        assert all(one.projects <= len(ideas(place)) for one in cycles)


def test_a_card_of_the_demonstration_has_the_fingerprint_under_its_fold(opened: OpenPoll) -> None:
    """Whoever tries the demonstration asks whether a card has voted, without computing a key first."""
    code = opened.demo.cards[0][1]
    printed = build._under_the_fold(GROUP, opened.demo.poll_uuid, code)
    asked = AskedKey.read(printed)
    assert asked is not None
    with opened.act() as act:
        found = ballot_box.of_key(act, opened.rows(act)[1], asked)
    assert found is not None
