"""The receipt as a resident meets it: every sum of it adds up, and what is not known is said."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from flask_babel import force_locale
from lxml import html

from pb.act import Role
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.budget.service import execution, steps
from pb.budget.service.execution import Paid
from pb.core.budget.amounts import read_thousands
from pb.core.budget.codes import Code, part_of
from pb.core.receipt import Project
from pb.documents.service.sheets import Leaf
from pb.receipt import documents, service
from pb.receipt.service import comparing, projects
from pb.receipt.service.projects import Decided
from pb.territory.service import populations
from pb.winners.models import Source
from pb.worker import run_all
from tests.budget.world import FIRST, GREEN, LIGHTING, PLAN, approved, begun
from tests.pages import Pages, open_pages
from tests.village import HOME, MILLION, Okrug

HERE = f"{HOME}/receipt/{FIRST}"
SPENT = read_thousands("67 224")
PEOPLE = 1_234


@pytest.fixture
def pages(okrug: Okrug, tmp_path: Path) -> Iterator[Pages]:
    with open_pages(okrug, tmp_path) as found:
        yield found


def tiyn(told: str) -> int:
    """The sum of a row as it is printed."""
    found = re.search(r"([−]?)([\d\s]+)(?:,(\d\d))?\s₸", told)
    assert found is not None, told
    size = int(re.sub(r"\s", "", found[2])) * 100 + int(found[3] or 0)
    return -size if found[1] else size


def add_up(rows: list[html.HtmlElement]) -> int:
    """The sum of some rows, each of which is the sum of the rows below it."""
    total = 0
    for row in rows:
        own = tiyn(row.xpath(".//b[@class='number']")[0].text)
        below = row.xpath("./details/div/ul/li")
        assert not below or add_up(below) == own
        total += own
    return total


def test_a_village_without_a_budget_says_when_there_will_be_a_receipt(okrug: Okrug, pages: Pages) -> None:
    assert "The receipt shows where the money of the okrug goes." in pages.get(f"{HOME}/receipt").text
    begun(okrug)
    pages.get(HERE, status=404)  # its lines are being written: nobody's yet


def test_the_receipt_of_a_resident_adds_up_to_the_tiyn_and_says_whom_it_was_divided_by(
    okrug: Okrug, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = begun(okrug)
    steps.put(okrug.act(Role.OFFICE), version)
    okrug.session.commit()
    told = pages.get(HERE).text
    assert "This is a draft" in told
    assert "Nobody has recorded how many people live here" in told
    assert tiyn(html.fromstring(told).xpath("//p[contains(@class, 'total')]//b")[0].text) == SPENT
    populations.record(okrug.act(Role.OFFICE), 2026, PEOPLE, source="stat.gov.kz")
    road = okrug.propose("Road to the school")
    decided = Decided(road, road.cycle_id, Project(str(uuid4()), f"{GREEN}.159", 3 * MILLION), Source.OWN)
    monkeypatch.setattr(service, "of_year", lambda _act, _year: [decided])
    okrug.session.commit()
    answer = pages.get(f"{HOME}/receipt", status=302)
    assert answer.location == HERE
    page = html.fromstring(pages.get(HERE).text)
    total = tiyn(page.xpath("//p[contains(@class, 'total')]//b")[0].text)
    rows = page.xpath("//section[@id='till']/ul/li")
    assert add_up(rows) == total == (SPENT + PEOPLE // 2) // PEOPLE
    weights = [int(row.get("data-weight")) for row in rows]
    assert sum(weights) == SPENT
    words = page.text_content()
    assert "Population at the beginning of 2026. Source: stat.gov.kz" in words
    assert "✓ Residents decided this" in words
    assert words.index("What residents decided") < words.index("Road to the school")
    [anchor] = page.xpath("//a[. = 'Road to the school' and starts-with(@href, '#row-')]/@href")
    assert page.xpath(f"//*[@id='{anchor[1:]}']"), "one press from the top"
    assert len(page.xpath("//summary[contains(., 'Residents decided a part of this')]")) == 2, "its group and programme"
    assert "Own revenue 19,69\u00a0%, transfers 80,31\u00a0%" in words
    assert "No report on what was paid has been taken in for this year." in words
    paid = page.xpath("//section[@id='paid']")[0]
    assert len(paid.xpath(".//input[@data-tax]")) == 4
    assert not paid.xpath(".//form | .//input[@name]"), "nothing that a browser could send"


def test_what_holds_is_shown_once_the_maslikhat_approved_it(okrug: Okrug, pages: Pages) -> None:
    version = begun(okrug)
    approved(okrug, version)
    okrug.session.commit()
    told = pages.get(HERE).text
    assert "This is a draft" not in told
    assert f'href="{HOME}/budget/{FIRST}/versions/1"' in told
    receipt = service.of_budget(okrug.act(), version.budget)
    assert receipt is not None
    assert sum(receipt.origins()[:3]) == receipt.yearly().amount
    assert budgets.statement(budgets.lines(okrug.act(), version, FIRST)).expenditure == receipt.whole.amount
    assert projects.of_year(okrug.act(), FIRST) == []


def test_villages_that_published_are_compared_by_what_they_spend_for_each(okrug: Okrug, pages: Pages) -> None:
    version = begun(okrug)
    okrug.session.commit()
    compared = f"{HERE}/compare"
    assert "Nobody has published a budget of this year that holds." in pages.get(compared).text
    approved(okrug, version)
    okrug.session.commit()
    [row] = comparing.of_year(okrug.act(), FIRST)
    assert row.each is None
    populations.record(okrug.act(Role.OFFICE), 2026, PEOPLE, source="stat.gov.kz")
    okrug.session.commit()
    words = pages.get(compared).text
    assert "2026, stat.gov.kz" in words
    assert "19,69\u00a0%" in words, "computed of this budget"
    [row] = comparing.of_year(okrug.act(), FIRST)
    assert row.each == (SPENT + PEOPLE // 2) // PEOPLE


def test_the_receipt_is_printed_for_each_quarter_and_drawn_as_a_picture(okrug: Okrug, pages: Pages) -> None:
    version = begun(okrug, 2026)
    approved(okrug, version)
    populations.record(okrug.act(Role.OFFICE), 2026, PEOPLE, source="stat.gov.kz")
    with pages.client.application.test_request_context(HERE), force_locale("ru_KZ"):
        assert [row[2] for row in leaf_of(okrug, version).rows] == ["–", "–"], "nothing was reported"
        paid = [
            Paid(part_of(Code.read(code)), code, None, None, None, MILLION if code in {GREEN, LIGHTING} else 0)
            for code in PLAN
        ]
        execution.take(okrug.act(Role.OFFICE), version.budget, date(2026, 10, 1), paid, sha256="0" * 64)
        leaf = leaf_of(okrug, version)
    assert leaf.frame.address == "https://asar.kz/krasnoyar/receipt/2026"
    assert sum(tiyn(row[1]) for row in leaf.rows) == tiyn(leaf.total[1]) == (SPENT + PEOPLE // 2) // PEOPLE
    assert sum(tiyn(row[2]) for row in leaf.rows) == tiyn(leaf.total[2]) == (2 * MILLION + PEOPLE // 2) // PEOPLE
    okrug.session.commit()
    path = f"{HOME}/documents/receipt/budget/2026/versions/1/kk"
    pages.post(path)
    assert run_all(pages.client.application) == 1
    assert pages.get(f"{path}.pdf").data.startswith(b"%PDF-")
    assert pages.get(f"{HOME}/receipt/2026/picture-ru.png").data.startswith(b"\x89PNG")
    assert "by the report until" in pages.get(f"{HOME}/receipt/2026").text


def leaf_of(okrug: Okrug, version: Version) -> Leaf:
    receipt = service.of_budget(okrug.act(), version.budget)
    assert receipt is not None
    return documents.leaf(okrug.act(), receipt, "ru", "https://asar.kz")
