"""The national authority's own test certificates and list, beside the repository: what ours imitate."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pb.core.eds import Revocations, Trust
from pb.core.eds.certificates import Certificate
from pb.core.eds.revocation import State
from tests.eds import person
from tests.tools import require_shared

FRESH = datetime(2026, 9, 1, tzinfo=UTC)


def published(name: str) -> bytes:
    return require_shared(f"data/nca/{name}").read_bytes()


@pytest.fixture
def trust() -> Trust:
    return Trust.from_files([published("root_test_gost_2022.cer"), published("nca_gost2022_test.cer")])


@pytest.fixture
def authority(trust: Trust) -> Certificate:
    (intermediate,) = trust.intermediates
    return intermediate


def test_the_way_from_the_authority_to_its_root(trust: Trust, authority: Certificate) -> None:
    path = trust.path(authority, (), FRESH)
    assert path.problem is None
    assert path.certificates == (authority, *trust.anchors)


def test_a_list_that_names_its_algorithm_in_two_forms(authority: Certificate) -> None:
    """The signed part names it without parameters, the outside with NULL."""
    revocations = Revocations.from_files([published("nca_gost2022_test.crl")])
    (read,) = revocations.lists
    assert read.signed_by(authority)
    assert len(read.revoked) == 195
    assert read.this_update < FRESH < read.next_update


def test_who_stands_on_the_list_is_revoked_and_who_does_not_is_not(trust: Trust, authority: Certificate) -> None:
    revocations = Revocations.from_files([published("nca_gost2022_test.crl")])

    def state(serial: int) -> State:
        holder = replace(person().certificate, issuer=authority.subject, serial=serial)
        return revocations.status(holder, authority, FRESH).state

    assert {state(serial) for serial in revocations.lists[0].revoked} == {State.REVOKED}
    assert state(1) is State.GOOD
    assert revocations.status(authority, *trust.anchors, FRESH).state is State.UNKNOWN
