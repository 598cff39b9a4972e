"""A poll of rankings on Ed25519, of whose three trustees two decrypt: from the first key file to the archive."""

import re
import shlex
from contextlib import chdir
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from pb.core.belenios import keyfile
from pb.core.belenios.archive import ArchiveReader
from pb.core.belenios.canonical import dump_json, parse_json
from pb.core.belenios.chain import read_links
from pb.core.belenios.messages import EventType
from pb.core.belenios.verify import verify
from tests.browser.journey import fill, heading, press
from tests.browser.journey_of_the_vote import reload_until, type_in
from tests.browser.rules import tab_to
from tests.browser.serving import tracker_of
from tests.browser.voters import cast
from tests.browser.whole_poll import CLOSING_DAY, OPENING_DAY, WholePoll, prepared
from tests.conformance.outside import sirona_accepts
from tests.conformance.polls import write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RANKING = {"ballot_kind": "ranking", "group_name": "Ed25519", "trustees_needed": 2, "choices": 3}
# Trustees by number, from 0: who uses the program where the page shows how, who first deals wrongly and is not there
# when the vote is decrypted.
OFFLINE, CHEAT = 1, 2
PASSPHRASE = "ABCD-EFGH-JKMN-PQRS"
BY_HTTP = (
    (1, 0, 2, 0), (2, 1, 0, 3), (0, 0, 1, 0), (0, 1, 0, 2),
    (3, 2, 1, 0), (0, 0, 0, 0), (1, 2, 3, 0), (0, 2, 0, 1),
)  # fmt: skip


def test_a_poll_of_rankings_with_a_key_made_together(browser: Browser, tmp_path: Path) -> None:
    with prepared(tmp_path, browser, **RANKING) as poll:
        all_make_certificates(poll)
        everybody_deals_and_one_cheats(poll)
        the_cheat_is_named_and_begins_again(poll)
        all_take_their_shares(poll)
        keys_are_confirmed_and_tried(poll)
        poll.draw_and_open()
        trackers = [by_touch(poll), by_keyboard(poll), *others_vote(poll)]
        whoever_has_voted_cannot_vote_again(poll, trackers[0])
        the_vote_ends(poll)
        two_shuffle(poll)
        two_of_three_decrypt(poll)
        everybody_reads_the_result(poll)
        anybody_checks_the_archive(poll, trackers)
        assert poll.visits.faults == []
        for context in browser.contexts:
            context.close()


# The key


def says(page: Page, *sentences: str) -> None:
    for sentence in sentences:
        expect(page.locator("main").get_by_text(sentence).filter(visible=True).first).to_be_visible(timeout=20_000)


def turns(page: Page, *words: str | re.Pattern[str]) -> None:
    """What the list of trustees says of each, in their order."""
    expect(page.locator("main ol.cards > li .tag")).to_have_text(list(words))


def make_certificate(poll: WholePoll, number: int) -> None:
    page = poll.trustee(number)
    heading(page, "Step 1 of 3: make your key file")
    poll.look(page, "trustee-certificate", once=True)
    if number == OFFLINE:
        poll.passphrases[number] = PASSPHRASE
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(keyfile, "generate_passphrase", lambda: PASSPHRASE)
            by_program(poll, page, number)
    else:
        make_file(poll, page, number)
    says(page, "Step 1 is done")
    page.context.close()


def make_file(poll: WholePoll, page: Page, number: int) -> None:
    press(page, "Make the key")
    expect(page.locator("#new-passphrase")).not_to_be_empty()
    poll.passphrases[number] = page.locator("#new-passphrase").inner_text()
    with page.expect_download() as download:
        press(page, "Save the key file")
    download.value.save_as(poll.file(number, "seed"))
    press(page, "I saved the file and wrote the passphrase down")
    page.get_by_label("Passphrase").fill(poll.passphrases[number])
    press(page, "Send the public key")


