"""An author with a draft, and what they do with its pictures."""

import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from pb import worker
from pb.act import Role
from pb.cycles.models import Phase
from pb.media.models import Paper, Picture
from pb.proposals.models import Proposal
from pb.proposals.service import attached, proposals
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import Village, content


@dataclass
class Author:
    """A resident with a draft, signed in. `page` is that of its pictures."""

    okrug: Village
    app: Flask
    client: LintingClient
    cycle_id: UUID
    proposal_id: UUID

    @property
    def address(self) -> str:
        number = self.okrug.called("proposal_id", self.proposal_id)
        return f"{self.okrug.path(self.cycle_id)}/proposals/{number}"

    @property
    def page(self) -> str:
        return f"{self.address}/pictures"

    def shown(self) -> str:
        with self.okrug.act_as() as act:
            proposal = act.session.get_one(Proposal, self.proposal_id)
            return " ".join(photo.picture.id.hex for photo in attached.pictures(act, proposal))

    def pictures(self) -> list[Picture]:
        with self.okrug.act_as() as act:
            found = attached.pictures(act, act.session.get_one(Proposal, self.proposal_id))
            return [photo.picture for photo in found]

    def papers(self) -> list[Paper]:
        with self.okrug.act_as() as act:
            return attached.papers(act, act.session.get_one(Proposal, self.proposal_id))

    def send(self, *files: tuple[str, bytes], papers: tuple[tuple[str, bytes], ...] = (), **typed: str) -> Any:
        """Sends the page's form as a browser without script does."""
        data: dict[str, Any] = {"shown": self.shown(), **typed}
        data["pictures"] = [FileStorage(io.BytesIO(content), name) for name, content in files]
        data["papers"] = [FileStorage(io.BytesIO(content), name) for name, content in papers]
        # As one text: the test client's own file of a large body is never closed.
        boundary, body = encode_multipart({**data, "csrf_token": self.client.csrf_token()})
        kind = f"multipart/form-data; boundary={boundary}"
        return self.client.post(self.page, data=body, content_type=kind, token=False)

    def submit(self) -> None:
        with self.okrug.in_cycle(self.cycle_id, Role.RESIDENT) as (act, cycle):
            proposals.submit(act, cycle, proposals.get(act, cycle, self.proposal_id))

    def wait(self) -> None:
        """Until what waits is done."""
        worker.run_all(self.app)


@pytest.fixture
def author(okrug: Village, app: Flask, sign_in: SignIn) -> Author:
    cycle_id = okrug.open_cycle(phase=Phase.PROPOSALS)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposal_id = proposals.save_draft(act, cycle, content()).id
    return Author(okrug, app, sign_in(Role.RESIDENT), cycle_id, proposal_id)
