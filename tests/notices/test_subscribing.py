"""The feed and the calendars, as programs read them."""

from uuid import uuid4

from defusedxml.ElementTree import fromstring
from icalendar import Calendar

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.core.places import slugs
from pb.cycles import service as cycles
from pb.cycles.models import Phase
from pb.notices.models import Kind
from pb.process.service import ending
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.notices.told import Told

ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_keeps_the_rules_of_atom(told: Told, client: LintingClient) -> None:
    """RFC 4287, 4.1: what a feed and an entry must have, and how often."""
    told.review()
    answer = client.get("/krasnoyar/feed.xml")
    assert answer.mimetype == "application/atom+xml"
    feed = fromstring(answer.get_data())
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(ATOM + name)) == 1
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": "http://localhost/krasnoyar/feed.xml", "alternate": "http://localhost/krasnoyar/"}
    assert feed.findall(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries][:2] == [
        "№\xa01 Lamps: The akim's office accepted the proposal.",
        "№\xa01 Lamps: The proposal came to the akim's office.",
    ]
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("tag:localhost,2026-11-21:") for one in ids)
    for entry in entries:
        for name in ("id", "title", "updated", "summary"):
            assert len(entry.findall(ATOM + name)) == 1
        assert entry.find(f"{ATOM}link").get("href", "").startswith("http://localhost/krasnoyar/")  # type: ignore[union-attr]
        assert (entry.findtext(f"{ATOM}updated") or "").endswith("Z")
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    russian = fromstring(client.get("/krasnoyar/feed.xml?lang=ru").get_data())
    assert [one.findtext(f"{ATOM}id") for one in russian.findall(f"{ATOM}entry")] == ids


def test_answers_to_single_people_push_nothing_out_of_the_feed(told: Told, client: LintingClient) -> None:
    """Played: sixty answered requests about the roll, and the okrug's feed was empty."""
    before = client.get("/krasnoyar/feed.xml").get_data()
    with told.okrug.act_as(Role.REGISTRAR) as act:
        for _time in range(70):
            audit.record(act, "roll.request_answered", subject=uuid4())
    assert client.get("/krasnoyar/feed.xml").get_data().count(b"<entry>") == before.count(b"<entry>") > 0


def events(answer: bytes) -> dict[str, dict[str, object]]:
    calendar = Calendar.from_ical(answer)
    return {
        str(event["uid"]): {
            "sequence": int(event["sequence"]),
            "status": str(event["status"]),
            "title": str(event["summary"]),
            "day": event["dtstart"].dt,
            "place": str(event.get("location", "")),
        }
        for event in calendar.walk("VEVENT")
    }


def test_an_entry_keeps_its_uid_and_a_cycle_that_was_ended_calls_its_days_off(
    told: Told, client: LintingClient
) -> None:
    before = events(client.get("/krasnoyar/calendar.ics").get_data())
    assert len(before) == 6
    assert {event["status"] for event in before.values()} == {"CONFIRMED"}
    with told.okrug.in_cycle(told.cycle_id, Role.OFFICE) as (act, cycle):
        ending.end(act, cycle, "The envelope was cut.")
    after = events(client.get("/krasnoyar/calendar.ics").get_data())
    assert set(after) == set(before)
    assert {event["status"] for event in after.values()} == {"CANCELLED"}
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in before)  # type: ignore[operator]


def test_a_step_that_was_left_early_has_its_true_last_day_in_every_calendar(told: Told, client: LintingClient) -> None:
    """Played: telephones kept the planned day, with SEQUENCE 0."""
    before = events(client.get("/krasnoyar/calendar.ics").get_data())
    with told.okrug.in_cycle(told.cycle_id, Role.OFFICE) as (act, cycle):
        cycles.move(act, cycle, Phase.GATHERING)
    after = events(client.get("/krasnoyar/calendar.ics").get_data())
    (changed,) = (uid for uid in before if before[uid] != after[uid])
    assert changed.startswith("phase-review-")
    assert after[changed]["day"] == clock.local(clock.now()).date() < before[changed]["day"]  # type: ignore[operator]
    assert (before[changed]["sequence"], after[changed]["sequence"]) == (0, 1)
    assert after[changed]["status"] == "CONFIRMED"


def test_an_entry_says_of_which_place_and_year_it_is(told: Told, client: LintingClient) -> None:
    for event in events(client.get("/krasnoyar/calendar.ics?lang=kk").get_data()).values():
        assert str(event["title"]).endswith(" – Краснояр ауылдық округі, 2027")
    assert told.cycle_id


def test_ones_own_calendar_speaks_the_language_that_one_chose(
    told: Told, client: LintingClient, sign_in: SignIn
) -> None:
    page = sign_in(Role.RESIDENT).post("/notices/calendar").text
    address = page.partition("readonly>http://localhost")[2].partition("<")[0]
    told.follow(told.author, Kind.CYCLE, told.cycle_id)
    told.choose(told.author, language="ru")
    titles = [str(event["title"]) for event in events(client.get(f"{address}?lang=kk").get_data()).values()]
    assert all(title.startswith("Последний день: ") for title in titles)


def test_the_link_to_the_calendar_leads_to_words(told: Told, client: LintingClient) -> None:
    assert 'href="/krasnoyar/calendar"' in client.get("/krasnoyar/").text
    page = client.get("/krasnoyar/calendar").text
    assert page.index('href="webcal://localhost/krasnoyar/calendar.ics"') < page.index("readonly>")
    assert "readonly>http://localhost/krasnoyar/calendar.ics<" in page
    assert told.cycle_id


def test_ones_own_calendar_has_has_what_one_follows_under_an_address_that_one_ends(
    told: Told, client: LintingClient, sign_in: SignIn
) -> None:
    author = sign_in(Role.RESIDENT)
    page = author.post("/notices/calendar").text
    address = page.partition("readonly>http://localhost")[2].partition("<")[0]
    assert f'href="webcal://localhost{address}"' in page
    assert address.startswith("/calendar/")
    assert events(client.get(address).get_data()) == {}
    told.follow(told.author, Kind.CYCLE, told.cycle_id)
    assert len(events(client.get(address).get_data())) == 6
    author.post("/notices/calendar/end")
    assert client.get(address).status_code == 404


def test_pages_have_a_button_to_follow_and_strangers_the_way_in(
    told: Told, client: LintingClient, sign_in: SignIn
) -> None:
    year = told.okrug.path(told.cycle_id)
    for path in ("/krasnoyar/", f"{year}/", f"{year}/proposals/1"):
        assert "Sign in to be told of news here" in client.get(path).text
        author = sign_in(Role.RESIDENT)
        assert author.post(f"{path.rstrip('/')}/follow").headers["Location"] == path
        assert "You follow it." in author.get(path).text
    assert "Lamps" in author.get("/notices/choices").text
    author.post(f"{year}/proposals/1/follow", data={"leave": "1"})
    assert "You follow it." not in author.get(f"{year}/proposals/1").text
    assert author.post(f"{year}/proposals/99/follow").status_code == 404


def test_no_place_gets_the_addresses_of_this_room() -> None:
    assert {"calendar", "notices", "unsubscribe"} <= slugs.RESERVED
