"""The page of every component: there in a demonstration alone, and right by the rules of every page."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import english
from tests.linting import LintingClient
from tests.village import Village


@pytest.mark.usefixtures("okrug")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_component_stands_on_one_page_of_the_demonstration(
    app: Flask, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], demo=True))
    client = english(app)
    page = client.get(f"/style?lang={language}").text
    for part in (
        "data-phase",
        "button danger",
        "tag amber",
        "banner bad",
        "aria-invalid",
        "tile",
        "history",
        "receipt-code",
        '<details class="menu" open>',
        '<details class="own" open>',
        'class="duties"',
        'class="term"',
        'aria-describedby="about-2" checked',
        '<div class="error"><p>',
        'data-by="1"',
        'data-move="in"',
        'class="sticky"',
        'class="bar won"',
        'width="150"',
        'class="own" aria-current="true"',
        'class="date"',
        'class="limit"',
        'name="unanimous"',
    ):
        assert part in page, part
    assert page.count('<nav class="cycle"') == len(("now", "last day", "over", "done"))
    assert page.count('<div class="sticky">') == len(("places", "money", "refused"))
    assert re.search(
        r'<dl class="summary">(?:(?!</dl>).)*<details open>(?:(?!</dl>).)*<dl class="summary">', page, re.DOTALL
    )
    sprite = client.get(re.findall(r'"(/static/[^"]*icons.svg)#', page)[0]).text
    assert set(re.findall(r"icons.svg#([a-z]+)", page)) == set(re.findall(r'<symbol id="([a-z]+)"', sprite))


def test_elsewhere_there_is_no_such_page(okrug: Village, client: LintingClient) -> None:
    assert okrug
    assert client.get("/style").status_code == 404
