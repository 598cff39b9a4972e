"""Finding proposals among many: by words, settlement, kind, state and cost, at an address that can be sent."""

from pathlib import Path
from typing import Any

import pytest

from pb.act import Role
from pb.core import search
from pb.core.poll.bilingual import Bilingual
from pb.cycles.models import Phase
from pb.proposals.models import Category, Proposal, State
from pb.proposals.service import finding, proposals
from pb.proposals.service.finding import Order, Wanted
from pb.reviews import service as reviews
from tests.pages import open_pages
from tests.village import MILLION, SETTLEMENTS, Okrug, content, findings


@pytest.fixture(autouse=True)
def no_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """One author writes all that is found here, more than a cycle allows one."""
    monkeypatch.setattr(proposals, "_within_allowance", lambda _act, _cycle: None)


@pytest.fixture
def three(okrug: Okrug) -> list[Proposal]:
    """Lamps for 5 million, a well of the other settlement for 2 and a park for 9."""
    lamps = okrug.propose("Абай көшесін жарықтандыру")
    well = okrug.propose("Ұңғыма", 2 * MILLION, category=Category.WATER, settlement=SETTLEMENTS[1], place="Ферма")
    park = okrug.propose("Парк ещё один", 9 * MILLION, category=Category.PARKS, language="ru")
    return [lamps, well, park]


def found(okrug: Okrug, **wanted: Any) -> list[int | None]:
    sought = Wanted(**wanted)
    listed = [one.number for one in finding.one_page(okrug.act(), okrug.cycle, 1, 25, sought)]
    assert finding.count(okrug.act(), okrug.cycle, sought) == len(listed)
    return listed


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("жарыктандыру", [1]),
        ("жарық көше", [1]),
        ("унг", [2]),
        ("ферм", [2]),
        ("еще", [3]),
        ("ықтандыру", []),
        ("парк лампа", []),
        ("%", [1, 2, 3]),
        ("", [1, 2, 3]),
    ],
)
@pytest.mark.usefixtures("three")
def test_each_word_begins_one_of_the_proposal(okrug: Okrug, typed: str, numbers: list[int]) -> None:
    assert found(okrug, words=search.asked(typed)) == numbers


@pytest.mark.parametrize(("typed", "numbers"), [("№ 3", [3, 2]), ("3", [3, 2]), ("№2", [2]), ("9", []), ("3 лам", [])])
def test_a_number_finds_its_proposal_before_what_says_it(okrug: Okrug, typed: str, numbers: list[int]) -> None:
    for title in ("Бірінші", "3 шам", "Үшінші"):
        okrug.propose(title)
    assert found(okrug, words=search.asked(typed), number=search.number(typed)) == numbers


def test_what_the_office_calls_it_is_found_in_both_languages(okrug: Okrug, three: list[Proposal]) -> None:
    okrug.enter(Phase.REVIEW)
    titles, summaries = Bilingual("Құдық қазу", "Скважина"), Bilingual("Су.", "Питьевая вода.")
    said = findings(cost=2 * MILLION, titles=titles, summaries=summaries)
    reviews.review(okrug.act(Role.OFFICE), okrug.cycle, three[1], said)
    for typed in ("скваж", "питьев", "кудык", "ұңғыма"):
        assert found(okrug, words=search.asked(typed)) == [2], typed


@pytest.mark.usefixtures("three")
def test_filters_hold_together(okrug: Okrug) -> None:
    assert found(okrug, settlement=SETTLEMENTS[1]) == [2]
    assert found(okrug, category=Category.PARKS) == [3]
    assert found(okrug, most=5 * MILLION) == [1, 2]
    assert found(okrug, most=5 * MILLION, category=Category.PARKS) == []
    assert found(okrug, state=State.ACCEPTED) == []


def test_the_cost_is_the_office_s_once_it_checked_it(okrug: Okrug, three: list[Proposal]) -> None:
    okrug.enter(Phase.REVIEW)
    reviews.review(okrug.act(Role.OFFICE), okrug.cycle, three[2], findings(cost=MILLION, cost_explanation="Less."))
    assert found(okrug, most=MILLION) == [3]
    assert found(okrug, order=Order.CHEAPEST) == [3, 2, 1]
    assert found(okrug, order=Order.DEAREST) == [1, 2, 3]


def test_a_draft_is_found_by_nobody(okrug: Okrug) -> None:
    proposals.save_draft(okrug.act(Role.RESIDENT), okrug.cycle, content(title="Жасырын"))
    assert found(okrug, words=search.asked("жасырын")) == []


@pytest.mark.usefixtures("three")
def test_the_address_of_a_search_shows_the_same_to_whom_it_is_sent(okrug: Okrug, tmp_path: Path) -> None:
    okrug.session.commit()
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(f"{okrug.path}/proposals?q=жарык&cost=5000000&order=cheapest").text
        assert "1 proposal<" in page
        assert 'value="жарык"' in page
        assert '<option value="5000000" selected>' in page
        nothing = pages.get(f"{okrug.path}/proposals?q=завод").text
        assert "No proposal fits. Try other or fewer words." in nothing
        assert 'value="завод"' in nothing, "what was typed stays"
        for odd in ("cost=5", "category=palaces", "state=draft", "order=random", f"q={'я' * 5000}"):
            assert pages.get(f"{okrug.path}/proposals?{odd}").status_code == 200


@pytest.mark.parametrize("order", ["number", "latest"])
def test_pages_of_a_search_keep_it(okrug: Okrug, tmp_path: Path, order: str) -> None:
    for number in range(30):
        okrug.propose(f"Шам {number}")
    okrug.session.commit()
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(f"{okrug.path}/proposals?q=шам&order={order}").text
        assert "30 proposals" in page
        assert "page=2" in page
        assert "q=%D1%88%D0%B0%D0%BC" in page
