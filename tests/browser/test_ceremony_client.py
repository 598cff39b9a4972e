"""Trustees who make a threshold key in three steps at the browser, days apart, beside others who use the program."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pb.core.belenios import keyfile, threshold, trustees
from pb.core.belenios.ballots import encrypt_ballot
from pb.core.belenios.canonical import dump_json, parse_json
from pb.core.belenios.credentials import derive, generate_code, public_credential
from pb.core.belenios.factors import ProvedDecryption, check_decryption
from pb.core.belenios.groups import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from pb.core.belenios.messages import Election, credentials_json, generate_uuid
from pb.core.belenios.threshold import Dealing
from pb.core.belenios.trustee_list import SignedMessage, Trustees, VerificationKey
from pb.core.poll.terms import build_election
from tests.browser.site import Site, render
from tests.conformance.outside import belenios_accepts
from tests.conformance.polls import Messages, Poll, finish, links, make_poll, make_terms, parse_tally, verified, write

pytestmark = pytest.mark.browser

SIZE, THRESHOLD, UUID = 3, 2, "5jXrE8Xp7yKq2w"


class Ceremony:
    """Three trustees of whom two decrypt. The first sits at the browser; the others are the program's."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.seeds = [threshold.generate_seed() for _ in range(SIZE)]
        self.certs = [
            threshold.make_certificate(group, seed, size=SIZE, threshold=THRESHOLD, index=index)
            for index, seed in enumerate(self.seeds, start=1)
        ]
        self.dealings: list[Dealing] = []

    def deal(self) -> None:
        self.dealings = [
            threshold.deal(self.group, seed, threshold=THRESHOLD, certs=self.certs) for seed in self.seeds[1:]
        ]

    def shares(self) -> list[tuple[int, VerificationKey]]:
        return [
            threshold.accept_shares(self.group, seed, threshold=THRESHOLD, certs=self.certs, dealings=self.dealings)
            for seed in self.seeds[1:]
        ]

    def certificates_json(self) -> str:
        return dump_json([cert.to_value() for cert in self.certs])

    def dealings_json(self) -> str:
        return f"[{','.join(dealing.to_json() for dealing in self.dealings)}]"


@pytest.fixture(params=[BELENIOS_2048, RFC_3526_2048, ED25519], ids=lambda group: group.name)
def ceremony(request: pytest.FixtureRequest) -> Ceremony:
    return Ceremony(request.param)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        for action in ("certificate", "dealing", "share", "complaint", "confirmation", "decryption"):
            served.endpoints[f"/poll/trustee/{action}"] = lambda _body: (201, {"next": "/poll"})
        yield served


def serve(site: Site, group: Group, stage: str, index: int = 1, **values: Any) -> str:
    shown = {
        "cycle": None,
        "poll": {"uuid": UUID, "base": "/poll"},
        "stage": stage,
        "wait_text": "",
        "group": group.name,
        "threshold": THRESHOLD,
        "size": SIZE,
        "trustee": {"name": "Ақмарал Сейітова", "index": index},
        "trustees_json": None,
        "election_json": None,
        "encrypted_tally_json": None,
        "done_url": "/poll",
    }
    site.pages["/trustee"] = render("trustees/trustee.html", url="/trustee", **(shown | values))
    return site.origin + "/trustee"


def load(page: Page, key_file: str, passphrase: str) -> None:
    file = {"name": "key.json", "mimeType": "application/json", "buffer": key_file.encode()}
    page.get_by_label("Key file").set_input_files([file])  # type: ignore[list-item]
    page.get_by_label("Passphrase").fill(passphrase)


