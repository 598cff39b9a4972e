"""An old copy is noticed while a poll is open too: casts are no events of the log, their archive has its own head."""

import re
from hashlib import sha256

import pytest
from sqlalchemy import select

from pb.audit.models import AuditEvent
from pb.backup.service.manifest import ArchiveEnd, PollHead
from tests.backup.conftest import Installation

pytestmark = pytest.mark.both_databases


def _ends(installation: Installation) -> tuple[str, str, ArchiveEnd]:
    """A backup's folder, the head of the log, and the end of the poll's archive."""
    folder, manifest = installation.back_up()
    (poll,) = manifest.polls
    return str(folder), str(installation.end_of_log(manifest)), poll


def test_an_older_box_is_refused_by_the_head_of_its_archive(installation: Installation) -> None:
    installation.cast(0, 1)
    old, log, before = _ends(installation)
    installation.cast(2, 3, 4)
    new, log_later, after = _ends(installation)
    assert log == log_later, "a cast leaves no event in the log"
    heads = ("--head", log, "--head", str(after.last))
    folder = installation.folder / "backups" / old.rpartition("/")[2]
    told = installation.restore(folder, *heads, status=1)
    assert "Nothing was restored. An older copy" in told
    assert f"poll {after.uuid}: its archive had {after.events} events, this backup has {before.events} of them" in told
    assert "3 are missing" in told
    told = installation.restore(folder, *heads, "--accept-loss")
    assert f"LOST: poll {after.uuid}: its archive had {after.events} events" in told
    assert "none is missing" not in told
    assert f"every receipt with a place above {before.ballots} is of a ballot that is lost" in told
    restored = installation.restored()
    with restored.work(writing=False) as session:
        query = select(AuditEvent.data).where(AuditEvent.action == "backup.restored")
        noted = {"poll": after.uuid, "events": before.events, "said": after.events, "another_chain": False}
        told_of_the_city, told_of_the_okrug = sorted(session.scalars(query), key=lambda data: len(data["archives"]))
        assert told_of_the_city["archives"] == []
        assert told_of_the_okrug["archives"] == [noted]
    restored.engine.dispose()
    latest = installation.folder / "backups" / new.rpartition("/")[2]
    told = installation.restore(latest, *heads, "--replace")
    assert not re.search(r"BEWARE: (?!no signer|no head of the log of)", told)
    assert "LOST" not in told
    assert "none is missing" not in told, "whoever voted after the backup is in none of these heads"


def test_the_head_of_the_log_alone_says_nothing_of_an_open_poll(installation: Installation) -> None:
    installation.cast(0, 1)
    folder, log, poll = _ends(installation)
    told = installation.restore(installation.folder / "backups" / folder.rpartition("/")[2], "--head", log)
    assert f"BEWARE: poll {poll.uuid} was open, and no head of its archive was compared" in told
    assert "none is missing" not in told
    assert "Ask for the newest archive and for receipts" in told


def test_what_is_printed_for_the_minutes_is_what_is_asked_for(installation: Installation) -> None:
    installation.cast(0)
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    told = installation.run("backup", str(installation.folder / "backups"), "--recipient", installation.recipient)
    (made,) = (installation.folder / "backups").iterdir()
    minutes = told.partition("For the minutes:")[2]
    logs = [text for head in re.findall(r"audit log (\S+)", minutes) for text in ("--head", head)]
    (poll,) = re.findall(r"poll +(\S+)", minutes)
    (signer,) = re.findall(r"signer +(\S+)", minutes)
    told = installation.restore(made, *logs, "--head", poll, "--signer", signer)
    assert "BEWARE" not in told


def test_a_receipt_names_an_event_of_the_archive(installation: Installation) -> None:
    """Whoever has nothing else has a receipt: its event is compared as a head, though it is not the last one."""
    receipts = installation.cast(0, 1)
    _folder, log, poll = _ends(installation)
    (backup,) = (installation.folder / "backups").iterdir()
    first = PollHead(poll.uuid, int(str(receipts[0]["height"])) + 1, str(receipts[0]["event"]))
    installation.restore(backup, "--head", log, "--head", str(first))


@pytest.mark.parametrize("place", [2, 3])
def test_another_chain_of_the_poll_is_refused(installation: Installation, place: int) -> None:
    installation.cast(0, 1)
    _folder, log, poll = _ends(installation)
    assert poll.events == 3
    (backup,) = (installation.folder / "backups").iterdir()
    forked = PollHead(poll.uuid, place, sha256(b"another ballot").hexdigest())
    told = installation.restore(backup, "--head", log, "--head", str(forked), status=1)
    assert "Nothing was restored. Another copy" in told
    assert f"Its event {place} has another hash in this backup" in told
    told = installation.restore(backup, "--head", log, "--head", str(forked), "--accept-loss")
    assert f"LOST: poll {poll.uuid}: another chain" in told


def test_a_poll_that_the_backup_does_not_know_is_refused(installation: Installation) -> None:
    _folder, log, _poll = _ends(installation)
    (backup,) = (installation.folder / "backups").iterdir()
    later = f"{'2' * 14}:4:{'0' * 64}"
    told = installation.restore(backup, "--head", log, "--head", later, status=1)
    assert "its archive had 4 events, this backup has 0 of them" in told
    for twice in (("--head", later, "--head", later), ("--head", log, "--head", log)):
        assert "give the latest alone" in installation.restore(backup, *twice, status=1)
