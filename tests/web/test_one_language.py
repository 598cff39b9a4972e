"""One text is in one language: nothing like «… / …» on any page of the demonstration."""

import html
import re

import pytest
from flask import Flask

from pb.act import Role
from pb.web.access import Access, decision
from tests.cards.test_reissues import staff
from tests.conftest import english
from tests.polls.open_poll import OpenPoll
from tests.web.test_permissions import rules
from tests.web.test_queries import PREFERRED, path_of

OF_TWO_LANGUAGES = re.compile(r"[^\W\d_»”)]{2}[»”)]?\s/\s[«“(]?[^\W\d_]{2}")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_of_the_demonstration_glues_two_languages(app: Flask, opened: OpenPoll, language: str) -> None:
    clients = {None: english(app)} | {role: staff(app, opened, role) for role in Role}
    found: dict[str, str] = {}
    seen = 0
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or not isinstance(access, Access):
            continue
        roles = access.callers.roles
        able = (one for one in (*PREFERRED, *Role) if roles is not None and (one in roles or not roles))
        answer = clients[next(able, None)].get(f"{path_of(app, rule, opened)}?lang={language}")
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        seen += 1
        glued = OF_TWO_LANGUAGES.search(html.unescape(re.sub(r"<[^>]*>", "|", answer.text)))
        if glued:
            found[rule.rule] = glued.group()
    assert seen > 40
    assert found == {}