def at(browser: Browser, address: str) -> Page:
    """The page in a browser that was never here before."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.set_default_timeout(20_000)
    page.goto(address)
    return page


def make_certificate(page: Page, folder: Path) -> tuple[str, str]:
    """Step 1 at the browser; the key file and its passphrase."""
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#new-passphrase")).not_to_be_empty()
    passphrase = page.locator("#new-passphrase").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the key file").click()
    download.value.save_as(folder / "seed.json")
    page.get_by_role("button", name="I saved the file and wrote the passphrase down").click()
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Send the public key").click()
    expect(page.get_by_text("Step 1 is done")).to_be_visible()
    return (folder / "seed.json").read_text(), passphrase


def test_two_of_three_decrypt_with_a_key_made_in_the_browser_over_several_days(
    browser: Browser, site: Site, ceremony: Ceremony, tmp_path: Path
) -> None:
    group = ceremony.group
    page = at(browser, serve(site, group, "certificate"))
    seed_file, passphrase = make_certificate(page, tmp_path)
    (sent,) = site.bodies("/poll/trustee/certificate")
    ceremony.certs[0] = SignedMessage.from_value(parse_json(sent["certificate"]), group.q)
    threshold.check_certificates(group, THRESHOLD, ceremony.certs)
    page.context.close()
    _, ceremony.seeds[0] = keyfile.decrypt_seed(seed_file, passphrase)
    ceremony.deal()

    page = at(browser, serve(site, group, "dealing", certificates=ceremony.certificates_json()))
    load(page, seed_file, passphrase)
    page.get_by_role("button", name="Deal the shares").click()
    expect(page.get_by_text("Step 2 is done")).to_be_visible()
    (sent,) = site.bodies("/poll/trustee/dealing")
    ceremony.dealings.insert(0, Dealing.parse(sent["dealing"], group))
    page.context.close()

    shown = {"certificates": ceremony.certificates_json(), "dealings": ceremony.dealings_json()}
    page = at(browser, serve(site, group, "share", **shown))
    load(page, seed_file, passphrase)
    with page.expect_download() as download:
        page.get_by_role("button", name="Check, save the second file and send").click()
    download.value.save_as(tmp_path / "key.json")
    expect(page.get_by_text("Step 3 is done")).to_be_visible()
    key_file = (tmp_path / "key.json").read_text()
    (sent,) = site.bodies("/poll/trustee/share")
    own = VerificationKey.from_value(parse_json(sent["share"]), group)
    expect(page.locator("#fingerprint [data-fingerprint]")).to_have_text(trustees.fingerprint(group, own.key))
    page.context.close()

    others = ceremony.shares()
    made = threshold.assemble(
        group,
        threshold=THRESHOLD,
        certs=ceremony.certs,
        dealings=ceremony.dealings,
        verification_keys=[own, *(key for _, key in others)],
    )
    _, private_key = keyfile.decrypt_key(key_file, passphrase)
    everything = " ".join(request.body for request in site.requests)
    assert all(secret not in everything for secret in (str(private_key), passphrase, ceremony.seeds[0]))

    poll = poll_of(group, Trustees((made,)), (private_key, *(key for key, _ in others)))
    encrypted = poll.messages.tally
    listed = {"trustees_json": poll.messages.trustees, "election_json": poll.messages.election}
    page = at(browser, serve(site, group, "decryption", **listed, encrypted_tally_json=encrypted))
    load(page, key_file, passphrase)
    page.get_by_role("button", name="Decrypt").click()
    expect(page.get_by_text("Your part of the decryption was sent")).to_be_visible()
    (sent,) = site.bodies("/poll/trustee/decryption")
    page.context.close()
    ended = with_decryption(poll, sent["partial_decryption"])
    report = verified(ended)
    assert report.ok, report.failure
    if group is not ED25519:
        assert belenios_accepts(poll.election.uuid, ended)


def test_who_dealt_wrongly_is_reported_and_no_key_is_made(page: Page, site: Site) -> None:
    ceremony = Ceremony(ED25519)
    ceremony.deal()
    ceremony.dealings.insert(0, threshold.deal(ED25519, ceremony.seeds[0], threshold=THRESHOLD, certs=ceremony.certs))
    sealed = list(ceremony.dealings[2].secrets)
    sealed[0], sealed[1] = sealed[1], sealed[0]
    wrong = json.loads(ceremony.dealings[2].to_json()) | {"secrets": sealed}
    dealings = [*ceremony.dealings[:2], Dealing.parse(dump_json(wrong), ED25519)]
    ceremony.dealings = dealings
    passphrase = keyfile.generate_passphrase()
    seed_file = keyfile.encrypt_seed(ED25519, ceremony.seeds[0], passphrase)
    shown = {"certificates": ceremony.certificates_json(), "dealings": ceremony.dealings_json()}
    page.goto(serve(site, ED25519, "share", **shown))
    load(page, seed_file, passphrase)
    page.get_by_role("button", name="Check, save the second file and send").click()
    expect(page.locator("#problems")).to_contain_text("Trustee number: 3")
    assert site.bodies("/poll/trustee/complaint") == [{"dealer": 3}]
    assert site.bodies("/poll/trustee/share") == []


def test_nobody_deals_to_a_certificate_that_is_not_signed(page: Page, site: Site) -> None:
    ceremony = Ceremony(ED25519)
    passphrase = keyfile.generate_passphrase()
    seed_file = keyfile.encrypt_seed(ED25519, ceremony.seeds[0], passphrase)
    ceremony.certs[1] = SignedMessage(ceremony.certs[1].message, ceremony.certs[0].signature)
    page.goto(serve(site, ED25519, "dealing", certificates=ceremony.certificates_json()))
    load(page, seed_file, passphrase)
    page.get_by_role("button", name="Deal the shares").click()
    expect(page.locator("#problems")).to_contain_text("Trustee number: 2")
    load(page, keyfile.encrypt_seed(ED25519, ceremony.seeds[2], passphrase), passphrase)
    page.get_by_role("button", name="Deal the shares").click()
    expect(page.locator("#problems")).to_contain_text("not the one that stands")
    assert site.bodies("/poll/trustee/dealing") == []


def test_a_seeds_file_is_never_handed_in(page: Page, site: Site) -> None:
    ceremony = Ceremony(ED25519)
    page.goto(serve(site, ED25519, "certificate"))
    page.get_by_text("I made the file with the offline program").click()
    certificate = dump_json(ceremony.certs[0].to_value())
    for content in (
        keyfile.encrypt_seed(ED25519, ceremony.seeds[0], keyfile.generate_passphrase()),
        certificate,
    ):
        file = {"name": "file.json", "mimeType": "application/json", "buffer": content.encode()}
        page.locator("#offline-file").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Send the file").click()
        if content != certificate:
            expect(page.locator("#problems")).to_contain_text("This is a key file.")
    expect(page.get_by_text("Step 1 is done")).to_be_visible()
    assert site.bodies("/poll/trustee/certificate") == [{"certificate": certificate}]


def test_a_trustee_tries_the_key_while_waiting(page: Page, site: Site) -> None:
    poll = make_poll([], trustees=2, group=ED25519)
    passphrase = keyfile.generate_passphrase()
    page.goto(serve(site, ED25519, "wait", threshold=None, trustees_json=poll.messages.trustees))
    page.get_by_text("Check that your key works").click()
    load(page, keyfile.encrypt_key(ED25519, poll.private_keys[1], passphrase), passphrase)
    page.get_by_role("button", name="Try the key").click()
    expect(page.locator("#problems")).to_contain_text("not the one that stands")
    load(page, keyfile.encrypt_key(ED25519, poll.private_keys[0], passphrase), passphrase)
    page.get_by_role("button", name="Try the key").click()
    expect(page.get_by_text("Your key works", exact=True)).to_be_visible()
    assert all(request.method == "GET" for request in site.requests)


@pytest.mark.parametrize("stage", ["certificate", "dealing", "share", "shuffle", "wait"])
def test_each_step_says_what_to_do_and_passes_the_accessibility_rules(page: Page, site: Site, stage: str) -> None:
    others = [
        SimpleNamespace(index=1, name="Ақмарал Сейітова", turn=True, fault=False, done=""),
        SimpleNamespace(index=2, name="Иван Петров", turn=False, fault=True, done=""),
    ]
    told = "Your certificate is in." if stage == "wait" else ""
    page.goto(serve(site, ED25519, stage, others=others, wait_text=told, fault="Make a new certificate."))
    expect(page.locator("li", has_text="Ақмарал Сейітова")).to_contain_text("Has something to do")
    expect(page.locator("li", has_text="Иван Петров")).to_contain_text("Was wrong, does it again")
    expect(page.locator(".banner.bad:visible")).to_have_text("Make a new certificate.")
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_recovery_form_is_printed_without_the_passphrase(page: Page, site: Site) -> None:
    page.goto(serve(site, ED25519, "certificate"))
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#new-passphrase")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Recovery form of a trustee")).to_be_visible()
    expect(page.locator(".print-only [data-fingerprint]")).to_have_text(re.compile("[0-9a-f]{64}"))
    expect(page.locator("#new-passphrase")).to_be_hidden()
    expect(page.locator("h1")).to_be_hidden()
    assert page.get_by_text("Ақмарал Сейітова").filter(visible=True).count() == 1


def poll_of(group: Group, listed: Trustees, private_keys: tuple[int, ...]) -> Poll:
    """A poll of these trustees with two ballots; the first and the third have decrypted."""
    uuid = generate_uuid()
    election_json = build_election(
        uuid=uuid,
        name="Ауыл бюджеті",
        description="",
        question="Жобаларды таңдаңыз",
        public_key=listed.public_key(group),
        terms=make_terms(roll=2),
        administrator="Әкімдік",
        credential_authority="Комиссия",
        group=group,
    )
    election = Election.parse(election_json)
    secrets = tuple(derive(group, uuid, generate_code()) for _ in range(2))
    credentials = credentials_json([public_credential(group, secret) for secret in secrets])
    setup = Messages(election_json, listed.to_json(group), credentials, (), "", (0, 0), (), "")
    poll = Poll(election, listed, private_keys, secrets, b"", setup)
    cast = [encrypt_ballot(election, secret, [[1, 0]]) for secret in secrets]
    return replace(poll, messages=finish(poll, cast, decrypting=(1, 3)))


def with_decryption(poll: Poll, part: str) -> bytes:
    """The archive of the poll with the browser's decryption in place of the first trustee's."""
    _first, third = poll.messages.decryptions
    group = poll.election.group
    proved = ProvedDecryption.parse(part, group)
    check_decryption(poll.election, poll.trustee_keys[0], parse_tally(poll), proved)
    return write(links(replace(poll.messages, decryptions=((1, proved.decryption.to_json(group)), third))))
