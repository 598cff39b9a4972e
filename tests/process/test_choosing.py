"""The server's first page: okrugs under their raions, found by how anybody writes them, and the last one remembered."""

from dataclasses import replace

import pytest

from pb.act import Act, Role
from pb.core.places.kinds import Kind
from pb.core.places.matching import alphabetical, folded, found
from pb.db import Database
from pb.settings import Settings
from pb.territory.service import office, tree
from tests.conftest import SignIn, english, make_app
from tests.linting import LintingClient
from tests.process.raions import give_city_an_address, neighbour
from tests.village import Village

ZERENDI = tree.Described("115000000", Kind.RAION, ("Зеренді ауданы", "Зерендинский район", "Zerendi raion"))
KANAY = tree.Described(
    "115230300",
    Kind.OKRUG,
    ("Қанай би атындағы ауылдық округі", "сельский округ имени Канай би", "Kanay bi rural okrug"),
    ("Өрнек", "Айдабол"),
)


@pytest.fixture
def places(okrug: Village) -> Village:
    """Three okrugs: two of the city, which has a page of its own, and one of a raion without."""
    give_city_an_address(okrug)
    neighbour(okrug, 1)
    with okrug.act_as() as act:
        there = tree.describe(act.session, KANAY, ZERENDI)
        tree.give_address(Act(act.session, there, None, frozenset(), act.at), "kanay-bi")
    return okrug


def offered(page: str) -> set[str]:
    return {slug for slug in ("krasnoyar", "korshi-1", "kanay-bi") if f'<li><a href="/{slug}/">' in page}


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("", {"krasnoyar", "korshi-1", "kanay-bi"}),
        ("Қанай", {"kanay-bi"}),
        ("канай", {"kanay-bi"}),
        ("KANAY", {"kanay-bi"}),
        ("қан би", {"kanay-bi"}),
        ("орнек", {"kanay-bi"}),
        ("Өрн", {"kanay-bi"}),
        ("ornek", {"kanay-bi"}),
        ("зеренди", {"kanay-bi"}),
        ("Көрші", {"korshi-1"}),
        ("корши", {"korshi-1"}),
        ("красный яр", {"krasnoyar"}),
        ("krasnoyar", {"krasnoyar"}),
        ("Кокшетау", {"krasnoyar", "korshi-1"}),
        ("111033000", {"krasnoyar"}),
        ("115230300", {"kanay-bi"}),
        ("1152", {"kanay-bi"}),
        ("115000000", {"kanay-bi"}),
        ("анай", {"kanay-bi"}),
        ("ноярский", {"krasnoyar"}),
        ("shetau", {"krasnoyar", "korshi-1"}),
        ("дабол", {"kanay-bi"}),
        ("село Красный Яр", {"krasnoyar"}),
        ("с. Айдабол", {"kanay-bi"}),
        ("Зеренды", {"kanay-bi"}),
        ("zerende", {"kanay-bi"}),
        ("айдабул", {"kanay-bi"}),
        ("красноярка", {"krasnoyar"}),
    ],
)
def test_a_place_is_found_by_its_code_and_by_parts_of_its_words(
    places: Village, client: LintingClient, typed: str, slugs: set[str]
) -> None:
    assert places.people
    page = client.get("/", query_string={"q": typed}).text
    assert offered(page) == slugs
    assert "Nothing was found" not in page


@pytest.mark.parametrize("typed", ["zzz", "бо", "999999999", "красный канай", "<script>"])
def test_where_nothing_is_found_it_says_so_and_lists_all(places: Village, client: LintingClient, typed: str) -> None:
    assert places.people
    page = client.get("/", query_string={"q": typed}).text
    assert "Nothing was found" in page
    assert len(offered(page)) == 3
    assert "<script>" not in page


def test_signs_that_are_no_letters_are_no_question(places: Village, client: LintingClient) -> None:
    assert places.people
    assert len(offered(client.get("/", query_string={"q": "%_' -"}).text)) == 3
    assert client.get("/", query_string={"q": "я" * 5000}).status_code == 200


