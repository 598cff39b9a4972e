"""Who is told of a project's steps, by which way, in which words."""

import re
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pb.act import Role
from pb.core import sms
from pb.formats import LANGUAGES, day, named, numbered
from pb.notices.models import Channel, Choices, Kind, Notice, State
from pb.notices.service import carriers, previewing, telling, wording
from pb.notices.service.telling import Words
from pb.proposals.models import Ground, Verdict
from pb.typesetting import NBSP
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.notices.told import MAIL, PHONE, Told, in_a_while


def test_the_author_is_told_by_mail_and_sms_a_neighbour_who_follows_too_and_not_who_unsubscribed(
    told: Told, client: LintingClient
) -> None:
    neighbour, weary = told.resident(301), told.resident(302)
    for name, person in (("author", told.author), ("neighbour", neighbour), ("weary", weary)):
        told.reach(person, Channel.MAIL, MAIL[name])
        told.reach(person, Channel.SMS, PHONE[name])
        told.choose(person)
        told.follow(person, Kind.PROJECT, told.project)
    told.review(Verdict.RETURN, reason="How many lamps?", answer_until=in_a_while(days=5).date())
    told.work()
    assert {mail["To"] for mail in told.mails()} == set(MAIL.values())
    assert {number for number, _text in told.texts()} == set(PHONE.values())

    letter = next(mail for mail in told.mails() if mail["To"] == MAIL["weary"])
    raw = [path.read_bytes() for path in told.folder.glob("*.eml")]
    assert all(b"\nList-Unsubscribe: <http://localhost/unsubscribe/" in one for one in raw), "in the clear, on one line"
    link = re.sub(r"\s", "", letter["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(link).status_code == 200, "a page that asks"
    before = len(told.mails())
    rung = len(told.texts())
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}, token=False).status_code == 200
    told.choose(weary)  # by SMS what is chosen by mail: nothing
    told.review_again()
    told.work()
    later = told.mails()[before:]
    assert {mail["To"] for mail in later} == {MAIL["author"], MAIL["neighbour"]}
    assert {number for number, _text in told.texts()[rung:]} == {PHONE["author"], PHONE["neighbour"]}


