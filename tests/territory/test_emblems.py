"""The emblem of a territory: what its office hands in is drawn anew, stands in the heading, and stays."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.core import pictures
from pb.db import Database
from pb.errors import FieldRefusal, Forbidden
from pb.settings import Settings
from pb.territory.models import Emblem
from pb.territory.service import emblems
from pb.territory.views import settings as views
from tests.conftest import SignIn, english, make_app
from tests.core.test_pictures import SVG, bomb, of_scans, picture
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.village import HOME, Village

PAGE = f"{HOME}/emblem"


def hand_in(client: LintingClient, data: bytes) -> tuple[int, str]:
    answer = client.post(PAGE, data={"file": (io.BytesIO(data), "emblem.png")})
    return answer.status_code, answer.text


def _under_another_event(act: Act) -> dict[str, object]:
    event = audit.record(act, "territory.office", subject=act.territory.id)
    row = {"territory_id": act.territory.id, "recorded_at": act.at, "digest": "0" * 64, "png": b"x"}
    return row | {"event": event.hash}


@pytest.mark.both_databases
def test_an_emblem_has_its_event_and_stays(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        emblem = emblems.record(act, emblems.drawn(picture()))
        event = audit.latest(act, "territory.emblem")
        assert event is not None
        assert (event.hash, event.data) == (emblem.event, {"sha256": emblem.digest})
        first = emblem.digest
    with okrug.act_as(Role.OFFICE, at=clock.now() + timedelta(seconds=1)) as act:
        second = emblems.record(act, emblems.drawn(picture(size=(20, 90)))).digest
        assert emblems.digest_of(act.session, act.territory.id) == second
        assert emblems.find(act.session, act.territory.id, first) is not None
    with pytest.raises(DBAPIError, match="frozen_territory_emblems"), okrug.act_as() as act:
        act.session.execute(update(Emblem).values(digest="0" * 64))
    with pytest.raises(DBAPIError, match="frozen_territory_emblems"), okrug.act_as() as act:
        act.session.execute(insert(Emblem).values(_under_another_event(act)))


def test_it_is_shown_in_the_heading_and_kept_by_browsers(okrug: Village, app: Flask, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    assert 'class="emblem"' not in office.get(f"{HOME}/").text
    assert hand_in(office, picture("JPEG"))[0] == 302
    with okrug.act_as() as act:
        digest = emblems.digest_of(act.session, act.territory.id)
    address = f"{PAGE}/{digest}.png"
    shown = english(app).get(f"{HOME}/").text
    assert f'src="{address}"' in shown
    assert 'alt="Krasnoyar rural okrug"' in shown
    assert 'class="emblem"' not in english(app).get("/guide").text, "the server's own pages are of no okrug"
    answer = office.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert answer.content_length is not None
    assert answer.content_length < 12_000
    missing = office.get(f"{PAGE}/{'0' * 64}.png")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "neither a PNG nor a JPEG"),
        (SVG, "neither a PNG nor a JPEG"),
        (picture("GIF"), "neither a PNG nor a JPEG"),
        (picture() + b"PK\x03\x04", "something behind the picture"),
        (picture()[:-30], "cannot be read to its end"),
        (bomb(5000), "too many pixels"),
        (picture() + b"\0" * 60_000, "larger than 512 kB"),
        (of_scans(300), "made of too many parts"),
    ],
)
def test_a_hostile_file_is_refused_at_the_field(
    okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, data: bytes, words: str
) -> None:
    monkeypatch.setattr(pictures, "LARGEST", 50_000)  # the test client keeps what is larger in a file of its own
    status, shown = hand_in(sign_in(Role.OFFICE), data)
    assert (status, words in shown, 'id="file-error"' in shown) == (422, True, True)
    with okrug.act_as() as act:
        assert emblems.digest_of(act.session, act.territory.id) is None
        assert audit.latest(act, "territory.emblem") is None


def test_the_file_is_decoded_while_others_write(
    okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a file takes of time, it takes from nobody: no transaction is open."""
    office = sign_in(Role.OFFICE)

    def meanwhile(data: bytes) -> pictures.Square:
        with okrug.act_as() as act:
            audit.record(act, "territory.settings_changed", subject=act.territory.id)
        return pictures.squared(data)

    monkeypatch.setattr(emblems, "squared", meanwhile)
    assert hand_in(office, picture())[0] == 302


def test_each_try_counts_also_of_what_is_refused(
    settings: Settings, database: Database, okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(replace(settings, limits=True), database)
    monkeypatch.setattr(views.PICTURES, "rate", "2 per hour")
    office = english(app)
    with okrug.database.work() as work, office.session_transaction() as session:
        session.update(session_of(work, okrug.people[Role.OFFICE].id))
    assert [hand_in(office, SVG)[0] for _try in range(3)] == [422, 422, 429]


def test_nobody_but_the_office_chooses_it_and_not_without_end(okrug: Village, sign_in: SignIn) -> None:
    assert hand_in(sign_in(Role.CHAIR), picture())[0] == 403
    assert sign_in(Role.OFFICE).post(PAGE, data={}).status_code == 422
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        emblems.record(act, emblems.drawn(picture()))
    begun = clock.now()
    for number in range(emblems.MOST_IN_A_DAY):
        with okrug.act_as(Role.OFFICE, at=begun + timedelta(seconds=number)) as act:
            emblems.record(act, emblems.drawn(picture()))
    with okrug.act_as(Role.OFFICE, at=begun + timedelta(minutes=1)) as act, pytest.raises(FieldRefusal):
        emblems.record(act, emblems.drawn(picture()))


def test_the_page_on_which_one_votes_stays_as_light_as_it_was(opened: OpenPoll, app: Flask) -> None:
    client = english(app)
    before = len(client.get(f"{opened.path}/vote").data)
    with opened.act(Role.OFFICE) as act:
        emblems.record(act, emblems.drawn(picture()))
    assert 'class="emblem"' in client.get(opened.path).text
    shown = client.get(f"{opened.path}/vote")
    assert (shown.status_code, 'class="emblem"' in shown.text) == (200, False)
    assert len(shown.data) == before
