"""Played in an attack: whoever has the database puts own keys among the cards before the opening."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import CardStatement, Credential
from pb.cards.service import card_keys, cards, confirmations, statements
from pb.commands.cards import cards as cards_command
from pb.commands.verify import verify
from pb.core.belenios import credentials
from pb.core.poll import card_confirmation, card_list
from pb.core.poll.maker_key import encrypt_maker_key
from pb.errors import Conflict, FieldRefusal
from pb.polls.models import Poll
from pb.polls.service import state
from tests.polls.open_poll import GROUP
from tests.polls.ready_poll import ReadyPoll

PASSPHRASE = "0000-1111-2222-3333"


def test_the_poll_opens_with_the_list_that_was_stated_and_minuted(ready: ReadyPoll) -> None:
    assert ready.ready().complete
    ready.open()
    with ready.act() as act:
        row = ready.rows(act)[1]
        terms = state.terms_of(row)
        assert terms is not None
        assert terms.maker == ready.maker.statement()


@pytest.mark.parametrize("change", ["withdrawn", "replaced"])
def test_a_later_change_of_the_cards_voids_statement_and_minutes(ready: ReadyPoll, change: str) -> None:
    """The registrar's own account is used to put a key in: the log shows it, and the minutes are void."""
    with ready.act(Role.REGISTRAR) as act:
        cycle, row = ready.rows(act)
        entry = ready.first(act)
        cards.withdraw_card(act, cycle, row, entry, "lost")
        if change == "replaced":
            cards.add_credentials(act, cycle, row, card_keys.checked(state.group_of(row), {entry: ready.own_key()}))
        assert statements.find(act, row) is None
        assert (row.minutes_cards, row.minutes_chair_id, row.minutes_secretary_id) == (None, None, None)
    assert not ready.ready().complete
    with pytest.raises(Conflict):
        ready.open()


def test_no_card_comes_or_goes_while_a_statement_stands(ready: ReadyPoll) -> None:
    with ready.act(Role.REGISTRAR) as act:
        for change in (
            delete(CardStatement),  # the minutes are confirmed
            update(CardStatement).values(count=1),
            delete(Credential),
            update(Poll).values(minutes_cards="{}", election_json="{}"),
        ):
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(change)


def test_with_own_keys_in_the_database_the_poll_does_not_open(ready: ReadyPoll) -> None:
    ready.put_keys({0: ready.own_key()})
    assert not ready.ready().list_minuted
    with pytest.raises(Conflict):
        ready.open()


def test_whoever_changes_the_minutes_too_is_found_out_by_the_makers_file(
    ready: ReadyPoll, maker_file: Path, tmp_path: Path
) -> None:
    ready.put_keys({0: ready.own_key()})
    with ready.act() as act:
        changed = card_list.list_fingerprint(statements.public_keys(act, ready.rows(act)[1]))
    ready.restate(replace(ready.maker.statement(), list=changed))
    ready.open()
    published = str(ready.archive(tmp_path))
    run = CliRunner()
    found = run.invoke(cards_command, ["check", published, str(maker_file)])
    assert found.exit_code == 1
    number = next(iter(sorted(ready.maker.cards, key=int)))
    assert f"the key of card {number} is not on the published list" in found.output
    assert "a published key belongs to no card" in found.output
    for credentials_given in (str(maker_file), ready.maker.list):
        assert run.invoke(verify, [published, "--credentials", credentials_given]).exit_code == 1
    alone = run.invoke(verify, [published])
    assert alone.exit_code == 0
    assert "The list of cards is the server's word" in alone.output
    key_file = tmp_path / "key.json"
    key_file.write_text(encrypt_maker_key(ready.demo.maker_seed, PASSPHRASE))
    signing = ["confirm", published, str(maker_file), "--key", str(key_file), "--out", str(tmp_path / "no.json")]
    assert run.invoke(cards_command, signing, input=PASSPHRASE).exit_code == 1
    assert not (tmp_path / "no.json").exists()


def test_the_enemys_own_makers_key_is_not_the_one_of_the_file(
    ready: ReadyPoll, maker_file: Path, tmp_path: Path
) -> None:
    """All keys are the right ones, but the terms name a key of the enemy's, to confirm with later."""
    ready.restate(replace(ready.maker.statement(), key="A" * 43 + "="))
    ready.open()
    found = CliRunner().invoke(cards_command, ["check", str(ready.archive(tmp_path)), str(maker_file)])
    assert found.exit_code == 1
    assert "another key" in found.output


