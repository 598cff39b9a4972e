"""How many people live in a territory and its settlements: recorded by its office, each number kept with its source."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import FieldRefusal, Forbidden
from pb.formats import number
from pb.territory.models import Settlement, SettlementPopulation
from pb.territory.service import populations
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.process.raions import give_city_an_address
from tests.village import HOME, Village, sole

PAGE = f"{HOME}/population"
YEAR = clock.now().year
TYPED = {"place": "", "year": str(YEAR), "people": "1240", "source": "stat.gov.kz"}


@pytest.mark.both_databases
def test_the_office_records_the_okrug_and_each_settlement(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        first, second = sole(act.session).places[:2]
        populations.record_by_office(act, YEAR, 1240, source=" stat.gov.kz ")
        populations.record_by_office(act, YEAR, 900, source="stat.gov.kz", settlement_id=first.id)
        populations.record_by_office(act, YEAR - 1, 910, source="stat.gov.kz", settlement_id=first.id)
        populations.record_by_office(act, YEAR, 340, source="stat.gov.kz", settlement_id=second.id)
        counts = populations.of_settlements(act.session, act.territory.id)
        assert sorted((place.name_kk, count.year, count.people) for place, count in counts) == sorted(
            [(first.name_kk, YEAR, 900), (first.name_kk, YEAR - 1, 910), (second.name_kk, YEAR, 340)]
        )
        event = audit.latest(act, "territory.settlement_population")
        assert event is not None
        assert (event.subject_id, event.data["people"]) == (second.id, 340)


@pytest.mark.both_databases
def test_a_count_of_a_settlement_has_its_event_and_stays(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        place = sole(act.session).places[0]
        populations.record_of_settlement(act, place.id, YEAR, 900, source="x")
        settlement_id = place.id
    with pytest.raises(DBAPIError, match="frozen_settlement_populations"), okrug.act_as() as act:
        act.session.execute(update(SettlementPopulation).values(people=1))
    with pytest.raises(DBAPIError, match="frozen_settlement_populations"), okrug.act_as() as act:
        act.session.execute(insert(SettlementPopulation).values(_under_another_event(act, settlement_id)))


def _under_another_event(act: Act, settlement_id: UUID) -> dict[str, object]:
    event = audit.record(act, "territory.settlement_population", subject=act.territory.id)
    row = {"settlement_id": settlement_id, "year": YEAR, "recorded_at": act.at, "people": 1, "source": "x"}
    return row | {"event": event.hash}


def test_the_same_number_is_recorded_once_and_another_beside_it(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        populations.record(act, YEAR, 1240, source="stat.gov.kz")
        with pytest.raises(FieldRefusal, match="recorded already"):
            populations.record(act, YEAR, 1240, source="stat.gov.kz")
    with okrug.act_as(Role.OFFICE, at=clock.now() + timedelta(seconds=1)) as act:
        populations.record(act, YEAR, 1241, source="stat.gov.kz, put right")
        assert [count.people for count in populations.of_territory(act.session, act.territory.id)] == [1241, 1240]


def test_another_territory_s_settlement_is_none_of_ours(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        city = sole(act.session).above
        assert city is not None
        there = Settlement(territory_id=city.id, name_kk="x", name_ru="x", name_en="x")
        act.session.add(there)
        act.session.flush()
        with pytest.raises(FieldRefusal) as refused:
            populations.record_by_office(act, YEAR, 5, source="x", settlement_id=there.id)
        assert refused.value.field == "place"
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        populations.record_by_office(act, YEAR, 5, source="x")


def test_each_wrong_field_is_told_at_its_place_and_what_was_typed_stays(okrug: Village, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    shown = office.post(PAGE, data={"place": "x", "year": "19x", "people": "", "source": "a <newspaper>"})
    assert shown.status_code == 422
    assert "This is not a whole number." in shown.text
    assert "Write a number." in shown.text
    assert "a &lt;newspaper&gt;" in shown.text
    for wrong, words in (
        ({"year": str(YEAR + 1)}, f"Write a year from 1990 to {YEAR}."),
        ({"year": "1989"}, f"Write a year from 1990 to {YEAR}."),
        ({"people": "-1"}, "The number is out of bounds."),
        ({"people": "0"}, "Somebody lives here: write how many people do."),
        ({"people": "-1", "year": "1989", "source": ""}, f"Write a year from 1990 to {YEAR}."),  # all faults at once
        ({"people": "5000001"}, "The number is out of bounds."),
        ({"source": " "}, "Name the source of the number."),
        ({"source": "x" * 301}, "Use at most 300 characters."),
    ):
        answer = office.post(PAGE, data=TYPED | wrong)
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    with okrug.act_as() as act:
        assert not populations.of_territory(act.session, act.territory.id)


def test_what_was_recorded_is_read_by_everybody_and_compared_by_the_raion(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    give_city_an_address(okrug)
    okrug.open_cycle()
    office = sign_in(Role.OFFICE)
    with okrug.act_as() as act:
        place = act.session.scalars(select(Settlement).where(Settlement.territory_id == act.territory.id)).first()
        assert place is not None
    assert office.post(PAGE, data=TYPED).status_code == 302
    assert office.post(PAGE, data=TYPED | {"place": str(place.id), "people": "900"}).status_code == 302
    shown = client.get(PAGE).text
    assert f"{YEAR}: {number(1240)}" in shown
    assert place.name_en in shown
    assert "900" in shown
    assert "Record a number" not in shown
    assert sign_in(Role.CHAIR).post(PAGE, data=TYPED).status_code == 403
    assert "Residents in" in client.get("/kokshetau/").text
