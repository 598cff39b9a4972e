"""Ballots that a browser makes for every kind of question in every group, before our verifier and those of others."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from pb.core.belenios import ballots, possession
from pb.core.belenios.credentials import derive, generate_code, public_credential
from pb.core.belenios.groups import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from pb.core.belenios.messages import Proof
from tests.browser.site import PB, Site
from tests.conformance.conftest import with_blank
from tests.conformance.outside import belenios_accepts, sirona_accepts
from tests.conformance.polls import Poll, finish, make_poll, make_terms, verified, whole_election

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("site")]

GROUPS = [BELENIOS_2048, RFC_3526_2048, ED25519]
WHOLE_GROUPS = [RFC_3526_2048, ED25519]
MILLISECONDS = 300

MAKE = """async ([raw, secret, votes]) => {
    const { Election } = await import('/static/js/belenios.js')
    return new Election(raw).ballot(BigInt(secret), votes)
}"""


@pytest.fixture
def site(page: Page) -> Iterator[Site]:
    with Site() as served:
        served.pages["/empty"] = "<!doctype html><link rel=icon href=data:,><title>.</title>"
        page.goto(served.origin + "/empty")
        yield served


def make(page: Page, poll: Poll, votes: list[list[list[int]]]) -> Poll:
    """The poll after each voter's browser has made a ballot, which the server's check accepts."""
    group = poll.election.group
    listed = [public_credential(group, secret) for secret in poll.secrets]
    made = []
    for secret, choices in zip(poll.secrets, votes, strict=True):
        raw, tracker = page.evaluate(MAKE, [poll.messages.election, str(secret), choices])
        made.append(ballots.check_ballot(poll.election, listed, raw))
        assert tracker == ballots.tracker(raw)
    return replace(poll, messages=finish(poll, made))


def accept(poll: Poll, *result: list[Any]) -> None:
    """Our verifier finds this result in the poll, whole ballots in any order; and another's accepts it."""
    report = verified(poll.archive)
    assert report.ok, report.failure
    assert report.result is not None
    found = [sorted(row) if isinstance(row[0], tuple) else list(row) for row in report.result]
    assert found == [sorted(row) if isinstance(row[0], tuple) else row for row in result]
    outside = sirona_accepts if poll.election.group is ED25519 else belenios_accepts
    assert outside(poll.election.uuid, poll.archive)


def questions_with_blank(group: Group) -> Callable[[str, Any], str]:
    def election(uuid: str, y: Any) -> str:
        value = json.loads(with_blank(uuid, BELENIOS_2048.one))
        value |= {"group": group.name, "public_key": group.serialise(y)}
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    return election


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_two_questions_one_of_them_with_a_blank_choice(page: Page, group: Group) -> None:
    poll = make_poll([], voters=3, group=group, election_json=questions_with_blank(group))
    accept(make(page, poll, [[[1, 0], [0, 1]], [[0, 0], [1, 0]], [[0, 1], [0, 1]]]), [1, 1], [1, 2])


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_a_blank_vote_together_with_a_choice_makes_no_ballot(page: Page, group: Group) -> None:
    poll = make_poll([], voters=1, group=group, election_json=questions_with_blank(group))
    with pytest.raises(Exception, match="votes out of range"):
        page.evaluate(MAKE, [poll.messages.election, str(poll.secrets[0]), [[1, 0], [1, 1]]])


@pytest.mark.parametrize("group", WHOLE_GROUPS, ids=lambda group: group.name)
def test_approvals_points_and_rankings_as_whole_ballots(page: Page, group: Group) -> None:
    votes = [[1, 0, 1], [0, 255, 7], [2, 3, 1], [0, 0, 0]]
    poll = make_poll([], voters=4, group=group, election_json=whole_election(group, 3))
    accept(make(page, poll, [[numbers] for numbers in votes]), [tuple(numbers) for numbers in votes])


@pytest.mark.parametrize("group", WHOLE_GROUPS, ids=lambda group: group.name)
def test_a_whole_question_beside_one_of_totals(page: Page, group: Group) -> None:
    poll = make_poll([], voters=2, group=group, election_json=whole_election(group, 2, totals=True))
    voted = make(page, poll, [[[0, 1, 0], [5, 5]], [[1, 0, 0], [0, 9]]])
    report = verified(voted.archive)
    assert report.ok, report.failure
    assert report.result is not None
    assert (report.result[0], sorted(report.result[1])) == ((1, 1, 0), [(0, 9), (5, 5)])


@pytest.mark.parametrize(("group", "answers"), [(RFC_3526_2048, 254), (ED25519, 30)], ids=["RFC", "Ed25519"])
def test_numbers_are_encoded_as_the_server_encodes_them(page: Page, group: Group, answers: int) -> None:
    lists = [[0], [255] * answers, [0] * answers, list(range(answers)), [7, 0, 200]]
    encoded = page.evaluate(
        """async ([name, lists]) => {
            const { loadGroup } = await import('/static/js/belenios.js')
            const { encode } = await import('/static/js/whole.js')
            const group = await loadGroup(name)
            return lists.map((numbers) => group.text(encode(group, numbers)))
        }""",
        [group.name, lists],
    )
    assert encoded == [group.serialise(group.encode(numbers)) for numbers in lists]


