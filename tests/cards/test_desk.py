"""At the desk: a search, pages of 25, one look at whose card it is, and who puts a slip right."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from pb.act import Role
from pb.cards.service import handing_over
from pb.cards.views import handing_over as pages
from tests.cards.test_reissues import reissued, staff
from tests.frozen.world import without_rules
from tests.polls.open_poll import HANDED_OVER, ROLL, OpenPoll, queries

WAITING = 24  # of 26: the driver hands out the first cards
LINK = re.compile(r'href="([^"]*/hand-over/[0-9]+)"')


def test_those_who_wait_for_a_card_come_first_and_the_others_are_folded(app: Flask, opened: OpenPoll) -> None:
    text = staff(app, opened, Role.CLERK).get(f"{opened.path}/hand-over").text
    waiting, settled = text.split("<details", 1)
    assert f"Cards that wait at the desk: {ROLL - HANDED_OVER}" in waiting
    assert len(LINK.findall(waiting)) == ROLL - HANDED_OVER
    assert opened.voter(WAITING).name in waiting
    assert opened.voter(0).name not in waiting
    assert not LINK.findall(settled)


def test_a_long_roll_stands_on_pages_and_takes_no_more_questions_of_the_database(
    app: Flask, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = staff(app, opened, Role.CLERK)
    clerk.get(f"{opened.path}/hand-over")
    with queries(opened) as of_many:
        clerk.get(f"{opened.path}/hand-over")
    monkeypatch.setattr(pages, "PAGE", 2)
    with queries(opened) as of_two:
        first = clerk.get(f"{opened.path}/hand-over").text
    assert len(of_many) == len(of_two)
    assert "Page 1 of 13" in first
    last = clerk.get(f"{opened.path}/hand-over?page=13").text
    assert len(re.findall(r"<li class=\"card\"", first)) == len(re.findall(r"<li class=\"card\"", last)) == 2
    assert clerk.get(f"{opened.path}/hand-over?page=14").status_code == 404
    assert clerk.get(f"{opened.path}/hand-over?page=0").status_code == 404


def test_a_search_finds_by_name_number_settlement_and_card_of_the_reserve(app: Flask, opened: OpenPoll) -> None:
    reissued(app, opened)
    replaced = opened.entry_id(0)
    with opened.act() as act:
        _cycle, poll = opened.rows(act)

        def found(words: str) -> list[int]:
            return [line.entry.number for line in handing_over.lines(act, poll, words)]

        somebody = handing_over.lines(act, poll)[5].entry
        assert somebody.number in found(somebody.name.upper())
        assert found(f"№ {somebody.number}") == [somebody.number]
        assert somebody.number in found(somebody.settlement)
        assert found("r1") == [handing_over.line_of(act, poll, replaced).entry.number]
        assert found("Nobody of this name") == []


@pytest.mark.both_databases
def test_capitals_make_no_difference_in_any_of_the_languages(opened: OpenPoll) -> None:
    """Nor does it matter which database searches: neither knows Kazakh capitals by itself."""
    with without_rules(opened.database.engine) as connection:
        name = "Әліпұлы Ғ-Қ Өңір ҺІ 50%"
        connection.execute(text("UPDATE roll_entries SET name = :name WHERE number = 7"), {"name": name})
    with opened.act() as act:
        _cycle, poll = opened.rows(act)

        def found(words: str) -> list[int]:
            return [line.entry.number for line in handing_over.lines(act, poll, words)]

        for words in ("әліпұлы", "ӘЛІПҰЛЫ", "ғ-қ өңір һі", "Ғ-Қ ӨҢІР", "50%"):
            assert found(words) == [7]
        assert found("5_%") == []
        assert len(found("красный")) == len(found("КРАСНЫЙ ЯР")) > 1
        page = handing_over.one_page(act, poll, size=3)
        assert (page.found, page.waiting, len(page.lines)) == (ROLL, ROLL - HANDED_OVER, 3)
        everybody = [
            line for number in range(1, 10) for line in handing_over.one_page(act, poll, number=number, size=3).lines
        ]
        waits = [line.waits for line in everybody]
        assert waits == sorted(waits, reverse=True)
        assert sorted(line.entry.number for line in everybody) == [
            line.entry.number for line in handing_over.lines(act, poll)
        ]


def test_one_look_at_whose_card_it_is_marks_nothing_and_the_answer_names_the_voter(
    app: Flask, opened: OpenPoll
) -> None:
    clerk, name = staff(app, opened, Role.CLERK), opened.voter(WAITING).name
    waiting = opened.entry_id(WAITING)
    path = f"{opened.path}/hand-over/{opened.entry_number(WAITING)}"
    page = clerk.get(path).text
    assert name in page
    assert "Yes, the card is handed over" in page
    with opened.act() as act:
        line = handing_over.line_of(act, opened.rows(act)[1], waiting)
        assert line.waits, "a look is no mark"
    told = clerk.post(path, follow_redirects=True).text
    assert f"Card № {line.entry.number}, {name}: handed over" in told
    assert f'href="{opened.path}/reissues"' in told, "what to do if that was a mistake"
    again = clerk.get(path).text
    assert "No card is handed over here any more." in again
    assert "Yes, the card is handed over" not in again


def test_an_address_alone_makes_the_page_say_of_nobody_that_they_have_a_card(app: Flask, opened: OpenPoll) -> None:
    clerk = staff(app, opened, Role.CLERK)
    for marked in (opened.entry_number(WAITING), "x", ROLL + 1, -1):
        text = clerk.get(f"{opened.path}/hand-over?marked={marked}").text
        assert ": handed over</h2>" not in text


def test_the_registrar_looks_and_marks_nothing(app: Flask, opened: OpenPoll) -> None:
    registrar = staff(app, opened, Role.REGISTRAR)
    text = registrar.get(f"{opened.path}/hand-over").text
    assert "A desk clerk marks cards" in text
    assert not LINK.findall(text)
    assert registrar.get(f"{opened.path}/hand-over/{opened.entry_number(WAITING)}").status_code == 403


def test_the_whole_list_stands_on_one_page_to_be_signed(app: Flask, opened: OpenPoll) -> None:
    text = staff(app, opened, Role.CLERK).get(f"{opened.path}/hand-over/list").text
    assert text.count('<th scope="row">') == ROLL


def test_a_lost_card_is_found_first_and_asked_about_when_it_is_chosen(app: Flask, opened: OpenPoll) -> None:
    registrar = staff(app, opened, Role.REGISTRAR)
    with opened.act() as act:
        settlement = handing_over.lines(act, opened.rows(act)[1])[0].entry.settlement
    text = registrar.post(f"{opened.path}/reissues", data={"name": settlement}).text
    assert 'name="reason"' not in text
    lost = opened.entry_number(0)
    chosen = registrar.get(f"{opened.path}/reissues?entry={lost}").text
    assert chosen.count('name="reason"') == 1
    assert opened.voter(0).name in chosen
    by_name = registrar.post(f"{opened.path}/reissues", data={"name": opened.voter(WAITING).name}).text
    assert "The card still lies at the desk" in by_name
    assert "This card is lost" not in by_name
    refused = registrar.post(f"{opened.path}/reissues/for/{lost}", data={"reason": ""})
    assert refused.status_code == 422
    assert opened.voter(0).name in refused.text
    assert "Write the reason." in refused.text
    assert opened.voter(WAITING).name not in refused.text


def test_a_clerk_reads_who_replaces_a_lost_card_and_no_name(app: Flask, opened: OpenPoll) -> None:
    reissued(app, opened)
    answer = staff(app, opened, Role.CLERK).get(f"{opened.path}/reissues")
    assert answer.status_code == 200
    assert "The registrar does this" in answer.text
    assert 'href="/krasnoyar/permissions"' in answer.text
    assert opened.voter(0).name not in answer.text


def test_who_may_not_is_shown_who_may(app: Flask, opened: OpenPoll) -> None:
    answer = staff(app, opened, Role.DEPUTY).get(f"{opened.path}/reissues")
    assert answer.status_code == 403
    assert 'href="/krasnoyar/permissions"' in answer.text