def by_program(poll: WholePoll, page: Page, number: int) -> None:
    """Does what the page says: its files are downloaded, its command is started, what that made is handed in."""
    part = page.locator("details", has_text="I made the file with the offline program")
    part.locator("summary").click()
    folder = poll.file(number, "").parent
    for link in part.get_by_role("link").all():
        with page.expect_download() as download:
            link.click()
        download.value.save_as(folder / download.value.suggested_filename)
    words = shlex.split(part.locator(".mono").inner_text())
    out = folder / words[words.index("--out") + 1]
    out.unlink(missing_ok=True)  # of a step that is done again
    with chdir(folder):
        poll.installation.command(*words[1:], typed=poll.passphrases.get(number, "") + "\n")
    part.get_by_label("File from the offline program").set_input_files(out)
    press(page, "Send the file")


def all_make_certificates(poll: WholePoll) -> None:
    for number in range(3):
        if number == 1:
            page = poll.trustee(0)
            says(page, "Your certificate is in. When the others have made theirs, you deal shares here.")
            turns(page, "Nothing to do now", "Has something to do", "Has something to do")
            poll.look(page, "trustee-wait")
            page.context.close()
        make_certificate(poll, number)


def load(poll: WholePoll, page: Page, number: int, name: str, button: str) -> None:
    page.get_by_label("Key file").set_input_files(poll.file(number, name))
    page.get_by_label("Passphrase").fill(poll.passphrases[number])
    press(page, button)


def deal(poll: WholePoll, number: int, *, wrongly: bool = False) -> None:
    """Each comes back in a browser that never held the seed."""
    page = poll.trustee(number)
    heading(page, "Step 2 of 3: deal the shares")
    poll.look(page, "trustee-dealing", once=True)
    if wrongly:
        page.route("**/trustee/dealing", _swap_shares)
    if number == OFFLINE:
        by_program(poll, page, number)
    else:
        load(poll, page, number, "seed", "Deal the shares")
    says(page, "Step 2 is done")
    page.context.close()


def _swap_shares(route: Route) -> None:
    """The first trustee gets the second one's share: nobody sees it but these two."""
    dealing = parse_json(route.request.post_data_json["dealing"])
    first, second, *rest = dealing["secrets"]
    route.continue_(post_data=dump_json({"dealing": dump_json(dealing | {"secrets": [second, first, *rest]})}))


def everybody_deals_and_one_cheats(poll: WholePoll) -> None:
    for number in range(3):
        deal(poll, number, wrongly=number == CHEAT)


def the_cheat_is_named_and_begins_again(poll: WholePoll) -> None:
    page = poll.trustee(0)
    heading(page, "Step 3 of 3: take your share")
    load(poll, page, 0, "seed", "Check, save the second file and send")
    expect(page.locator("#problems")).to_contain_text(f"Trustee number: {CHEAT + 1}.")
    page.reload()
    turns(page, "Nothing to do now", "Nothing to do now", re.compile("again"))
    poll.look(page, "trustee-other-fault")
    page.context.close()
    page = poll.trustee(CHEAT)
    expect(page.locator("main .banner.bad:visible")).to_contain_text("Make a new certificate; then all deal again.")
    poll.look(page, "trustee-fault")
    page.context.close()
    make_certificate(poll, CHEAT)
    for number in range(3):
        deal(poll, number)


def all_take_their_shares(poll: WholePoll) -> None:
    for number in range(3):
        page = poll.trustee(number)
        heading(page, "Step 3 of 3: take your share")
        poll.look(page, "trustee-share", once=True)
        if number == OFFLINE:
            by_program(poll, page, number)
        else:
            with page.expect_download() as download:
                load(poll, page, number, "seed", "Check, save the second file and send")
            download.value.save_as(poll.file(number, "key"))
        says(page, "Step 3 is done: your key is made")
        page.context.close()


