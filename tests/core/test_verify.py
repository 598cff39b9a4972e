"""The verifier's report, its memory, and the command `pb verify`."""

import gc
import io
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pb.commands.verify import verify as command
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import Check, dump_json
from pb.core.belenios.messages import EventType
from pb.core.belenios.receipt import Receipt, sign_receipt
from pb.core.belenios.report import Line, Stage, Step
from pb.core.belenios.verify import verify
from tests.conformance.polls import Poll, links, make_poll, make_terms, verified, write

ALWAYS = [step for step in Step if step is not Step.WITHDRAWN]


@pytest.fixture(scope="module")
def poll() -> Poll:
    return make_poll([(0, [[1, 0]]), (1, [[1, 1]])], terms=make_terms(choices=2))


@pytest.fixture
def archive(poll: Poll, tmp_path: Path) -> Path:
    path = tmp_path / f"{poll.election.uuid}.bel"
    path.write_bytes(poll.archive)
    return path


def test_the_report_counts_every_check(poll: Poll, archive: Path) -> None:
    heard: list[tuple[Step, int]] = []

    def listen(line: Line) -> None:
        heard.append((line.step, line.count))

    report = verify(archive, on_check=listen)
    assert report.ok
    counts = {step: line.count for step, line in report.lines.items()}
    assert counts == {
        Step.ARCHIVE: 22,
        Step.CHAIN: 8,
        Step.SETUP: 4,
        Step.CREDENTIALS: 2,
        Step.TRUSTEES: 2,
        Step.ELECTION_KEY: 2,
        Step.TERMS: 2,
        Step.BALLOTS: 2,
        Step.MINIMUM: 2,
        Step.TALLY: 2,
        Step.DECRYPTIONS: 4,
        Step.RESULT: 2,
        Step.WINNERS: 2,
    }
    assert list(counts) == ALWAYS
    assert [count for step, count in heard if step is Step.BALLOTS] == [1, 2]
    value = json.loads(json.dumps(report.to_value()))
    assert (value["ok"], value["stage"], value["election"]) == (True, "complete", poll.election.uuid)
    assert value["result"] == [[2, 1]]
    assert [winner["votes"] for winner in value["winners"]] == [2, 1]


def test_a_failure_names_event_voter_and_equation(poll: Poll) -> None:
    ballot = json.loads(poll.messages.ballots[1])
    ballot["signature"]["proof"]["response"] = "5"
    messages = replace(poll.messages, ballots=(poll.messages.ballots[0], dump_json(ballot)))
    archive = write(links(messages))
    report = verified(archive)
    assert report.failure is not None
    assert (report.failure.step, report.failure.height, report.stage) == (Step.BALLOTS, 2, Stage.OPEN)
    assert report.failure.credential == ballot["credential"][:12]
    assert report.failure.equation == "c = H(sig|hash|g^r·S^c)"
    assert report.lines[Step.BALLOTS].count == 1
    assert report.to_value()["failure"]["check"] == report.failure.check.value


def peak(archive: bytes) -> int:
    gc.collect()
    tracemalloc.start()
    assert verify(io.BytesIO(archive)).ok
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_ballots_themselves() -> None:
    poll = make_poll([(index % 2, [[1, 0]]) for index in range(80)])
    few = write(links(poll.messages, EventType.BALLOT)[:9])
    many = write(links(poll.messages, EventType.BALLOT))
    assert verify(io.BytesIO(few)).ok
    growth = (peak(many) - peak(few)) / (80 - 8)
    assert growth < 1000 < len(poll.messages.ballots[0]) / 3


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_the_command_prints_a_line_per_check_and_the_winners(archive: Path) -> None:
    code, output = run(archive)
    assert code == 0
    lines = output.splitlines()
    assert [line.split()[0] for line in lines[: len(ALWAYS)]] == ["ok"] * len(ALWAYS)
    assert "2 ballots of 2 voters" in output
    assert "Winner 1: 1. Көше жарығы" in output
    assert "15\u00a0000\u00a0000\u00a0₸" in output


def test_the_command_as_json(archive: Path) -> None:
    code, output = run(archive, "--json")
    assert code == 0
    assert json.loads(output)["ok"] is True


def test_the_command_names_the_first_failure(poll: Poll, archive: Path) -> None:
    archive.write_bytes(write(links(poll.messages))[:-1024] + b"\0" * 1024)
    code, output = run(archive)
    assert code == 1
    assert output.splitlines()[-1].startswith("FAILED at event 7, archive")
    code, output = run(archive, "--json")
    assert (code, json.loads(output)["failure"]["check"]) == (1, Check.ARCHIVE.value)


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"{}", b"PK\x03\x04", b"\x1b[31m" * 500])
def test_the_command_never_shows_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.bel"
    path.write_bytes(content)
    code, output = run(path)
    assert code == 1
    assert "FAILED" in output
    assert "Traceback" not in output


def test_the_command_on_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert run(tmp_path / "none.bel")[0] == 2
    assert run(tmp_path)[0] == 2


def test_the_command_checks_a_receipt(poll: Poll, archive: Path, tmp_path: Path) -> None:
    link = links(poll.messages)[1]
    place = {"position": 1, "height": 1, "event": link.digest, "hour": "2026-11-21T14:00+05:00"}
    receipt = Receipt(poll.election.uuid, poll.election.hash, tracker(poll.messages.ballots[0]), **place)  # type: ignore[arg-type]
    path = tmp_path / "receipt.json"
    path.write_text(sign_receipt(receipt, poll.receipt_key).to_json())
    code, output = run(archive, "--receipt", path)
    assert code == 0
    assert receipt.tracker in output
    assert json.loads(run(archive, "--receipt", path, "--json")[1])["position"] == 1
    path.write_text(receipt.to_json())
    assert run(archive, "--receipt", path)[0] == 1
    path.write_bytes(b"\xff\xff")
    assert run(archive, "--receipt", path)[0] == 1
    assert json.loads(run(archive, "--receipt", path, "--json")[1])["ok"] is False
