"""A settlement has names in three languages: every reader sees it in their own, and an earlier name stays known."""

import pytest

from pb.act import Role
from pb.audit import service as audit
from pb.core.places import classifier
from pb.cycles.models import Phase
from pb.errors import FieldRefusal, Forbidden, NotFound
from pb.proposals.service import proposals
from pb.roll.service import imports, statistics
from pb.roll.service.entries import search, voters
from pb.territory.models import Settlement
from pb.territory.service import settlements, tree
from pb.territory.service.settlements import Names
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import HOME, KEYS, Village, content, invented_iin, sole

PAGE = f"{HOME}/settlements"
SECOND = "Қызылжұлдыз"
ROLL = [(1, "Красный Яр"), (2, "КРАСНЫЙ ЯР"), (3, "село Кызылжулдуз"), (4, "Kyzylzhuldyz"), (5, SECOND)]


def second_id(okrug: Village) -> str:
    with okrug.act_as() as act:
        return str(next(place.id for place in sole(act.session).places if place.name_kk == SECOND))


@pytest.mark.parametrize(("language", "shown"), [("kk", SECOND), ("ru", "Кызылжулдуз"), ("en", "Kyzylzhuldyz")])
def test_pages_and_forms_name_settlements_in_the_reader_s_language(
    okrug: Village, client: LintingClient, sign_in: SignIn, language: str, shown: str
) -> None:
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(settlement=SECOND)))
    with okrug.in_cycle(cycle_id) as (act, cycle):
        path = f"{HOME}/{cycle.year}/proposals"
    for page in (f"{HOME}/settings", path, f"{path}/1"):
        assert shown in client.get(page, query_string={"lang": language}).text, page
    form = sign_in(Role.RESIDENT).get(f"{path}/new", query_string={"lang": language}).text
    assert f'<option value="{SECOND}">{shown}</option>' in form


def test_proposals_are_filtered_by_settlement(okrug: Village, client: LintingClient) -> None:
    cycle_id = okrug.open_cycle()
    for number, settlement in enumerate(("Красный Яр", SECOND)):
        with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
            wanted = content(title=f"Project {number}", settlement=settlement)
            proposals.submit(act, cycle, proposals.save_draft(act, cycle, wanted))
            path = f"{HOME}/{cycle.year}/proposals"
    listed = client.get(path, query_string={"place": "kyzylzhuldyz"}).text
    assert "Project 1" in listed
    assert "Project 0" not in listed
    everything = client.get(path, query_string={"place": "atlantis"}).text
    assert "Project 0" in everything
    assert "No settlement here has the name that stands in the address." in everything
    assert "No settlement here" not in listed


@pytest.mark.both_databases
def test_a_roll_may_name_settlements_in_any_language(okrug: Village) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    lines = "".join(f"{invented_iin(500 + number).text},Somebody {number},{place}\n" for number, place in ROLL)
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        waiting = imports.read_file(act, cycle, KEYS, ("iin,name,settlement\n" + lines).encode())
        assert waiting.faults == []
        imports.confirm_import(act, cycle, KEYS, waiting)
        kept = [entry.settlement for entry in voters(act, cycle)]
        assert sorted(kept) == sorted(["Красный Яр"] * 2 + [SECOND] * 3)


@pytest.mark.both_databases
def test_an_earlier_name_stays_known(okrug: Village, client: LintingClient) -> None:
    """What rows keep is found and shown under the present name; the log tells of both."""
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(settlement=SECOND)))
        path = f"{HOME}/{cycle.year}/proposals"
    with okrug.act_as(Role.OFFICE) as act:
        place = next(one for one in sole(act.session).places if one.name_kk == SECOND)
        settlements.record_by_office(act, Names("Жұлдыз", "Жулдыз"), place.id)
        event = audit.latest(act, "territory.settlement")
        assert event is not None
        assert (event.data["before"]["kk"], event.data["names"]["kk"]) == (SECOND, "Жұлдыз")
        territory = sole(act.session)
        assert territory.settlements == ["Жұлдыз", "Красный Яр"]
        assert [territory.settlement(SECOND, tongue) for tongue in ("kk", "ru", "en")] == ["Жұлдыз", "Жулдыз", "Жулдыз"]
        assert territory.known_settlements().kept(SECOND) == "Жұлдыз"
        with pytest.raises(FieldRefusal, match="had this name"):
            settlements.record_by_office(act, Names("қызылжұлдыз", "x"))
    listed = client.get(path, query_string={"place": "zhuldyz"}).text
    assert 'href="' + path + '/1"' in listed
    assert "Жулдыз" in listed
    with okrug.in_cycle(cycle_id) as (act, cycle):
        assert {name for group in statistics.statistics(act, cycle, KEYS).settlements for name in group.names} <= {
            "Жұлдыз",
            "Красный Яр",
        }


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (Names("Жаңа", "Кызылжулдуз", "Zhana"), "name_ru"),
        (Names("Жаңа", "Новый", "Kyzylzhuldyz"), "name_en"),
        (Names("с. Қызылжұлдыз", "Новый", ""), "name_kk"),
    ],
)
def test_names_differ_in_every_language(okrug: Village, names: Names, field: str) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        with pytest.raises(FieldRefusal, match="has or had this name") as refused:
            settlements.record_by_office(act, names)
        assert refused.value.field == field


@pytest.mark.parametrize("name", ["<b>А</b>", '="1"', "=cmd", "@sum", "Аб<ай"])
def test_tags_and_formulas_are_no_name(okrug: Village, name: str) -> None:
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(FieldRefusal, match="name alone") as refused:
        settlements.record_by_office(act, Names(name, "Новый"))
    assert refused.value.field == "name_kk"


