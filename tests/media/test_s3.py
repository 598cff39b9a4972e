"""Pictures and papers in a bucket of a real S3-compatible storage (OpenStack Swift), which may be away or lie."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask

from pb import clock
from pb.backup.service import making, restoring, sealed
from pb.backup.service.fault import BackupFault
from pb.backup.service.restoring import Wishes
from pb.cli import main
from pb.commands import beside
from pb.cycles.models import Phase
from pb.db import make_private
from pb.jobs import service as jobs
from pb.media.models import LARGEST_PAPER, State
from pb.media.service import bucket as bucket_store
from pb.media.service import store
from pb.media.service.away import Unreachable
from pb.media.service.bucket import BucketStore
from pb.media.service.store import genuine, store_of
from pb.proposals.models import Proposal
from pb.proposals.models import State as ProposalState
from pb.settings import Bucket, RestoreSettings, Settings
from tests.conftest import english
from tests.media.conftest import Author
from tests.media.hostile import paper, photo
from tests.media.swift import LISTED, REGION, Swift

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    running = Swift(tmp_path_factory.mktemp("swift"))
    yield running
    running.end()


@pytest.fixture
def settings(settings: Settings, swift: Swift) -> Settings:
    """The platform's pictures lie in a bucket."""
    return replace(settings, bucket=swift.bucket())


def test_a_bucket_keeps_gives_lists_and_removes(swift: Swift) -> None:
    kept = BucketStore(swift.bucket())
    before = clock.now() - timedelta(seconds=2)
    digests = sorted(kept.put(b"%d" % number) for number in range(2 * LISTED + 1))
    assert kept.put(b"0") in digests, "one content is one file"
    listed = dict(kept.kept())
    assert sorted(listed) == digests, "a list that comes in pages is read to its end"
    assert all(before <= put_at <= clock.now() + timedelta(seconds=2) for put_at in listed.values())
    assert kept.read(kept.put(b"1")) == b"1"
    for digest in digests:
        kept.remove(digest)
        kept.remove(digest)
        assert kept.read(digest) is None
    assert list(kept.kept()) == []
    with pytest.raises(ValueError, match="no digest"):
        kept.read("../another")


def test_what_the_storage_changed_is_not_served_and_no_more_is_read_than_a_file_can_have(
    author: Author, settings: Settings, swift: Swift
) -> None:
    author.send(("1.jpg", photo()))
    author.wait()
    author.submit()
    (picture,) = author.pictures()
    address = f"{author.okrug.home}/media/{picture.large}.jpg"
    reader = english(author.app)
    assert reader.get(address).status_code == 200
    assert settings.bucket
    another = b"GIF89a" + b"\0" * (LARGEST_PAPER + 100_000)
    swift.client().put_object(Bucket=settings.bucket.name, Key=f"media/{picture.large}", Body=another)
    assert len(store_of(settings).read(picture.large) or b"") == LARGEST_PAPER + 1
    assert genuine(store_of(settings), picture.large) is None
    assert reader.get(address).status_code == 404
    assert reader.get(f"{author.okrug.home}/media/{picture.small}.jpg").status_code == 200


def test_a_photo_and_a_paper_go_into_the_bucket_and_from_a_backup_into_another(
    author: Author, settings: Settings, swift: Swift, tmp_path_factory: pytest.TempPathFactory
) -> None:
    author.send(("1.jpg", photo()), papers=(("1.pdf", paper()),))
    author.wait()
    there = sorted(digest for digest, _put_at in store_of(settings).kept())
    assert len(there) == 4
    assert not (settings.state_folder / store.FOLDER).exists(), "nothing of them lies in the state folder"
    public, private = sealed.new_pair()
    made = making.make(settings, tmp_path_factory.mktemp("backups"), public, clock.now())
    assert made.faults == ()
    state = make_private(tmp_path_factory.mktemp("elsewhere") / "state")
    target = RestoreSettings(f"sqlite:///{state}/asar.db", None, state, swift.bucket())
    restored = restoring.restore(made.folder, private, target, Wishes(), clock.now())
    assert restored.sound
    assert sorted(digest for digest, _put_at in store_of(target).kept()) == there
    assert ("pictures and papers", "") in restored.checks