@pytest.mark.parametrize("numbers", [[256], [-1], [1.5], [0] * 31])
def test_what_an_element_cannot_carry_makes_no_ballot(page: Page, numbers: list[float]) -> None:
    poll = make_poll([], voters=1, group=ED25519, election_json=whole_election(ED25519, 1))
    with pytest.raises(Exception, match="votes out of range"):
        page.evaluate(MAKE, [poll.messages.election, str(poll.secrets[0]), [numbers]])


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_keys_and_login_proofs_are_the_servers(page: Page, site: Site, group: Group) -> None:
    uuid, code = "5jXrE8Xp7yKq2wVb", generate_code()
    secret, credential, proof = page.evaluate(
        """async ([name, uuid, code]) => {
            const { loadGroup } = await import('/static/js/belenios.js')
            const { derive, proveLogin } = await import('/static/js/codes.js')
            const group = await loadGroup(name)
            const secret = await derive(group, uuid, code)
            return [String(secret), group.publicKey(secret), await proveLogin(group, uuid, secret, 'nonce')]
        }""",
        [group.name, uuid, code],
    )
    assert int(secret) == derive(group, uuid, code)
    assert credential == public_credential(group, int(secret))
    possession.check_login(
        group, credential, Proof.from_value(proof, group.q), origin=site.origin, uuid=uuid, nonce="nonce"
    )


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_members_are_told_from_strangers(page: Page, group: Group) -> None:
    member = group.serialise(group.generator.exp(12345))
    strangers = (
        ["00" * 32, "2" + "0" * 63, "ec" + "f" * 62, "ff" * 32, "01", member.upper() + "g"]
        if group is ED25519
        else ["0", "-1", str(-group.parse(member)), "7", "0" + member, "1" * 700, "x"]
    )
    strangers = [text for text in strangers if not _is_member(group, text)]
    assert len(strangers) > 3
    told = page.evaluate(
        """async ([name, texts]) => {
            const group = await (await import('/static/js/belenios.js')).loadGroup(name)
            const { member } = await import('/static/js/proofs.js')
            return texts.map((text) => !!member(group, text))
        }""",
        [group.name, [member, *strangers]],
    )
    assert told == [True] + [False] * len(strangers)


def _is_member(group: Group, text: str) -> bool:
    try:
        group.parse(text)
    except ValueError:
        return False
    return True


def test_powers_on_ed25519_are_libsodiums(page: Page) -> None:
    exponents = [0, 1, 2, 8, 16, 2**252, ED25519.q - 1, *(3**power for power in range(20, 150, 13))]
    made = page.evaluate(
        """async (exponents) => {
            const group = (await import('/static/js/ed25519.js')).default
            const { member } = await import('/static/js/proofs.js')
            const point = member(group, group.publicKey(987654321n))
            return exponents.map((e) => [group.publicKey(BigInt(e)), group.text(point.power(BigInt(e)))])
        }""",
        [str(exponent) for exponent in exponents],
    )
    point = ED25519.generator.exp(987654321)
    assert made == [
        [ED25519.serialise(ED25519.generator.exp(e)), ED25519.serialise(ED25519.exp(point, e))] for e in exponents
    ]


def test_a_ballot_of_totals_on_ed25519_decrypts_to_its_votes(page: Page) -> None:
    poll = make_poll([], voters=2, group=ED25519, terms=make_terms(projects=5, choices=3, roll=2))
    voted = make(page, poll, [[[1, 0, 1, 0, 1]], [[0, 0, 1, 0, 0]]])
    accept(voted, [1, 0, 2, 0, 1])


@pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)
def test_twenty_choices_are_encrypted_in_no_time(page: Page, group: Group) -> None:
    election = json.loads(make_poll([], group=group).messages.election)
    election["questions"] = [{"answers": [str(n) for n in range(20)], "min": 0, "max": 5, "question": "?"}]
    taken = page.evaluate(
        """async (raw) => {
            const { Election } = await import('/static/js/belenios.js')
            const election = new Election(raw)
            await Promise.all([election.prepare(), election.ready()])
            const times = []
            for (let run = 0; run < 5; run++) {
                const start = performance.now()
                await election.ballot(12345n, [Array.from({ length: 20 }, (_, i) => +(i < 5))])
                times.push(performance.now() - start)
            }
            return Math.min(...times)
        }""",
        json.dumps(election),
    )
    assert taken <= MILLISECONDS


def test_the_client_is_small() -> None:
    def size(*names: str) -> int:
        return sum(len(gzip.compress((PB / "static" / "js" / name).read_bytes(), 9)) for name in names)

    finite = ("belenios.js", "codes.js", "ballots.js", "rfc3526.js", "whole.js")
    assert size(*finite) <= 8_000
    assert size(*finite, "vote.js", "choices.js", "ranking.js", "points.js", "ed25519.js") <= 20_000
    assert size("belenios.js", "vote.js", "rfc3526.js") <= 8_192
