"""Withdrawn credentials: their list is the poll's own, and whoever verifies learns of every ballot of one."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pb.commands.verify import verify as command
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.credentials import public_credential
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.receipt import generate_receipt_key
from pb.core.belenios.report import Step
from pb.core.belenios.verify import verify
from pb.core.belenios.withdrawn import Entry, Withdrawn, sign_withdrawn
from tests.conformance.polls import Poll, make_poll, make_terms


@pytest.fixture(scope="module")
def poll() -> Poll:
    """Three credentials: the first two vote. The roll has two persons; the third credential is of the reserve."""
    return make_poll(
        [(0, [[1, 0]]), (1, [[0, 1]])], voters=3, terms=replace(make_terms(roll=2), reserve=1, minimum_ballots=2)
    )


def listed(poll: Poll, *voters: int, key: bytes | None = None) -> Withdrawn:
    entries = tuple(
        Entry(public_credential(BELENIOS_2048, poll.secrets[voter]), "2026-11-22T10:00:00Z", "ab" * 32)
        for voter in voters
    )
    return sign_withdrawn(Withdrawn(poll.election.uuid, poll.election.hash, entries), key or poll.receipt_key)


def test_a_ballot_of_a_withdrawn_credential_is_reported(poll: Poll) -> None:
    report = verify(io.BytesIO(poll.archive), withdrawn=listed(poll, 1))
    assert report.failure is None
    assert not report.ok
    (found,) = report.withdrawn
    assert (found.height, found.tracker) == (2, tracker(poll.messages.ballots[1]))
    assert found.credential == public_credential(BELENIOS_2048, poll.secrets[1])[:12]
    assert report.to_value()["withdrawn"][0]["height"] == 2


def test_a_withdrawn_credential_that_did_not_vote_is_as_it_should_be(poll: Poll) -> None:
    report = verify(io.BytesIO(poll.archive), withdrawn=listed(poll, 2))
    assert report.ok
    assert report.lines[Step.WITHDRAWN].count == 1
    assert verify(io.BytesIO(poll.archive)).ok


def test_a_list_of_another_poll_or_of_another_signer_is_refused(poll: Poll) -> None:
    other = make_poll([(0, [[1, 0]])])
    wrong = [
        listed(other, 0),
        listed(poll, 2, key=generate_receipt_key()[0]),
        replace(listed(poll, 2), entries=()),
        replace(listed(poll, 2), election_hash="A" * 43),
        sign_withdrawn(
            replace(listed(poll), entries=(Entry("4", "2026-11-22T10:00:00Z", "ab" * 32),)), poll.receipt_key
        ),
    ]
    for one in wrong:
        report = verify(io.BytesIO(poll.archive), withdrawn=one)
        assert report.failure is not None
        assert report.failure.check is Check.WITHDRAWN


def test_the_list_is_read_as_it_was_written(poll: Poll) -> None:
    one = listed(poll, 0, 2)
    assert Withdrawn.parse(one.to_json()) == one


def test_a_credential_stands_once_in_the_list(poll: Poll) -> None:
    with pytest.raises(ProtocolError):
        Withdrawn.parse(listed(poll, 1, 1).to_json())


@given(st.text(max_size=100) | st.binary(max_size=100))
def test_whatever_is_no_list_is_refused(data: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        Withdrawn.parse(data)


def test_the_command_reports_it(poll: Poll, tmp_path: Path) -> None:
    archive, withdrawn = tmp_path / f"{poll.election.uuid}.bel", tmp_path / "withdrawn.json"
    archive.write_bytes(poll.archive)
    withdrawn.write_text(listed(poll, 0).to_json())
    arguments = [str(archive), "--withdrawn", str(withdrawn)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 1
    assert f"tracker {tracker(poll.messages.ballots[0])}" in done.output
    assert json.loads(CliRunner().invoke(command, [*arguments, "--json"]).output)["ok"] is False
    withdrawn.write_text(listed(poll, 2).to_json())
    assert CliRunner().invoke(command, arguments).exit_code == 0
    withdrawn.write_text("{}")
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 1
    assert "FAILED form" in done.output


def test_more_credentials_than_roll_and_reserve_are_refused() -> None:
    reserve_of_one = replace(make_terms(roll=2, minimum=0), reserve=1)
    assert verify(io.BytesIO(make_poll([], voters=3, terms=reserve_of_one).archive)).ok
    for terms in (make_terms(roll=2, minimum=0), replace(reserve_of_one, roll=replace(reserve_of_one.roll, count=1))):
        report = verify(io.BytesIO(make_poll([], voters=3, terms=terms).archive))
        assert report.failure is not None
        assert report.failure.check is Check.CREDENTIALS
