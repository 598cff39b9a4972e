"""`pb verify`: the whole archive of a poll, or a receipt in it, verified on anybody's machine."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pb.commands.files import FILE, FOLDER
from pb.commands.verify_cards import MakersWord, check_cards, fault_of
from pb.core.allocation.greedy import Outcome
from pb.core.belenios.ballot_rule import Points, Ranking
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Failure, Line, Report, Stage, Step

if TYPE_CHECKING:
    from pb.core.belenios.withdrawn import Withdrawn

COUNTED = {
    Step.EXTENDS: "events of the copy",
    Step.ARCHIVE: "records",
    Step.CHAIN: "events",
    Step.SETUP: "messages",
    Step.CREDENTIALS: "public credentials",
    Step.TRUSTEES: "trustees",
    Step.ELECTION_KEY: "keys",
    Step.TERMS: "projects",
    Step.WITHDRAWN: "withdrawn credentials",
    Step.BALLOTS: "ballots",
    Step.MINIMUM: "voters",
    Step.TALLY: "ciphertexts",
    Step.SHUFFLES: "shuffled ciphertexts",
    Step.DECRYPTIONS: "decryption factors",
    Step.RESULT: "counts",
    Step.BALLOT_RULE: "whole ballots",
    Step.WINNERS: "winners",
}
STAGES = {
    Stage.NOTHING: "Nothing is verified.",
    Stage.OPEN: "The archive ends while the poll is open.",
    Stage.CLOSED: "The archive ends after the closing; nothing was decrypted.",
    Stage.TALLIED: "The archive ends with the encrypted tally; nothing was decrypted.",
    Stage.SHUFFLING: "The archive ends while whole ballots are shuffled.",
    Stage.SHUFFLED: "The archive ends after the shuffles; nothing was decrypted.",
    Stage.DECRYPTING: "The archive ends before every trustee has decrypted.",
    Stage.COMPLETE: "The archive is complete.",
}
BIG_ARCHIVE = 4 * 2**20
"""Bytes from which on all cores are worth their start."""
PROGRESS_SECONDS = 0.5
NO_BREAK_SPACE = "\u00a0"


@click.command()
@click.argument("archive", type=FILE)
@click.option("--receipt", type=FILE, help="Check that this receipt's ballot stands in the archive.")
@click.option("--withdrawn", type=FILE, help="The poll's withdrawn.json: report every ballot of a withdrawn key.")
@click.option("--credentials", help="The maker's file of the cards, or the list's fingerprint from the signed paper.")
@click.option(
    "--maker-key", help="The maker's key from the signed paper: whoever wrote the poll's terms named one too."
)
@click.option("--numbers", help="The fingerprint of the numbers from the signed paper.")
@click.option("--confirmation", type=FILE, help="The signed confirmation of the cards' maker.")
@click.option("--cms", type=FILE, help="With --trust: the digital signature under the confirmation, for auditors.")
@click.option("--trust", type=FOLDER, help="Folder of trusted certificates, for --cms.")
@click.option("--crl", type=FOLDER, help="Folder of revocation lists, for --cms.")
@click.option("--extends", type=FILE, help="Check that the archive only added to this earlier copy of it.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that share the work; all cores for a big archive.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def verify(
    context: click.Context,
    archive: Path,
    receipt: Path | None,
    withdrawn: Path | None,
    credentials: str | None,
    maker_key: str | None,
    numbers: str | None,
    confirmation: Path | None,
    cms: Path | None,
    trust: Path | None,
    crl: Path | None,
    extends: Path | None,
    jobs: int | None,
    *,
    as_json: bool,
) -> None:
    """Verify the ballot ARCHIVE of a poll: its chain, every proof, the tally, the result and the winners.

    With --receipt only structure, chain and the receipt are checked, which takes a moment. Exit status 0 if
    everything verifies, 1 if something does not.
    """
    word = MakersWord(credentials, maker_key, numbers, confirmation, cms, trust, crl)
    if fault := fault_of(word):
        raise click.UsageError(fault)
    try:
        if receipt:
            value, lines, verified = _check_receipt(receipt, archive)
        else:
            value, lines, verified = _check_archive(archive, withdrawn, extends, jobs, word)
    except OSError as error:
        raise click.ClickException(f"The file cannot be read: {error.strerror}") from error
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(line)
    context.exit(0 if verified else 1)


def _check_receipt(receipt: Path, archive: Path) -> tuple[dict[str, Any], list[str], bool]:
    from pb.core.belenios.verify_receipt import verify_receipt

    try:
        checked = verify_receipt(receipt.read_bytes(), archive)
    except ProtocolError as error:
        failure = {"check": error.check.value, "message": error.message, "equation": error.equation}
        lines = [f"FAILED {error.check.value}: {error.message}"]
        return {"version": 1, "ok": False, "failure": failure}, lines, False
    value = {"version": 1, "ok": True, "tracker": checked.tracker, "position": checked.position, "event": checked.event}
    return value, [f"Receipt right: ballot {checked.position}, tracker {checked.tracker}, event {checked.event}"], True


def _check_archive(
    archive: Path,
    withdrawn: Path | None,
    extends: Path | None,
    jobs: int | None,
    word: MakersWord,
) -> tuple[dict[str, Any], list[str], bool]:
    from pb.core.belenios.withdrawn import Withdrawn

    try:
        listed = Withdrawn.parse(withdrawn.read_bytes()) if withdrawn else None
    except ProtocolError as error:
        failure = {"check": error.check.value, "message": error.message, "equation": error.equation}
        lines = [f"FAILED {error.check.value}: {error.message}"]
        return {"version": 1, "ok": False, "failure": failure}, lines, False
    report = verified(archive, listed, extends, jobs)
    if report.failure is not None:
        return report.to_value(), _describe(report), False
    cards = check_cards(archive, report, word)
    ok = report.ok and cards.ok
    value = {**report.to_value(), "ok": ok, "cards": cards.to_value()}
    return value, [*_describe(report), *cards.lines], ok


def verified(
    archive: Path, withdrawn: "Withdrawn | None" = None, extends: Path | None = None, jobs: int | None = None
) -> Report:
    """What the verifier says of an archive, with progress on a terminal; a big one is shared by all cores."""
    from pb.core.belenios.verify import verify as verify_archive

    if jobs is None:
        jobs = (os.cpu_count() or 1) if archive.stat().st_size >= BIG_ARCHIVE else 1
    listener = _progress() if sys.stderr.isatty() else None
    report = verify_archive(archive, withdrawn=withdrawn, jobs=jobs, extends=extends, on_check=listener)
    if listener is not None:
        click.echo("\r\x1b[K", nl=False, err=True)
    return report


def _progress() -> Callable[[Line], None]:
    """Shows on the terminal how far the verification has come, twice a second."""
    shown = time.monotonic()

    def show(line: Line) -> None:
        nonlocal shown
        if time.monotonic() - shown >= PROGRESS_SECONDS:
            shown = time.monotonic()
            click.echo(f"\r\x1b[K{line.step.value}: {line.count} {COUNTED[line.step]}", nl=False, err=True)

    return show


def _describe(report: Report) -> list[str]:
    lines = [
        f"{'ok' if report.failure is None or report.failure.step is not line.step else 'FAILED':6} "
        f"{line.step.value:20} {line.count:>8} {COUNTED[line.step]:21} {line.seconds:9.3f} s"
        for line in report.lines.values()
    ]
    if report.failure is not None:
        return [*lines, _describe_failure(report.failure)]
    poll = (
        f"Poll {report.election} “{_printable(report.name or '')}”: {report.ballots} ballots of {report.voters} voters."
    )
    refused = [
        f"WITHDRAWN credential {ballot.credential}… voted: event {ballot.height}, tracker {ballot.tracker}."
        for ballot in report.withdrawn
    ]
    whole, winners = _describe_whole_ballots(report), _describe_winners(report)
    return [*lines, poll, STAGES[report.stage], *whole, *winners, *refused]


def _describe_failure(failure: Failure) -> str:
    parts = [f"FAILED at event {failure.height}, {failure.step.value}: {failure.check.value}. {failure.message}"]
    if failure.credential is not None:
        parts.append(f"Credential {failure.credential}….")
    if failure.trustee is not None:
        parts.append(f"Trustee {failure.trustee}.")
    if failure.equation is not None:
        parts.append(f"It should hold: {failure.equation}")
    return " ".join(parts)


def _describe_whole_ballots(report: Report) -> list[str]:
    if not report.shufflers:
        return []
    shufflers = ", ".join(map(str, report.shufflers))
    invalid = [
        f"Not counted: question {ballot.question}, ballot {ballot.ballot}: {ballot.reason.value}."
        for ballot in report.invalid
    ]
    return [f"Shuffled by the trustees {shufflers}.", *invalid]


def _describe_winners(report: Report) -> list[str]:
    if report.terms is None or report.allocation is None:
        return []
    projects = {project.id: project for project in report.terms.projects}
    counted = "points" if isinstance(report.terms.ballot, Points | Ranking) else "votes"
    lines = [
        f"Winner {place}: {_printable(projects[winner.id].answer)}; {counted}: {winner.votes}; "
        f"cost: {_tenge(winner.cost)}{_in_part(winner)}"
        for place, winner in enumerate(report.allocation.winners, start=1)
    ]
    return [*(lines or ["No project won."]), f"Left of the envelope: {_tenge(report.allocation.left)}"]


def _in_part(winner: Outcome) -> str:
    return "" if winner.granted == winner.cost else f"; gets: {_tenge(winner.granted)}"


def _printable(text: str) -> str:
    """A text of the archive without anything that could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _tenge(tiyn: int) -> str:
    whole, rest = divmod(tiyn, 100)
    fraction = f",{rest:02}" if rest else ""
    return f"{whole:,}".replace(",", NO_BREAK_SPACE) + f"{fraction}{NO_BREAK_SPACE}₸"
