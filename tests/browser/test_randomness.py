"""Where the browser's secrets come from: crypto.getRandomValues alone, uniform below q, a fresh draw for each use."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from pb.core.belenios.ballots import check_ballot
from pb.core.belenios.credentials import public_credential
from pb.core.belenios.groups import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from tests.browser.site import PB, Site
from tests.browser.test_ballot_kinds import questions_with_blank
from tests.conformance.polls import make_poll, make_terms, whole_election

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("site")]

GROUPS = [BELENIOS_2048, RFC_3526_2048, ED25519]
WHOLE_GROUPS = [RFC_3526_2048, ED25519]
every_group = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
SCRIPTS = sorted((PB / "static" / "js").glob("*.js"))
BEYOND_Q = 128
"""Bits drawn beyond those of q: the remainder is uniform but for 2^-128."""


@pytest.fixture
def site(page: Page) -> Iterator[Site]:
    with Site() as served:
        served.pages["/empty"] = "<!doctype html><link rel=icon href=data:,><title>.</title>"
        page.goto(served.origin + "/empty")
        yield served


def drawn_for_a_ballot(page: Page, election: str, secret: int, votes: list[list[int]]) -> tuple[str, list[str]]:
    """The ballot, and in hexadecimal digits what was drawn for it. Any other source of randomness throws."""
    ballot, drawn = page.evaluate(
        """async ([raw, secret, votes]) => {
            const { Election } = await import('/static/js/belenios.js')
            const drawn = []
            const source = crypto.getRandomValues.bind(crypto)
            crypto.getRandomValues = (bytes) => {
                source(bytes)
                drawn.push(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''))
                return bytes
            }
            Math.random = Date.now = performance.now = () => { throw new Error('no source of secrets') }
            const [ballot] = await new Election(raw).ballot(BigInt(secret), votes)
            return [ballot, drawn]
        }""",
        [election, str(secret), votes],
    )
    return ballot, drawn


def proofs(answers: int, least: int, most: int) -> int:
    """Draws for an answer to a question of totals: of each false branch challenge and response, of the true one w."""
    return answers + answers * (1 + 2) + 1 + 2 * (most - least)


@every_group
def test_a_ballot_of_totals_draws_each_number_once_and_wide_enough(page: Page, group: Group) -> None:
    poll = make_poll([], voters=1, group=group, terms=make_terms(projects=4, choices=3, roll=1))
    ballot, drawn = drawn_for_a_ballot(page, poll.messages.election, poll.secrets[0], [[1, 0, 1, 0]])
    check_ballot(poll.election, [public_credential(group, poll.secrets[0])], ballot)
    assert len(drawn) == proofs(4, 0, 3) + 1, "one more for the signature"
    assert len(set(drawn)) == len(drawn)
    assert {4 * len(number) >= group.q.bit_length() + BEYOND_Q for number in drawn} == {True}


@pytest.mark.parametrize("group", WHOLE_GROUPS, ids=lambda group: group.name)
def test_a_whole_ballot_draws_three_numbers(page: Page, group: Group) -> None:
    """The nonce of the ciphertext, of the proof that it is known, and of the signature."""
    poll = make_poll([], voters=1, group=group, election_json=whole_election(group, 4))
    _ballot, drawn = drawn_for_a_ballot(page, poll.messages.election, poll.secrets[0], [[1, 0, 2, 0]])
    assert len(set(drawn)) == len(drawn) == 3
    assert {4 * len(number) >= group.q.bit_length() + BEYOND_Q for number in drawn} == {True}


@every_group
def test_what_is_drawn_is_reduced_to_the_whole_range_below_q(page: Page, group: Group) -> None:
    size = (group.q.bit_length() + 7) // 8 + BEYOND_Q // 8
    wanted = [0, 1, group.q - 1, group.q, group.q + 1, 2 ** (8 * size) - 1]
    taken = page.evaluate(
        """async ([name, numbers]) => {
            const group = await (await import('/static/js/belenios.js')).loadGroup(name)
            return numbers.map((number) => {
                crypto.getRandomValues = (bytes) => {
                    const digits = BigInt(number).toString(16).padStart(2 * bytes.length, '0')
                    return bytes.map((_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16))
                }
                return String(group.random())
            })
        }""",
        [group.name, [str(number) for number in wanted]],
    )
    assert [int(number) for number in taken] == [number % group.q for number in wanted]


@every_group
def test_numbers_fill_the_whole_range(page: Page, group: Group) -> None:
    """Of 64 uniform numbers below q, one in the top and one in the bottom eighth are missing once in 5,000 runs."""
    texts = page.evaluate(
        """async (name) => {
            const group = await (await import('/static/js/belenios.js')).loadGroup(name)
            return Array.from({ length: 64 }, () => String(group.random()))
        }""",
        group.name,
    )
    numbers = [int(text) for text in texts]
    assert len(set(numbers)) == 64
    assert 0 <= min(numbers) < group.q // 8
    assert group.q - group.q // 8 < max(numbers) < group.q


def values(ballot: str) -> list[str]:
    """Every large number of the ballot's answers and signature."""
    value: dict[str, Any] = json.loads(ballot)
    del value["signature"]["hash"]
    return re.findall(r"[0-9a-f]{40,}", json.dumps([value["answers"], value["signature"]]))