def test_a_link_to_unsubscribe_ends_mail_alone_and_nobody_makes_one_for_another(
    told: Told, client: LintingClient
) -> None:
    told.reach(told.author, Channel.MAIL, MAIL["author"])
    told.reach(told.author, Channel.SMS, PHONE["author"])
    told.choose(told.author)
    told.review()
    told.work()
    link = told.mails()[0]["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert client.post(link.replace("/unsubscribe/W", "/unsubscribe/X")).status_code == 404
    client.get(link)
    assert client.post(link).status_code == 200
    with told.okrug.act_as() as act:
        row = act.session.get_one(Choices, told.author.id)
        assert (row.mail, bool(row.sms), bool(row.page)) == ("", True, True)


def test_a_notice_says_who_decided_why_and_what_next_in_the_language_of_the_person(told: Told) -> None:
    told.reach(told.author, Channel.MAIL, MAIL["author"])
    told.choose(told.author, language="ru")
    told.review(Verdict.REFUSE, ground=Ground.NOT_OURS, reason="The land is private.", language="kk")
    told.work()
    (mail,) = (mail for mail in told.mails() if "отказ" in mail.get_content().lower() or "отклон" in mail.get_content())
    text = mail.get_content()
    assert "Lamps" in text
    reason = "Земля или здание принадлежит другому владельцу. The land is private. (написано по-казахски)"
    assert f"Причина: {reason}" in text
    assert "Что дальше" in text
    assert "http://localhost/krasnoyar/2027/proposals/1\n" in text
    assert told.author.name not in text


def test_a_question_is_told_as_one_with_its_last_day_and_to_its_author_as_theirs(told: Told, sign_in: SignIn) -> None:
    """Played: it was called a reason, its author was told that the author answers, and the SMS said neither."""
    neighbour, until = told.resident(301), in_a_while(days=5).date()
    for name, person in (("author", told.author), ("neighbour", neighbour)):
        told.reach(person, Channel.MAIL, MAIL[name])
        told.choose(person, language="en", sms="own,project")
        told.follow(person, Kind.PROJECT, told.project)
    told.reach(told.author, Channel.SMS, PHONE["author"])
    told.work()
    told.review(Verdict.RETURN, reason="How many lamps, and of which kind? " * 5, answer_until=until)
    told.work()
    letters = {mail["To"]: mail.get_content().replace(NBSP, " ") for mail in told.mails()}
    for text in letters.values():
        assert "Question: How many lamps, and of which kind?" in text
        assert "Reason:" not in text
    assert f"Answer it. Last day: {day(until, 'en')}".replace(NBSP, " ") in letters[MAIL["author"]]
    assert "The author answers" not in letters[MAIL["author"]]
    assert "The author answers the question of the akim's office. Last day: " in letters[MAIL["neighbour"]]
    text = told.texts()[-1][1].replace(NBSP, " ")
    assert text.startswith("№ 1: The akim's office asks: How many lamps")
    assert "Answer it. Last day: " in text
    assert sms.length(text).parts <= 2
    page = sign_in(Role.RESIDENT).get("/notices").text.replace(NBSP, " ")
    assert "Question: How many lamps" in page
    assert "What happens next: Answer it. Last day: " in page
    told.review_again()
    assert "Answer it." not in sign_in(Role.RESIDENT).get("/notices").text, "nothing is asked any more"


@pytest.mark.parametrize("title", ["Ремонт улицы Кенесары " * 5, "Жол"])
def test_the_title_gives_way_to_the_question_in_an_sms(app: Flask, title: str) -> None:
    """Played: a question of fourteen letters was cut by three, beside a title of twenty, and nobody was said to ask."""
    words = Words(thing=named(4, title.strip()), what="", url="/a/4", question="Сколько метров?")
    asked = replace(words, own="Ответьте на него. Последний день: 7 января 2027 г.")
    with app.app_context(), carriers.speaking("ru"):
        text = wording.text_message([asked], "https://asar.kz")
        longer = wording.text_message([replace(asked, question="Сколько метров? " * 9)], "https://asar.kz")
    assert sms.length(text).parts == sms.length(longer).parts == 2
    assert text.startswith(named(4, title[:3].strip()))
    assert ": Вопрос аппарата акима: Сколько метров? Ответьте на него. Последний день: 7 января 2027 г. https" in text
    assert longer.startswith(f"{numbered(4)}: Вопрос аппарата акима: Сколько метров? Сколько")
    assert longer.endswith("… Ответьте на него. Последний день: 7 января 2027 г. https://asar.kz/a/4")


def test_a_title_in_another_language_is_marked_on_the_page_and_said_in_mail(told: Told, sign_in: SignIn) -> None:
    told.reach(told.author, Channel.MAIL, MAIL["author"])
    told.choose(told.author, language="ru")
    told.work()
    (mail,) = told.mails()
    assert mail.get_content().splitlines()[1] == "На этом языке: Қазақша"
    author = sign_in(Role.RESIDENT)
    assert re.search(r'<a href="/notices/[0-9a-f-]+" lang="kk">№.1 Lamps</a>', author.get("/notices?lang=ru").text)
    assert ' lang="kk">№' not in author.get("/notices?lang=kk").text


def test_nothing_goes_to_an_address_that_nobody_showed_to_be_theirs(told: Told) -> None:
    told.choose(told.author)
    told.review()
    told.work()
    assert not told.folder.exists()
    with told.okrug.act_as() as act:
        (shown,) = act.session.scalars(
            select(Notice)
            .where(Notice.person_id == told.author.id, Notice.topic == "own")
            .order_by(Notice.at.desc())
            .limit(1)
        )
        assert shown.shown, "it stands in the page"


def test_who_follows_later_is_not_told_of_what_was_before(told: Told) -> None:
    told.review()
    late = told.resident(303)
    with time_machine.travel(in_a_while(hours=1)):
        told.follow(late, Kind.PROJECT, told.project)
        told.work()
    with told.okrug.act_as() as act:
        assert not list(act.session.scalars(select(Notice).where(Notice.person_id == late.id)))


def test_the_page_shows_what_is_new_and_forgets_that_it_is(told: Told, sign_in: SignIn) -> None:
    told.review()
    told.work()
    author = sign_in(Role.RESIDENT)
    page = author.get("/notices").text
    assert "Lamps" in page
    assert "The akim&#39;s office accepted the proposal." in page
    assert "Notices: 2" in page, "submitted and accepted"
    author.post("/notices/read")
    assert "Notices: 2" not in author.get("/notices").text
    assert "Nothing yet." in sign_in(Role.OFFICE).get("/notices").text


def test_what_is_opened_from_the_list_is_new_no_more_but_not_by_a_browser_that_fetches_ahead(
    told: Told, sign_in: SignIn
) -> None:
    told.work()
    author = sign_in(Role.RESIDENT)
    link = re.findall(r'href="(/notices/[0-9a-f-]{32,36})"', author.get("/notices").text)[0]
    for header in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}):
        assert author.get(link, headers=header).status_code == 302
    author.head(link)
    assert "Notices: 1" in author.get("/notices").text
    assert author.get(link).headers["Location"] == "/krasnoyar/2027/proposals/1"
    assert "Notices: 1" not in author.get("/notices").text
    assert sign_in(Role.OFFICE).get(link).status_code == 404, "another's"


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_every_sms_fits_into_two_parts(told: Told, tongue: str) -> None:
    with told.app.app_context(), carriers.speaking(tongue):
        for teller, sentence in previewing.of_all():
            text = previewing.sample(sentence, "https://asar.example.kz", "/krasnoyar", asks=teller.asks).text
            assert sms.length(text).parts <= 2, text
            assert text.endswith("/krasnoyar/2027/proposals/14")


def test_no_notice_tells_of_casting() -> None:
    of_votes = {action for action in telling.actions() if action.startswith("poll.")}
    assert of_votes == {"poll.opened", "poll.closed", "poll.annulled", "poll.result"}
    assert not [action for action in telling.actions() if action.startswith(("checks.", "identity."))]


def test_the_office_sees_numbers_and_no_address(told: Told, sign_in: SignIn) -> None:
    told.reach(told.author, Channel.SMS, PHONE["author"])
    told.choose(told.author)
    told.review()
    told.work()
    assert [row.state for row in told.sendings()].count(State.SENT) == 2
    page = sign_in(Role.OFFICE).get("/krasnoyar/notices")
    assert page.status_code == 200
    assert PHONE["author"] not in page.text
    assert "By SMS" in page.text