def test_raions_head_their_okrugs_and_lead_to_their_pages(places: Village, client: LintingClient) -> None:
    assert places.people
    page = client.get("/").text
    assert page.index("Zerendi raion") > page.index("city of Kokshetau")
    assert '<a href="/kokshetau/">city of Kokshetau</a>' in page
    assert '<h2 id="group-2">Zerendi raion</h2>' in page


def test_the_last_okrug_is_offered_first(places: Village, client: LintingClient) -> None:
    assert places.people
    assert "Continue to" not in client.get("/").text
    for path in ("/korshi-1/settings", "/kokshetau/", "/guide", "/?q=korshi"):
        assert "okrug=" not in client.get(path).headers.get("Set-Cookie", ""), path
    [cookie] = [one for one in client.get("/korshi-1/").headers.getlist("Set-Cookie") if one.startswith("okrug=")]
    parts = [part.strip() for part in cookie.split(";")]
    assert parts[0] == "okrug=korshi-1"
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(parts)
    page = client.get("/").text
    assert "Continue to: Korshi 1 rural okrug" in page
    client.get("/krasnoyar/")
    assert "Continue to: Krasnoyar rural okrug" in client.get("/").text


@pytest.mark.parametrize("kept", ["nowhere", "kokshetau", "<script>", "../x", "111033000", "a" * 4000, ""])
def test_a_cookie_that_names_no_okrug_offers_nothing(places: Village, client: LintingClient, kept: str) -> None:
    assert places.people
    client.set_cookie("okrug", kept)
    page = client.get("/")
    assert page.status_code == 200
    assert "Continue to" not in page.text


@pytest.mark.usefixtures("places")
def test_in_production_the_cookie_goes_by_tls_alone(settings: Settings, database: Database) -> None:
    secure = replace(settings, production=True, base_url="https://localhost")
    client = english(make_app(secure, database))
    answer = client.get("/korshi-1/", base_url="https://localhost")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "okrug=" in one]
    assert cookie.startswith("__Host-okrug=korshi-1")
    assert "Secure" in cookie


def test_the_page_depends_on_cookie_and_language_and_is_private_to_who_is_signed_in(
    places: Village, client: LintingClient, sign_in: SignIn
) -> None:
    assert places.people
    answer = client.get("/")
    assert {"Cookie", "Accept-Language"} <= {word.strip() for word in answer.headers["Vary"].split(",")}
    assert "private" in sign_in(Role.OFFICE).get("/").headers["Cache-Control"]


def test_ways_of_writing_are_one() -> None:
    assert folded("Қызылжар Әулие Һәм ҒҮҰ-Іңкәр") == folded("кызылжар аулие хам гуу-инкар")
    assert folded("Посёлок") == folded("поселок")
    assert folded("Köşe ağaş") == ["kose", "agas"]
    assert found("", []) is True
    assert found("а", []) is False
    names = ["Қарабұлақ", "Карасу", "Ұялы", "Узынкөл", "Әнет", "Бұлақ", "Аршалы"]
    assert sorted(names, key=alphabetical) == ["Аршалы", "Әнет", "Бұлақ", "Карасу", "Қарабұлақ", "Узынкөл", "Ұялы"]


def test_whom_to_ask_and_where_to_vote_stand_under_every_page_of_the_okrug(
    places: Village, client: LintingClient
) -> None:
    with places.act_as() as act:
        office.change(act, {"contact": "8 (7162) 00-00-00", "paper_place": "Abai street 1"})
    for path in ("/krasnoyar/", "/krasnoyar/log/"):
        footer = client.get(path).text.partition("<footer")[2]
        assert "Whom to ask: 8 (7162) 00-00-00" in footer
        assert "Abai street 1" in footer
    for path in ("/", "/guide", "/korshi-1/"):
        assert "8 (7162)" not in client.get(path).text
