"""Cards before the opening: the reserve, sealed codes, a spoiled card; and no lock for anybody while voting is open."""

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cards.models import CardWithdrawal, Credential, ReserveCredential, SealedCode
from pb.cards.service import card_keys, cards, statements
from pb.core import sealing
from pb.core.belenios import credentials
from pb.core.poll.sampling import commitment
from pb.cycles.models import Cycle, Phase
from pb.db import Database
from pb.errors import Conflict, FieldRefusal
from pb.identity.service.iin import lookup
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Entry
from pb.roll.service import imports
from pb.settings import Settings
from pb.territory import service as territories
from pb.voting.service import preparation
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP
from tests.sessions import session_of
from tests.village import KEYS, SETTLEMENTS, Village, called, found, invented_iin, path_of

VOTERS = 51
REGISTRAR = sealing.generate_key()


both_databases = pytest.mark.parametrize("prepared", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def prepared_file(settled_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An okrug whose poll is in preparation: a roll, no cards yet; to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "prepared.db"
    shutil.copy(settled_file, path)
    database = Database(f"sqlite:///{path}")
    prepare(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


def prepare(database: Database) -> None:
    """A roll, and a poll in preparation, in a settled okrug."""
    okrug = found(database)
    cycle_id = okrug.open_cycle(phase=Phase.VOTING, group_name=GROUP.name)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        preparation.prepare(act, cycle, KEYS)
    lines = "".join(f"{invented_iin(n).text},Дауыс Беруші {n},{SETTLEMENTS[0]}\n" for n in range(100, 100 + VOTERS))
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        waiting = imports.read_file(act, cycle, KEYS, ("iin,name,settlement\n" + lines).encode())
        imports.confirm_import(act, cycle, KEYS, waiting)


@pytest.fixture
def prepared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Village]:
    if getattr(request, "param", "sqlite") == "postgresql":
        database = Database(request.getfixturevalue("postgres").copy("settled", f"prepared_{uuid4().hex}"))
        prepare(database)
    else:
        shutil.copy(request.getfixturevalue("prepared_file"), tmp_path / "prepared.db")
        database = Database(f"sqlite:///{tmp_path / 'prepared.db'}")
    yield found(database)
    database.engine.dispose()


@contextmanager
def registrar(okrug: Village) -> Iterator[tuple[Act, Cycle, Poll]]:
    with okrug.act_as(Role.REGISTRAR) as act:
        cycle = act.session.scalars(select(Cycle)).one()
        yield act, cycle, state.require(act, cycle)


def public_key(poll: Poll, code: str) -> str:
    return credentials.public_credential(GROUP, credentials.derive(GROUP, poll.uuid, code))


def some_key(poll: Poll) -> str:
    return public_key(poll, credentials.generate_code())


def test_the_reserve_is_two_percent_of_the_roll_and_at_least_one(prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, _poll):
        assert cards.reserve_wanted(act, cycle) == 2  # of 51
    with prepared.act_as(Role.OFFICE) as act:
        today = clock.local(act.at).date()
        territories.record_setting(act, "reserve_percent", 0, source="№ 1", since=today)
        assert cards.reserve_wanted(act, act.session.scalars(select(Cycle)).one()) == 1


def test_both_makers_get_the_roll_and_the_reserve(prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, poll):
        blanks = cards.blanks(act, cycle, poll)
    assert len(blanks) == VOTERS + 2
    assert [(one.entry, one.number, one.lookup) for one in blanks[-2:]] == [
        ("reserve-1", "R1", ""),
        ("reserve-2", "R2", ""),
    ]
    assert blanks[0].lookup == lookup(invented_iin(100), KEYS.pepper).hex()
    assert invented_iin(100).text not in str(blanks[0])


def hand_in(act: Act, cycle: Cycle, poll: Poll, *keys: Any, sealed: dict[UUID, str] | None = None) -> int:
    """What the registrar's page does with public keys: of voters, then of the reserve."""
    return cards.add_credentials(act, cycle, poll, card_keys.checked(state.group_of(poll), *keys, sealed=sealed))


def test_cards_come_in_once_with_their_sealed_codes(prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, poll):
        first, second = (UUID(one.entry) for one in cards.blanks(act, cycle, poll)[:2])
        keys, reserve = {first: some_key(poll), second: some_key(poll)}, {1: some_key(poll)}
        named = {"poll": poll.uuid, "entry": str(first), "public_key": keys[first]}
        code = credentials.generate_code()
        sealed = {first: sealing.seal_code(code, "ab", codes_key=sealing.public_text(REGISTRAR), **named)}
        assert hand_in(act, cycle, poll, keys, reserve, sealed=sealed) == 3
        assert hand_in(act, cycle, poll, keys, reserve, sealed=sealed) == 0
        stored = act.session.scalars(select(SealedCode)).one()
        assert sealing.unseal_code(stored.sealed, REGISTRAR, **named) == (code, "ab")
        assert {one.entry for one in cards.blanks(act, cycle, poll)[-1:]} == {"reserve-2"}


def test_what_is_no_card_of_this_poll_is_refused(prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, poll):
        first, second = (UUID(one.entry) for one in cards.blanks(act, cycle, poll)[:2])
        key = some_key(poll)
        for voters, reserve, sealed in (
            ({first: key, second: key}, {}, {}),
            ({first: key}, {1: key}, {}),
            ({first: "4"}, {}, {}),
            ({UUID(int=7): key}, {}, {}),
            ({}, {0: key}, {}),
            ({}, {3: key}, {}),
            ({first: key}, {}, {first: "not base64url!"}),
            ({first: key}, {}, {first: "A" * 700}),
            ({first: key}, {}, {first: "AAAA"}),
        ):
            with pytest.raises(FieldRefusal), act.session.begin_nested():
                hand_in(act, cycle, poll, voters, reserve, sealed=sealed)
        assert act.session.scalars(select(Credential)).all() == []
        hand_in(act, cycle, poll, {first: key}, {1: some_key(poll)})
        with pytest.raises(Conflict), act.session.begin_nested():
            hand_in(act, cycle, poll, {first: some_key(poll)})
        with pytest.raises(Conflict), act.session.begin_nested():
            hand_in(act, cycle, poll, {}, {1: some_key(poll)})
        assert len(act.session.scalars(select(ReserveCredential)).all()) == 1


def signed_in(settings: Settings, okrug: Village, role: Role) -> LintingClient:
    app = make_app(replace(settings, database_url=str(okrug.database.engine.url)), okrug.database)
    client = english(app)
    with okrug.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, okrug.people[role].id))
    return client


