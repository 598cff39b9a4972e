"""The tablet of a meeting: entries outlive a lost line, one device writes, and the hall's screen follows at once."""

import json
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from pb.act import Role
from pb.gatherings.models import Kind
from tests.browser.served import Served

pytestmark = pytest.mark.browser


def path(okrug: Served, rest: str) -> str:
    return f"{okrug.origin}/krasnoyar/meetings/{okrug.meetings[Kind.ASSEMBLY]}{rest}"


def write(okrug: Served, page: Page) -> None:
    """The list of members on a device that writes, whichever wrote before."""
    page.goto(path(okrug, "/attendance"))
    take_over = page.get_by_role("button", name="Write on this device")
    if take_over.count():
        take_over.click()
        expect(page.locator("main .banner.good")).to_contain_text("From now on this device writes the record.")
        page.goto(path(okrug, "/attendance"))


def absent(page: Page) -> str:
    """The name of a member who has not come, or has left."""
    words = page.get_by_role("button", name=re.compile("^(Came|Is back)")).first.text_content() or ""
    return words.partition(" – ")[2].strip()


def test_a_press_without_a_line_is_kept_and_counts_once_when_it_is_back(okrug: Served, browser: Browser) -> None:
    context = okrug.context(browser, Role.SECRETARY, "en")
    page = context.new_page()
    write(okrug, page)
    name = absent(page)
    present = page.get_by_role("button", name=re.compile("^Went away – ")).count()
    context.set_offline(True)
    page.get_by_role("button", name=re.compile(f"^(Came|Is back).* – {name}$")).click()
    expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 1")
    context.set_offline(False)
    expect(page.get_by_role("button", name=f"Went away – {name}")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Went away – "))).to_have_count(present + 1)
    expect(page.locator("[data-away]")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name=f"Went away – {name}").click()
    expect(page.get_by_role("button", name=f"Is back – {name}")).to_be_visible()
    context.close()


def test_an_entry_of_a_page_that_was_closed_without_a_line_is_sent_when_the_meeting_is_opened_again(
    okrug: Served, browser: Browser
) -> None:
    context = okrug.context(browser, Role.SECRETARY, "en")
    page = context.new_page()
    write(okrug, page)
    name = absent(page)
    page.route("**/attendance", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name=re.compile(f"^(Came|Is back).* – {name}$")).click()
    expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 1")
    page.close()
    page = context.new_page()
    page.goto(path(okrug, "/attendance"))
    expect(page.get_by_role("button", name=f"Went away – {name}")).to_be_visible()
    page.get_by_role("button", name=f"Went away – {name}").click()
    expect(page.get_by_role("button", name=f"Is back – {name}")).to_be_visible()
    context.close()


def test_the_screen_of_the_hall_beside_the_tablet_follows_at_once_and_another_device_reads(
    okrug: Served, browser: Browser
) -> None:
    """What asks every four seconds is put out here: the window is told."""
    context = okrug.context(browser, Role.SECRETARY, "en")
    page, hall = context.new_page(), context.new_page()
    hall.add_init_script("window.setInterval = () => 0")
    hall.goto(path(okrug, "/hall"))
    write(okrug, page)
    name, here = absent(page), page.get_by_role("button", name=re.compile("^Went away – ")).count()
    expect(hall.locator("#hall")).to_contain_text(f"Present: {here}.")
    page.get_by_role("button", name=re.compile(f"^(Came|Is back).* – {name}$")).click()
    expect(hall.locator("#hall")).to_contain_text(f"Present: {here + 1}.")
    another = okrug.context(browser, Role.SECRETARY, "en")
    tablet = another.new_page()
    tablet.goto(path(okrug, "/attendance"))
    expect(tablet.get_by_role("heading", name="Another device writes the record")).to_be_visible()
    tablet.get_by_role("button", name=f"Went away – {name}").click()
    strip = tablet.locator("[data-away]")
    expect(strip).to_contain_text("Another device wrote")
    expect(strip).to_contain_text("Not recorded: 1")
    expect(strip.get_by_text("Kept on this device")).to_be_hidden()
    expect(tablet.get_by_role("button", name=f"Went away – {name}")).to_be_visible()  # nothing was written
    tablet.get_by_role("button", name="Write on this device").click()
    expect(tablet.get_by_role("heading", name="Another device writes the record")).to_have_count(0)
    tablet.goto(path(okrug, "/attendance"))
    # It is older than what the other device wrote: nobody is overwritten unasked.
    asked = tablet.locator("[data-asked]")
    expect(asked).to_contain_text(f"Went away – {name}")
    asked.get_by_role("button", name="Send").click()
    expect(tablet.get_by_role("button", name=f"Is back – {name}")).to_be_visible()  # what waited was sent
    another.close()
    context.close()


def test_a_refused_press_stays_in_sight_and_a_double_tap_is_one_entry(okrug: Served, browser: Browser) -> None:
    """Played: of four presses without a line the first was refused, and the page went on as if it had been taken."""
    context = okrug.context(browser, Role.OFFICE, "en")
    page = context.new_page()
    page.goto(f"{okrug.origin}/krasnoyar/meetings/{okrug.meetings[Kind.GATHERING]}/attendance")
    take_over = page.get_by_role("button", name="Write on this device")
    if take_over.count():
        take_over.click()
        page.goto(f"{okrug.origin}/krasnoyar/meetings/{okrug.meetings[Kind.GATHERING]}/attendance")
    form = page.locator("form", has=page.locator("[name=name]"))
    context.set_offline(True)
    for name in ("айгүл  сейітқызы", "Болат Ким"):
        form.locator("[name=name]").fill(name)
        form.locator("[name=settlement]").select_option("Красный Яр")
        form.get_by_role("button").first.dblclick()
    expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 2")
    context.set_offline(False)
    asked = page.locator("[data-asked]")
    expect(asked).to_contain_text("айгүл")
    expect(asked).to_contain_text(page.locator("main h1").inner_text())
    asked.get_by_role("button", name="Drop it").click()
    expect(page.get_by_text("Болат Ким").first).to_be_visible()
    expect(asked).to_be_hidden()
    context.close()


def test_what_is_refused_at_its_field_is_told_there_and_waits_nowhere_else(okrug: Served, browser: Browser) -> None:
    """Played: each mistake at a field stayed among what is not recorded, after the right entry was taken too."""
    context = okrug.context(browser, Role.OFFICE, "en")
    page = context.new_page()
    door = f"{okrug.origin}/krasnoyar/meetings/{okrug.meetings[Kind.GATHERING]}/attendance"
    page.goto(door)
    take_over = page.get_by_role("button", name="Write on this device")
    if take_over.count():
        take_over.click()
        page.goto(door)
    form = page.locator("form", has=page.locator("[name=name]"))
    form.locator("[name=name]").fill("айгүл  сейітқызы")
    form.locator("[name=settlement]").select_option("Красный Яр")
    form.get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text("Registered already")
    expect(form.locator("[name=name]")).to_have_value(re.compile("айгүл"))
    expect(page.locator("[data-asked]")).to_be_hidden()
    context.set_offline(True)
    form.locator("[name=name]").fill("Айгүл Сейітқызы Ким")
    form.get_by_role("button").first.click()
    expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 1")
    expect(page.locator("main")).not_to_contain_text("Registered already")  # the corrected entry waits
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.startsWith('asar-meeting'))[1]")
    words = json.loads(kept)[0]["words"]
    assert "Name: Айгүл Сейітқызы Ким" in words
    page.evaluate("localStorage.clear()")
    context.set_offline(False)
    page.reload()
    expect(page.locator("[data-asked]")).to_be_hidden()
    context.close()


