"""At the desk: a search, pages of 25, one look at whose card it is, and who puts a slip right."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text

from pb.act import Act, Role
from pb.cards.service import handing_over
from pb.cards.views import handing_over as pages
from pb.core.national_numbers import check_digit
from pb.identity.models import SentForm
from pb.identity.service import iin
from pb.keyring import KeyRing
from pb.polls.models import Poll
from tests.cards.test_reissues import reissued, staff
from tests.frozen.world import without_rules
from tests.polls.open_poll import HANDED_OVER, ROLL, OpenPoll, queries
from tests.village import KEYS

WAITING = 24  # of 26: the driver hands out the first cards
LINK = re.compile(r'href="([^"]*/hand-over/[0-9]+)"')
BORN = re.compile("year of birth: ([0-9]{4})")


def numbers_found(act: Act, poll: Poll, words: str) -> list[int]:
    """The numbers on the roll of all whom a search finds."""
    return sorted(line.entry.number for line in handing_over.one_page(act, poll, KEYS, words, size=ROLL).lines)


def made_up_iin(born: date) -> str:
    """A valid number of somebody who is on no roll."""
    first = f"{born:%y%m%d}39999"
    return f"{first}{check_digit(first)}"


def make_everybody_unlike(opened: OpenPoll) -> None:
    """No two voters have one name."""
    with without_rules(opened.database.engine) as connection:
        connection.execute(text("UPDATE roll_entries SET name = name || ' ' || CAST(number AS TEXT)"))


def make_namesakes(opened: OpenPoll, *places: int) -> None:
    """The voters at these places of the roll get one name and settlement."""
    numbers = [opened.entry_number(place) for place in places]
    with without_rules(opened.database.engine) as connection:
        for number in numbers:
            connection.execute(
                text("UPDATE roll_entries SET name = :name, settlement = :settlement WHERE number = :number"),
                {"name": "Фарида Соколова", "settlement": "Красный Яр", "number": number},
            )


def test_those_who_wait_for_a_card_come_first_and_the_others_are_folded(app: Flask, opened: OpenPoll) -> None:
    text = staff(app, opened, Role.CLERK).get(f"{opened.path}/hand-over").text
    waiting, settled = text.partition("<main")[2].split("<details", 1)  # the menu of the heading is one too
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
            return numbers_found(act, poll, words)

        somebody = handing_over.lines(act, poll)[5].entry
        assert somebody.number in found(somebody.name.upper())
        assert found(f"№ {somebody.number}") == [somebody.number]
        assert somebody.number in found(somebody.settlement)
        assert found("r1") == [handing_over.line_of(act, poll, replaced).entry.number]
        assert found("Nobody of this name") == []


@pytest.mark.both_databases
def test_the_words_of_a_search_come_in_any_order_and_all_of_them_count(opened: OpenPoll) -> None:
    make_namesakes(opened, WAITING)
    number = opened.entry_number(WAITING)
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        for words in ("соколова фарида", "Яр  СОКОЛОВА", "сокол фар красн", "фарида фарида"):
            assert numbers_found(act, poll, words) == [number]
        assert numbers_found(act, poll, "соколова тимур") == []


@pytest.mark.both_databases
def test_an_iin_finds_its_voter_and_stays_on_no_page(app: Flask, opened: OpenPoll) -> None:
    clerk, somebody = staff(app, opened, Role.CLERK), opened.voter(WAITING)
    digits = somebody.iin.text
    for typed in (digits, f" {digits[:6]} {digits[6:]} ", f"{digits[:6]}-{digits[6:]}"):
        answer = clerk.post(f"{opened.path}/hand-over", data={"name": typed})
        assert answer.status_code == 200, "no redirect: the number stands in no address"
        assert LINK.findall(answer.text) == [f"{opened.path}/hand-over/{opened.entry_number(WAITING)}"]
        assert somebody.name in answer.text
        assert typed.strip() not in answer.text
        assert digits not in answer.text
    assert "Name, number, settlement or IIN" in answer.text
    registrar = staff(app, opened, Role.REGISTRAR).post(f"{opened.path}/reissues", data={"name": digits}).text
    assert somebody.name in registrar
    assert digits not in registrar


def test_the_iin_of_nobody_on_the_roll_finds_nobody(app: Flask, opened: OpenPoll) -> None:
    stranger = made_up_iin(date(1961, 5, 7))
    found = staff(app, opened, Role.CLERK).post(f"{opened.path}/hand-over", data={"name": stranger}).text
    assert "No card is found by these words." in found
    assert stranger not in found


def test_a_mistyped_iin_is_told_at_the_field_and_kept_to_be_put_right(app: Flask, opened: OpenPoll) -> None:
    clerk, digits = staff(app, opened, Role.CLERK), opened.voter(WAITING).iin.text
    wrong = digits[:11] + str((int(digits[11]) + 1) % 10)
    for typed, fault in ((wrong, "Check the IIN"), (digits[:11], "An IIN has 12 digits")):
        text = clerk.post(f"{opened.path}/hand-over", data={"name": typed}).text
        assert fault in text
        assert f'value="{typed}"' in text


def test_namesakes_of_one_settlement_are_told_apart_by_their_year_of_birth(
    app: Flask, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = staff(app, opened, Role.CLERK)
    path = f"{opened.path}/hand-over"
    make_everybody_unlike(opened)
    assert not BORN.findall(clerk.get(path).text), "the year of nobody else is shown"
    make_namesakes(opened, WAITING, 0)  # the second has the card and stands further below
    years = [str(opened.voter(place).iin.born.year) for place in (WAITING, 0)]
    unsealed = []
    unseal = iin.unseal

    def counted(sealed: bytes | None, key: KeyRing | bytes) -> str:
        unsealed.append(sealed)
        return unseal(sealed, key)

    monkeypatch.setattr(iin, "unseal", counted)
    assert BORN.findall(clerk.get(path).text) == years
    assert len(unsealed) == 2
    monkeypatch.setattr(pages, "PAGE", 1)
    found = clerk.post(path, data={"name": "соколова фарида"}).text
    assert BORN.findall(found) == years[:1], "the other one is on no page of this search"
    assert len(unsealed) == 3
    look = clerk.get(f"{path}/{opened.entry_number(WAITING)}").text
    assert "Year of birth" in look
    assert years[0] in look
    assert "Year of birth" not in clerk.get(f"{path}/{opened.entry_number(WAITING + 1)}").text
    registrar = staff(app, opened, Role.REGISTRAR).post(f"{opened.path}/reissues", data={"name": "соколова"}).text
    assert sorted(BORN.findall(registrar)) == sorted(years)


def test_the_same_name_elsewhere_is_no_namesake_and_an_erased_iin_has_no_year(app: Flask, opened: OpenPoll) -> None:
    clerk = staff(app, opened, Role.CLERK)
    make_everybody_unlike(opened)
    make_namesakes(opened, WAITING, WAITING + 1)
    number = opened.entry_number(WAITING)
    with without_rules(opened.database.engine) as connection:
        connection.execute(
            text("UPDATE roll_entries SET iin_sealed = NULL, iin_lookup = NULL WHERE number = :number"),
            {"number": number},
        )
    assert BORN.findall(clerk.get(f"{opened.path}/hand-over").text) == [str(opened.voter(WAITING + 1).iin.born.year)]
    with without_rules(opened.database.engine) as connection:
        connection.execute(
            text("UPDATE roll_entries SET settlement = 'Жаңа ауыл' WHERE number = :number"), {"number": number}
        )
    assert not BORN.findall(clerk.get(f"{opened.path}/hand-over").text)


@pytest.mark.both_databases
def test_capitals_make_no_difference_in_any_of_the_languages(opened: OpenPoll) -> None:
    """Nor does it matter which database searches: neither knows Kazakh capitals by itself."""
    with without_rules(opened.database.engine) as connection:
        name = "Әліпұлы Ғ-Қ Өңір ҺІ 50%"
        connection.execute(text("UPDATE roll_entries SET name = :name WHERE number = 7"), {"name": name})
    with opened.act() as act:
        _cycle, poll = opened.rows(act)

        def found(words: str) -> list[int]:
            return numbers_found(act, poll, words)

        for words in ("әліпұлы", "ӘЛІПҰЛЫ", "ғ-қ өңір һі", "Ғ-Қ ӨҢІР", "50%"):
            assert found(words) == [7]
        assert found("5_%") == []
        assert len(found("красный")) == len(found("КРАСНЫЙ ЯР")) > 1
        page = handing_over.one_page(act, poll, KEYS, size=3)
        assert (page.found, page.waiting, len(page.lines)) == (ROLL, ROLL - HANDED_OVER, 3)
        everybody = [
            line
            for number in range(1, 10)
            for line in handing_over.one_page(act, poll, KEYS, number=number, size=3).lines
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
    assert f'href="{path}/undo"' in told, "what to do if that was a mistake"
    again = clerk.get(path).text
    assert "No card is handed over here any more." in again
    assert "Yes, the card is handed over" not in again


def test_what_is_kept_of_the_clerks_form_tells_neither_card_nor_minute(app: Flask, opened: OpenPoll) -> None:
    """Played: the row of the sent form had the card's number and the microsecond, and outlived the erasure."""
    clerk = staff(app, opened, Role.CLERK)
    path = f"{opened.path}/hand-over/{opened.entry_number(WAITING)}"
    token = re.findall(r'name="form_token" value="([^"]+)"', clerk.get(path).text)[-1]
    answer = clerk.post(path, data={"form_token": token})
    assert answer.location == f"{opened.path}/hand-over", "no number in an address that is kept"
    assert "handed over</h2>" in clerk.get(answer.location).text
    assert "handed over</h2>" not in clerk.get(answer.location).text, "said once"
    with opened.database.engine.connect() as connection:
        address, at = connection.execute(select(SentForm.address, SentForm.at)).one()
    assert address == f"{opened.path}/hand-over"
    assert (at.minute, at.second, at.microsecond) == (0, 0, 0)


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


def test_a_search_tells_how_many_of_those_found_wait(app: Flask, opened: OpenPoll) -> None:
    """Played: above one card that was found stood how many of all cards wait."""
    clerk, number = staff(app, opened, Role.CLERK), opened.entry_number(WAITING)
    found = clerk.post(f"{opened.path}/hand-over", data={"name": f"№ {number}"}).text
    assert "Found, and waiting at the desk: 1" in found
    assert "Cards that wait at the desk" not in found
