"""The first pages: open to everybody, true to what is enforced."""

import pytest

from pb.cycles.models import Phase
from pb.home import permissions
from pb.identity.roles import Role
from tests.linting import LintingClient
from tests.village import Village


def test_before_the_first_cycle_the_first_page_says_what_will_be_here(client: LintingClient) -> None:
    assert "No cycle is open yet" in client.get("/").text