def keys_are_confirmed_and_tried(poll: WholePoll) -> None:
    for number in range(3):
        page = poll.trustee(number)
        heading(page, "Confirm your key")
        poll.look(page, "trustee-confirmation", once=True)
        load(poll, page, number, "key", "Check and confirm")
        says(page, "Your key is confirmed")
        page.context.close()
    page = poll.trustee(1)
    poll.look(page, "trustee-confirmed")
    page.get_by_text("Check that your key works").click()
    load(poll, page, 1, "key", "Try the key")
    says(page, "Your key works")
    page.context.close()


# The vote


def enter(poll: WholePoll, number: int, **options: object) -> Page:
    page = poll.visits.stranger(**options)
    page.goto(f"{poll.address}/vote")
    type_in(page, *poll.voter(number))
    return page


def row(page: Page, place: int) -> Locator:
    return page.locator("#projects li", has=page.locator(f"input[data-index='{place}']"))


def by_touch(poll: WholePoll) -> str:
    """Ranks by tapping, changes the order, and reads the receipt."""
    page = enter(poll, 0, has_touch=True, is_mobile=True)
    heading(page, "Put projects in order")
    for place in (3, 1, 0):
        row(page, place).get_by_role("button", name="Give the next place").tap()
    expect(page.locator("#left")).to_have_text("Places filled: 3 of 3")
    expect(row(page, 2).get_by_role("button")).to_have_count(0)  # no place is left
    row(page, 0).get_by_role("button", name="Up").tap()
    row(page, 3).get_by_role("button", name="Take out").tap()
    for place, rank in enumerate(("1", "2", "–", "–")):
        expect(row(page, place).locator("[data-value]")).to_have_text(rank)
    poll.look(page, "ranking")
    page.get_by_role("button", name="Continue").tap()
    heading(page, "Check your ballot")
    expect(page.locator("#chosen > li")).to_have_count(2)
    poll.look(page, "ranking-check")
    page.get_by_role("button", name="Cast my ballot").tap()
    heading(page, "Your ballot is in the box")
    says(page, "Then trustees shuffle the encrypted ballots")
    poll.look(page, "ranking-receipt")
    tracker = tracker_of(page)
    page.context.close()
    return tracker


def by_keyboard(poll: WholePoll) -> str:
    """Tab and Enter alone; the focus stays with the project that moves."""
    page = enter(poll, 1)
    heading(page, "Put projects in order")
    first = page.locator("#projects > li b").first.inner_text()
    tab_to(page, "[data-move=in]")
    page.keyboard.press("Enter")
    expect(page.locator("#moved")).to_have_text(f"Place 1: {first}")
    tab_to(page, "[data-move=in]")
    second = page.evaluate("document.activeElement.closest('li').querySelector('b').textContent")
    page.keyboard.press("Space")
    expect(page.locator("#moved")).to_have_text(f"Place 2: {second}")
    assert page.evaluate("document.activeElement.closest('li').querySelector('b').textContent") == second
    page.keyboard.press("Enter")  # the button that the focus went to: up
    expect(page.locator("#projects > li b").first).to_have_text(second)
    tab_to(page, ".sticky .button")
    page.keyboard.press("Enter")
    heading(page, "Check your ballot")
    tab_to(page, "[data-action=cast]")
    page.keyboard.press("Enter")
    heading(page, "Your ballot is in the box")
    tracker = tracker_of(page)
    page.context.close()
    return tracker


def others_vote(poll: WholePoll) -> list[str]:
    trackers = []
    for number, ranks in enumerate(BY_HTTP, start=2):
        context = poll.visits.stranger().context
        voter, code = poll.voter(number)
        trackers.append(cast(context.request, poll.address, voter.iin, code, ranks))
        context.close()
    return trackers


def whoever_has_voted_cannot_vote_again(poll: WholePoll, tracker: str) -> None:
    page = enter(poll, 0)
    heading(page, "This card has voted")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(tracker)
    page.context.close()


