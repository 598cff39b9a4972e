"""Whether a backup is the latest: compared with the heads that somebody wrote down elsewhere.

A cast writes no event into the audit log: its trace is the archive of its poll, and that has a head of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.backup.service import ends
from pb.backup.service.fault import BackupFault
from pb.backup.service.manifest import Heads, LogHead, Manifest, PollHead
from pb.polls.models import Poll
from pb.polls.service import archive

DigestAt = Callable[[str, int], str | None]


@dataclass(frozen=True)
class Behind:
    """A head of a poll's archive that a backup does not lead to: it ends before, or is of another chain.

    `events` is how many events the backup has of that poll, 0 where it has no archive of it.
    """

    head: PollHead
    events: int
    another_chain: bool

    def __str__(self) -> str:
        if self.another_chain:
            return (
                f"poll {self.head.uuid}: another chain. Its event {self.head.events} has another hash in this backup "
                f"than {self.head.hash}, so two archives of one poll are about"
            )
        return (
            f"poll {self.head.uuid}: its archive had {self.head.events} events, this backup has {self.events} of them. "
            f"{self.head.events - self.events} are missing, and ballots with them"
        )


def behind(manifest: Manifest, said: Iterable[PollHead], digest_at: DigestAt | None = None) -> list[Behind]:
    """Which of the heads the backup does not lead to. `digest_at` tells the hash of a poll's event, from 1.

    Without it, before anything was loaded, only the last event of each archive is known.
    """
    ours = {end.uuid: end.last for end in manifest.polls}
    found = []
    for head in said:
        end = ours.get(head.uuid)
        if end is None or end.events < head.events:
            found.append(Behind(head, end.events if end else 0, another_chain=False))
            continue
        digest = end.hash if end.events == head.events else digest_at and digest_at(head.uuid, head.events)
        if digest is not None and digest != head.hash:
            found.append(Behind(head, end.events, another_chain=True))
    return found


def digests_of(session: Session) -> DigestAt:
    """The hashes of events as a restored database holds them."""

    def digest_at(uuid: str, number: int) -> str | None:
        poll = session.scalars(select(Poll).where(Poll.uuid == uuid)).one_or_none()
        events = archive.events(session, poll, first=number - 1, count=1) if poll else []
        return events[0][0] if events else None

    return digest_at


def check(manifest: Manifest, heads: Heads, *, accept_loss: bool) -> None:
    """Notices an old copy by what its manifest says, before anything is loaded. Raises BackupFault.

    A copy of another log is noticed where the rows can be read.
    """
    for said in heads.logs:
        if (ours := manifest.log(said.kato)) is not None and ours.position == said.position and ours != said:
            raise _another_log(said, ours.hash)
    unknown = [said.kato for said in heads.logs if manifest.log(said.kato) is None]
    if unknown and not accept_loss:
        raise BackupFault(
            f"This backup has no log of {', '.join(unknown)}: its logs are of "
            f"{', '.join(head.kato for head in manifest.logs)}. Look whether the code is typed rightly; if it is, that "
            "territory was founded after this backup: look for a later one, and if there is none, say --accept-loss."
        )
    late = [f"the log of {kato} had {of} more" for kato, of in missing(manifest, heads.logs).items() if of > 0]
    if late and not accept_loss:
        raise BackupFault(
            f"An older copy: after this backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC, {', '.join(late)}. These "
            "events are missing, and ballots of that time with them. Look for a later backup; if there is none, say "
            "--accept-loss."
        )
    _refuse(manifest, behind(manifest, heads.polls), accept_loss=accept_loss)


def missing(manifest: Manifest, said: Iterable[LogHead]) -> dict[str, int]:
    """How many events each log that was named went on for, by code; below 0 where the backup went further."""
    ours = {head.kato: head.position for head in manifest.logs}
    return {head.kato: head.position - ours.get(head.kato, 0) for head in said}


def check_rows(session: Session, manifest: Manifest, heads: Heads, *, accept_loss: bool) -> None:
    """Whether the heads are events of the logs and of the archives that were loaded. Raises BackupFault."""
    for said in heads.logs:
        found = ends.hash_at(session, said.kato, said.position)
        if found is not None and found != said.hash:
            raise _another_log(said, found)
    _refuse(manifest, behind(manifest, heads.polls, digests_of(session)), accept_loss=accept_loss)


def _another_log(said: LogHead, found: str) -> BackupFault:
    return BackupFault(
        f"Another log: the event {said.position} of the log of {said.kato} has the hash {found} in this backup."
    )


def _refuse(manifest: Manifest, found: list[Behind], *, accept_loss: bool) -> None:
    if found and not accept_loss:
        raise BackupFault(
            f"{'Another copy' if any(one.another_chain for one in found) else 'An older copy'}, of "
            f"{manifest.made_at:%Y-%m-%d %H:%M} UTC. In {'; in '.join(map(str, found))}. Look for another backup; if "
            "there is none, say --accept-loss."
        )
