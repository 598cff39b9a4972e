"""The drill: a backup is made while ballots come in, and restored elsewhere; what it lacks is said plainly."""

import json
import re
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from pb import schema
from pb.audit import service as audit
from pb.backup.service import copying, ends, restoring
from pb.backup.service.manifest import NAME, LogHead, moment
from pb.cli import main
from pb.core.belenios.verify import verify
from pb.polls.models import Participation, Poll
from pb.polls.service import archive
from pb.territory.models import Territory
from pb.voting.models import CastBallot
from tests.backup.conftest import LETTER, Installation, heads_of
from tests.conftest import english

pytestmark = pytest.mark.both_databases
WRITTEN_MEANWHILE = range(3, 9)


def test_a_backup_made_while_people_vote_is_restored_whole(installation: Installation) -> None:
    before = installation.cast(0, 1, 2)
    meanwhile: list[dict[str, object]] = []
    writer = threading.Thread(target=lambda: meanwhile.extend(installation.cast(*WRITTEN_MEANWHILE)))
    writer.start()
    folder, manifest = installation.back_up()
    writer.join()
    after = installation.cast(9, 10)
    (poll,) = manifest.polls
    heads = (*heads_of(manifest), "--head", str(poll.last))
    told = installation.restore(folder, *heads, "--signer", manifest.signer)
    assert "FAIL" not in told
    assert "BEWARE" not in told
    assert "none is missing" not in told
    kept = {
        receipt["tracker"] for receipt in [*before, *meanwhile, *after] if int(str(receipt["position"])) <= poll.ballots
    }
    assert {receipt["tracker"] for receipt in before} <= kept
    assert f"every receipt with a place above {poll.ballots} is of a ballot that is lost" in told
    restored = installation.restored()
    with restored.work() as session:
        assert set(session.scalars(select(CastBallot.tracker))) == kept
        assert session.scalar(select(func.count()).select_from(Participation)) == poll.ballots
        assert schema.differences(session.connection()) == []
        with closing(archive.copy(session, session.scalars(select(Poll)).one())) as file:
            report = verify(file)
        assert report.ok
        assert report.ballots == poll.ballots
    restored.engine.dispose()


def test_the_restored_log_says_that_it_was_restored_and_keys_and_letters_are_back(installation: Installation) -> None:
    folder, manifest = installation.back_up()
    installation.restore(folder)
    restored = installation.restored()
    with installation.opened.act() as act:
        assert LogHead(act.territory.kato, audit.length(act), audit.end(act)[1] or "") in manifest.logs
    with restored.work() as session:
        query = select(Territory.kato, audit.AuditEvent).join_from(audit.AuditEvent, Territory)
        restored_events = session.execute(query.where(audit.AuditEvent.action == "backup.restored"))
        events = {row[0]: row[1] for row in restored_events}
        assert {head.kato: (head.position + 1, head.hash) for head in manifest.logs} == {
            kato: (event.position, event.previous) for kato, event in events.items()
        }
        assert all(event.data["sound"] is True for event in events.values())
    restored.engine.dispose()
    state = installation.elsewhere[1]
    assert (state / "outbox" / "letter.eml").read_bytes() == LETTER
    assert installation.settings.secret_key in (state / "keys.env").read_text()
    assert {path.stat().st_mode & 0o077 for path in state.rglob("*")} == {0}
    assert not list(installation.folder.glob("**/*.part"))


def test_newer_ballots_are_named_by_a_published_archive(installation: Installation) -> None:
    installation.cast(0)
    folder, _manifest = installation.back_up()
    lost = installation.cast(1, 2)
    published = installation.folder / "published.bel"
    with installation.opened.act() as act:
        _cycle, poll = installation.opened.rows(act)
        published.write_bytes(b"".join(archive.stream(act.session, poll)))
    told = installation.restore(folder, "--archive", str(published))
    assert re.findall(r"LOST: poll \w+, place (\d+), ballot (\S+)", told) == [
        (str(receipt["position"]), receipt["tracker"]) for receipt in lost
    ]