@pytest.mark.parametrize("name", ["«Сункар»", '"Чайка" балалар орталығы', "121-км рзд.", "Қ. Сәтбаев"])
def test_names_as_the_classifier_writes_them_are_taken(okrug: Village, name: str) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        assert settlements.record_by_office(act, Names(name, "Новый")).name_kk == name


@pytest.mark.both_databases
def test_namesakes_of_the_classifier_are_told_apart_by_the_office(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        territory = sole(act.session)
        territory.places += [Settlement(name_kk="Байқан", name_ru="Байкан", name_en="Baikan", former=[]) for _ in "12"]
        act.session.flush()
        siding = territory.places[-1]
        settlements.record_by_office(act, Names("Байқан разъезі", "разъезд Байкан", "Baikan siding"), siding.id)
        assert siding.former == [], "rows with the plain name mean the other one"
        assert sorted(territory.settlements)[:2] == ["Байқан", "Байқан разъезі"]
        assert territory.settlement("Байқан", "ru") == "Байкан"


def test_two_that_are_called_alike_in_a_language_have_the_kazakh_name_beside_it(okrug: Village) -> None:
    """Of the result's parts by settlement one was lost where a reader's language had one name for two."""
    with okrug.act_as() as act:
        territory = sole(act.session)
        territory.places.append(Settlement(name_kk="Ақсу", name_ru="Кызылжулдуз", name_en="Aksu", former=[]))
        shown = {territory.settlement(kept, "ru") for kept in territory.settlements}
        assert shown == {"Красный Яр", "Кызылжулдуз (Ақсу)", f"Кызылжулдуз ({SECOND})"}


@pytest.mark.both_databases
def test_the_roll_is_searched_by_every_name_of_a_settlement(okrug: Village) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    lines = "".join(f"{invented_iin(500 + number).text},Somebody {number},{SECOND}\n" for number in range(6))
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        read = imports.read_file(act, cycle, KEYS, ("iin,name,settlement\n" + lines).encode())
        imports.confirm_import(act, cycle, KEYS, read)
    with okrug.act_as(Role.OFFICE) as act:
        place = next(one for one in sole(act.session).places if one.name_kk == SECOND)
        settlements.record_by_office(act, Names("Ақсу", "Белая вода", "Aksu"), place.id)
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        for sought in (SECOND, "ақсу", "белая", "AKSU", "somebody 3 Вода"):
            found = len(search(act, cycle, sought, KEYS, 25))
            assert found == (1 if "3" in sought else 6), sought
        assert search(act, cycle, "Красный", KEYS, 25) == []


def test_the_office_records_names_on_a_page(okrug: Village, client: LintingClient, sign_in: SignIn) -> None:
    office, place = sign_in(Role.OFFICE), second_id(okrug)
    assert "Kyzylzhuldyz" in client.get(PAGE).text
    typed = {"place": place, "name_kk": "Жұлдыз", "name_ru": "", "name_en": ""}
    refused = office.post(PAGE, data=typed)
    assert refused.status_code == 422
    assert "Write the name." in refused.text
    assert 'value="Жұлдыз"' in refused.text
    assert office.post(PAGE, data={**typed, "name_ru": "Жулдыз"}).status_code == 302
    new = {"place": "", "name_kk": "Жаңа ауыл", "name_ru": "Новый аул", "name_en": "Zhana Auyl"}
    assert office.post(PAGE, data=new).status_code == 302
    again = office.post(PAGE, data={**new, "place": ""})
    assert again.status_code == 422
    assert "Another settlement here has or had this name." in again.text
    assert "Zhana Auyl" in client.get(PAGE).text
    assert sign_in(Role.CHAIR).post(PAGE, data=new).status_code == 403


def test_a_chosen_settlement_fills_the_form_and_keeps_its_english_name(okrug: Village, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    assert f'href="{PAGE}?place=kyzylzhuldyz#place"' in office.get(PAGE).text
    form = office.get(PAGE, query_string={"place": "kyzylzhuldyz"}).text
    for name in (SECOND, "Кызылжулдуз", "Kyzylzhuldyz"):
        assert f'value="{name}"' in form
    assert f'selected value="{second_id(okrug)}"' in form
    typed = {"place": second_id(okrug), "name_kk": SECOND, "name_ru": "Кызыл-Жулдуз", "name_en": ""}
    assert office.post(PAGE, data=typed).status_code == 302
    with okrug.act_as() as act:
        assert sole(act.session).settlement(SECOND, "en") == "Kyzylzhuldyz"
    assert office.get(PAGE, query_string={"place": "atlantis"}).status_code == 200


def test_nobody_renames_another_okrug_s_settlement(okrug: Village) -> None:
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        settlements.record_by_office(act, Names("x", "x"))
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(NotFound):
        settlements.record_by_office(act, Names("x", "x"), act.territory.id)


def test_the_classifier_s_names_are_bare_in_every_language(okrug: Village) -> None:
    lines = (
        "kato,kato_version,level,type_code,name_ru,name_kk\n"
        "110000000,x,oblast,0,Акмолинская область,Ақмола облысы\n"
        "115600000,x,district,2,Зерендинский район,Зеренді ауданы\n"
        "115630000,x,sub_district,2,Зерендинский с.о.,Зеренді а.о.\n"
        "115630380,x,settlement,2,с.Коктерек,Көктерек а.\n"
    )
    places, faults = classifier.read(lines.encode())
    assert faults == []
    with okrug.act_as() as act:
        tree.import_places(act.session, places)
        zerendi = tree.find(act.session, "115630000")
        assert zerendi is not None
        assert [(one.name_kk, one.name_ru, one.name_en, one.former) for one in zerendi.places] == [
            ("Көктерек", "Коктерек", "Kokterek", [])
        ]
