"""Whoever has a receipt finds its ballot in the box, however the code was written, and sees what lies beside it."""

from collections.abc import Callable

import pytest
from flask import Flask

from pb.core.belenios.ballots import tracker
from pb.core.belenios.receipt_code import receipt_code, spaced
from tests.conftest import english
from tests.linting import LintingClient, whole
from tests.polls.open_poll import OpenPoll

VOTERS = 4


@pytest.fixture
def trackers(app: Flask, opened: OpenPoll) -> list[str]:
    """Of the ballots in the box, in the order in which they came."""
    given = []
    for number in range(VOTERS):
        client, ballot = english(app), opened.ballot(number, 0)
        opened.sign_in(client, number)
        assert opened.cast(client, ballot).status_code == 201
        given.append(tracker(ballot))
    return given


def look_up(opened: OpenPoll, client: LintingClient, typed: str) -> str:
    answer = client.post(f"{opened.path}/tracker", data={"tracker": typed})
    assert answer.status_code == 200
    return whole(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    "written",
    [
        spaced,
        str.lower,
        lambda code: spaced(code).replace(" ", "-"),
        lambda code: f"  {code[:9]}\u00a0{code[9:]} ",
        lambda code: code.translate(str.maketrans("ABCEHKMPTX0", "АВСЕНКМРТХО")),
    ],
    ids=["as shown", "small", "dashes", "spaces", "cyrillic"],
)
def test_a_code_is_found_however_it_was_written_down(
    opened: OpenPoll, client: LintingClient, trackers: list[str], written: Callable[[str], str]
) -> None:
    assert "This ballot is in the box." in look_up(opened, client, written(receipt_code(trackers[1])))


def test_a_whole_tracker_and_a_receipts_address_are_found_too(
    opened: OpenPoll, client: LintingClient, trackers: list[str]
) -> None:
    for typed in (trackers[2], f"https://asar.example{opened.path}/tracker#{trackers[2]}"):
        assert "This ballot is in the box." in look_up(opened, client, typed)


def test_a_ballot_stands_between_those_that_came_before_and_after_it(
    opened: OpenPoll, client: LintingClient, trackers: list[str]
) -> None:
    codes = [spaced(receipt_code(one)) for one in trackers]
    text = look_up(opened, client, codes[1])
    assert [code in text for code in codes] == [True, True, True, False]
    own = text.partition('class="own"')[2].partition("</li>")[0]
    assert codes[1] in own
    last = look_up(opened, client, codes[3])
    assert [code in last for code in codes] == [False, False, True, True]


def test_a_code_of_no_ballot_leads_to_an_objection(
    opened: OpenPoll, client: LintingClient, trackers: list[str]
) -> None:
    other = ("1" if trackers[0][0] != "1" else "2") + receipt_code(trackers[0])[1:]
    for typed in ("0000 0000 0000 0000 0000", other):
        text = look_up(opened, client, typed)
        assert "There is no ballot with this code." in text
        assert f'<a href="{opened.path}/objections">Object</a>' in text


@pytest.mark.parametrize("typed", ["N0RN NRFH", "rubbish", "N0RN NRFH N0RN NRFH N0RN 0", "A" * 42])
def test_a_code_that_is_not_whole_is_counted_and_leads_to_no_objection(
    opened: OpenPoll, client: LintingClient, typed: str
) -> None:
    answer = client.post(f"{opened.path}/tracker", data={"tracker": typed})
    assert answer.status_code == 422
    assert "A code has 20 signs" in answer.text
    assert typed in answer.text
    assert "There is no ballot with this code." not in answer.text
    assert f"{opened.path}/objections" not in answer.text
