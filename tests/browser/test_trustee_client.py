"""A trustee at the browser: making a key, confirming it, decrypting; files go both ways between browser and Python."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pb.core.belenios import ballots, keyfile, possession, trustees
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import Proof, TrusteeKey
from pb.core.belenios.verify import verify
from tests.browser.poll import Poll
from tests.browser.site import Site, render

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def poll() -> Poll:
    """A poll that has ended with three ballots."""
    ended = Poll()
    for secret, votes in zip(ended.secrets, ([1, 0, 1], [1, 0, 0], [0, 0, 0]), strict=True):
        ended.cast({"ballot": ballots.encrypt_ballot(ended.election, secret, [votes]).to_json(BELENIOS_2048)})
    ended.close()
    return ended


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        for action in ("key", "confirmation", "decryption"):
            served.endpoints[f"/poll/trustee/{action}"] = lambda _body: (201, {})
        yield served


def serve(site: Site, poll: Poll, stage: str, place: int = 2, **values: Any) -> str:
    shown = {
        "cycle": None,
        "poll": {"uuid": poll.uuid, "base": "/poll"},
        "stage": stage,
        "wait_text": "",
        "trustee": {"name": "Ақмарал Сейітова", "index": place},
        "trustees_json": poll.trustees_json,
        "election_json": poll.election_json,
        "encrypted_tally_json": poll.tally.to_json(BELENIOS_2048),
        "done_url": "/poll",
    }
    site.pages["/trustee"] = render("trustees/trustee.html", url="/trustee", **(shown | values))
    return site.origin + "/trustee"


def load(page: Page, key_file: str, passphrase: str) -> None:
    file = {"name": "key.json", "mimeType": "application/json", "buffer": key_file.encode()}
    page.get_by_label("Key file").set_input_files([file])  # type: ignore[list-item]
    page.get_by_label("Passphrase").fill(passphrase)


def problem(page: Page, text: str) -> None:
    expect(page.locator("#problems")).to_contain_text(text)


def test_a_key_made_in_the_browser_is_accepted_and_its_file_opens_offline(
    page: Page, site: Site, poll: Poll, tmp_path: Path
) -> None:
    page.goto(serve(site, poll, "key", trustees_json=None, election_json=None, encrypted_tally_json=None))
    expect(page.get_by_text("If one key file or its passphrase is lost")).to_be_visible()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#new-passphrase")).to_have_text(re.compile(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}"))
    passphrase = page.locator("#new-passphrase").inner_text()
    page.get_by_role("button", name="I saved the file and wrote the passphrase down").click()
    problem(page, "First save or choose the key file.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the key file").click()
    about = page.locator("#page")
    name = f"asar-trustee-key-{about.get_attribute('data-uuid')}-{about.get_attribute('data-index')}.json"
    assert download.value.suggested_filename == name, "by poll and trustee"
    download.value.save_as(tmp_path / "key.json")
    page.get_by_role("button", name="I saved the file and wrote the passphrase down").click()
    page.get_by_label("Passphrase").fill("0" * 16)
    page.get_by_role("button", name="Send the public key").click()
    problem(page, "The passphrase or the key file is wrong.")
    assert site.bodies("/poll/trustee/key") == []
    assert passphrase not in page.content()
    page.get_by_label("Passphrase").fill(passphrase.lower().replace("-", " "))
    page.get_by_role("button", name="Send the public key").click()
    expect(page.get_by_text("Your public key was sent")).to_be_visible()

    (sent,) = site.bodies("/poll/trustee/key")
    key = TrusteeKey.parse(sent["trustee"], BELENIOS_2048)
    trustees.check_trustee_key(BELENIOS_2048, key)
    expect(page.locator("#fingerprint [data-fingerprint]")).to_have_text(trustees.fingerprint(BELENIOS_2048, key))
    key_file = (tmp_path / "key.json").read_text()
    _, private_key = keyfile.decrypt_key(key_file, passphrase)
    assert BELENIOS_2048.generator.exp(private_key) == key.public_key
    everything = " ".join(request.body for request in site.requests)
    assert str(private_key) not in everything
    assert passphrase not in everything
    assert json.loads(key_file)["ciphertext"] not in everything


def test_each_new_key_and_passphrase_differs(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "key"))
    seen = page.evaluate(
        """async () => {
            const { encryptKey, generatePassphrase } = await import('/static/js/keyfile.js')
            const group = await (await import('/static/js/belenios.js')).loadGroup('BELENIOS-2048')
            const made = []
            for (let i = 0; i < 2; i++) {
                const passphrase = generatePassphrase()
                const file = JSON.parse(await encryptKey(group, 5n, passphrase))
                made.push([passphrase, file.kdf.salt, file.cipher.iv, file.ciphertext])
            }
            return made
        }"""
    )
    assert all(first != second for first, second in zip(*seen, strict=True))


def test_a_key_file_made_offline_confirms_in_the_browser(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "confirmation"))
    passphrase = keyfile.generate_passphrase()
    load(page, keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[1], passphrase), passphrase)
    page.get_by_role("button", name="Check and confirm").click()
    expect(page.get_by_text("Your key is confirmed")).to_be_visible()
    (sent,) = site.bodies("/poll/trustee/confirmation")
    possession.check_confirmation(
        BELENIOS_2048,
        poll.keys[1].public_key,
        Proof.from_value(sent["proof"], BELENIOS_2048.q),
        uuid=poll.uuid,
        trustees_sha256=hashlib.sha256(poll.trustees_json.encode()).hexdigest(),
    )
    expect(page.locator("#fingerprint [data-fingerprint]")).to_have_text(
        trustees.fingerprint(BELENIOS_2048, poll.keys[1])
    )


def test_another_trustees_key_a_wrong_passphrase_and_an_altered_file_confirm_nothing(
    page: Page, site: Site, poll: Poll
) -> None:
    page.goto(serve(site, poll, "confirmation"))
    passphrase = keyfile.generate_passphrase()
    own = keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[1], passphrase)
    weak = json.loads(own)
    weak["kdf"]["iterations"] = 599_999
    swapped = json.loads(own) | {"public_key": str(poll.keys[0].public_key)}
    for file, typed, told in (
        (keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[0], passphrase), passphrase, "not the one that stands"),
        (own, keyfile.generate_passphrase(), "The passphrase or the key file is wrong."),
        (dump_json(weak), passphrase, "The passphrase or the key file is wrong."),
        (dump_json(swapped), passphrase, "The passphrase or the key file is wrong."),
        ("{}", passphrase, "The passphrase or the key file is wrong."),
    ):
        load(page, file, typed)
        page.get_by_role("button", name="Check and confirm").click()
        problem(page, told)
    assert site.bodies("/poll/trustee/confirmation") == []


def test_the_browsers_partial_decryption_completes_an_archive_that_verifies(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "decryption"))
    passphrase = keyfile.generate_passphrase()
    load(page, keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[1], passphrase), passphrase)
    page.get_by_role("button", name="Decrypt").click()
    expect(page.get_by_text("Your part of the decryption was sent")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("3 / 3")
    (sent,) = site.bodies("/poll/trustee/decryption")
    assert poll.decrypt({2: sent["partial_decryption"]}).result == ((2, 0, 1),)
    assert verify(poll.archive).ok


def test_a_decryption_is_checked_and_the_page_then_says_what_came_of_it(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "decryption"))
    site.pages["/poll/trustee/verdict"] = '{"checking": true}'
    passphrase = keyfile.generate_passphrase()
    load(page, keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[1], passphrase), passphrase)
    page.get_by_role("button", name="Decrypt").click()
    expect(page.get_by_text("It is being checked.")).to_be_visible()
    serve(site, poll, "decryption", fault="Your decryption does not fit your key.")
    site.pages["/poll/trustee"] = site.pages["/trustee"]
    site.pages["/poll/trustee/verdict"] = '{"checking": false}'
    expect(page.get_by_text("Your decryption does not fit your key.")).to_be_visible()
    expect(page.get_by_role("button", name="Decrypt")).to_be_visible()
    assert passphrase not in page.content()


def test_whoever_comes_back_during_the_check_is_told_too(page: Page, site: Site, poll: Poll) -> None:
    site.pages["/poll/trustee/verdict"] = '{"checking": true}'
    page.goto(serve(site, poll, "wait", wait_text="Your decryption is being checked.", checking=True))
    expect(page.get_by_text("Your decryption is being checked.")).to_be_visible()
    serve(site, poll, "wait", wait_text="Your decryption fits your key.")
    site.pages["/poll/trustee"] = site.pages["/trustee"]
    site.pages["/poll/trustee/verdict"] = '{"checking": false}'
    expect(page.get_by_text("Your decryption fits your key.")).to_be_visible()


def test_whole_ballots_are_not_called_a_sum(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "decryption", whole=True))
    expect(page.get_by_role("heading", name="Decrypt the shuffled ballots")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("sum")


def test_files_of_the_offline_program_are_handed_in_but_never_the_key_file(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "key"))
    page.get_by_text("I made the file with the offline program").click()
    key_file = keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[1], keyfile.generate_passphrase())
    public = poll.keys[1].to_json(BELENIOS_2048)
    for content in (key_file, public):
        file = {"name": "file.json", "mimeType": "application/json", "buffer": content.encode()}
        page.locator("#offline-file").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Send the file").click()
        if content == key_file:
            problem(page, "This is a key file.")
    expect(page.get_by_text("Your public key was sent")).to_be_visible()
    assert site.bodies("/poll/trustee/key") == [{"trustee": public}]


@pytest.mark.parametrize("alpha", ["0", "1234567", "22"])
def test_a_number_outside_the_group_is_not_decrypted(page: Page, site: Site, poll: Poll, alpha: str) -> None:
    rows = json.loads(poll.tally.to_json(BELENIOS_2048))
    rows[0][1]["alpha"] = alpha
    page.goto(serve(site, poll, "decryption", encrypted_tally_json=dump_json(rows)))
    passphrase = keyfile.generate_passphrase()
    load(page, keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[1], passphrase), passphrase)
    page.get_by_role("button", name="Decrypt").click()
    problem(page, "must not be decrypted")
    assert site.bodies("/poll/trustee/decryption") == []


def test_a_trustee_who_has_nothing_to_do_is_told_what_comes_next(page: Page, site: Site, poll: Poll) -> None:
    page.goto(serve(site, poll, "wait", wait_text="Voting is open until Monday.", trustees_json=None))
    expect(page.get_by_text("Voting is open until Monday.")).to_be_visible()
    expect(page.locator("script")).to_have_count(0)
