"""The application over a small okrug, as a person of one role meets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import time_machine
from werkzeug.test import TestResponse

from pb.act import Role
from pb.db import Database
from pb.settings import Settings
from tests.applications import make_app
from tests.linting import LintingClient
from tests.sessions import session_of
from tests.village import KEYS, START, Okrug


@dataclass
class Pages:
    """The okrug's pages; every answer is checked by the linting client, and its status by the caller."""

    okrug: Okrug
    client: LintingClient
    traveller: time_machine.Traveller

    def wait_until(self, moment: datetime) -> None:
        """The clock of the pages stands at this moment now."""
        self.traveller.move_to(moment)

    def sign_in(self, role: Role) -> None:
        """Becomes the person of the role, who holds that role alone."""
        with self.client.session_transaction() as session:
            session.update(session_of(self.okrug.session, self.okrug.people[role].id))

    def sign_out(self) -> None:
        self.client.delete_cookie("session")

    def get(self, path: str, status: int = 200) -> TestResponse:
        response = self.client.get(path)
        assert response.status_code == status, (response.status_code, response.text[:2000])
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 302) -> TestResponse:
        response = self.client.post(path, data=data or {})
        assert response.status_code == status, (response.status_code, response.text[:3000])
        return response

    def record_review(self, review: str) -> TestResponse:
        """Looks a draft over and records what stands there."""
        return self.post(review, self.looked_over(review))

    def looked_over(self, review: str) -> dict[str, str]:
        """What the page of all answers sends with its button."""
        return {"draft": self.get(review).text.split('name="draft" value="')[1].split('"')[0]}


@contextmanager
def open_pages(okrug: Okrug, folder: Path) -> Iterator[Pages]:
    """The application over the okrug's database; what the test did so far is committed.

    The clock stands at the okrug's first moment; the pages are in English.
    """
    okrug.session.commit()
    settings = Settings(
        database_url=f"sqlite:///{folder / 'okrug.db'}",
        secret_key="k" * 40,
        iin_pepper=KEYS.pepper,
        seal_key=KEYS.seal,
        state_folder=folder,
        limits=False,
    )
    database = Database(settings.database_url)
    app = make_app(settings, database)
    with time_machine.travel(START, tick=False) as traveller:
        client = app.test_client()
        client.set_cookie("lang", "en")
        assert isinstance(client, LintingClient)
        yield Pages(okrug, client, traveller)
    database.engine.dispose()