def test_a_spoiled_card_is_withdrawn_with_a_reason_and_made_again(settings: Settings, prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, poll):
        entry = UUID(cards.blanks(act, cycle, poll)[0].entry)
        number = called(act.session, "entry_id", entry)
        path = f"{path_of(act.session, cycle.id)}/poll/cards"
        named = {"poll": poll.uuid, "entry": str(entry), "public_key": "4"}
        sealed = sealing.seal_code("x" * 24, "ab", codes_key=sealing.public_text(REGISTRAR), **named)
        hand_in(act, cycle, poll, {entry: some_key(poll)}, sealed={entry: sealed})
    client = signed_in(settings, prepared, Role.REGISTRAR)
    assert client.post(f"{path}/{number}/withdraw", data={"reason": " "}).status_code == 422
    assert client.post(f"{path}/{number}/withdraw", data={"reason": "torn\nin the printer"}).status_code == 302
    assert client.post(f"{path}/{number}/withdraw", data={"reason": "again"}).status_code == 409
    with registrar(prepared) as (act, cycle, poll):
        assert act.session.get(Credential, (poll.id, entry)) is None
        assert cards.blanks(act, cycle, poll)[0].entry == str(entry)
        event = next(one for one in audit.every(act) if one.action == "poll.card_withdrawn")
        row = act.session.scalars(select(CardWithdrawal)).one()
        assert (row.reason, row.event) == ("torn in the printer", event.hash)
        assert "torn" not in str(event.data), "people write names there, and the log is for ever"
        text = f'["{poll.uuid}","torn in the printer"]'
        assert event.data["reason_commitment"] == commitment(text, row.salt or b"")


