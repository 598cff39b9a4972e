"""Points, rankings, approvals and blank votes at the voter's page: what is shown, refused, and stands in the ballot."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pb.core.belenios import ballots, possession
from pb.core.belenios.ballot_rule import Approval, BallotRule, Knapsack, Points, Ranking
from pb.core.belenios.credentials import derive, generate_code, public_credential
from pb.core.belenios.groups import BELENIOS_2048, ED25519, RFC_3526_2048
from pb.core.belenios.messages import Proof
from pb.core.poll.bilingual import Bilingual
from tests.browser.site import Site, render
from tests.browser.voting_page import IIN
from tests.conformance.polls import Poll, finish, make_poll, make_terms, verified, whole_election

pytestmark = pytest.mark.browser

PROJECTS = 4


class Box:
    """The server's part of one voter's vote, in memory."""

    def __init__(self, site: Site, poll: Poll, ballot: BallotRule | None) -> None:
        self.poll, self.site, self.code = poll, site, generate_code()
        secret = derive(poll.election.group, poll.election.uuid, self.code)
        self.credential = public_credential(poll.election.group, secret)
        self.poll = replace(
            poll, secrets=(secret,), messages=replace(poll.messages, credentials=json.dumps([self.credential]))
        )
        self.cast: list[str] = []
        site.pages["/vote"] = self.page(ballot)
        site.endpoints["/poll/challenge"] = lambda _body: (200, {"nonce": "a" * 32})
        site.endpoints["/poll/voter"] = self.admit
        site.endpoints["/poll/ballots"] = self.take

    def page(self, ballot: BallotRule | None, **values: Any) -> str:
        terms = make_terms(projects=PROJECTS, choices=3)
        shown = {name: getattr(terms, name) for name in ("projects", "choices", "envelope", "closes_at")}
        return render(
            "voting/vote.html",
            url="/vote",
            cycle=None,
            poll={"uuid": self.poll.election.uuid, "base": "/poll", "group": self.poll.election.group.name},
            terms=SimpleNamespace(**shown, ballot=ballot),
            election_json=self.poll.messages.election,
            kiosk=False,
            object_url="/object",
            lookup_url="/lookup",
            vote_year="2027",
            printed_url="/lookup",
            summaries={1: Bilingual("Мектепке баратын жолға шам орнату", "Фонари по дороге в школу")},
            photos={},
            media_base="/media/",
            removed=[],
            paper_place="Әкімдік, 2-кабинет",
            ncalayer=None,
            **values,
        )

    def admit(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        group = self.poll.election.group
        possession.check_login(
            group,
            body["credential"],
            Proof.from_value(body["proof"], group.q),
            origin=self.site.origin,
            uuid=self.poll.election.uuid,
            nonce=body["nonce"],
        )
        return 200, {"state": "ready"}

    def take(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        ballots.check_ballot(self.poll.election, [self.credential], body["ballot"])
        self.cast.append(body["ballot"])
        receipt = {
            "tracker": ballots.tracker(body["ballot"]),
            "position": 1,
            "event": "e",
            "hour": "2026-11-21T14:00+05:00",
        }
        return 201, {"receipt": receipt}

    def result(self) -> Any:
        """What the poll decrypts to."""
        (raw,) = self.cast
        made = finish(self.poll, [ballots.Ballot.parse(raw, self.poll.election.group)])
        report = verified(replace(self.poll, messages=made).archive)
        assert report.ok, report.failure
        assert report.invalid == ()
        assert report.result is not None
        return report.result[0]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        yield served


@pytest.fixture
def whole(site: Site) -> Callable[..., Box]:
    def serve(rule: BallotRule, group: Any = ED25519) -> Box:
        poll = make_poll([], group=group, election_json=whole_election(group, PROJECTS, rule))
        return Box(site, poll, rule)

    return serve


def sign_in(page: Page, box: Box) -> None:
    page.goto(box.site.origin + "/vote")
    page.get_by_label("IIN").fill(IIN)
    page.get_by_label("Code on your card").fill(box.code)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[data-step=choose]")).to_be_visible()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text("Check your ballot")


def cast(page: Page) -> None:
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("h1")).to_have_text("Your ballot is in the box")


def accessible(page: Page) -> None:
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("group", [ED25519, RFC_3526_2048], ids=lambda group: group.name)
def test_points_are_given_and_no_more_than_there_are(page: Page, whole: Callable[..., Box], group: Any) -> None:
    box = whole(Points(each=7, total=10), group)
    sign_in(page, box)
    expect(page.locator("h1")).to_have_text("Give points")
    left = page.locator("#left")
    expect(left).to_have_text("Points left: 10 of 10")
    first, third = (page.locator(f"input[data-index='{index}']") for index in (0, 2))
    third.fill("7")
    expect(left).to_have_text("Points left: 3 of 10")
    more = page.locator("li", has=first).get_by_role("button", name="One point more")
    for _ in range(5):
        more.click()
    expect(left).to_have_text("Points left: 0 of 10")
    expect(first).to_have_value("3")
    accessible(page)
    for wrong, told in (("4", "Too many points"), ("-1", "from 0 to 7"), ("8", "from 0 to 7")):
        first.fill(wrong)
        expect(page.locator("#over")).to_be_visible()
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("#problems")).to_contain_text(told)
    first.fill("3")
    page.locator("li", has=first).get_by_role("button", name="One point less").click()
    go_on(page)
    expect(page.locator("#fewer")).to_contain_text("Points left: 1")
    expect(page.locator("#chosen li")).to_have_count(2)
    expect(page.locator("#chosen li", has_text="Су құдығы")).to_contain_text("Points: 7")
    expect(page.locator("#chosen button, #chosen input")).to_have_count(0)
    accessible(page)
    cast(page)
    assert box.result() == ((2, 0, 7, 0),)


def test_projects_are_ranked_with_the_keyboard_alone(page: Page, whole: Callable[..., Box]) -> None:
    box = whole(Ranking(most=3))
    sign_in(page, box)
    expect(page.locator("h1")).to_have_text("Put projects in order")
    rows = page.locator("#projects li")

    def press(index: int, name: str) -> None:
        button = page.locator(f"li:has(input[data-index='{index}'])").get_by_role("button", name=name)
        button.focus()
        page.keyboard.press("Enter")

    for index in (2, 0, 3):
        press(index, "Give the next place")
        expect(page.locator("#moved")).to_contain_text(f"{index + 1}. ")
    expect(page.locator("#left")).to_have_text("Places filled: 3 of 3")
    expect(page.get_by_role("button", name="Give the next place")).to_have_count(0)
    press(3, "Up")
    expect(page.locator("#moved")).to_contain_text("Place 2: № 4.")
    expect(page.locator("li:has(input[data-index='3']) button:focus")).to_have_count(1)
    press(2, "Down")
    expect(rows.first).to_contain_text("4. ")
    accessible(page)
    press(0, "Take out")
    expect(page.locator("#moved")).to_contain_text("Place –: № 1.")
    expect(page.locator("#left")).to_have_text("Places filled: 2 of 3")
    box.site.pages["/vote?lang=ru"] = box.page(Ranking(3), locale="ru")
    page.get_by_role("link", name="ru", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(rows.first).to_contain_text("Place: 1")
    go_on(page)
    expect(page.locator("#chosen li").first).to_contain_text("4. ")
    expect(page.locator("#chosen li").first).to_contain_text("Place: 1")
    cast(page)
    assert box.result() == ((0, 0, 2, 1),)


def test_an_empty_ranking_is_a_ballot_too(page: Page, whole: Callable[..., Box]) -> None:
    box = whole(Ranking(most=2))
    sign_in(page, box)
    go_on(page)
    expect(page.locator("#blank")).to_be_visible()
    cast(page)
    assert box.result() == ((0, 0, 0, 0),)


def test_approvals_as_whole_ballots_have_a_least_and_a_most(page: Page, whole: Callable[..., Box]) -> None:
    box = whole(Approval(least=1, most=2))
    sign_in(page, box)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#problems")).to_contain_text("Choose at least 1 and at most 2.")
    page.locator("input[data-index='1']").check()
    page.locator("input[data-index='3']").check()
    go_on(page)
    cast(page)
    assert box.result() == ((0, 1, 0, 1),)


def test_a_knapsack_holds_no_more_than_its_limit(page: Page, whole: Callable[..., Box]) -> None:
    costs = tuple(project.cost for project in make_terms(projects=PROJECTS).projects)
    box = whole(Knapsack(costs, costs[0] + costs[2]))
    sign_in(page, box)
    page.locator("input[data-index='1']").check()
    page.locator("input[data-index='2']").click()
    missing = (costs[1] - costs[0]) // 100
    told = f"Not enough money: another {missing:,} ₸".replace(",", "\N{NO-BREAK SPACE}").replace(
        " ₸", "\N{NO-BREAK SPACE}₸"
    )
    expect(page.locator("#refused")).to_contain_text(told)
    expect(page.locator("#over")).to_contain_text(told)
    expect(page.locator("input[data-index='2']")).not_to_be_checked()
    page.locator("input[data-index='1']").uncheck()
    page.locator("input[data-index='2']").check()
    page.locator("input[data-index='0']").check()
    assert float(page.locator("#used").get_attribute("width") or 0) == 240
    go_on(page)
    expect(page.locator("#fewer")).to_be_hidden()
    cast(page)
    assert box.result() == ((1, 0, 1, 0),)


@pytest.mark.parametrize(("chosen", "result"), [([], (1, 0, 0, 0, 0)), ([0, 2], (0, 1, 0, 1, 0))])
def test_choosing_nothing_is_a_blank_vote_where_there_is_one(
    page: Page, site: Site, chosen: list[int], result: tuple[int, ...]
) -> None:
    def election(uuid: str, y: Any) -> str:
        answers = [f"Жоба {number}" for number in range(PROJECTS)]
        question = {"answers": answers, "blank": True, "min": 1, "max": 3, "question": "?"}
        value = {"version": 1, "description": "", "name": "", "group": BELENIOS_2048.name, "public_key": str(y)}
        return json.dumps(value | {"questions": [question], "uuid": uuid}, separators=(",", ":"), ensure_ascii=False)

    box = Box(site, make_poll([], election_json=election), None)
    sign_in(page, box)
    for index in chosen:
        page.locator(f"input[data-index='{index}']").check()
    go_on(page)
    cast(page)
    assert box.result() == result


def test_what_other_polls_need_is_loaded_by_them_alone(page: Page, whole: Callable[..., Box]) -> None:
    box = whole(Points(each=3, total=3), RFC_3526_2048)
    sign_in(page, box)
    loaded = {request.path for request in box.site.requests if request.path.endswith(".js")}
    names = {"belenios", "vote", "choices", "codes", "symbols", "rfc3526", "ballots", "whole", "points"}
    assert loaded == {f"/static/js/{name}.js" for name in names}