def test_the_maker_confirms_the_published_list(ready: ReadyPoll, maker_file: Path, tmp_path: Path) -> None:
    ready.open()
    published, key_file, out = ready.archive(tmp_path), tmp_path / "key.json", tmp_path / "confirmation.json"
    key_file.write_text(encrypt_maker_key(ready.demo.maker_seed, PASSPHRASE))
    run = CliRunner()
    signing = ["confirm", str(published), str(maker_file), "--key", str(key_file), "--out", str(out)]
    signed = run.invoke(cards_command, signing, input=PASSPHRASE)
    assert signed.exit_code == 0, signed.output
    client, anybody = ready.web(tmp_path, Role.REGISTRAR), ready.web(tmp_path)
    assert "Not confirmed by the maker of the cards" in anybody.get(ready.path).text
    assert anybody.get(f"{ready.path}/confirmation.json").status_code == 404
    file = (io.BytesIO(out.read_bytes()), "confirmation.json")
    assert client.post(f"{ready.path}/confirmation", data={"confirmation": file}).status_code == 302
    assert "Confirmed by the maker of the cards" in anybody.get(ready.path).text
    assert anybody.get(f"{ready.path}/confirmation.json").data == out.read_bytes()
    told = run.invoke(verify, [str(published), "--confirmation", str(out), "--credentials", str(maker_file), "--json"])
    assert told.exit_code == 0
    cards_told = json.loads(told.output)["cards"]
    assert (cards_told["made"], cards_told["compared"], cards_told["confirmed"]) == ("program", True, True)
    assert (cards_told["key_compared"], cards_told["numbers_on_paper"]) == (True, True)


def test_another_file_than_the_makers_is_named_as_what_it_is(
    ready: ReadyPoll, maker_file: Path, tmp_path: Path
) -> None:
    ready.open()
    published, run = str(ready.archive(tmp_path)), CliRunner()
    (tmp_path / "statement.json").write_text(ready.maker.statement().to_json())
    (tmp_path / "key.json").write_text(encrypt_maker_key(ready.demo.maker_seed, PASSPHRASE))
    (tmp_path / "text").write_bytes(b"\xff\xfe")
    published_list = ready.archive(tmp_path).read_bytes()
    signed = confirmed(ready.maker, "0" * 43, ready.demo.maker_seed)
    (tmp_path / "confirmation.json").write_text(signed.to_json())
    (tmp_path / "public-keys.csv").write_text("entry,public_key,sealed\n")
    (tmp_path / "archive").write_bytes(published_list)
    told = {
        "statement.json": "is a statement of the list",
        "confirmation.json": "is a signed confirmation",
        "public-keys.csv": "is the list of public keys",
        "archive": "is an archive",
        "key.json": "is a key file",
        "text": "is not",
    }
    for name, what in told.items():
        for command, arguments in (
            (cards_command, ["check", published, str(tmp_path / name)]),
            (verify, [published, "--credentials", str(tmp_path / name)]),
        ):
            answer = run.invoke(command, arguments)
            assert answer.exit_code == 1, answer.output
            assert f"{name} {what}" in answer.output
            assert "give the maker's file, maker.json" in answer.output
    swapped = run.invoke(cards_command, ["check", str(maker_file), published])
    assert swapped.exit_code == 1
    assert "give the maker's file" in swapped.output
    for typed in ("abc", "ab" * 31, str(tmp_path / "nowhere.json")):
        answer = run.invoke(verify, [published, "--credentials", typed])
        assert answer.exit_code == 2
        assert "neither a file nor a fingerprint" in answer.output
    grouped = " ".join(ready.maker.list[start : start + 4].upper() for start in range(0, 64, 4))
    assert run.invoke(verify, [published, "--credentials", grouped]).exit_code == 0


def confirmed(cards: card_list.CardList, election_hash: str, seed: bytes) -> card_confirmation.Confirmation:
    return card_confirmation.confirm(cards, election_hash, seed, numbers_compared=True)


def test_another_key_confirms_nothing(ready: ReadyPoll) -> None:
    ready.open()
    with ready.act(Role.REGISTRAR) as act:
        cycle, row = ready.rows(act)
        election = state.election_of(row.election_json or "")
        for forged in (
            confirmed(ready.maker, election.hash, b"x" * 32),
            confirmed(ready.maker, "another poll", ready.demo.maker_seed),
            confirmed(replace(ready.maker, reserve={}), election.hash, ready.demo.maker_seed),
        ):
            with pytest.raises(FieldRefusal):
                confirmations.confirm(act, cycle, row, forged.to_json().encode())
        assert confirmations.find(act, row) is None


def test_a_statement_of_another_list_is_refused_at_its_field(ready: ReadyPoll, tmp_path: Path) -> None:
    client = ready.web(tmp_path, Role.REGISTRAR)
    for statement in (
        replace(ready.maker.statement(), list="0" * 64).to_json(),
        replace(ready.maker.statement(), count=3, reserve=1).to_json(),
        "{}",
    ):
        answer = client.post(f"{ready.path}/statement", data={"statement": (io.BytesIO(statement.encode()), "s.json")})
        assert answer.status_code == 422
        assert 'id="statement-error"' in answer.text
    assert ready.ready().complete


