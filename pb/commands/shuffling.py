"""`pb trustee shuffle`: whole ballots shuffled from a file, or straight from and to the platform."""

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pb.commands.poll_page import PollPage, checked_address
from pb.commands.spoken import gettext, said, speaking
from pb.commands.trustee_files import EXISTING, NEW, refusals, refuse_existing
from pb.commands.verify import verified
from pb.core.belenios.messages import Election, EncryptedTally, EventType
from pb.core.belenios.report import Stage
from pb.core.belenios.trustee_list import Trustees

MEGABYTE = 2**20


@click.command()
@click.option("--archive", type=EXISTING, help="UUID.bel, downloaded when it was your turn.")
@click.option("--out", type=NEW, help="New file for the shuffle: hand it in.")
@click.option("--server", metavar="ADDRESS", help="The poll's page: fetch, shuffle and hand in with a one-time code.")
@speaking
def shuffle(archive: Path | None, out: Path | None, server: str | None) -> None:
    """Verify an archive, then shuffle its whole ballots, so that nobody can tell whose is which. Needs no key.

    Without a network: --archive and --out. Else --server: the one-time code that your trustee's page shows is asked
    for, never given as an argument.
    """
    if server is not None and archive is None and out is None:
        _shuffle_online(server)
    elif server is None and archive is not None and out is not None:
        refuse_existing(out)
        shuffle_json, count = _shuffle_of(archive)
        out.write_text(shuffle_json, encoding="utf-8")
        click.echo(
            gettext(
                "Shuffle of %(count)s whole ballots written to %(file)s. Its randomness is forgotten.",
                count=count,
                file=f"{out}",
            )
        )
    else:
        raise click.UsageError(gettext("Give --archive and --out, or --server alone."))


def _shuffle_online(server: str) -> None:
    from pb.core.belenios.credentials import normalise_code

    checked_address(server)  # before anything is asked
    typed = click.prompt(gettext("One-time code from your trustee's page"), hide_input=True)
    with refusals():
        page = PollPage(server, normalise_code(typed))
    poll, state = page.standing()
    if state == "wanted":
        with TemporaryDirectory(prefix="pb-trustee-") as folder:
            archive = Path(folder) / f"{poll}.bel"
            _download(page, poll, archive)
            shuffle_json, count = _shuffle_of(archive, poll)
        with click.progressbar(length=len(shuffle_json), label=gettext("Sending"), file=sys.stderr) as bar:
            page.hand_in(shuffle_json, bar.update)
        click.echo(
            gettext(
                "Shuffle of %(count)s whole ballots sent. Its randomness is forgotten. The platform checks it.",
                count=count,
            )
        )
    if not page.verdict():
        raise click.ClickException(
            gettext("The platform found the shuffle wrong. Ask for a new code on your page and repeat.")
        )
    click.echo(gettext("The shuffle is right and stands in the archive."))


def _download(page: PollPage, poll: str, archive: Path) -> None:
    size = 0

    def progress(length: int) -> None:
        nonlocal size
        before, size = size, size + length
        if sys.stderr.isatty() and before // MEGABYTE != size // MEGABYTE:
            click.echo("\r" + gettext("Downloading: %(size)s MB", size=size // MEGABYTE), nl=False, err=True)

    page.download(poll, archive, progress)
    click.echo("\r" + gettext("Downloaded: %(size)s MB", size=f"{size / MEGABYTE:.1f}"), err=True)


def _shuffle_of(archive: Path, poll: str | None = None) -> tuple[str, int]:
    """A shuffle of the archive's whole ballots, and how many they are. Raises ClickException."""
    from pb.core.belenios.shuffles import shuffle as shuffle_rows
    from pb.core.belenios.tally import to_shuffle

    read = read_archive(archive)
    if poll is not None and read.election.uuid != poll:
        raise click.ClickException(gettext("The archive is another poll's."))
    if not read.election.whole or read.stage not in {Stage.TALLIED, Stage.SHUFFLING}:
        raise click.ClickException(gettext("The archive does not wait for a shuffle."))
    rows = to_shuffle(read.election, read.tally)
    with click.progressbar(length=sum(len(row) for row in rows), label=gettext("Shuffling"), file=sys.stderr) as bar:
        new_shuffle = shuffle_rows(read.election, rows, progress=lambda finished, _all: bar.update(finished - bar.pos))
    return new_shuffle.to_json(read.election.group), len(rows[0])


@dataclass(frozen=True)
class ReadArchive:
    """What an archive says that verifies as far as it goes; the tally as the last shuffle left it."""

    election: Election
    trustees: Trustees
    tally: EncryptedTally
    stage: Stage


def read_archive(archive: Path) -> ReadArchive:
    """Verifies an archive and reads what a trustee works on. Raises ClickException if it does not verify."""
    from pb.core.belenios.archive import ArchiveReader
    from pb.core.belenios.chain import read_links
    from pb.core.belenios.shuffles import Shuffle
    from pb.core.belenios.tally import shuffled

    report = verified(archive)
    if report.failure is not None:
        raise click.ClickException(
            gettext("The archive does not verify: %(finding)s", finding=said(report.failure.finding))
        )
    tally = EncryptedTally(())
    with archive.open("rb") as file:
        for link in read_links(ArchiveReader(file)):
            if link.event.type is EventType.SETUP:
                election = Election.parse(link.data[0].data)
                trustees = Trustees.parse(link.data[1].data, election.group)
            elif link.event.type is EventType.ENCRYPTED_TALLY:
                tally = EncryptedTally.parse(link.data[0].data, election.group)
            elif link.event.type is EventType.SHUFFLE:
                tally = shuffled(election, tally, Shuffle.parse(link.data[0].data, election.group).ciphertexts)
    click.echo(
        gettext(
            "The archive verifies: election %(election)s, %(ballots)s ballots.",
            election=election.uuid,
            ballots=report.ballots,
        )
    )
    return ReadArchive(election, trustees, tally, report.stage)
