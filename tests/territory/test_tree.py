"""The tree of territories: the classifier is read into it, and an okrug takes part at an address of its own."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from pb.act import Act
from pb.audit import service as audit
from pb.core.places import classifier
from pb.core.places.classifier import COLUMNS, Place
from pb.core.places.kinds import Kind
from pb.db import Database
from pb.errors import Conflict, FieldRefusal
from pb.territory.models import Population, Settlement, Slug, Territory
from pb.territory.service import office, populations, tree
from tests.village import SETTLED, Village, sole

both_databases = pytest.mark.both_databases
KATO = Path(__file__).resolve().parents[3] / "shared" / "data" / "kato.csv"
ROWS = {
    "110000000": "oblast,0,Акмолинская область,Ақмола облысы",
    "111000000": "district,3,Кокшетау Г.А.,Көкшетау Қ.Ә.",
    "111033000": "sub_district,2,Красноярский с.о.,Красный Яр а.о.",
    "111033100": "settlement,2,с.Красный Яр,Красный Яр а.",
    "111037000": "sub_district,1,Станционная п.а.,Станционный к.ә.",
    "111037100": "settlement,1,п.Станционный,Станционный к.",
}


def places(without: Sequence[str] = (), **changes: str) -> list[Place]:
    rows = {kato: row for kato, row in {**ROWS, **changes}.items() if kato not in without}
    lines = [",".join(COLUMNS), *(f"{kato},2025,{row}" for kato, row in rows.items())]
    read, faults = classifier.read("\n".join(lines).encode())
    assert faults == []
    return read


def act_of(session: object) -> Act:
    return Act(session, sole(session), None, frozenset(), SETTLED + timedelta(days=20))  # type: ignore[arg-type]


@both_databases
def test_the_classifier_is_read_once_and_what_changed_in_it_is_changed(database: Database) -> None:
    with database.work() as session:
        # The city gets its oblast; the okrug takes part, and keeps its names and settlements.
        assert tree.import_places(session, places()) == tree.Imported(new=3, changed=1, kept=1, same=1, filled=1)
    with database.work() as session:
        again = tree.import_places(session, places())
        assert (again.new, again.changed, again.kept) == (0, 0, 1)
        changed = tree.import_places(session, places(**{"111037000": "sub_district,1,Вокзальная п.а.,Вокзал к.ә."}))
        assert (changed.new, changed.changed) == (0, 1)
        kent = tree.find(session, "111037000")
        assert kent is not None
        assert (kent.kind, kent.name_kk, kent.parent("kk"), kent.settlements) == (
            Kind.KENT,
            "Вокзал кенті",
            "Көкшетау қаласы",
            ["Станционный"],
        )


def test_an_okrug_that_takes_part_keeps_its_names_and_settlements(database: Database) -> None:
    with database.work() as session:
        before = (sole(session).name_ru, sole(session).settlements)
        tree.import_places(session, places(**{"111033000": "sub_district,2,Краснодарский с.о.,Краснодар а.о."}))
    with database.work() as session:
        assert (sole(session).name_ru, sole(session).settlements) == before


def test_settlements_of_an_okrug_at_work_get_the_codes_that_they_lacked(database: Database) -> None:
    with database.work() as session:
        assert tree.import_places(session, places()).filled == 1
        codes = {place.name_kk: place.kato for place in sole(session).places}
    assert codes["Красный Яр"] == "111033100"
    with database.work() as session:
        again = tree.import_places(session, places())
        assert (again.filled, len(sole(session).places)) == (0, len(codes))


@both_databases
def test_no_settlement_leaves_an_okrug_that_takes_part(database: Database) -> None:
    """Played: a file without the okrug's line put its settlements right under the city, for good."""
    with database.work() as session:
        tree.import_places(session, places())
        kent = tree.find(session, "111037000")
        assert kent is not None
        tree.give_address(Act(session, kent, None, frozenset(), SETTLED + timedelta(days=20)), "stantsionny")
    for left_out in (["111037000"], []):
        with database.work() as session:
            tree.import_places(session, [place for place in places(without=left_out) if place.kato != "111033000"])
        with database.work() as session:
            kent = tree.find(session, "111037000")
            assert kent is not None
            assert kent.settlements == ["Станционный"]


@both_databases
def test_a_city_whose_okrugs_work_stays_one_and_the_rest_of_the_file_is_taken(database: Database) -> None:
    with database.work() as session:
        done = tree.import_places(session, places(**{"111000000": "district,2,Кокшетауский район,Көкшетау ауданы"}))
        assert done.refused == ("111000000",)
        assert done.new == 3
    with database.work() as session:
        city = sole(session).above
        assert city is not None
        assert city.kind == Kind.CITY