KINDS = [(kind, group) for kind in ("totals", "with a blank choice") for group in GROUPS]
KINDS += [("whole", group) for group in WHOLE_GROUPS]


@pytest.mark.parametrize(("kind", "group"), KINDS, ids=lambda value: getattr(value, "name", value))
def test_two_ballots_of_the_same_vote_share_no_value(page: Page, kind: str, group: Group) -> None:
    made, votes = {
        "totals": (None, [[1, 0]]),
        "with a blank choice": (questions_with_blank(group), [[1, 0], [0, 1]]),
        "whole": (whole_election(group, 2), [[3, 4, 0]]),
    }[kind]
    poll = make_poll([], voters=1, group=group, election_json=made)
    first, second = (
        values(drawn_for_a_ballot(page, poll.messages.election, poll.secrets[0], votes)[0]) for _ in range(2)
    )
    assert len(first) >= 6
    assert len(set(first)) == len(first), "nor does a ballot repeat one"
    assert not set(first) & set(second)


def test_seeds_passphrases_and_files_are_drawn_anew(page: Page) -> None:
    seeds, phrases, files = page.evaluate(
        """async () => {
            const { generateSeed } = await import('/static/js/ceremony.js')
            const { encryptKey, generatePassphrase } = await import('/static/js/keyfile.js')
            const group = await (await import('/static/js/belenios.js')).loadGroup('Ed25519')
            const many = (make) => Array.from({ length: 200 }, make)
            const files = [await encryptKey(group, 5n, 'A'.repeat(16)), await encryptKey(group, 5n, 'A'.repeat(16))]
            return [many(() => generateSeed()), many(() => generatePassphrase()), files]
        }"""
    )
    assert len(set(seeds)) == len(set(phrases)) == 200
    assert all(re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{22}", seed) for seed in seeds)
    assert len(set("".join(seeds))) == 58, "each symbol comes"
    assert len(set("".join(phrases)) - {"-"}) == 32
    first, second = (json.loads(file) for file in files)
    differing = {name for name in first if first[name] != second[name]}
    assert len(differing) >= 3, "salt, nonce and ciphertext"


def test_no_script_knows_another_source() -> None:
    for script in SCRIPTS:
        source = script.read_text()
        assert "Math.random" not in source, script
        if "getRandomValues" in source:
            # meeting.js tells two sendings of one entry apart by it, and nothing that is secret.
            assert script.name in {"belenios.js", "cardlist.js", "ceremony.js", "keyfile.js", "meeting.js"}, script