def present(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Went away – "))


def name_in(button: Locator) -> str:
    return (button.text_content() or "").partition(" – ")[2].strip()


def come_back(page: Page, *names: str) -> None:
    """The next test finds them present."""
    for name in names:
        page.get_by_role("button", name=f"Is back – {name}").click()
        expect(page.get_by_role("button", name=f"Went away – {name}")).to_be_visible()


def test_two_tabs_of_one_device_send_each_press_once_and_both_show_it(okrug: Served, browser: Browser) -> None:
    """The tab that gets the line sends what both keep; the other one shows what became of its own press."""
    context = okrug.context(browser, Role.SECRETARY, "en")
    first, second = context.new_page(), context.new_page()
    write(okrug, first)
    second.goto(path(okrug, "/attendance"))
    here = present(first).count()
    one, other = name_in(present(first).nth(0)), name_in(present(first).nth(1))
    sent: list[str] = []
    context.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    context.set_offline(True)
    first.get_by_role("button", name=f"Went away – {one}").click()
    second.get_by_role("button", name=f"Went away – {other}").click()
    for page in (first, second):
        expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 2")
    sent.clear()
    context.set_offline(False)
    for page in (first, second):
        for name in (one, other):
            expect(page.get_by_role("button", name=f"Is back – {name}")).to_be_visible()
        expect(page.locator("[data-away]")).to_be_hidden()
        assert page.evaluate("localStorage.length") == 0
    tokens = [token for body in sent for token in re.findall("form_token=([^&]+)", body)]
    assert len(tokens) == len(set(tokens)) == 2, "each press went once"
    expect(present(first)).to_have_count(here - 2)
    come_back(second, one, other)
    # The first tab still shows what was: its press changes nothing that the second one wrote.
    first.goto(path(okrug, "/attendance"))
    second.get_by_role("button", name=f"Went away – {one}").click()
    expect(second.get_by_role("button", name=f"Is back – {one}")).to_be_visible()
    first.get_by_role("button", name=f"Went away – {one}").click()
    expect(first.get_by_role("button", name=f"Is back – {one}")).to_be_visible()
    expect(present(first)).to_have_count(here - 1)
    come_back(first, one)
    context.close()


def test_presses_whose_answer_was_lost_count_once_after_the_page_is_loaded_again(
    okrug: Served, browser: Browser
) -> None:
    """The server has the first press and the browser does not know it; the second one never left."""
    context = okrug.context(browser, Role.OFFICE, "en")
    page = context.new_page()
    door = f"{okrug.origin}/krasnoyar/meetings/{okrug.meetings[Kind.GATHERING]}/attendance"
    page.goto(door)
    take_over = page.get_by_role("button", name="Write on this device")
    if take_over.count():
        take_over.click()
        page.goto(door)
    registered = page.get_by_role("button", name=re.compile("^Went away – "))
    here = registered.count()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        if not lost:
            route.fetch()  # the server takes it, and its answer is lost on the way
        lost.append(route.request.url)
        route.abort()

    page.route("**/attendance*", lose)
    page.route("**/registrations*", lose)
    form = page.locator("form", has=page.locator("[name=name]"))
    for name in ("Гүлсім Ержанова", "Дархан Сапаров"):
        form.locator("[name=name]").fill(name)
        form.locator("[name=settlement]").select_option("Красный Яр")
        form.get_by_role("button").first.click()
    expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 2")
    page.reload()
    expect(page.locator("[data-away]")).to_contain_text("Kept on this device: 2")
    assert lost
    page.unroute_all()
    page.locator("[data-send]").click()
    for name in ("Гүлсім Ержанова", "Дархан Сапаров"):
        expect(page.get_by_text(name).first).to_be_visible()
    expect(page.locator("[data-away]")).to_be_hidden()
    expect(page.locator("[data-asked]")).to_be_hidden()
    page.goto(door)
    expect(registered).to_have_count(here + 2)
    context.close()
