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
from pb.commands.spoken import gettext, language, said, speaking
from pb.commands.verify_cards import MakersWord, check_cards, fault_of
from pb.commands.verify_words import CHECKS, REASONS, STAGES, STEPS, counted, failed
from pb.commands.verify_words import line as described_line
from pb.core.allocation.greedy import Outcome
from pb.core.belenios.ballot_rule import Points, Ranking
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Failure, Line, Report

if TYPE_CHECKING:
    from pb.core.belenios.withdrawn import Withdrawn
    from pb.core.poll.terms import Project

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
@speaking
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
        raise click.ClickException(gettext("The file cannot be read: %(why)s", why=error.strerror)) from error
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
        lines = [failed(error.check, error.finding)]
        return {"version": 1, "ok": False, "failure": failure}, lines, False
    value = {"version": 1, "ok": True, "tracker": checked.tracker, "position": checked.position, "event": checked.event}
    right = gettext(
        "Receipt right: ballot %(ballot)s, tracker %(tracker)s, event %(event)s",
        ballot=checked.position,
        tracker=checked.tracker,
        event=checked.event,
    )
    return value, [right], True


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
        lines = [failed(error.check, error.finding)]
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
            click.echo(
                f"\r\x1b[K{said(STEPS[line.step])}: {line.count} {counted(line.step, line.count)}", nl=False, err=True
            )

    return show


def _describe(report: Report) -> list[str]:
    lines = [
        described_line(
            line.step, line.count, line.seconds, passed=report.failure is None or report.failure.step is not line.step
        )
        for line in report.lines.values()
    ]
    if report.failure is not None:
        return [*lines, _describe_failure(report.failure)]
    poll = gettext(
        "Poll %(election)s “%(name)s”: %(ballots)s ballots of %(voters)s voters.",
        election=report.election,
        name=_printable(report.name or ""),
        ballots=report.ballots,
        voters=report.voters,
    )
    refused = [
        gettext(
            "WITHDRAWN credential %(credential)s… voted: event %(event)s, tracker %(tracker)s.",
            credential=ballot.credential,
            event=ballot.height,
            tracker=ballot.tracker,
        )
        for ballot in report.withdrawn
    ]
    whole, winners = _describe_whole_ballots(report), _describe_winners(report)
    return [*lines, poll, said(STAGES[report.stage]), *whole, *winners, *refused]


def _describe_failure(failure: Failure) -> str:
    parts = [
        gettext(
            "FAILED at event %(event)s, %(step)s: %(check)s. %(finding)s",
            event=failure.height,
            step=said(STEPS[failure.step]),
            check=said(CHECKS[failure.check]),
            finding=said(failure.finding),
        )
    ]
    if failure.credential is not None:
        parts.append(gettext("Credential %(credential)s….", credential=failure.credential))
    if failure.trustee is not None:
        parts.append(gettext("Trustee %(trustee)s.", trustee=failure.trustee))
    if failure.equation is not None:
        parts.append(gettext("It should hold: %(equation)s", equation=failure.equation))
    return " ".join(parts)


def _describe_whole_ballots(report: Report) -> list[str]:
    if not report.shufflers:
        return []
    shufflers = ", ".join(map(str, report.shufflers))
    invalid = [
        gettext(
            "Not counted: question %(question)s, ballot %(ballot)s: %(reason)s.",
            question=ballot.question,
            ballot=ballot.ballot,
            reason=said(REASONS[ballot.reason]),
        )
        for ballot in report.invalid
    ]
    return [gettext("Shuffled by the trustees %(trustees)s.", trustees=shufflers), *invalid]


def _describe_winners(report: Report) -> list[str]:
    if report.terms is None or report.allocation is None:
        return []
    projects = {project.id: project for project in report.terms.projects}
    by_points = isinstance(report.terms.ballot, Points | Ranking)
    lines = [
        _describe_winner(place, projects[winner.id], winner, by_points=by_points)
        for place, winner in enumerate(report.allocation.winners, start=1)
    ]
    left = gettext("Left of the envelope: %(sum)s", sum=_tenge(report.allocation.left))
    return [*(lines or [gettext("No project won.")]), left]


def _describe_winner(place: int, project: "Project", winner: Outcome, *, by_points: bool) -> str:
    title = f"{project.number}. {project.called(language()).text}"
    parts = [
        gettext("Winner %(place)s: %(project)s", place=place, project=_printable(title)),
        gettext("points: %(number)s", number=winner.votes)
        if by_points
        else gettext("votes: %(number)s", number=winner.votes),
        gettext("cost: %(sum)s", sum=_tenge(winner.cost)),
    ]
    if winner.granted != winner.cost:
        parts.append(gettext("gets: %(sum)s", sum=_tenge(winner.granted)))
    return "; ".join(parts)


def _printable(text: str) -> str:
    """A text of the archive without anything that could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _tenge(tiyn: int) -> str:
    whole, rest = divmod(tiyn, 100)
    fraction = f",{rest:02}" if rest else ""
    return f"{whole:,}".replace(",", NO_BREAK_SPACE) + f"{fraction}{NO_BREAK_SPACE}₸"
