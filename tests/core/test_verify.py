"""The verifier's report, its memory, and the command `pb verify`."""

import gc
import io
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pb.commands.verify import _progress
from pb.commands.verify import verify as command
from pb.core.belenios.ballot_rule import Points
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import Check, dump_json
from pb.core.belenios.groups import ED25519
from pb.core.belenios.messages import EventType
from pb.core.belenios.receipt import Receipt, sign_receipt
from pb.core.belenios.report import Line, Stage, Step
from pb.core.belenios.verify import verify
from tests.conformance.polls import Poll, links, make_poll, make_terms, verified, whole_election, write

TOTALS = [step for step in Step if step not in {Step.EXTENDS, Step.SHUFFLES, Step.BALLOT_RULE, Step.WITHDRAWN}]
"""The checks of a poll without whole ballots."""


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
    assert list(counts) == TOTALS
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
    assert [line.split()[0] for line in lines[: len(TOTALS)]] == ["ok"] * len(TOTALS)
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


def test_several_processes_find_the_same(poll: Poll) -> None:
    """Sound archives, and the first of two faults, whichever process comes upon it first."""
    many = make_poll([(index % 3, [[index % 2, 1 - index % 2]]) for index in range(20)], voters=3, group=ED25519)
    for archive in (poll.archive, many.archive):
        alone, together = verified(archive), verified(archive, jobs=2)
        assert together.ok, together.failure
        assert [(line.step, line.count) for line in together.lines.values()] == [
            (line.step, line.count) for line in alone.lines.values()
        ]
        assert (together.result, together.voters) == (alone.result, alone.voters)
    signature = json.loads(many.messages.ballots[4])["signature"]["proof"]["response"]
    forged = many.messages.ballots[4].replace(signature, "5")
    later = ("{}", "[]", many.messages.ballots[0])
    for second in later:
        ballots = (*many.messages.ballots[:4], forged, *many.messages.ballots[5:10], second)
        archive = write(links(replace(many.messages, ballots=ballots), EventType.BALLOT))
        alone, together = verified(archive), verified(archive, jobs=2)
        assert alone.failure == together.failure
        assert alone.failure is not None
        assert (alone.failure.check, alone.failure.height) == (Check.SIGNATURE, 5)


def test_several_processes_find_a_broken_shuffle() -> None:
    whole = make_poll([(0, [[1, 2]]), (1, [[3, 4]])], group=ED25519, election_json=whole_election(ED25519, 2))
    assert verified(whole.archive, jobs=2).ok
    assert whole.messages.shuffles is not None
    (_, first), (_, second) = whole.messages.shuffles
    archive = write(links(replace(whole.messages, shuffles=((1, first), (2, first)))))
    alone, together = verified(archive), verified(archive, jobs=2)
    assert alone.failure == together.failure
    assert together.failure is not None
    assert (together.failure.step, together.failure.trustee) == (Step.SHUFFLES, 2)
    assert second != first


def test_a_copy_kept_by_an_observer(poll: Poll, archive: Path, tmp_path: Path) -> None:
    made = links(poll.messages)
    copy = tmp_path / "copy.bel"
    for length in range(1, len(made) + 1):
        copy.write_bytes(write(made[:length]))
        report = verify(archive, extends=copy)
        assert report.ok, report.failure
        assert report.lines[Step.EXTENDS].count == length
        assert report.events == len(made)
    fewer = replace(poll.messages, ballots=poll.messages.ballots[1:])
    for other, height in ((links(fewer), 1), ([*made, *made[-1:]], 8)):
        copy.write_bytes(write(other))
        failure = verify(archive, extends=copy).failure
        assert failure is not None
        assert failure.step is Step.EXTENDS
        assert failure.height == height
    archive.write_bytes(write(made[:3]))
    copy.write_bytes(write(made[:4]))
    failure = verify(archive, extends=copy).failure
    assert failure is not None
    assert (failure.check, failure.height) == (Check.EXTENDS, 3)
    copy.write_bytes(write(made[:2], timestamp=1))
    failure = verify(archive, extends=copy).failure
    assert failure is not None
    assert (failure.check, failure.height) == (Check.EXTENDS, 0)


def test_the_command_with_a_copy_and_with_jobs(poll: Poll, archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.bel"
    copy.write_bytes(write(links(poll.messages)[:2]))
    code, output = run(archive, "--extends", copy, "--jobs", "2")
    assert code == 0, output
    assert output.splitlines()[0].split()[:3] == ["ok", "extends", "2"]
    copy.write_bytes(write(links(poll.messages)[:2], timestamp=5))
    code, output = run(archive, "--extends", copy)
    assert code == 1
    assert "FAILED at event 0, extends" in output


def test_the_command_shows_whole_ballots_that_are_not_counted(tmp_path: Path) -> None:
    election = whole_election(ED25519, 2, Points(5, 6))
    whole = make_poll([(0, [[5, 5]]), (1, [[5, 1]])], group=ED25519, election_json=election)
    path = tmp_path / f"{whole.election.uuid}.bel"
    path.write_bytes(whole.archive)
    code, output = run(path)
    assert code == 0
    assert "Shuffled by the trustees 1, 2." in output
    assert "too many points." in output
    value = json.loads(run(path, "--json")[1])
    assert value["shufflers"] == [1, 2]
    assert [ballot["reason"] for ballot in value["invalid"]] == ["too many points"]


def test_the_library_call_that_is_documented(archive: Path) -> None:
    import pb.core.belenios as library

    assert library.verify(archive).ok


def test_progress_is_shown_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, 0.1, 1.0, 1.0, 1.1])
    monkeypatch.setattr("pb.commands.verify.time.monotonic", lambda: next(moments))
    show = _progress()
    show(Line(Step.BALLOTS, 7))
    show(Line(Step.BALLOTS, 8))
    show(Line(Step.BALLOTS, 9))
    said = capsys.readouterr().err
    assert "ballots: 8 ballots" in said
    assert "7" not in said
    assert "9" not in said


@pytest.mark.parametrize("content", [b"# Asar\n" * 200, b"", b"BELENIOS", b"[" * 5_000, bytes(2_000)])
def test_what_is_no_archive_is_called_that(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(content)
    done = CliRunner().invoke(command, [str(path)])
    assert done.exit_code == 1
    assert "not a ballot archive" in done.output