def made_for(uuid: str, rows: list[dict[str, str]]) -> list[tuple[str, str, str, str]]:
    """What the offline program hands in of cards of a poll."""
    secrets = [credentials.derive(GROUP, uuid, credentials.generate_code()) for _row in rows]
    keys = [credentials.public_credential(GROUP, secret) for secret in secrets]
    return [(row["entry"], key, "", uuid) for row, key in zip(rows, keys, strict=True)]


def as_file(rows: list[tuple[str, ...]], columns: int = 4) -> tuple[io.BytesIO, str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("entry", "public_key", "sealed", "poll")[:columns])
    writer.writerows(row[:columns] for row in rows)
    return io.BytesIO(out.getvalue().encode()), "public-keys.csv"


def test_cards_of_another_poll_are_refused_when_they_are_handed_in(settings: Settings, prepared: Village) -> None:
    """Two letters of the poll's id were swapped: the voters found it out."""
    client = signed_in(settings, prepared, Role.REGISTRAR)
    with registrar(prepared) as (act, cycle, poll):
        path, uuid = f"{path_of(act.session, cycle.id)}/poll", poll.uuid
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}/cards.csv?lang=en").data.decode("utf-8-sig"))))
    at = next(place for place in range(len(uuid) - 1) if uuid[place] != uuid[place + 1])
    swapped = uuid[:at] + uuid[at + 1] + uuid[at] + uuid[at + 2 :]
    refused = client.post(f"{path}/cards/keys", data={"file": as_file(made_for(swapped, rows))})
    assert refused.status_code == 422
    assert f"These cards were made for another poll: {swapped}" in refused.text
    unnamed = client.post(f"{path}/cards/keys", data={"file": as_file(made_for(uuid, rows), columns=3)})
    assert unnamed.status_code == 422
    other = client.post(f"{path}/cards/keys", data={"file": (io.BytesIO(b'{"poll":"x"}'), "statement.json")})
    assert other.status_code == 422
    assert "First hand in public-keys.csv" in other.text
    with registrar(prepared) as (act, _cycle, poll):
        assert not statements.public_keys(act, poll)


def test_a_list_that_was_cut_on_its_way_costs_no_paper(settings: Settings, prepared: Village) -> None:
    """A stick was pulled out too early: the registrar was told to destroy cards that were good."""
    client = signed_in(settings, prepared, Role.REGISTRAR)
    with registrar(prepared) as (act, cycle, poll):
        path, uuid = f"{path_of(act.session, cycle.id)}/poll", poll.uuid
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}/cards.csv?lang=en").data.decode("utf-8-sig"))))
    whole = as_file(made_for(uuid, rows))[0].getvalue().rstrip()
    last = whole.rindex(b"\n") + 1
    for end in (last + 10, last + 40, len(whole) - len(uuid), len(whole) - 1):
        cut = client.post(f"{path}/cards/keys", data={"file": (io.BytesIO(whole[:end]), "public-keys.csv")})
        assert cut.status_code == 422, end
        assert f"Line {len(rows) + 1} of the file is not whole" in cut.text
        assert "destroy the paper" not in cut.text
    with registrar(prepared) as (act, _cycle, poll):
        assert not statements.public_keys(act, poll)


def test_a_part_of_the_cards_is_completed_with_the_whole_file(settings: Settings, prepared: Village) -> None:
    client = signed_in(settings, prepared, Role.REGISTRAR)
    with registrar(prepared) as (act, cycle, poll):
        path, uuid = f"{path_of(act.session, cycle.id)}/poll", poll.uuid
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}/cards.csv?lang=en").data.decode("utf-8-sig"))))
    whole = made_for(uuid, rows)
    assert client.post(f"{path}/cards/keys", data={"file": as_file(whole[:3])}).status_code == 302
    assert client.post(f"{path}/cards/keys", data={"file": as_file(whole)}).status_code == 302
    with registrar(prepared) as (act, _cycle, poll):
        assert len(statements.public_keys(act, poll)) + len(statements.reserve_keys(act, poll)) >= len(rows)


