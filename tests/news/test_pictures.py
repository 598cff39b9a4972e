"""A piece of news has a picture: judged and drawn as those of projects are, and gone when the news is withdrawn."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from pb import clock, worker
from pb.act import Role
from pb.errors import FieldRefusal
from pb.media.models import Picture, State
from pb.media.service.store import FOLDER, INCOMING
from pb.media.service.sweeping import GRACE
from pb.news import service
from pb.news.models import News, NewsPicture
from pb.news.service import Writing
from pb.settings import Settings
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.media.hostile import photo
from tests.news.test_news import NO_WATER
from tests.village import Village

SHOWS = {"alt_kk": "Бос құдық", "alt_ru": "Пустой колодец"}


def publish(client: LintingClient, *files: tuple[str, bytes], **typed: str) -> Any:
    """Sends the form as a browser does."""
    sent = [FileStorage(io.BytesIO(content), name) for name, content in files]
    data = {**NO_WATER, **typed, "photo": sent, "csrf_token": client.csrf_token()}
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/krasnoyar/news/new", data=body, content_type=kind, token=False)


def kept(settings: Settings) -> int:
    """How many files of pictures there are, whatever they are for."""
    folders = (settings.state_folder / FOLDER, settings.state_folder / INCOMING)
    return sum(path.is_file() for folder in folders for path in folder.rglob("*"))


def test_news_is_there_at_once_and_its_picture_when_it_is_drawn(
    okrug: Village, app: Flask, settings: Settings, client: LintingClient, sign_in: SignIn
) -> None:
    office = sign_in(Role.OFFICE)
    led = publish(office, ("well.jpg", photo()), **SHOWS).headers["Location"]
    assert "is being prepared" in office.get(led).text
    stranger = client.get(f"{led}?lang=kk").text
    assert "Ертең су болмайды." in stranger
    assert "<figure" not in stranger
    worker.run_all(app)
    with okrug.act_as() as act:
        picture = act.session.scalars(select(Picture)).one()
    shown = client.get(f"{led}?lang=kk").text
    assert f"/krasnoyar/media/{picture.middle}.jpg" in shown
    assert f"/krasnoyar/media/{picture.large}.jpg 1280w" in shown
    assert shown.count("Бос құдық") == 2, "for those who do not see it, and below it"
    assert f'<meta property="og:image" content="http://localhost/krasnoyar/media/{picture.large}.jpg">' in shown
    assert "Пустой колодец" in client.get(f"{led}?lang=ru").text
    assert f"/krasnoyar/media/{picture.small}.jpg" in client.get("/krasnoyar/news?lang=kk").text
    answer = client.get(f"/krasnoyar/media/{picture.small}.jpg")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(f"/kyzylagash/media/{picture.small}.jpg").status_code == 404
    assert kept(settings) == 3, "the file that was sent is gone"
    office.post(f"{led}/withdraw")
    assert client.get(f"/krasnoyar/media/{picture.small}.jpg").status_code == 404
    with okrug.act_as() as act:
        assert act.session.scalars(select(NewsPicture)).all() == []
        assert act.session.scalars(select(Picture)).all() == []
    with time_machine.travel(clock.now() + GRACE + timedelta(minutes=1)):
        worker.run_all(app)
    assert kept(settings) == 0


@pytest.mark.parametrize(
    ("name", "content", "told"), [("a.heic", b"\0\0\0\x18ftypheic", "HEIC"), ("a.svg", b"<svg/>", "a JPEG or a PNG")]
)
def test_a_photo_that_is_refused_is_told_at_its_field_and_everything_typed_stays(
    sign_in: SignIn, settings: Settings, name: str, content: bytes, told: str, okrug: Village
) -> None:
    answer = publish(sign_in(Role.OFFICE), (name, content), **SHOWS, title_ru="")
    assert answer.status_code == 422
    assert told in answer.text
    assert "Write it in both languages" in answer.text, "all at once"
    for typed in ("Су жоқ", "Ертең су болмайды.", "Завтра воды нет.", *SHOWS.values()):
        assert typed in answer.text
    with okrug.act_as() as act:
        assert service.count(act) == 0
    assert kept(settings) == 0


def test_a_right_photo_of_a_refused_form_is_to_be_chosen_again_and_is_not_forgotten_in_silence(
    sign_in: SignIn, settings: Settings, okrug: Village
) -> None:
    office = sign_in(Role.OFFICE)
    for answer in (publish(office, ("a.jpg", photo()), **SHOWS, title_ru=""), publish(office, **SHOWS)):
        assert answer.status_code == 422
        assert answer.text.count("Choose the photo once more") >= 1
    without_words = publish(office, ("a.jpg", photo()), alt_kk="Бос құдық")
    assert without_words.status_code == 422
    assert "Say what the photo shows" in without_words.text
    assert kept(settings) == 0
    assert publish(office).status_code == 302, "news needs no photo"
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(FieldRefusal):
        service.publish(act, Writing(**NO_WATER, alt_kk="Бос құдық"))


def test_a_photo_that_cannot_be_drawn_is_told_to_the_office_and_nobody_else_sees_a_gap(
    app: Flask, client: LintingClient, sign_in: SignIn, okrug: Village
) -> None:
    office = sign_in(Role.OFFICE)
    led = publish(office, ("a.jpg", photo()), **SHOWS).headers["Location"]
    with okrug.act_as() as act:
        act.session.execute(update(Picture).values(state=State.REFUSED, fault="damaged"))
    assert "cannot be shown" in office.get(led).text
    page = client.get(led).text
    assert "Завтра воды нет." in page
    assert "cannot be shown" not in page
    assert app


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", [delete(NewsPicture), update(NewsPicture).values(alt_kk="x"), delete(Picture)])
def test_the_picture_of_news_that_stands_is_never_another(
    okrug: Village, app: Flask, sign_in: SignIn, statement: Any
) -> None:
    assert publish(sign_in(Role.OFFICE), ("a.jpg", photo()), **SHOWS).status_code == 302
    worker.run_all(app)
    with okrug.act_as() as act:
        act.session.execute(text("SELECT 1"))
        with pytest.raises(DBAPIError):
            act.session.execute(statement)
        act.session.rollback()
    with okrug.act_as() as act:
        assert act.session.scalars(select(News)).one().withdrawn_at is None
