"""Every combination of what the archive names and what its reader has: exit status and words of `pb verify`."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pb.commands.cards import cards as cards_command
from pb.commands.verify import verify
from pb.voting.service import poll_rules
from tests.cards.test_card_numbers import exchange_two
from tests.polls.ready_poll import ReadyPoll

NAMED, UNNAMED = "NOT COMPARED: this is what", "NOT COMPARED: the poll's terms name no maker"
SERVERS_WORD = "The list of cards is the server's word"
PAPER = "The list of keys is the one of the paper. This alone does not show whose key is whose."
FILE = "The list is the one of the maker's file, card by card."
OF_TERMS = "The terms name the key of the maker's file"
NO_MAKER = "FAILED cards: the terms name no maker"
EVERYTHING = (NAMED, UNNAMED, SERVERS_WORD, PAPER, FILE, OF_TERMS, NO_MAKER)


@dataclass(frozen=True)
class Case:
    """`names`: the terms name the maker; `given`: what the reader has. Of EVERYTHING exactly `told` is printed."""

    names: bool
    given: str
    status: int
    told: tuple[str, ...]
    compared: tuple[bool | None, bool | None, bool | None]  # list, key, numbers


CASES = (
    Case(True, "file", 0, (FILE, OF_TERMS), (True, True, True)),
    Case(True, "list", 0, (PAPER, NAMED), (True, None, None)),
    Case(True, "paper", 0, (PAPER,), (True, True, True)),
    Case(True, "nothing", 0, (SERVERS_WORD, NAMED), (None, None, None)),
    Case(False, "file", 1, (FILE, NO_MAKER), (False, False, False)),
    Case(False, "list", 0, (PAPER, UNNAMED), (True, None, None)),
    Case(False, "paper", 1, (PAPER,), (True, False, False)),
    Case(False, "nothing", 0, (SERVERS_WORD, UNNAMED), (None, None, None)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{'maker' if case.names else 'no-maker'}-{case.given}")
def test_what_is_told(
    ready: ReadyPoll, maker_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """Played: the server left the maker out of the terms and exchanged two people's keys; the maker's file passed."""
    if not case.names:
        exchange_two(ready)
        terms_for = poll_rules.terms_for

        def without_maker(*arguments: Any, **named: Any) -> Any:
            return replace(terms_for(*arguments, **named), maker=None)

        monkeypatch.setattr(poll_rules, "terms_for", without_maker)
    paper = ready.maker.statement()
    ready.open()
    archive = str(ready.archive(tmp_path))
    given = {
        "file": ["--credentials", str(maker_file)],
        "list": ["--credentials", paper.list],
        "paper": ["--credentials", paper.list, "--maker-key", paper.shown_key, "--numbers", paper.numbers],
        "nothing": [],
    }[case.given]
    found = CliRunner().invoke(verify, [archive, *given])
    assert found.exit_code == case.status, found.output
    assert [words for words in EVERYTHING if words in found.output] == [w for w in EVERYTHING if w in case.told]
    asked = CliRunner().invoke(verify, [archive, *given, "--json"])
    cards = json.loads(asked.output)["cards"]
    assert asked.exit_code == case.status
    assert (cards["compared"], cards["key_compared"], cards["numbers_on_paper"]) == case.compared
    check = CliRunner().invoke(cards_command, ["check", archive, str(maker_file)])
    assert check.exit_code == (0 if case.names else 1), "the maker's own command agrees"


def test_the_file_of_another_list_is_told_in_few_lines(ready: ReadyPoll, maker_file: Path, tmp_path: Path) -> None:
    """How many first, then some: a line for each of 300 keys hid the verdict."""
    other = {number: ready.own_key() for number in ready.maker.cards}
    maker_file.write_text(replace(ready.maker, cards=other).to_json())
    ready.open()
    archive, file = str(ready.archive(tmp_path)), str(maker_file)
    for command, line in ((cards_command, ["check", archive, file]), (verify, [archive, "--credentials", file])):
        told = CliRunner().invoke(command, line)
        assert told.exit_code == 1
        failures = [text for text in told.output.splitlines() if text.startswith("FAILED cards")]
        assert failures[0].startswith(f"FAILED cards: {len(other)} cards of the maker's file are not on the published")
        assert len(failures) <= 2 + 2 * 10
        assert "more: pb verify --json names them all" in told.output
    asked = json.loads(CliRunner().invoke(verify, [archive, "--credentials", str(maker_file), "--json"]).output)
    assert len(asked["cards"]["missing"]) == len(other)