def test_an_old_copy_is_noticed_by_the_head_in_the_minutes(installation: Installation) -> None:
    old, first = installation.back_up()
    for _event in range(2):
        with installation.opened.act() as act:
            audit.record(act, "territory.settings_changed", subject=act.territory.id)
    with installation.opened.act() as act:
        position, digest = audit.end(act)
        head = f"{act.territory.kato}:{position}:{digest}"
    told = installation.restore(old, "--head", head, status=1)
    assert "Nothing was restored. An older copy" in told
    assert f"the log of {installation.kato} had 2 more" in told
    told = installation.restore(old, "--head", head, "--accept-loss")
    last = installation.end_of_log(first).position
    assert f"the log of {installation.kato} had {last + 2} events" in told
    assert f"events {last + 1} to {last + 2} are missing" in told
    assert "BEWARE: no head" in installation.restore(old, "--replace")


def test_the_heads_of_each_territory_are_compared_apart(installation: Installation) -> None:
    """The head of the okrug's log says nothing of the city's: what came after in one is told of that one."""
    folder, made = installation.back_up()
    (city,) = (head for head in made.logs if head.kato != installation.kato)
    (ours,) = (head for head in made.logs if head.kato == installation.kato)
    told = installation.restore(folder, "--log", str(ours))
    assert f"BEWARE: no head of the log of {city.kato} was compared" in told
    assert f"is event {ours.position} of the log of {ours.kato}." in told
    later = f"{city.kato}:{city.position + 3}:{'0' * 64}"
    told = installation.restore(folder, "--log", str(ours), "--log", later, status=1)
    assert f"the log of {city.kato} had 3 more" in told
    assert f"the log of {ours.kato}" not in told
    told = installation.restore(folder, "--log", str(ours), "--log", later, "--accept-loss", "--replace")
    assert f"LOST: the log of {city.kato} had {city.position + 3} events" in told
    assert f"LOST: the log of {ours.kato}" not in told
    restored = installation.restored()
    with restored.work() as session:
        query = select(Territory.kato, audit.AuditEvent.data).join_from(audit.AuditEvent, Territory)
        events = session.execute(query.where(audit.AuditEvent.action == "backup.restored"))
        assert {kato: data["missing"] for kato, data in events} == {city.kato: 3, ours.kato: 0}
    restored.engine.dispose()


def test_a_territory_that_the_backup_does_not_know_is_missing_whole(installation: Installation) -> None:
    folder, made = installation.back_up()
    founded_later = f"999999999:7:{'0' * 64}"
    told = installation.restore(folder, *heads_of(made), "--log", founded_later, status=1)
    known = ", ".join(head.kato for head in made.logs)
    assert f"Nothing was restored. This backup has no log of 999999999: its logs are of {known}" in told
    assert "older copy" not in told, "a mistyped code is no later backup"
    told = installation.restore(folder, *heads_of(made), "--log", founded_later, "--accept-loss")
    assert "LOST: the log of 999999999 had 7 events, this backup has 0" in told


def test_newer_events_are_named_by_a_downloaded_log(installation: Installation) -> None:
    folder, manifest = installation.back_up()
    with installation.opened.act() as act:
        audit.record(act, "territory.settings_changed", subject=act.territory.id)
    copy = installation.folder / "audit.jsonl"
    copy.write_bytes(english(installation.app).get("/krasnoyar/log.jsonl").get_data())
    told = installation.restore(folder, "--log", str(copy))
    after = installation.end_of_log(manifest).position + 1
    assert re.findall(r"LOST: log of (\d+), event (\d+), \S+ (\S+)", told) == [
        (installation.kato, str(after), "territory.settings_changed")
    ]
    assert f"no head of the log of {installation.kato}" not in told
    copy.write_text(copy.read_text().replace("settings_changed", "settings_CHANGED"))
    told = installation.restore(folder, "--log", str(copy), "--replace", status=1)
    assert f"Nothing was restored. The copy of the log audit.jsonl is none: line {after} is not what it says" in told


