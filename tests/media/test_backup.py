"""Pictures and papers go into a backup, come back with it, and are looked at by `pb doctor`."""

import shutil

import pytest
from click.testing import CliRunner

from pb import clock
from pb.backup.service import making, restoring, sealed
from pb.backup.service.restoring import Wishes
from pb.cli import main
from pb.db import make_private
from pb.media.models import State
from pb.media.service.store import FOLDER
from pb.settings import RestoreSettings, Settings
from tests.media.conftest import Author
from tests.media.hostile import paper, photo


def test_they_are_restored_with_the_rows_that_name_them(
    author: Author, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    author.send(("1.jpg", photo()), papers=(("1.pdf", paper()),))
    author.wait()
    author.send(("2.jpg", photo(seed=2)))  # is still to be drawn
    public, private = sealed.new_pair()
    backups, elsewhere = tmp_path_factory.mktemp("backups"), tmp_path_factory.mktemp("elsewhere")
    made = making.make(settings, backups, public, clock.now())
    assert made.faults == ()
    state = make_private(elsewhere / "state")
    target = RestoreSettings(f"sqlite:///{state}/asar.db", None, state)
    restored = restoring.restore(made.folder, private, target, Wishes(), clock.now())
    assert restored.sound
    there = sorted(path.name for path in (elsewhere / "state" / FOLDER).rglob("*") if path.is_file())
    assert there == sorted(path.name for path in (settings.state_folder / FOLDER).rglob("*") if path.is_file())
    assert len([*(elsewhere / "state" / "incoming").glob("*")]) == 1
    (settings.state_folder / FOLDER / there[0][:2] / there[0]).unlink()
    again = making.make(settings, tmp_path_factory.mktemp("again"), public, clock.now())
    assert again.faults == ((f"media/{there[0]}", "missing"),)


def test_restoring_over_the_same_place_writes_changed_files_anew_and_names_what_the_backup_misses(
    author: Author, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Played: the doctor named a changed picture, and no restore brought it back."""
    author.send(("1.jpg", photo()))
    author.wait()
    (picture,) = author.pictures()
    folder = settings.state_folder / FOLDER
    small, large = (folder / str(digest)[:2] / str(digest) for digest in (picture.small, picture.large))
    whole = large.read_bytes()
    small.unlink()
    public, private = sealed.new_pair()
    made = making.make(settings, tmp_path_factory.mktemp("backups"), public, clock.now())
    large.write_bytes(b"another")
    elsewhere = make_private(tmp_path_factory.mktemp("elsewhere") / "state")
    shutil.copytree(folder, elsewhere / FOLDER)
    target = RestoreSettings(f"sqlite:///{elsewhere}/asar.db", None, elsewhere)
    restored = restoring.restore(made.folder, private, target, Wishes(replace=True), clock.now())
    assert (elsewhere / FOLDER / large.parent.name / large.name).read_bytes() == whole
    assert restored.rewritten == [f"media/{picture.large}"]
    assert (f"media/{picture.small}", "the backup has it not") in restored.checks
    assert not restored.sound


def test_the_doctor_names_what_is_missing_or_changed(
    author: Author, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.send(("1.jpg", photo()))
    author.wait()
    (picture,) = author.pictures()
    assert picture.state == State.READY
    folder = settings.state_folder / FOLDER
    (folder / picture.small[:2] / picture.small).unlink()
    (folder / picture.large[:2] / picture.large).write_bytes(b"another")
    monkeypatch.setenv("ASAR_STATE", str(settings.state_folder))
    monkeypatch.setenv("ASAR_DATABASE_URL", settings.database_url)
    for name in ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"):
        monkeypatch.setenv(name, "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M=")
    told = CliRunner().invoke(main, ["doctor"]).output
    assert f"missing: {picture.small}" in told
    assert f"changed: {picture.large}" in told
