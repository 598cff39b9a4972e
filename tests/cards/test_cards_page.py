"""The registrar's page of cards says what stands and what comes next; the clerk's list asks for a deed."""

from dataclasses import replace
from pathlib import Path

import pytest

from pb.act import Role
from pb.cards.service import card_keys, cards, statements
from pb.cards.views import lost
from pb.polls.service import state
from pb.roll.models import Entry
from tests.linting import whole
from tests.polls.ready_poll import ReadyPoll

UPLOAD = 'name="statement"'
AGAIN = "State the list again"


def test_after_the_statement_the_page_shows_what_stands_and_the_next_step(ready: ReadyPoll, tmp_path: Path) -> None:
    text = ready.web(tmp_path, Role.REGISTRAR).get(f"{ready.path}/cards").text
    assert ready.maker.list in whole(text)
    assert "The list is stated" in text
    assert "office opens the vote" in text
    assert f"<details><summary>{AGAIN}</summary>" in text, "the upload is folded away, and not gone"
    assert "SHA-256 of the maker" not in text, "a maker with an own key has no certificate to show"


def test_a_list_that_changed_is_to_be_stated_and_then_leads_to_the_drawing(ready: ReadyPoll, tmp_path: Path) -> None:
    registrar = ready.web(tmp_path, Role.REGISTRAR)
    with ready.act(Role.REGISTRAR) as act:
        cycle, poll = ready.rows(act)
        cards.withdraw_card(act, cycle, poll, ready.first(act), "torn")
    page = registrar.get(f"{ready.path}/cards").text
    assert "The list is not stated yet" in page
    assert UPLOAD in page
    assert AGAIN not in page
    assert "Entries of the roll without a card: 1" in page
    with ready.act(Role.REGISTRAR) as act:
        cycle, poll = ready.rows(act)
        first, key = ready.first(act), ready.own_key()
        number = str(act.session.get_one(Entry, first).number)
        cards.add_credentials(act, cycle, poll, card_keys.checked(state.group_of(poll), {first: key}))
        anew = replace(ready.maker, cards={**ready.maker.cards, number: key})
        statements.state_list(act, cycle, poll, anew.statement())
    page = registrar.get(f"{ready.path}/cards").text
    assert "The list is stated" in page
    assert "take the printed sheet to the drawing of the lot" in page
    assert f'href="{ready.path}/ceremony"' in page


def test_a_refused_statement_is_shown_where_it_is_handed_in(ready: ReadyPoll, tmp_path: Path) -> None:
    answer = ready.web(tmp_path, Role.REGISTRAR).post(f"{ready.path}/statement", data={})
    assert answer.status_code == 422
    assert f"<details open><summary>{AGAIN}</summary>" in answer.text
    assert 'href="#statement"' in answer.text


def test_once_the_poll_is_open_nothing_is_handed_in(ready: ReadyPoll, tmp_path: Path) -> None:
    ready.open()
    text = ready.web(tmp_path, Role.REGISTRAR).get(f"{ready.path}/cards").text
    assert "no card is made any more" in text
    assert f'href="{ready.path}/maker"' in text
    assert UPLOAD not in text


def test_a_search_at_the_desk_that_finds_nobody_says_so(ready: ReadyPoll, tmp_path: Path) -> None:
    clerk = ready.web(tmp_path, Role.CLERK)
    assert "No card is found by these words." in clerk.post(f"{ready.path}/hand-over", data={"name": "Nobody"}).text


def test_a_lost_card_is_found_page_by_page_and_by_name(
    ready: ReadyPoll, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: the cards of 60 voters were one page of 18,471 px with 60 forms in it."""
    monkeypatch.setattr(lost, "PAGE", 2)
    registrar = ready.web(tmp_path, Role.REGISTRAR)
    asks = 'name="reason"'
    page = registrar.get(f"{ready.path}/cards").text
    assert asks not in page
    assert f'href="{ready.path}/cards/lost"' in page
    page = registrar.get(f"{ready.path}/cards/lost").text
    assert page.count(asks) == 2
    assert "page=2" in page
    assert 0 < registrar.get(f"{ready.path}/cards/lost?page=2").text.count(asks) <= 2
    with ready.act(Role.REGISTRAR) as act:
        entry = act.session.get_one(Entry, ready.first(act))
        number = entry.number
    found = registrar.post(f"{ready.path}/cards/lost", data={"name": str(number)}).text
    assert found.count(asks) == 1
    assert f'action="{ready.path}/cards/{number}/withdraw"' in found
    refused = registrar.post(f"{ready.path}/cards/{number}/withdraw", data={"reason": ""})
    assert refused.status_code == 422
    assert refused.text.count(asks) == 1
    assert "Write the reason." in refused.text