def the_vote_ends(poll: WholePoll) -> None:
    poll.installation.pass_days(CLOSING_DAY - OPENING_DAY + 1)
    page = poll.trustee(0)
    reload_until(page, lambda: page.locator("h1").inner_text() == "Shuffle the ballots")
    turns(page, *["Has something to do"] * 3)
    page.context.close()


# The result


def two_shuffle(poll: WholePoll) -> None:
    """One by files, one straight from and to the platform with a one-time code."""
    page = poll.trustee(CHEAT)
    poll.look(page, "trustee-shuffle")
    by_program(poll, page, CHEAT)
    says(page, "Your shuffle was sent")
    page.goto(f"{poll.address}/trustee")
    reload_until(page, partial(_stands, page, "You have shuffled. Another"))
    page.context.close()
    page = poll.trustee(0)
    press(page, "Show a one-time code for the program")
    expect(page.locator(".mono:visible")).to_have_count(2)
    command, code = page.locator(".mono:visible").all_inner_texts()
    poll.look(page, "trustee-code")
    poll.installation.command(*shlex.split(command)[1:], typed=f"{code}\n")
    page.goto(f"{poll.address}/trustee")
    reload_until(page, partial(_stands, page, "Decrypt the"))
    page.context.close()


def _stands(page: Page, text: str) -> bool:
    return text in page.locator("main").inner_text()


def two_of_three_decrypt(poll: WholePoll) -> None:
    for number in (0, OFFLINE):
        page = poll.trustee(number)
        heading(page, re.compile("Decrypt the .*ballots"))
        poll.look(page, "trustee-decryption", once=True)
        if number == OFFLINE:
            by_program(poll, page, number)
        else:
            load(poll, page, number, "key", "Decrypt")
        says(page, "Your part of the decryption was sent")
        page.context.close()


def everybody_reads_the_result(poll: WholePoll) -> None:
    """Whether the decryptions are put together at once or by a job: the result is there in a moment."""
    page = poll.visits.stranger()
    page.goto(poll.address)
    reload_until(page, lambda: page.get_by_role("link", name="See the result").count() > 0)
    page.get_by_role("link", name="See the result").click()
    page.get_by_text("What the ballots show together").click()
    says(page, "Each ballot was decrypted after trustees shuffled them in turn: nobody knows whose is which.")
    counted = page.get_by_role("table", name="Projects in the order in which they were counted", include_hidden=True)
    expect(counted.locator("tbody tr")).to_have_count(4)
    reload_until(page, lambda: page.get_by_text("The platform verified the whole archive").count() > 0)
    poll.look(page, "whole-result")
    page.goto(poll.address)
    poll.look(page, "whole-poll")
    page.context.close()


def anybody_checks_the_archive(poll: WholePoll, trackers: list[str]) -> None:
    page = poll.visits.stranger()
    page.goto(poll.address)
    for tracker in trackers[:2]:
        fill(page, tracker=tracker)
        press(page, "Look it up")
        expect(page.locator(".banner.good")).to_contain_text("This ballot is in the box.")
        page.goto(poll.address)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the archive").click()
    archive = poll.folder / f"{poll.demo.poll_uuid}.bel"
    download.value.save_as(archive)
    poll.installation.command("verify", str(archive))  # whatever it refuses fails the test
    report = verify(archive)
    assert report.ok, report.failure
    assert report.result is not None
    assert set(BY_HTTP) <= set(report.result[0])
    assert (1, 2, 0, 0) in report.result[0], "what was tapped"
    assert len(report.result[0]) == len(trackers)
    with archive.open("rb") as file:
        chain = list(read_links(ArchiveReader(file)))
    # Sirona 0.0.28 has no result of whole ballots that a group decrypted: it checks all that comes before.
    assert chain[-1].event.type is EventType.RESULT
    assert sirona_accepts(poll.demo.poll_uuid, write(chain[:-1]))
