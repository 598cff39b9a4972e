"""Photos of a proposal: sent, drawn anew, described, put in order, shown, and gone with their draft."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from PIL import Image
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from pb import clock
from pb.act import Role
from pb.errors import Conflict
from pb.media.models import Picture, State
from pb.media.service import drawing
from pb.media.service.store import FOLDER, INCOMING, store_of
from pb.proposals.models import Proposal, ProposalPicture
from pb.proposals.service import attached, attaching, proposals
from pb.settings import Settings
from tests.conftest import SignIn, english
from tests.media.conftest import Author
from tests.media.hostile import (
    paper,
    photo,
    upright_photo,
    wrong_photos,
)


def kept(settings: Settings) -> int:
    """How many files there are, whatever they are for."""
    folders = (settings.state_folder / FOLDER, settings.state_folder / INCOMING)
    return sum(path.is_file() for folder in folders for path in folder.rglob("*"))


def test_a_photo_is_sent_drawn_anew_and_seen_by_its_author_alone_until_it_is_handed_in(
    author: Author, settings: Settings, sign_in: SignIn
) -> None:
    answer = author.send(("Yard.jpg", upright_photo()), papers=(("Price list.pdf", paper(3)),))
    assert answer.status_code == 302, answer.text[:2000]
    page = author.client.get(author.page).text
    assert "is being prepared" in page
    assert "is being read" in page
    author.wait()
    (picture,) = author.pictures()
    assert (picture.state, picture.width, picture.height) == (State.READY, 600, 800), "turned as it was held"
    page = author.client.get(author.page).text
    assert "is being prepared" not in page
    assert "Price list" in page
    address = f"{author.okrug.home}/media/{picture.large}.jpg"
    own = author.client.get(address)
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, no-store"
    drawn = Image.open(io.BytesIO(own.data))
    assert not drawn.getexif()
    assert "exif" not in drawn.info
    stranger = english(author.app)
    for client in (stranger, sign_in(Role.OFFICE), sign_in(Role.AUDITOR)):
        assert client.get(address).status_code == 404, "a draft is its author's"
    author.submit()
    answer = author.client.get(address)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", ""), "what every cache keeps says nothing of who asked"
    answer = stranger.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=3600, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.mimetype == "image/jpeg"
    assert stranger.head(address).content_length == len(answer.data)
    part = stranger.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, answer.data[:10])
    assert kept(settings) == 4, "three sizes and the paper; the file that was sent is gone"
    shown = stranger.get(author.address).text
    assert f'src="{author.okrug.home}/media/{picture.middle}.jpg"' in shown
    assert 'width="600" height="800"' in shown
    assert f'{author.okrug.home}/media/{picture.large}.jpg">' in shown.partition('og:image" content="http')[2][:200]
    assert "3 pages" in shown


def test_each_hostile_file_is_refused_by_name_at_its_field(author: Author, settings: Settings) -> None:
    for name, data, told in wrong_photos():
        answer = author.send((name, data))
        assert answer.status_code == 422, name
        assert f"{name.rpartition('.')[0]}: " in answer.text
        assert told in answer.text, name
        assert 'href="#pictures"' in answer.text
    assert kept(settings) == 0


def test_all_that_is_wrong_is_told_at_once_and_what_is_right_stays(author: Author) -> None:
    author.send(("1.jpg", photo()))
    answer = author.send(
        ("good.jpg", photo(seed=2)), ("bad.jpg", b"no photo"), papers=(("bad.pdf", b"no paper"),), alt_1="A yard"
    )
    assert answer.status_code == 422
    assert "bad: This is no photo" in answer.text
    assert "bad: This is no PDF" in answer.text
    assert 'value="A yard"' in answer.text, "what was typed stays"
    assert len(author.pictures()) == 2, "nobody sends a good photo twice over a slow line"


def test_what_goes_on_behind_a_photo_is_not_shown(author: Author, settings: Settings) -> None:
    hidden = b"PK\x03\x04<script>alert(document.cookie)</script>%PDF-1.7"
    author.send(("zip.jpg", photo() + hidden))
    author.wait()
    (picture,) = author.pictures()
    for digest in (picture.small, picture.middle, picture.large):
        assert hidden not in (store_of(settings).read(digest or "") or hidden)


def test_a_photo_that_breaks_while_it_is_drawn_is_refused_on_its_page(author: Author) -> None:
    whole = photo()
    middle = len(whole) // 2
    author.send(
        ("broken.png", _with_broken_pixels()), ("odd.jpg", whole[:middle] + b"\xff\xc4\x00\x05abc" + whole[middle:])
    )
    author.wait()
    page = author.client.get(author.page).text
    assert "cannot be shown" in page
    assert "Send it again, or a screenshot of it." in page


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}])
def test_a_photo_that_was_cut_and_closed_again_is_refused_and_a_whole_one_never(
    tmp_path_factory: pytest.TempPathFactory, options: dict[str, Any]
) -> None:
    """Played: a third of a photo with a new end was shown, and the rest of it grey."""
    path = tmp_path_factory.mktemp("photo") / "cut"
    whole = photo((1600, 1200), **options)
    for data, drawn in ((whole, 3), (whole + b"\0" * 500, 3), (whole[: len(whole) // 3] + b"\xff\xd9", 0)):
        assert drawing.fault_of(data) is None, "its parts are right"
        path.write_bytes(data)
        assert len(drawing.draw(path)) == drawn


def _with_broken_pixels() -> bytes:
    data = bytearray(photo((300, 300), "PNG"))
    start = data.index(b"IDAT") + 60
    data[start : start + 40] = bytes(40)
    return bytes(data)


def test_five_are_the_most_and_the_same_one_counts_once(author: Author) -> None:
    author.send(*((f"{seed}.jpg", photo((400, 300), seed=seed)) for seed in range(1, 5)))
    author.send(("again.jpg", photo((400, 300), seed=1)))
    assert len(author.pictures()) == 4
    answer = author.send(("5.jpg", photo((400, 300), seed=5)), ("6.jpg", photo((400, 300), seed=6)))
    assert answer.status_code == 422
    assert "five pictures at most" in answer.text
    assert len(author.pictures()) == 5


def test_they_are_described_put_in_order_and_removed(author: Author, settings: Settings) -> None:
    author.send(("1.jpg", photo(seed=1)), ("2.jpg", photo(seed=2)))
    author.wait()
    answer = author.send(alt_1="a" * 201)
    assert answer.status_code == 422
    assert "Use at most 200 characters." in answer.text
    assert author.send(alt_1="The yard", alt_2="The road").status_code == 302
    first, second = author.pictures()
    assert author.client.post(f"{author.page}/arrange", data={"up": second.id.hex}).status_code == 302
    assert [one.id for one in author.pictures()] == [second.id, first.id]
    with author.okrug.act_as() as act:
        photos = attached.pictures(act, act.session.get_one(Proposal, author.proposal_id))
        assert [photo.alt for photo in photos] == ["The road", "The yard"]
    stale = {"shown": f"{first.id.hex} {second.id.hex}", "alt_1": "x", "alt_2": "y"}
    assert author.client.post(author.page, data=stale).status_code == 409, "another tab has changed the order"
    assert author.client.post(f"{author.page}/arrange", data={"remove": second.id.hex}).status_code == 302
    assert [one.id for one in author.pictures()] == [first.id]
    assert author.client.post(f"{author.page}/arrange", data={"remove": second.id.hex}).status_code == 404
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        author.wait()
    assert kept(settings) == 3


def test_a_draft_takes_its_files_along_unless_another_has_them(author: Author, settings: Settings) -> None:
    with author.okrug.in_cycle(author.cycle_id, Role.RESIDENT) as (act, cycle):
        content = proposals._content(proposals.get(act, cycle, author.proposal_id))
        other = proposals.save_draft(act, cycle, content).id
    author.send(("1.jpg", photo()), papers=(("1.pdf", paper()),))
    twin = Author(author.okrug, author.app, author.client, author.cycle_id, other)
    twin.send(("same.jpg", photo()))
    author.wait()
    assert kept(settings) == 4
    for draft, left in ((author, 3), (twin, 0)):
        answer = draft.client.post(f"{draft.address}/delete", data={"confirmed": "y"})
        assert answer.status_code == 302
        with time_machine.travel(clock.now() + timedelta(minutes=6)):
            draft.wait()
        assert kept(settings) == left


@pytest.mark.both_databases
def test_what_was_handed_in_stays_whatever_writes_to_the_database(author: Author) -> None:
    author.send(("1.jpg", photo((400, 300))))
    author.wait()
    author.submit()
    assert author.client.get(author.page).status_code == 409
    assert author.send(("2.jpg", photo((400, 300), seed=2))).status_code == 409
    okrug, (picture,) = author.okrug, author.pictures()
    with pytest.raises(Conflict), okrug.in_cycle(author.cycle_id, Role.RESIDENT) as (act, cycle):
        attaching.remove_picture(act, cycle, proposals.get(act, cycle, author.proposal_id), picture.id)
    for changed, told in (
        (update(ProposalPicture).values(alt="another"), "frozen_proposal_pictures"),
        (delete(ProposalPicture), "frozen_proposal_pictures"),
        (delete(Picture), "frozen_pictures"),
        (update(Picture).values(large="0" * 64), "frozen_pictures"),
    ):
        with pytest.raises(DBAPIError, match=told), okrug.act_as() as act:
            act.session.execute(changed)


@pytest.mark.both_databases
def test_the_database_takes_no_sixth_picture_and_no_half_drawn_one(author: Author) -> None:
    author.send(("1.jpg", photo((400, 300))))
    for changed in (
        "UPDATE proposal_pictures SET place = 6",
        "UPDATE proposal_pictures SET place = 0",
        "UPDATE pictures SET state = 'ready'",
        "UPDATE pictures SET state = 'refused'",
        "UPDATE pictures SET state = 'shown'",
    ):
        with pytest.raises(IntegrityError), author.okrug.act_as() as act:
            act.session.execute(text(changed))


def test_others_add_nothing_to_somebodys_proposal(author: Author, sign_in: SignIn) -> None:
    assert english(author.app).get(author.page).status_code == 302, "first one signs in"
    for role in (Role.OFFICE, Role.CHAIR):
        assert sign_in(role).get(author.page).status_code == 403


def test_every_size_is_within_its_bytes(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("photo") / "noise"
    path.write_bytes(_noise())
    drawn = drawing.draw(path)
    assert [max(each.width, each.height) <= side for each, (side, _most) in zip(drawn, drawing.BOUNDS, strict=True)]
    assert all(len(each.data) <= most for each, (_side, most) in zip(drawn, drawing.BOUNDS, strict=True))


def _noise() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((3000, 4000), 200).convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()
