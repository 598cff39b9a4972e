"""A photo in parts: broken connections lose a part at most, and what never ends is swept."""

import hashlib
import os
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from pb import clock
from pb.act import Role
from pb.app import largest_body
from pb.db import make_private
from pb.identity.service import accounts
from pb.media.models import State, Upload
from pb.media.service import sweeping, uploads
from pb.media.service.store import INCOMING
from pb.settings import Settings
from pb.web.access import A_FILE, PHOTOS
from tests.conftest import SignIn, english
from tests.media.conftest import Author
from tests.media.hostile import photo
from tests.village import KEYS, SETTLEMENTS, invented_iin

PART = uploads.LARGEST_PART


def address(author: Author, data: bytes) -> str:
    return f"{author.page}/{hashlib.sha256(data).hexdigest()}"


def send_part(author: Author, data: bytes, offset: int, part: bytes | None = None, size: int | None = None) -> Any:
    query = {"offset": str(offset), "size": str(len(data) if size is None else size), "name": "Yard.jpg"}
    headers = {"X-CSRFToken": author.client.csrf_token()}
    body = data[offset : offset + PART] if part is None else part
    return author.client.post(address(author, data), query_string=query, data=body, headers=headers, token=False)


def send_whole(author: Author, data: bytes, *, broken_at: tuple[int, ...] = ()) -> dict[str, Any]:
    """As the script does; of a part at which the connection breaks the answer is lost, or the part itself."""
    answer: dict[str, Any] = {"offset": author.client.get(address(author, data)).json["offset"]}
    count = 0
    while "done" not in answer and "error" not in answer:
        count += 1
        if count in broken_at:
            if count % 2:
                send_part(author, data, answer["offset"])  # it arrived, and nobody heard of it
            answer = {"offset": author.client.get(address(author, data)).json["offset"]}
            continue
        answer = send_part(author, data, answer["offset"]).json
    return answer


def test_five_photos_arrive_although_the_connection_breaks_twice(author: Author) -> None:
    photos = [photo((900, 700), seed=seed, quality=95) for seed in range(1, 6)]
    assert len(photos[0]) > 3 * PART
    for place, data in enumerate(photos):
        broken = {1: (2,), 3: (3,)}.get(place, ())
        assert send_whole(author, data, broken_at=broken)["done"] is True
    author.wait()
    assert [picture.state for picture in author.pictures()] == [State.READY] * 5
    assert [picture.sha256 for picture in author.pictures()] == [hashlib.sha256(data).hexdigest() for data in photos]
    with author.okrug.act_as() as act:
        assert act.session.query(Upload).count() == 0


def test_a_part_that_comes_twice_or_too_early_changes_nothing(author: Author) -> None:
    data = photo((900, 700), quality=95)
    assert send_part(author, data, 0).json == {"offset": PART}
    assert send_part(author, data, 0).json == {"offset": PART}
    assert send_part(author, data, 3 * PART).json == {"offset": PART}
    assert send_part(author, data, PART, part=b"\0" * PART, size=len(data)).json == {"offset": 2 * PART}


def test_a_last_part_whose_answer_was_lost_is_done_when_it_comes_again(author: Author) -> None:
    data = photo((900, 700), quality=95)
    assert send_whole(author, data)["done"] is True
    last = len(data) // PART * PART
    assert send_part(author, data, last).json == {"offset": len(data), "done": True}
    assert author.client.get(address(author, data)).json["done"] is True
    assert len(author.pictures()) == 1
    with author.okrug.act_as() as act:
        assert act.session.query(Upload).count() == 0


def test_what_is_coming_for_a_draft_goes_with_it(author: Author, settings: Settings) -> None:
    send_part(author, photo((900, 700), quality=95), 0)
    assert author.client.post(f"{author.address}/delete", data={"confirmed": "y"}).status_code == 302
    with author.okrug.act_as() as act:
        assert act.session.query(Upload).count() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        author.wait()
    assert not [*(settings.state_folder / INCOMING).glob("*")]


def test_what_is_not_what_was_announced_comes_anew(author: Author, settings: Settings) -> None:
    data = photo((300, 200))
    assert len(data) < PART
    answer = send_part(author, data, 0, part=b"\0" * len(data))
    assert answer.json == {"offset": 0, "again": "The photo came damaged: it is sent anew."}
    assert author.client.get(address(author, data)).json == {"offset": 0}
    assert not [*(settings.state_folder / INCOMING).glob("*")]
    assert send_whole(author, data)["done"] is True


def test_a_file_that_is_no_photo_is_refused_with_its_last_part(author: Author, settings: Settings) -> None:
    answer = send_part(author, b"<svg></svg>", 0)
    assert answer.status_code == 422
    assert "JPEG or a PNG" in answer.json["error"]["message"]
    assert not [*(settings.state_folder / INCOMING).glob("*")]