def test_a_downloaded_log_whose_time_goes_back_is_refused(installation: Installation) -> None:
    """Its hashes hold: whoever made it computed them."""
    folder, _manifest = installation.back_up()
    copy = installation.folder / "audit.jsonl"
    lines = english(installation.app).get("/krasnoyar/log.jsonl").get_data(as_text=True).splitlines()
    last = json.loads(lines[-1])
    added = {key: value for key, value in last.items() if key != "hash"}
    added |= {"position": last["position"] + 1, "previous": last["hash"], "at": "2020-01-01T00:00:00+00:00"}
    lines.append(json.dumps(added | {"hash": audit.digest_of(added)}))
    copy.write_text("\n".join(lines) + "\n")
    told = installation.restore(folder, "--log", str(copy), status=1)
    assert f"line {last['position'] + 1} is dated before an earlier one" in told


def _forged(lines: list[str], **fields: object) -> str:
    """A line that follows the last one, with its hash; a field of None is left out."""
    last = json.loads(lines[-1])
    added = {key: value for key, value in last.items() if key != "hash"}
    added |= {"position": last["position"] + 1, "previous": last["hash"], **fields}
    added = {key: value for key, value in added.items() if value is not None}
    return json.dumps(added | {"hash": audit.digest_of(added)})


@pytest.mark.parametrize(
    "line",
    [
        lambda lines: _forged(lines, at=None),
        lambda lines: _forged(lines, at=7),
        lambda lines: _forged(lines, at="yesterday"),
        lambda lines: _forged(lines, action=None),
        lambda lines: _forged(lines, action=["a list"]),
        lambda _lines: "[" * 100_000,
        lambda _lines: "no JSON",
        lambda _lines: '"\\ud800"',
    ],
)
def test_a_forged_copy_of_the_log_is_refused_in_words_before_anything_is_replaced(
    installation: Installation, line: Callable[[list[str]], str]
) -> None:
    """A true copy with one line more, whose hash is right: its maker computed it."""
    folder, made = installation.back_up()
    installation.restore(folder)
    lines = english(installation.app).get("/krasnoyar/log.jsonl").get_data(as_text=True).splitlines()
    copy = installation.folder / "audit.jsonl"
    copy.write_text("\n".join([*lines, line(lines)]) + "\n")
    told = installation.restore(folder, "--log", str(copy), "--replace", status=1)
    assert f"Nothing was restored. The copy of the log audit.jsonl is none: line {len(lines) + 1} is not" in told
    restored = installation.restored()
    with restored.work() as session:
        query = select(func.count()).select_from(audit.AuditEvent).where(audit.AuditEvent.action == "backup.restored")
        assert session.scalar(query) == len(made.logs), "of the first restoring alone"
    restored.engine.dispose()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00"])
def test_moments_at_the_edge_of_the_calendar_are_refused_in_words(at: str) -> None:
    def line(position: int, previous: str | None) -> tuple[str, str]:
        event = {"position": position, "previous": previous, "at": at, "action": "territory.office"}
        digest = audit.digest_of(event)
        return json.dumps(event | {"hash": digest}), digest

    first, digest = line(1, None)
    with pytest.raises(ValueError, match="line 2 is not what it says"):
        list(ends.copied_events([first, line(2, digest)[0]]))


def test_what_a_copy_says_steers_no_terminal(installation: Installation) -> None:
    folder, _made = installation.back_up()
    lines = english(installation.app).get("/krasnoyar/log.jsonl").get_data(as_text=True).splitlines()
    copy = installation.folder / "audit.jsonl"
    later = f"{json.loads(lines[-1])['at']}"
    forged = _forged(lines, at=later, action="\x1b[2J\nok    everything is sound")
    copy.write_text("\n".join([*lines, forged]) + "\n")
    told = installation.restore(folder, "--log", str(copy))
    assert "\x1b" not in told
    assert r"\x1b[2J\nok    everything is sound" in told