def test_the_whole_edition_is_read_with_a_bounded_number_of_statements(database: Database) -> None:
    if not KATO.exists():
        pytest.skip(f"{KATO} is not there")
    read, _faults = classifier.read(KATO.read_bytes())
    with database.work() as session:
        done = tree.import_places(session, read)
        assert done.new + done.changed + done.same + done.kept == 15_594
        assert session.scalar(select(func.count()).select_from(Territory)) == 2_608
        # The okrug that takes part has two settlements of its own, and keeps them.
        assert session.scalar(select(func.count()).select_from(Settlement)) == 12_986
        assert tree.import_places(session, read).new == 0
        found = tree.search(session, "жамбыл")
        assert len(found) == 23
        assert tree.proposed_slug(session, found[0]).startswith("zhambyl-")


@both_databases
def test_an_address_is_given_once_and_the_earlier_one_goes_on_leading_there(database: Database) -> None:
    with database.work() as session:
        act = act_of(session)
        tree.give_address(act, "krasny-yar")
        assert tree.slug_of(session, act.territory.id) == "krasny-yar"
        earlier = tree.find(session, "krasnoyar")
        assert earlier is not None
        assert earlier.id == act.territory.id
        with pytest.raises(Conflict):
            tree.give_address(act, "krasnoyar")
        for slug in ("ab", "1abc", "Krasnoyar", "static"):
            with pytest.raises(FieldRefusal):
                tree.give_address(act, slug, reserved={"static"})
        last = audit.latest(act, "territory.address_given")
        assert last is not None
        assert last.data == {"slug": "krasny-yar"}


@both_databases
def test_no_address_comes_without_its_event_and_none_moves(database: Database) -> None:
    with database.work() as session:
        another = tree.describe(session, tree.Described("111099000", Kind.OKRUG, ("а", "б", "c")))
        another_id = another.id
    with pytest.raises(DBAPIError, match="frozen_territory_slugs"), database.work() as session:
        session.execute(insert(Slug).values(slug="zerendi", territory_id=another_id, since=SETTLED, event="0" * 64))
    with pytest.raises(DBAPIError, match="frozen_territory_slugs"), database.work() as session:
        session.execute(update(Slug).values(territory_id=another_id))
    with pytest.raises(DBAPIError, match="frozen_territory_slugs"), database.work() as session:
        session.execute(delete(Slug))


def test_the_latest_count_of_people_at_or_before_a_year_holds(database: Database) -> None:
    with database.work() as session:
        act = act_of(session)
        populations.record(act, 2024, 12_000, source="stat.gov.kz")
        populations.record(act, 2026, 12_405, source="stat.gov.kz")
        found = populations.at(session, act.territory.id, 2025)
        assert found is not None
        assert (found.people, found.year) == (12_000, 2024)
        assert populations.at(session, act.territory.id, 2023) is None
        assert [one.year for one in populations.of_territory(session, act.territory.id)] == [2026, 2024]
        for year, people, source in ((1800, 5, "x"), (2026, -1, "x"), (2026, 10_000_000, "x"), (2026, 5, " ")):
            with pytest.raises(FieldRefusal):
                populations.record(act, year, people, source=source)
    with pytest.raises(DBAPIError, match="frozen_populations"), database.work() as session:
        session.execute(update(Population).values(people=1))


def test_the_okrug_of_the_installation_is_the_one_with_an_address(database: Database) -> None:
    with database.work() as session:
        tree.import_places(session, places())
        assert [one.kato for one in tree.taking_part(session)] == ["111033000"]
        assert sole(session).parent("ru") == "город Кокшетау"


def test_where_to_vote_is_said_in_the_reader_s_language(okrug: Village, app: Flask) -> None:
    with okrug.act_as() as act:
        office.change(act, {"paper_place": "Әкімдік, 2-кабинет", "paper_place_ru": "Акимат, кабинет 2"})
    shown = {}
    for language in ("kk", "ru", "en"):
        client = app.test_client()
        client.set_cookie("lang", language)
        shown[language] = client.get("/krasnoyar/").text
    assert "Әкімдік, 2-кабинет" in shown["kk"]
    assert "Акимат, кабинет 2" in shown["ru"]
    assert "Әкімдік, 2-кабинет" not in shown["ru"]
    assert "Әкімдік, 2-кабинет" in shown["en"], "what is not recorded in a language is said in Kazakh"
