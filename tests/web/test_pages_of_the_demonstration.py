"""What holds for every page of the demonstration: one text is in one language."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from pb.act import Role
from pb.demo import people
from pb.web.access import Access, decision
from tests.cards.test_reissues import staff
from tests.conftest import english
from tests.polls.open_poll import OpenPoll
from tests.web.test_permissions import rules
from tests.web.test_queries import PREFERRED, path_of

OF_TWO_LANGUAGES = re.compile(r"[^\W\d_»”)]{2}[»”)]?\s/\s[«“(]?[^\W\d_]{2}")


def every_page(app: Flask, opened: OpenPoll, language: str) -> Iterator[tuple[str, str]]:
    """Route and HTML of each page that somebody in the demonstration may read now, as the first who may."""
    clients = {None: english(app)} | {role: staff(app, opened, role) for role in Role}
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or not isinstance(access, Access):
            continue
        roles = access.callers.roles
        able = (role for role in (*PREFERRED, *Role) if roles is not None and (role in roles or not roles))
        answer = clients[next(able, None)].get(f"{path_of(app, rule, opened)}?lang={language}")
        if answer.mimetype == "text/html" and answer.status_code == 200:
            yield rule.rule, answer.text


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_glues_two_languages(app: Flask, opened: OpenPoll, language: str) -> None:
    """«Бөлек жиындар хаттамалары / протоколы раздельных сходов»"""
    found = {}
    pages = list(every_page(app, opened, language))
    assert len(pages) > 40
    for rule, text in pages:
        glued = OF_TWO_LANGUAGES.search(html.unescape(re.sub(r"<[^>]*>", "|", text)))
        if glued:
            found[rule] = glued.group()
    assert found == {}


@pytest.mark.usefixtures("opened")
def test_the_way_in_of_the_demonstration_offers_everybody_whom_the_start_names(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], demo=True))
    page = english(app).get("/sign-in").text
    for person in [*people.staff(), *people.residents()]:
        assert person.name in page
