"""Whom people ask, where the apparatus is, where they vote: changed on a page of the office, shown under every page."""

import pytest

from pb.act import Act, Role
from pb.audit import service as audit
from pb.demo.places import KRASNOYAR
from pb.errors import FieldRefusal, Forbidden
from pb.identity.service import accounts
from pb.territory.models import Territory
from pb.territory.service import office
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.process.raions import give_city_an_address
from tests.village import HOME, Village, sole

PAGE = f"{HOME}/contact"
TYPED = {
    "contact": "8 (71632) 2-13-45, akimat@example.kz, 9:00-18:00",
    "address": "Красный Яр, Абай көшесі, 1",
    "address_ru": "Красный Яр, улица Абая, 1",
    "address_en": "",
    "paper_place": "Әкімдік",
    "paper_place_ru": "Акимат",
    "paper_place_en": "",
    "bin": "961141000023",
}


@pytest.mark.both_databases
def test_the_office_changes_what_stands_under_every_page(
    okrug: Village, client: LintingClient, sign_in: SignIn
) -> None:
    officer = sign_in(Role.OFFICE)
    assert f'href="{PAGE}"' in officer.get(f"{HOME}/settings").text
    assert officer.post(PAGE, data=TYPED).status_code == 302
    footer = client.get(f"{HOME}/log/", query_string={"lang": "ru"}).text.partition("<footer")[2]
    for told in (TYPED["contact"], TYPED["address_ru"], "Акимат"):
        assert told in footer
    assert TYPED["address"] in client.get(f"{HOME}/", query_string={"lang": "en"}).text, (
        "the Kazakh one, without English"
    )
    with okrug.act_as() as act:
        assert sole(act.session).bin == TYPED["bin"]
        event = audit.latest(act, "territory.office")
        assert event is not None
        assert event.data["address"] == TYPED["address"]
    again = officer.post(PAGE, data=TYPED)
    assert again.status_code == 422
    assert "All of this is recorded already." in again.text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("bin", "961141000024", "one of its twelve digits is not right"),
        ("bin", "96114100002", "A BIN has twelve digits"),
        ("bin", "961341000023", "not the BIN of a body"),
        ("contact", "8 (71632) 2-13-4", "Write a telephone number with its code"),
        ("contact", "ask at the desk", "Write a telephone number with its code"),
        ("address", "а" * 201, "Use at most 200 characters."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_stays(
    okrug: Village, sign_in: SignIn, field: str, typed: str, told: str
) -> None:
    assert okrug.people
    shown = sign_in(Role.OFFICE).post(PAGE, data={**TYPED, field: typed})
    assert shown.status_code == 422
    assert told in shown.text
    assert f'value="{typed}"' in shown.text
    assert f'value="{TYPED["address_ru"]}"' in shown.text


def test_all_faults_are_told_at_once(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(FieldRefusal) as refused:
        office.change_by_office(act, {"contact": "x", "bin": "1"})
    assert {refused.value.field, *(one.field for one in refused.value.others)} == {"contact", "bin"}


@pytest.mark.parametrize(
    "written", ["+7 716 322 13 45", "8(71632)21345", "+77001234567", "тел. 8-716-32-2-13-45, пн-пт"]
)
def test_telephones_are_written_in_many_ways(okrug: Village, written: str) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        office.change_by_office(act, {"contact": written})
        assert sole(act.session).contact == written


def test_a_raion_s_is_its_administrator_s_and_an_okrug_s_its_office_s(okrug: Village, sign_in: SignIn) -> None:
    with okrug.act_as() as act:
        city = act.session.get_one(Territory, sole(act.session).parent_id)
        administrator = Act(act.session, city, act.person, frozenset({Role.ADMINISTRATOR}), act.at)
        office.change_by_office(administrator, {"contact": "8 (7162) 00-00-00"})
        assert city.contact == "8 (7162) 00-00-00"
        with pytest.raises(Forbidden):
            office.change_by_office(Act(act.session, city, None, frozenset({Role.OFFICE}), act.at), {"contact": ""})
    with okrug.act_as(Role.ADMINISTRATOR) as act, pytest.raises(Forbidden):
        office.change_by_office(act, {"contact": ""})
    assert sign_in(Role.ADMINISTRATOR).get(PAGE).status_code == 403
    assert sign_in(Role.RESIDENT).get(PAGE).status_code == 403


def test_a_city_is_not_asked_for_what_an_okrug_alone_has(okrug: Village, sign_in: SignIn) -> None:
    give_city_an_address(okrug)
    with okrug.act_as(place=KRASNOYAR.above.kato) as act:
        (administrator,) = accounts.holders(act, Role.ADMINISTRATOR)
    client = sign_in(person=administrator)
    page = client.get("/kokshetau/contact").text
    assert 'name="contact"' in page
    assert 'name="bin"' not in page
    assert 'name="paper_place"' not in page
    assert client.post("/kokshetau/contact", data={"contact": "8 (7162) 00-00-00"}).status_code == 302
    settings = client.get("/kokshetau/settings").text
    assert "BIN of the akim" not in settings
    assert "8 (7162) 00-00-00" in settings
    assert "BIN of the akim" in client.get("/krasnoyar/settings").text


def test_a_sign_that_turns_the_writing_hides_no_other_fault(okrug: Village, sign_in: SignIn) -> None:
    """Played: a turned address was told alone, the telephone and the BIN in the next round."""
    assert okrug.people
    typed = {**TYPED, "address": "Abai \u202e1", "contact": "ask at the desk", "bin": "96134100002"}
    shown = sign_in(Role.OFFICE).post(PAGE, data=typed).text
    for told in ("turns the direction of writing", "Write a telephone number with its code", "A BIN has twelve digits"):
        assert told in shown
