"""A test client that reads every page as a strict reader would: valid HTML, one h1, a title that begins with it."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pb.config import Settings
from pb.db import Database
from pb.identity.models import Grant
from pb.identity.roles import Role
from pb.web.app import create_app
from tests.okrug import START, Okrug


def check_page(text: str) -> ET.Element:
    """The parsed page. Fails on what a browser or a screen reader would stumble over."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    document: ET.Element = parser.parse(text)
    assert not parser.errors, parser.errors
    headings = ["".join(h1.itertext()).strip() for h1 in document.iter("h1")]
    assert len(headings) == 1, headings
    title = "".join(document.find(".//title").itertext())  # type: ignore[union-attr]
    assert " ".join(title.split()).startswith(" ".join(headings[0].split())), (title, headings)
    doubled = [
        name for name, count in Counter(e.get("id") for e in document.iter() if e.get("id")).items() if count > 1
    ]
    assert not doubled, doubled
    assert "style=" not in text, "the content security policy refuses style attributes"
    for form in document.iter("form"):
        assert form.get("action") is not None
        if form.get("method") == "post":
            assert form.find(".//input[@name='csrf_token']") is not None, "a form without its token"
    labelled = {label.get("for") for label in document.iter("label")}
    inside = {id(field) for label in document.iter("label") for field in label.iter()}
    for kind in ("input", "select", "textarea"):
        for field in document.iter(kind):
            if field.get("type") != "hidden":
                assert id(field) in inside or field.get("id") in labelled, ET.tostring(field)
    return document


@dataclass
class Pages:
    """The okrug's pages as a person of one role sees them."""

    okrug: Okrug
    app: Flask
    client: FlaskClient

    def sign_in(self, role: Role) -> None:
        """Becomes the person of the role, who holds that role alone."""
        with self.client.session_transaction() as session:
            session["_user_id"] = str(self.okrug.people[role].id)
            session["_fresh"] = True

    def get(self, path: str, status: int = 200) -> TestResponse:
        response = self.client.get(path)
        assert response.status_code == status, (response.status_code, response.text[:2000])
        if response.mimetype == "text/html" and status not in {301, 302, 303}:
            check_page(response.text)
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 302) -> TestResponse:
        """Posts with a token of this session."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/assembly").text)
        assert token is not None, "sign in first: a page of a guest holds no form"
        response = self.client.post(path, data={**(data or {}), "csrf_token": token[1]})
        assert response.status_code == status, (response.status_code, response.text[:3000])
        if status not in {301, 302, 303}:
            check_page(response.text)
        return response


@contextmanager
def open_pages(okrug: Okrug, folder: Path) -> Iterator[Pages]:
    """The application over the okrug's database; roles are granted, and what the test did so far is committed.

    The clock stands at the okrug's first moment.
    """
    for role, person in okrug.people.items():
        grant = Grant(
            person_id=person.id,
            territory_id=okrug.territory.id,
            role=role,
            since=okrug.at.date().replace(month=1, day=1),
            until=None,
            basis="a test",
        )
        okrug.session.add(grant)
    okrug.session.commit()
    settings = Settings(
        database_url=f"sqlite:///{folder / 'okrug.db'}",
        secret_key="k" * 40,
        iin_pepper=b"p" * 32,
        seal_key=b"s" * 32,
        state_folder=folder,
        limits=False,
    )
    database = Database(settings.database_url)
    app = create_app(settings, database)
    with time_machine.travel(START, tick=False):
        yield Pages(okrug, app, app.test_client())
    database.engine.dispose()