def test_where_verifying_breaks_off_nothing_is_restored(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _manifest = installation.back_up()

    def breaks(*_arguments: object) -> None:
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr(ends, "faults", breaks)
    installation.environment(*installation.elsewhere)
    result = CliRunner().invoke(main, ["restore", str(folder), "--key", str(installation.key)])
    assert isinstance(result.exception, RuntimeError)
    if installation.elsewhere[0].startswith("sqlite"):
        file = copying.sqlite_path(installation.elsewhere[0])
        assert not list(file.parent.glob(f"{file.name}*"))
    assert not (installation.elsewhere[1] / "keys.env").exists()


def test_a_restore_that_ends_before_the_keys_are_written_stands_in_the_log(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: killed there, it left a database that nobody had verified and whose log told of no restore."""
    folder, made = installation.back_up()
    keys = installation.elsewhere[1] / "keys.env"

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device", str(keys))

    monkeypatch.setattr(restoring, "_write_state", full)
    told = installation.restore(folder, status=1)
    assert f"The database was restored, but not the keys. {keys}: No space left on device." in told
    restored = installation.restored()
    with restored.work() as session:
        query = select(audit.AuditEvent).where(audit.AuditEvent.action == "backup.restored")
        assert [event.data["sound"] for event in session.scalars(query)] == [True] * len(made.logs)
    restored.engine.dispose()


def test_a_head_of_another_log_is_refused(installation: Installation) -> None:
    folder, manifest = installation.back_up()
    ours = installation.end_of_log(manifest)
    for position in (ours.position, 1):
        told = installation.restore(folder, "--head", f"{ours.kato}:{position}:{'0' * 64}", status=1)
        assert "Nothing was restored. Another log" in told
    assert "is written KATO:POSITION:HASH" in installation.restore(folder, "--head", "seven", status=1)
    told = installation.restore(folder, "--head", str(ours))
    assert f"The head of the minutes is event {ours.position} of the log of {ours.kato}." in told


def test_the_log_of_another_installation_is_refused(installation: Installation) -> None:
    folder, _made = installation.back_up()
    copy = installation.folder / "audit.jsonl"
    lines = english(installation.app).get("/krasnoyar/log.jsonl").get_data(as_text=True).splitlines()
    first = {key: value for key, value in json.loads(lines[0]).items() if key != "hash"} | {"data": {"another": 1}}
    copy.write_text(json.dumps(first | {"hash": audit.digest_of(first)}) + "\n")
    told = installation.restore(folder, "--log", str(copy), status=1)
    assert "FAIL  copy of the log audit.jsonl: no log of this backup begins with its first event" in told


def test_a_backup_of_another_format_is_refused(installation: Installation) -> None:
    folder, _made = installation.back_up()
    written = json.loads((folder / NAME).read_bytes())
    (folder / NAME).write_text(json.dumps(written | {"format": 1}))
    told = installation.restore(folder, status=1)
    assert "The backup has the format 1; this program reads 2" in told
    assert moment(folder) is not None, "what must be destroyed after an erasure is known by its moment"


def test_a_target_that_holds_something_is_left_alone(installation: Installation) -> None:
    folder, _manifest = installation.back_up()
    installation.restore(folder)
    assert "say --replace" in installation.restore(folder, status=1)
    told = installation.restore(folder, "--replace")
    if installation.elsewhere[0].startswith("sqlite"):
        (aside,) = re.findall(r"Set aside, .*: (\S+)", told)
        assert Path(aside).stat().st_size > 0


def test_who_cannot_open_the_keys_restores_nothing(installation: Installation) -> None:
    folder, _manifest = installation.back_up()
    other = installation.folder / "other.key"
    installation.run("backup-key", str(other))
    assert "sealed to another recipient" in installation.restore(folder, key=other, status=1)
    assert "is no recipient's key" in installation.restore(folder, key=folder / "manifest.json", status=1)
    secrets = [installation.settings.secret_key.encode(), LETTER]
    assert not [path for path in folder.rglob("*.*") if any(secret in path.read_bytes() for secret in secrets)]
    assert not (installation.elsewhere[1] / "keys.env").exists()
