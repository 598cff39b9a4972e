"""Played in an attack: the platform gives one person's key to another. The published list stays what it was."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import MakerConfirmation
from pb.cards.service import card_table, confirmations
from pb.cards.service.confirmations import Lack
from pb.commands.cards import cards as cards_command
from pb.commands.verify import verify
from pb.core.belenios.canonical import ProtocolError
from pb.core.poll import card_confirmation, card_numbers
from pb.core.poll.maker_key import encrypt_maker_key
from pb.errors import Conflict
from pb.polls.service import state
from tests.polls.ready_poll import ReadyPoll

PASSPHRASE = "0000-1111-2222-3333"


def table(ready: ReadyPoll, folder: Path) -> Path:
    """The platform's table of numbers, as the registrar takes it."""
    answer = ready.web(folder, Role.REGISTRAR).post(f"{ready.path}/numbers.csv")
    assert answer.status_code == 200
    (folder / "numbers.csv").write_bytes(answer.data)
    return folder / "numbers.csv"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cards_command, [str(argument) for argument in arguments], input=PASSPHRASE)


def exchange_two(ready: ReadyPoll) -> tuple[str, str]:
    """The first two people get each other's key."""
    (first, first_key), (second, second_key), *_more = sorted(
        ready.maker.cards.items(), key=lambda card: card_numbers.place(card[0])
    )
    ready.put_keys({0: second_key, 1: first_key})
    return first, second


def test_exchanged_keys_pass_the_list_and_are_named_by_the_numbers(
    ready: ReadyPoll, maker_file: Path, tmp_path: Path
) -> None:
    first, second = exchange_two(ready)
    ready.open()
    published, numbers = ready.archive(tmp_path), table(ready, tmp_path)
    by_list = run("check", published, maker_file)
    assert by_list.exit_code == 0, "the list alone does not show it"
    assert "Numbers not compared" in by_list.output
    found = run("check", published, maker_file, "--numbers", numbers)
    assert found.exit_code == 1
    assert f"on the platform card {first} has the key of card {second}" in found.output
    assert f"on the platform card {second} has the key of card {first}" in found.output
    (tmp_path / "key.json").write_text(encrypt_maker_key(ready.demo.maker_seed, PASSPHRASE))
    out = tmp_path / "confirmation.json"
    signing = ("confirm", published, maker_file, "--numbers", numbers, "--key", tmp_path / "key.json", "--out", out)
    assert run(*signing).exit_code == 1
    assert not out.exists()


def test_the_makers_confirmation_says_whether_the_numbers_were_compared(
    ready: ReadyPoll, maker_file: Path, tmp_path: Path
) -> None:
    ready.open()
    published, numbers = ready.archive(tmp_path), table(ready, tmp_path)
    checked = run("check", published, maker_file, "--numbers", numbers)
    assert checked.exit_code == 0, checked.output
    (tmp_path / "key.json").write_text(encrypt_maker_key(ready.demo.maker_seed, PASSPHRASE))
    registrar, anybody = ready.web(tmp_path, Role.REGISTRAR), ready.web(tmp_path)
    for name, more, compared in (("weak.json", (), False), ("strong.json", ("--numbers", numbers), True)):
        out = tmp_path / name
        assert run("confirm", published, maker_file, "--key", tmp_path / "key.json", "--out", out, *more).exit_code == 0
        body = {"confirmation": (io.BytesIO(out.read_bytes()), name)}
        assert registrar.post(f"{ready.path}/confirmation", data=body).status_code == 302
        assert anybody.get(f"{ready.path}/confirmation.json").data == out.read_bytes()
        assert ("Numbers not compared" in anybody.get(ready.path).text) is not compared
        told = CliRunner().invoke(verify, [str(published), "--confirmation", str(out), "--json"])
        assert told.exit_code == 0
        assert json.loads(told.output)["cards"]["numbers_compared"] is compared
        said = CliRunner().invoke(verify, [str(published), "--confirmation", str(out)]).output
        assert ("NUMBERS NOT COMPARED" in said) is not compared
        with ready.act() as act:
            _cycle, poll = ready.rows(act)
            assert confirmations.lack(act, poll) == (None if compared else Lack.NOT_COMPARED)


