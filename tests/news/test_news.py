"""The office publishes news in both languages; who follows the place is told of it; what is withdrawn is gone."""

import pytest
import time_machine
from flask import Flask

from pb.act import Role
from pb.clock import local, now
from pb.errors import Conflict, Forbidden
from pb.news import service
from pb.news.service import Writing
from pb.notices.models import Channel, Kind
from pb.settings import Settings
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.notices.told import MAIL, NOON, PHONE, a_project
from tests.village import Village

NO_WATER = {
    "title_kk": "Су жоқ",
    "text_kk": "Ертең су болмайды.",
    "title_ru": "Воды нет",
    "text_ru": "Завтра воды нет.",
}


def test_news_is_read_in_ones_own_language(okrug: Village, client: LintingClient, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    led = office.post("/krasnoyar/news/new", data=NO_WATER).headers["Location"]
    assert led == "/krasnoyar/news/1"
    assert "Су жоқ" in client.get(f"{led}?lang=kk").text
    page = client.get(f"{led}?lang=en").text
    assert '<h1 lang="ru">Воды нет</h1>' in page
    for path in ("/krasnoyar/?lang=kk", "/krasnoyar/news?lang=kk"):
        assert "Су жоқ" in client.get(path).text
    office.post(f"{led}/withdraw")
    gone = client.get(f"{led}?lang=en")
    assert gone.status_code == 410
    assert "This piece of news was withdrawn." in gone.text
    assert 'href="/krasnoyar/news"' in gone.text
    assert str(local(now()).year) in gone.text
    assert "Воды нет" not in gone.text
    assert client.get("/krasnoyar/news/7").status_code == 404
    assert "Су жоқ" not in client.get("/krasnoyar/?lang=kk").text
    assert okrug


def test_both_languages_are_asked_for_at_once(sign_in: SignIn) -> None:
    answer = sign_in(Role.OFFICE).post("/krasnoyar/news/new", data={**NO_WATER, "title_kk": "", "text_ru": ""})
    assert answer.status_code == 422
    assert answer.text.count("Write it in both languages") >= 2


def test_who_follows_the_place_is_told_and_the_feed_has_it_until_it_is_withdrawn(
    okrug: Village, app: Flask, settings: Settings, client: LintingClient
) -> None:
    with time_machine.travel(NOON):
        told = a_project(okrug, app, settings)
        told.reach(told.author, Channel.MAIL, MAIL["author"])
        told.reach(told.author, Channel.SMS, PHONE["author"])
        told.choose(told.author, sms="news")
        with okrug.act_as() as act:
            place = act.territory.id
        told.follow(told.author, Kind.OKRUG, place)
        with okrug.act_as(Role.OFFICE) as act:
            item = service.publish(act, Writing(**NO_WATER))
        told.work()
        (mail,) = (mail for mail in told.mails() if "Су жоқ" in mail["Subject"])
        assert NO_WATER["text_kk"] in mail.get_content()
        ((_number, sms),) = told.texts()
        assert "Су жоқ" in sms
        assert NO_WATER["text_kk"] not in sms
        assert "Воды нет" in client.get("/krasnoyar/feed.xml?lang=ru").text
        english = client.get("/krasnoyar/feed.xml?lang=en").text
        assert '<title xml:lang="ru">Воды нет: News' in english
        assert f'<content xml:lang="ru">{NO_WATER["text_ru"]}</content>' in english
        with okrug.act_as(Role.OFFICE) as act:
            service.withdraw(act, service.get(act, item.id))
        assert "Воды нет" not in client.get("/krasnoyar/feed.xml?lang=ru").text


def test_the_office_alone_writes_and_three_pieces_are_pinned_at_most(okrug: Village) -> None:
    with okrug.act_as(Role.AKIM) as act, pytest.raises(Forbidden):
        service.publish(act, Writing(**NO_WATER))
    for _each in range(3):
        with okrug.act_as(Role.OFFICE) as act:
            service.publish(act, Writing(**NO_WATER, pinned=True))
    with okrug.act_as(Role.OFFICE) as act:
        with pytest.raises(Conflict):
            service.publish(act, Writing(**NO_WATER, pinned=True))
        later = service.publish(act, Writing(**NO_WATER))
        assert [item.pinned for item in service.page(act, 1, 10)] == [True, True, True, False]
        assert later.number == 4