def test_nobody_else_sends_anything(author: Author, sign_in: SignIn) -> None:
    data = photo((300, 200))
    stranger = Author(author.okrug, author.app, english(author.app), author.cycle_id, author.proposal_id)
    assert send_part(stranger, data, 0).status_code in {302, 401}
    for role in (Role.OFFICE, Role.CHAIR):
        other = Author(author.okrug, author.app, sign_in(role), author.cycle_id, author.proposal_id)
        assert send_part(other, data, 0).status_code in {403, 404}
    with author.okrug.act_as() as act:
        assert act.session.query(Upload).count() == 0
    author.submit()
    assert send_part(author, data, 0).status_code == 409


@pytest.mark.parametrize("size", [0, -5, 11 * 1024 * 1024])
def test_what_is_too_large_does_not_begin(author: Author, size: int) -> None:
    answer = send_part(author, b"abc", 0, size=size)
    assert answer.status_code == 422
    with author.okrug.act_as() as act:
        assert act.session.query(Upload).count() == 0


@pytest.mark.parametrize(("size", "left"), [(100, 10), (9 * 1024 * 1024, 4)])
def test_of_one_persons_unfinished_uploads_the_oldest_give_way(author: Author, size: int, left: int) -> None:
    """Played: four that broke off kept their sender from any other photo for a day."""
    begun = clock.now()
    for number in range(left + 2):
        with time_machine.travel(begun + timedelta(seconds=number), tick=False):
            assert send_part(author, b"%d" % number, 0, size=size).status_code == 200
    with author.okrug.act_as() as act:
        kept = act.session.query(Upload.sha256).order_by(Upload.expires_at).all()
    assert [sha256 for (sha256,) in kept] == [
        hashlib.sha256(b"%d" % number).hexdigest() for number in range(2, left + 2)
    ]


def test_what_others_announced_shuts_nobody_out(author: Author, settings: Settings) -> None:
    """Played: fifty people with a byte each kept everybody's photos out for a day."""
    announced = [
        (number, hashlib.sha256(b"%d" % number).hexdigest(), settings.state_folder / INCOMING)
        for number in range(uploads.MOST_OF_ALL)
    ]
    with author.okrug.act_as() as act:
        others = [
            accounts.add_person(
                act, KEYS, iin=invented_iin(1000 + number), name=f"Another {number}", settlement=SETTLEMENTS[0]
            )
            for number in range(uploads.MOST_OF_ALL // 2)
        ]
        for number, sha256, folder in announced:
            upload = Upload(
                territory_id=act.territory.id,
                person_id=others[number // 2].id,
                subject_id=author.proposal_id,
                name="1",
                size=10 * 1024 * 1024,
                sha256=sha256,
                expires_at=clock.now() + timedelta(hours=24),
            )
            act.session.add(upload)
            act.session.flush()
            make_private(folder)
            (folder / upload.id.hex).write_bytes(b"1")
            grew = (clock.now() - timedelta(seconds=number)).timestamp()
            os.utime(folder / upload.id.hex, (grew, grew))
    photos = [photo((900, 700), seed=seed, quality=95) for seed in (1, 2)]
    assert send_part(author, photos[0], 0).json == {"offset": PART}
    assert send_part(author, photos[1], 0).json == {"offset": PART}
    with author.okrug.act_as() as act:
        left = {sha256 for (sha256,) in act.session.query(Upload.sha256)}
    assert len(left) == uploads.MOST_OF_ALL
    assert {hashlib.sha256(each).hexdigest() for each in photos} <= left
    assert [number for number, sha256, _folder in announced if sha256 not in left] == [
        uploads.MOST_OF_ALL - 3,
        uploads.MOST_OF_ALL - 1,
    ], "of two people who had the most, what did not grow for the longest time"
    for each in photos:
        assert send_whole(author, each)["done"] is True


@pytest.mark.parametrize("name", ["zz", "ab" * 31, "ab" * 33, "xy" * 32])
def test_a_name_that_is_no_digest_keeps_nothing(author: Author, settings: Settings, name: str) -> None:
    page = f"{author.page}/{name}"
    headers = {"X-CSRFToken": author.client.csrf_token()}
    query = {"offset": "0", "size": "9"}
    answer = author.client.post(page, query_string=query, data=b"123", headers=headers, token=False)
    assert answer.status_code == 404
    assert author.client.get(page).status_code == 404
    with author.okrug.act_as() as act:
        assert act.session.query(Upload).count() == 0
    assert not [*(settings.state_folder / INCOMING).glob("*")]


def test_what_never_ends_is_swept_after_a_day(author: Author, settings: Settings) -> None:
    data = photo((900, 700), quality=95)
    send_part(author, data, 0)
    database = author.okrug.database
    assert sweeping.end_uploads(database, settings) == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert sweeping.end_uploads(database, settings) == 1
    assert not [*(settings.state_folder / INCOMING).glob("*")]


def test_the_server_reads_no_more_of_a_stranger_than_a_file(author: Author) -> None:
    largest = largest_body(author.app)
    assert largest("POST", author.page, False) == A_FILE
    assert largest("POST", author.page, True) == PHOTOS
    assert largest("POST", f"{author.page}/{'0' * 64}", True) < 2 * PART