def test_others_write_while_the_keys_of_a_large_okrug_are_checked(
    settings: Settings, prepared: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(settings, prepared, Role.REGISTRAR)
    with registrar(prepared) as (act, cycle, poll):
        path, uuid = f"{path_of(act.session, cycle.id)}/poll", poll.uuid
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}/cards.csv?lang=en").data.decode("utf-8-sig"))))
    check = card_keys.checked
    written = []

    def check_while_another_writes(*keys: Any) -> card_keys.CardKeys:
        with registrar(prepared) as (act, cycle, _poll):
            written.append(audit.record(act, "roll.read", subject=cycle.id))
        return check(*keys)

    monkeypatch.setattr(card_keys, "checked", check_while_another_writes)
    assert client.post(f"{path}/cards/keys", data={"file": as_file(made_for(uuid, rows))}).status_code == 302
    assert len(written) == 1


def test_the_offline_makers_list_and_its_file_go_through_the_pages(settings: Settings, prepared: Village) -> None:
    client = signed_in(settings, prepared, Role.REGISTRAR)
    with registrar(prepared) as (act, cycle, poll):
        path, uuid = f"{path_of(act.session, cycle.id)}/poll", poll.uuid
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}/cards.csv?lang=en").data.decode("utf-8-sig"))))
    assert len(rows) == VOTERS + 2
    listed = made_for(uuid, rows[-4:])
    assert client.post(f"{path}/cards/keys", data={"file": as_file(listed)}).status_code == 302
    assert "Cards in reserve" in client.get(path).text
    with registrar(prepared) as (act, cycle, poll):
        assert len(statements.reserve_keys(act, poll)) == 2
        assert len(act.session.scalars(select(Credential)).all()) == 2


def test_a_poll_without_its_reserve_does_not_open(prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, poll):
        keys = {entry.id: some_key(poll) for entry in act.session.scalars(select(Entry))}
        hand_in(act, cycle, poll, keys)
        assert not preparation.readiness(act, cycle, poll).reserve_enough
        hand_in(act, cycle, poll, {}, {1: some_key(poll), 2: some_key(poll)})
        assert preparation.readiness(act, cycle, poll).reserve_enough


@both_databases
def test_no_card_comes_without_its_event_in_the_log(prepared: Village) -> None:
    """Played in an attack: five rows with keys of the operator's own, inserted before the opening."""
    with registrar(prepared) as (act, cycle, poll):
        entry = UUID(cards.blanks(act, cycle, poll)[0].entry)
        card = {"poll_id": poll.id, "entry_id": entry, "public_key": some_key(poll), "made_at": act.at}
        before = act.session.scalars(select(AuditEvent.hash).order_by(AuditEvent.position.desc())).first()
        making = audit.record(act, "poll.cards_made", subject=cycle.id)
        for event, moment in (
            ("0" * 64, act.at),  # no event
            (before, act.at),  # an event of something else
            (making.hash, act.at + timedelta(seconds=1)),  # an event of another moment
        ):
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(insert(Credential).values(card | {"event": event, "made_at": moment}))
        audit.record(act, "roll.read", subject=cycle.id)
        with pytest.raises(DatabaseError), act.session.begin_nested():  # the log has gone on since
            act.session.execute(insert(Credential).values(card | {"event": making.hash}))


@both_databases
def test_no_card_goes_without_its_event_in_the_log_and_its_key_never_comes_back(prepared: Village) -> None:
    with registrar(prepared) as (act, cycle, poll):
        entry, key = UUID(cards.blanks(act, cycle, poll)[0].entry), some_key(poll)
        hand_in(act, cycle, poll, {entry: key}, {1: some_key(poll)})
        for table in (Credential, ReserveCredential):
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(delete(table).where(table.poll_id == poll.id))
        event = act.session.scalars(select(Credential.event)).one()
        values = {"poll_id": poll.id, "public_key": key, "at": act.at, "event": event}
        with pytest.raises(DatabaseError), act.session.begin_nested():  # a withdrawal that the log does not know
            act.session.execute(insert(CardWithdrawal).values(values))
        cards.withdraw_card(act, cycle, poll, entry, "lost")
        with pytest.raises(FieldRefusal):
            hand_in(act, cycle, poll, {entry: key})
        assert hand_in(act, cycle, poll, {entry: some_key(poll)}) == 1
        with pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(update(CardWithdrawal).values(at=act.at + timedelta(days=1)))
