"""The polls that attackers work on: two voters, two projects, two trustees; and others with blank votes."""

from typing import Any

import pytest

from pb.core.belenios.canonical import dump_json
from tests.conformance.polls import G, Poll, make_poll, make_terms

VOTES = [(0, [[1, 0]]), (1, [[0, 1]])]


def with_blank(uuid: str, y: Any) -> str:
    questions = [
        {"answers": ["а", "ә"], "min": 0, "max": 1, "question": "?"},
        {"answers": ["б"], "blank": True, "min": 1, "max": 1, "question": "?"},
    ]
    election = {"version": 1, "description": "", "name": "", "group": G.name, "public_key": G.serialise(y)}
    return dump_json({**election, "questions": questions, "uuid": uuid})


@pytest.fixture(scope="session")
def poll() -> Poll:
    return make_poll(VOTES, terms=make_terms(roll=2))


@pytest.fixture(scope="session")
def other() -> Poll:
    """Another poll, whose values an attacker may try."""
    return make_poll(VOTES, terms=make_terms(roll=2))


@pytest.fixture(scope="session")
def blank_poll() -> Poll:
    return make_poll([(0, [[1, 0], [0, 1]]), (1, [[0, 0], [1, 0]])], election_json=with_blank)


@pytest.fixture(scope="session")
def other_blank_poll() -> Poll:
    return make_poll([(0, [[1, 0], [0, 1]]), (1, [[0, 0], [1, 0]])], election_json=with_blank)
