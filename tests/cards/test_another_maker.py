"""Played in an attack: the server is its own maker of the cards, and confirms with its own key what it exchanged."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pb.act import Role
from pb.commands.cards import cards as cards_command
from pb.commands.verify import verify
from pb.commands.verify_cards import in_groups
from pb.core.poll import card_confirmation, card_list
from pb.core.poll.card_confirmation import Confirmation
from pb.core.poll.maker_key import public_half
from pb.polls.service import state
from tests.cards.test_card_numbers import exchange_two
from tests.polls.ready_poll import ReadyPoll

SEED = b"the server's own key of 32 bytes"
WARNING = "NOT COMPARED: this is what the poll's terms name"


@dataclass
class Published:
    """A poll that is open: its archive, the confirmation from its page, and what the true maker has on paper."""

    archive: Path
    confirmation: Path
    paper: card_list.CardList
    terms: card_list.MakerStatement

    def verify(self, *options: str) -> Result:
        return CliRunner().invoke(verify, [str(self.archive), *options])

    def verify_all(self, *options: str) -> Result:
        """As a reader with the paper does: the list's fingerprint typed from it, the confirmation from the page."""
        return self.verify("--credentials", self.paper.list, "--confirmation", str(self.confirmation), *options)

    def cards(self, *options: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.verify_all(*options, "--json").output)["cards"]
        return told


def published(ready: ReadyPoll, folder: Path, maker: card_list.CardList, seed: bytes) -> Published:
    ready.open()
    with ready.act() as act:
        election = state.election_of(ready.rows(act)[1].election_json or "")
    word: Confirmation = card_confirmation.confirm(maker, election.hash, seed, numbers_compared=True)
    (folder / "confirmation.json").write_text(word.to_json())
    return Published(ready.archive(folder), folder / "confirmation.json", ready.maker, maker.statement())


@pytest.fixture
def forged(ready: ReadyPoll, tmp_path: Path) -> Published:
    """Two people's keys are exchanged, and the server states and confirms it all as the maker."""
    first, second = exchange_two(ready)
    cards = dict(ready.maker.cards)
    cards[first], cards[second] = cards[second], cards[first]
    own = replace(ready.maker, cards=cards, salt=card_list.salt(), key=public_half(SEED))
    ready.restate(own.statement())
    return published(ready, tmp_path, own, SEED)


@pytest.fixture
def honest(ready: ReadyPoll, tmp_path: Path) -> Published:
    return published(ready, tmp_path, ready.maker, ready.demo.maker_seed)


def test_the_fingerprint_of_the_list_and_a_confirmation_are_no_clean_bill(forged: Published) -> None:
    """Everything holds but what nobody compared: that is said, with what to compare in groups of four."""
    told = forged.verify_all()
    assert told.exit_code == 0, told.output
    assert WARNING in told.output
    assert in_groups(forged.terms.key) in told.output
    assert in_groups(forged.terms.numbers) in told.output
    assert "The maker of the cards confirmed this list" not in told.output
    cards = forged.cards()
    assert cards["confirmed_by_key_of_terms"] is True
    assert (cards["confirmed"], cards["key_compared"], cards["numbers_on_paper"]) == (None, None, None)


def test_the_paper_and_the_makers_file_each_find_the_other_maker(forged: Published, tmp_path: Path) -> None:
    paper = forged.paper.statement()
    by_key = forged.verify_all("--maker-key", in_groups(paper.key))
    assert by_key.exit_code == 1
    assert "FAILED cards: the paper names another maker's key." in by_key.output
    assert WARNING in by_key.output, "the numbers are still to be compared"
    by_numbers = forged.verify_all("--numbers", in_groups(paper.numbers).upper())
    assert by_numbers.exit_code == 1
    assert "FAILED cards: the paper names another fingerprint of the numbers." in by_numbers.output
    assert forged.cards("--maker-key", paper.key)["confirmed"] is False
    (tmp_path / "maker.json").write_text(forged.paper.to_json())
    by_file = forged.verify("--credentials", str(tmp_path / "maker.json"), "--confirmation", str(forged.confirmation))
    assert by_file.exit_code == 1
    assert "another key, than the maker's file" in by_file.output
    assert "The maker of the cards confirmed this list" not in by_file.output


def test_of_the_true_maker_nothing_is_left_to_compare(honest: Published, tmp_path: Path) -> None:
    paper = honest.paper.statement()
    (tmp_path / "maker.json").write_text(honest.paper.to_json())
    by_paper = honest.verify_all("--maker-key", paper.key, "--numbers", paper.numbers)
    by_file = honest.verify("--credentials", str(tmp_path / "maker.json"), "--confirmation", str(honest.confirmation))
    for told in (by_paper, by_file):
        assert told.exit_code == 0, told.output
        assert WARNING not in told.output
        assert "The maker of the cards confirmed this list, with a key that was compared." in told.output
    half = honest.verify_all("--maker-key", paper.key)
    assert half.exit_code == 0
    assert in_groups(paper.numbers) in half.output
    cards = honest.cards("--maker-key", paper.key, "--numbers", paper.numbers)
    assert (cards["confirmed"], cards["key_compared"], cards["numbers_on_paper"]) == (True, True, True)


def test_the_registrar_reads_the_whole_commands_with_their_files(ready: ReadyPoll, tmp_path: Path) -> None:
    ready.open()
    shown = ready.web(tmp_path, Role.REGISTRAR).get(f"{ready.path}/maker").text
    commands = [" ".join(re.sub("<[^>]+>", "", code).split()) for code in re.findall("<code>(.*?)</code>", shown)]
    uuid = ready.demo.poll_uuid
    files = f"{uuid}.bel maker.json --numbers numbers-{uuid}.csv"
    assert commands == [
        f"pb cards check {files}",
        f"pb cards confirm {files} --key maker-key.json --out confirmation.json",
    ]
    assert '<span class="word">--numbers</span>' in shown, "a line breaks between words alone"
    for lang in ("kk", "ru"):
        page = ready.web(tmp_path, Role.REGISTRAR).get(f"{ready.path}/maker?lang={lang}").text
        told = [" ".join(re.sub("<[^>]+>", "", code).split()) for code in re.findall("<code>(.*?)</code>", page)]
        assert told == [f"{command} --lang {lang}" for command in commands], "the program speaks as the page does"
    (tmp_path / "maker.json").write_text(ready.maker.to_json())
    (tmp_path / f"numbers-{uuid}.csv").write_bytes(
        ready.web(tmp_path, Role.REGISTRAR).post(f"{ready.path}/numbers.csv").data
    )
    (tmp_path / f"{uuid}.bel").write_bytes(ready.archive(tmp_path).read_bytes())
    run = [str(tmp_path / word) if "." in word else word for word in commands[0].split()[2:]]
    assert CliRunner().invoke(cards_command, run).exit_code == 0


def test_a_slip_of_the_pen_is_no_forgery(honest: Published) -> None:
    """What cannot be a key or a fingerprint is told before anything is verified."""
    for option, typed in (("--maker-key", honest.paper.key[:-2]), ("--numbers", honest.paper.numbers[:-1])):
        told = honest.verify_all(option, typed)
        assert told.exit_code == 2
        assert f"{option}: “{typed}” is no" in told.output