def test_what_lay_in_the_state_folder_is_put_into_the_bucket(
    author: Author, settings: Settings, swift: Swift, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_folder = store_of(replace(settings, bucket=None))
    digests = sorted(in_folder.put(data) for data in (b"1", b"2"))
    changed = settings.state_folder / store.FOLDER / digests[0][:2] / digests[0]
    changed.write_bytes(b"another")
    for name, value in {
        "ASAR_STATE": str(settings.state_folder),
        "ASAR_DATABASE_URL": settings.database_url,
        **dict.fromkeys(("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"), "c3Nzc3Nz" * 5 + "c3M="),
        **settings_of(settings.bucket),
    }.items():
        monkeypatch.setenv(name, value)
    moved = CliRunner().invoke(main, ["move-pictures"])
    assert moved.exit_code == 1
    assert f"{changed}: it is not what its name says" in moved.output
    assert [digest for digest, _put_at in store_of(settings).kept()] == digests[1:]
    assert len(list(in_folder.kept())) == 2, "the folder stays"
    looked = CliRunner().invoke(main, ["doctor"]).output
    assert "  ok  storage of pictures" in looked
    with swift.away():
        assert "storage of pictures: it does not answer" in CliRunner().invoke(main, ["doctor"]).output
        assert "Run it again" in CliRunner().invoke(main, ["move-pictures"]).output
    assert author


def settings_of(bucket: Bucket | None) -> dict[str, str]:
    """What an operator writes."""
    assert bucket
    names = {"ENDPOINT": bucket.endpoint, "BUCKET": bucket.name, "REGION": bucket.region}
    names |= {"KEY": bucket.key, "SECRET": bucket.secret}
    return {f"ASAR_MEDIA_S3_{name}": value for name, value in names.items()}


def test_no_backup_is_brought_back_where_its_pictures_could_not_be_put(
    author: Author, settings: Settings, swift: Swift, tmp_path_factory: pytest.TempPathFactory
) -> None:
    author.send(("1.jpg", photo()))
    author.wait()
    public, private = sealed.new_pair()
    made = making.make(settings, tmp_path_factory.mktemp("backups"), public, clock.now())
    state = make_private(tmp_path_factory.mktemp("elsewhere") / "state")
    target = RestoreSettings(f"sqlite:///{state}/asar.db", None, state, swift.bucket(made=False))
    with pytest.raises(BackupFault, match="storage of pictures"):
        restoring.restore(made.folder, private, target, Wishes(), clock.now())
    assert not (state / "asar.db").exists()


def test_while_the_storage_is_away_pages_stand_and_photos_wait_for_it(
    author: Author, settings: Settings, swift: Swift, app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    author.send(("1.jpg", photo()))
    author.wait()
    (picture,) = author.pictures()
    author.submit()
    with author.okrug.in_cycle(author.cycle_id) as (act, cycle):
        cycle.phase = Phase.REVIEW
        act.session.get_one(Proposal, author.proposal_id).state = ProposalState.RETURNED
    author.send(("2.jpg", photo(seed=2)))
    address = f"{author.okrug.home}/media/{picture.large}.jpg"
    reader = english(app)
    with swift.away():
        answer = reader.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "immutable" not in answer.headers.get("Cache-Control", "")
        page = reader.get(author.address)
        assert page.status_code == 200
        assert picture.middle in page.text
        author.wait()
        assert [each.state for each in author.pictures()] == [State.READY, State.WAITING]
        public, _private = sealed.new_pair()
        made = making.make(settings, tmp_path_factory.mktemp("backups"), public, clock.now())
        assert ("media", "the storage does not answer") in made.faults
        assert "does not answer" in beside.storage(settings)
    assert beside.storage(settings) == ""
    store._of_bucket.cache_clear()  # as after a while
    with time_machine.travel(clock.now() + jobs.LATER + timedelta(seconds=1)):
        author.wait()
    assert [each.state for each in author.pictures()] == [State.READY, State.READY]
    assert reader.get(address).status_code == 200


def test_a_storage_that_is_back_is_asked_again_after_a_while(swift: Swift, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = BucketStore(swift.bucket())
    digest = kept.put(b"1")
    with swift.away(), pytest.raises(Unreachable):
        kept.read(digest)
    with pytest.raises(Unreachable):
        kept.read(digest)
    monkeypatch.setattr(kept, "_again_at", time.monotonic())
    assert kept.read(digest) == b"1"
    assert kept.read(digest) == b"1"


def test_one_request_waits_for_a_storage_that_hangs_and_the_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_store, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as hangs:
        kept = BucketStore(Bucket(f"http://127.0.0.1:{hangs.getsockname()[1]}", "pictures", REGION, "key", "secret"))
        with pytest.raises(Unreachable):
            kept.read("0" * 64)
        begun = time.monotonic()
        for _each in range(5):
            with pytest.raises(Unreachable):
                kept.read("0" * 64)
        assert time.monotonic() - begun < 0.2


def test_the_doctor_says_what_is_wrong_with_the_storage(settings: Settings, swift: Swift) -> None:
    assert settings.bucket
    assert beside.storage(settings) == ""
    assert beside.storage(replace(settings, bucket=None)) == ""
    absent = replace(settings, bucket=swift.bucket(made=False))
    assert "there is no bucket" in beside.storage(absent)
    wrong = replace(settings, bucket=replace(settings.bucket, secret="another"))
    assert "it refuses us" in beside.storage(wrong)
    with pytest.raises(Unreachable):
        store_of(wrong).put(b"1")


def test_the_secret_is_shown_nowhere(settings: Settings) -> None:
    assert settings.bucket
    assert settings.bucket.secret not in repr(settings)