def test_nobody_turns_a_confirmation_into_one_with_compared_numbers(ready: ReadyPoll) -> None:
    """The word stands under the signature, and the database keeps column and text the same."""
    ready.open()
    with ready.act(Role.REGISTRAR) as act:
        cycle, poll = ready.rows(act)
        election = state.election_of(poll.election_json or "")
        assert confirmations.lack(act, poll) is Lack.NOT_CONFIRMED
        weak = card_confirmation.confirm(ready.maker, election.hash, ready.demo.maker_seed, numbers_compared=False)
        forged = replace(weak, numbers_compared=True)
        with pytest.raises(ProtocolError):
            card_confirmation.check_confirmation(
                forged,
                election=poll.uuid,
                election_hash=election.hash,
                published=ready.maker.list,
                maker=ready.maker.statement(),
            )
        assert act.person is not None
        row = {"poll_id": poll.id, "at": act.at, "person_id": act.person.id, "confirmation": weak.to_json()}
        with pytest.raises(DatabaseError, match="frozen_maker_confirmations_insert"), act.session.begin_nested():
            act.session.execute(insert(MakerConfirmation).values(row | {"numbers_compared": True}))
        strong = card_confirmation.confirm(ready.maker, election.hash, ready.demo.maker_seed, numbers_compared=True)
        confirmations.confirm(act, cycle, poll, strong.to_json().encode())
        with pytest.raises(Conflict):
            confirmations.confirm(act, cycle, poll, weak.to_json().encode())
        act.session.execute(insert(MakerConfirmation).values(row | {"numbers_compared": False}))
        assert confirmations.lack(act, poll) is None, "the stronger counts, whatever stands beside it"


def test_the_table_is_for_registrar_and_auditor_and_each_look_is_logged(ready: ReadyPoll, tmp_path: Path) -> None:
    ready.open()
    for role in (None, *(set(Role) - {Role.REGISTRAR, Role.AUDITOR})):
        assert ready.web(tmp_path, role).post(f"{ready.path}/numbers.csv").status_code in {302, 401, 403}, role
    assert ready.web(tmp_path, Role.AUDITOR).post(f"{ready.path}/numbers.csv").status_code == 200
    table(ready, tmp_path)
    with ready.act() as act:
        events = [event for event in audit.every(act) if event.action == "poll.card_numbers_taken"]
        assert len(events) == 2
        assert all(key not in json.dumps(event.data) for event in events for key in ready.maker.all.values())
        assert dict(card_table.of_poll(act, ready.rows(act)[1])) == ready.maker.all


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number,key\n1\n",
        "number,key\n1,a\n1,b\n",
        "number,key\nx,a\n",
        "entry,key\n1,a\n",
        'number,key\n1,"a\n',
        "ғ",
    ],
)
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        card_numbers.read_numbers(text.encode())


def test_each_difference_has_its_words(ready: ReadyPoll, maker_file: Path, tmp_path: Path) -> None:
    ready.open()
    numbers = card_numbers.read_numbers(table(ready, tmp_path).read_bytes())
    first, *_rest, last = numbers
    changed = {**numbers, first: "a strange key", "R99": numbers[last]}
    del changed[last]
    (tmp_path / "changed.csv").write_text(card_numbers.write_numbers(changed.items()))
    found = run("check", tmp_path / ready.archive(tmp_path), maker_file, "--numbers", tmp_path / "changed.csv")
    assert found.exit_code == 1
    for words in (
        f"card {first} has a key that belongs to no card",
        f"has no card {last}",
        f"card R99 has the key of card {last}",
    ):
        assert words in found.output