def test_a_list_made_on_the_platforms_page_is_labelled_whatever_it_says(ready: ReadyPoll, tmp_path: Path) -> None:
    with ready.act(Role.REGISTRAR) as act:
        cycle, row = ready.rows(act)
        entry = ready.first(act)
        cards.withdraw_card(act, cycle, row, entry, "lost")
        numbered = dict(ready.maker.cards)
    client = ready.web(tmp_path, Role.REGISTRAR)
    key = ready.own_key()
    numbered[next(iter(sorted(numbered, key=int)))] = key
    statement = replace(ready.maker, cards=numbered).statement()
    body = {"credentials": [{"entry": str(entry), "public_key": key}], "statement": statement.to_json()}
    assert statement.made is card_list.Made.PROGRAM
    assert client.post(f"{ready.path}/cards", json={**body, "statement": "{}"}).status_code == 422
    answer = client.post(f"{ready.path}/cards", json=body)
    assert answer.status_code == 201, answer.text
    assert made_as_stated(ready) is card_list.Made.PLATFORM_PAGE
    # The same statement as a file, which says that the offline program made the list: the platform knows better.
    stated = (io.BytesIO(statement.to_json().encode()), "statement.json")
    assert client.post(f"{ready.path}/statement", data={"statement": stated}).status_code == 302
    assert made_as_stated(ready) is card_list.Made.PLATFORM_PAGE
    assert "Made on a page of the platform" in ready.web(tmp_path).get(f"{ready.path}/maker").text


def made_as_stated(ready: ReadyPoll) -> card_list.Made:
    with ready.act() as act:
        stated = statements.find(act, ready.rows(act)[1])
        assert stated is not None
        return stated.made


def test_the_database_takes_no_better_label_for_keys_of_a_page(ready: ReadyPoll) -> None:
    """Somebody forgets the label in the program: the trigger does not."""
    with ready.act(Role.REGISTRAR) as act:
        cycle, row = ready.rows(act)
        entry = ready.first(act)
        cards.withdraw_card(act, cycle, row, entry, "lost")
        cards.add_credentials(
            act, cycle, row, card_keys.checked(state.group_of(row), {entry: ready.own_key()}), by_page=True
        )
        assert statements.made_on_page(act, row)
        with pytest.raises(DatabaseError, match="frozen_credentials_update"), act.session.begin_nested():
            act.session.execute(update(Credential).where(Credential.by_page).values(by_page=False))
        keys = statements.public_keys(act, row)
        assert act.person is not None
        for made in (card_list.Made.PROGRAM, card_list.Made.SAVED_FILE):
            statement = replace(ready.maker.statement(), list=card_list.list_fingerprint(keys), made=made)
            event = audit.record(act, "ready.cards_stated", subject=cycle.id)
            values = {"poll_id": row.id, "list": statement.list, "count": len(keys), "at": act.at, "event": event.hash}
            forged = insert(CardStatement).values(**values, statement=statement.to_json(), person_id=act.person.id)
            with pytest.raises(DatabaseError, match="frozen_card_statements_insert"), act.session.begin_nested():
                act.session.execute(forged)


def test_a_list_of_a_page_is_labelled_in_verify_too(ready: ReadyPoll, maker_file: Path, tmp_path: Path) -> None:
    """The maker's file says "program"; the terms say the page. The keys are right, and the label is the weaker one."""
    ready.restate(replace(ready.maker.statement(), made=card_list.Made.PLATFORM_PAGE))
    ready.open()
    published = str(ready.archive(tmp_path))
    told = CliRunner().invoke(verify, [published, "--credentials", str(maker_file)])
    assert told.exit_code == 0, told.output
    assert "on a page of the platform" in told.output
    assert CliRunner().invoke(cards_command, ["check", published, str(maker_file)]).exit_code == 0


def test_a_cards_holder_looks_its_key_up(ready: ReadyPoll, tmp_path: Path) -> None:
    ready.open()
    voted, silent = (credentials.public_credential(GROUP, ready.secret(number)) for number in (0, 1))
    with ready.act(Role.CLERK) as act:
        cards.hand_over(act, *ready.rows(act), ready.first(act))
    client = ready.web(tmp_path)
    assert ready.sign_in(client, 0).status_code == 200
    assert ready.cast(client, ready.ballot(0, 1)).status_code == 201
    for key, words in (
        (voted, "is in the box"),
        (silent, "no ballot is signed with it"),
        (ready.own_key(), "No key on the published list is the one you typed"),
    ):
        typed = card_list.printed_fingerprint(key).upper()
        assert words in client.post(f"{ready.path}/keys", data={"key": typed}).text
