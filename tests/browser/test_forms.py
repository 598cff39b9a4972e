"""What a form's script does: what is wrong comes first, two taps send once, and what was typed outlives a session, a
token and a language; nothing of it for somebody else, nothing on a shared device, and no secret at all."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pb.act import Role
from pb.demo.cycle import Stage
from tests.browser.served import Served
from tests.browser.serving import PHONE, heard_page

pytestmark = pytest.mark.browser

TYPED = {"title": "Абай көшесін жарықтандыру", "problem": "Кешке қараңғы.", "place": "Абай көшесі"}


@pytest.fixture
def resident(okrug: Served, browser: Browser) -> Iterator[Page]:
    context = okrug.context(browser, Role.RESIDENT, "en", viewport=PHONE)
    with heard_page(context) as page:
        yield page
    context.close()


def write(page: Page, okrug: Served) -> None:
    page.goto(new_proposal(okrug))
    for name, text in TYPED.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=category]").nth(1).check()


def new_proposal(okrug: Served) -> str:
    return okrug.origin + okrug.path(Stage.PROPOSALS, "/proposals/new")


def stands(page: Page) -> None:
    for name, text in TYPED.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    expect(page.locator("[name=category]").nth(1)).to_be_checked()


def send(page: Page) -> None:
    page.get_by_role("button", name="Submit for review").click()


def kept(page: Page) -> str | None:
    found: str | None = page.evaluate("sessionStorage.getItem('asar-typed')")
    return found


def lose_the_session(context: BrowserContext) -> list[dict[str, str]]:
    """As after twelve hours; what signing in would give back."""
    cookies = [cookie for cookie in context.cookies() if cookie["name"] == "session"]
    context.clear_cookies(name="session")
    return cookies  # type: ignore[return-value]


def on_the_first_screen(page: Page, selector: str) -> None:
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(selector).bounding_box()
    assert box is not None
    assert box["y"] + min(box["height"], 60) <= PHONE["height"], box


def test_what_is_wrong_is_focused_and_on_the_first_screen_of_a_phone(resident: Page, okrug: Served) -> None:
    resident.goto(new_proposal(okrug))
    send(resident)
    expect(resident.locator("#errors")).to_be_focused()
    assert resident.locator("#errors li").count() >= 5, "everything at once"
    on_the_first_screen(resident, "#errors")
    resident.locator("#errors a").first.click()
    expect(resident.locator("#title")).to_be_focused()


def test_what_was_done_is_on_the_first_screen_of_a_phone(resident: Page, okrug: Served) -> None:
    write(resident, okrug)
    resident.get_by_role("button", name="Keep as a draft").click()
    expect(resident.locator(".banner.good")).to_contain_text("The draft is kept")
    on_the_first_screen(resident, ".banner.good")
    assert kept(resident) is None, "what arrived is not kept"


def test_after_signing_in_again_the_form_stands_there(resident: Page, okrug: Served) -> None:
    write(resident, okrug)
    session = lose_the_session(resident.context)
    send(resident)
    expect(resident.locator("main")).to_contain_text("You were signed out before your form arrived")
    expect(resident.locator("[data-kept]")).to_be_visible()
    resident.context.add_cookies(session)  # type: ignore[arg-type]
    resident.goto(new_proposal(okrug))
    stands(resident)
    assert kept(resident) is None
    resident.reload()
    expect(resident.locator("[name=title]")).to_have_value("")


def test_nothing_waits_for_somebody_else(resident: Page, okrug: Served, browser: Browser) -> None:
    write(resident, okrug)
    lose_the_session(resident.context)
    send(resident)
    expect(resident.locator("[data-kept]")).to_be_visible()
    other = okrug.context(browser, Role.OFFICE, "en")
    resident.context.add_cookies(other.cookies())  # type: ignore[arg-type]
    other.close()
    resident.goto(okrug.origin + okrug.path(Stage.PROPOSALS))
    assert kept(resident) is None


def test_a_change_of_language_keeps_what_was_typed(resident: Page, okrug: Served) -> None:
    write(resident, okrug)
    resident.locator("a[hreflang=ru]").click()
    expect(resident.locator("html")).to_have_attribute("lang", "ru")
    stands(resident)


def test_a_refused_form_keeps_it_too_in_another_language(resident: Page, okrug: Served) -> None:
    write(resident, okrug)
    send(resident)
    expect(resident.locator("#errors")).to_be_focused()
    resident.locator("a[hreflang=kk]").click()
    expect(resident.locator("html")).to_have_attribute("lang", "kk")
    stands(resident)


def test_back_after_a_refused_form_that_was_put_right_leads_to_its_page(resident: Page, okrug: Served) -> None:
    """Played: the way back ended in the browser's own page about a form that it would have to send again."""
    resident.goto(new_proposal(okrug))
    send(resident)
    expect(resident.locator("#errors")).to_be_focused()
    assert resident.url.partition("?")[0] == new_proposal(okrug)
    for name, text in TYPED.items():
        resident.locator(f"[name={name}]").fill(text)
    resident.get_by_role("button", name="Keep as a draft").click()
    expect(resident.get_by_role("status").first).to_be_visible()
    answer = resident.go_back()
    assert answer is None or (answer.request.method, answer.status) == ("GET", 200)
    expect(resident.get_by_role("heading", level=1)).to_be_visible()
    assert resident.url.partition("?")[0] == new_proposal(okrug)


def test_what_is_asked_once_more_keeps_what_was_typed(okrug: Served, browser: Browser) -> None:
    """Played: "No", and a press on another language on the page that asks, led to the empty form."""
    address = okrug.origin + okrug.path(Stage.VOTING, "/poll/objections")
    context = okrug.context(browser, Role.OFFICE, "en", viewport=PHONE)
    with heard_page(context) as page:
        page.goto(address)
        page.locator("textarea[name=text]").fill("A list of cards hung there for one hour alone.")
        page.locator("form", has=page.locator("textarea[name=text]")).locator("button").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Your objection has number")
        page.goto(address)
        answer = page.locator("textarea[name=answer]").first
        fold = page.locator("details:not([open])", has=page.locator("textarea[name=answer]"))
        if fold.count():
            fold.first.locator("summary").first.click()
        answer.fill("It hangs there\nuntil Friday.")
        page.locator("form", has=answer).locator("button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Send this answer?")
        page.get_by_role("button", name="No, go back").click()
        expect(answer).to_have_value("It hangs there\nuntil Friday.")
        page.locator("a[hreflang=ru]").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(answer).to_have_value("It hangs there\nuntil Friday.")
        page.locator("form", has=answer).locator("button").click()
        expect(page.locator("button[name=back]")).to_be_visible()
        page.locator("a[hreflang=en]").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(answer).to_have_value("It hangs there\nuntil Friday.")
        assert kept(page) is None
    context.close()


def test_a_second_tap_sends_nothing(resident: Page, okrug: Served) -> None:
    write(resident, okrug)
    posts: list[str] = []
    resident.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    resident.evaluate("""() => {
        const form = document.querySelector('form[data-keep]')
        const button = form.querySelector('button[value=draft]')
        button.click(); button.click()
    }""")
    expect(resident.locator(".banner.good")).to_be_visible()
    assert len(posts) == 1


def test_no_secret_is_kept_and_nothing_at_all_of_signing_in(okrug: Served, browser: Browser) -> None:
    context = okrug.context(browser, Role.CLERK, "en")
    with heard_page(context) as page:
        page.goto(okrug.origin + "/krasnoyar/residents/register")
        page.locator("[name=iin]").fill("880101200013")
        page.locator("[name=name]").fill("Somebody invented")
        page.locator("a[hreflang=ru]").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.locator("[name=name]")).to_have_value("Somebody invented")
        expect(page.locator("[name=iin]")).to_have_value("")
    context.close()


def test_a_shared_device_keeps_nothing(okrug: Served, browser: Browser) -> None:
    context = okrug.context(browser, Role.CLERK, "en")
    with heard_page(context) as page:
        page.goto(okrug.origin + okrug.path(Stage.VOTING, "/poll/kiosk"))
        page.locator("[name=code]").fill("2468 1357")
        page.locator("main form button").click()
        page.wait_for_url("**/poll/vote")
        page.goto(okrug.origin + okrug.path(Stage.VOTING, "/poll/objections"))
        page.locator("[name=text]").fill("Somebody used my card.")
        page.locator("a[hreflang=ru]").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.locator("[name=text]")).to_have_value("")
        assert kept(page) is None
    context.close()


def test_a_shared_device_comes_home_by_itself(okrug: Served, browser: Browser) -> None:
    """Whoever left it on another page left it there for the next person."""
    context = okrug.context(browser, Role.CLERK, "en")
    with heard_page(context) as page:
        page.goto(okrug.origin + okrug.path(Stage.VOTING, "/poll/kiosk"))
        page.locator("[name=code]").fill("2468 1357")
        page.locator("main form button").click()
        page.wait_for_url("**/poll/vote")
        page.locator("a.brand").click()
        page.wait_for_url("**/poll/vote")
        page.clock.install()
        page.goto(okrug.origin + okrug.path(Stage.VOTING, "/poll/objections"))
        page.clock.run_for(100_000)
        page.locator("[name=text]").press("a")
        page.clock.run_for(100_000)
        expect(page.locator("[name=text]")).to_have_value("a")  # somebody is writing
        page.clock.run_for(130_000)
        page.wait_for_url("**/poll/vote")
    context.close()


def test_what_somebody_signed_in_typed_is_shown_to_nobody_who_is_not(resident: Page, okrug: Served) -> None:
    """A form that everybody may use: the session is lost, another language is chosen; who signs in again finds it."""
    asking = okrug.origin + okrug.path(Stage.VOTING, "/roll/requests/new")
    resident.goto(asking)
    for name in ("contact", "text"):
        resident.locator(f"[name={name}]").fill("8 700 and what only I know")
    session = lose_the_session(resident.context)
    resident.locator("a[hreflang=ru]").first.click()
    resident.wait_for_url("**lang=ru")
    for name in ("contact", "text", "name"):
        expect(resident.locator(f"[name={name}]")).to_have_value("")
    resident.context.add_cookies(session)  # type: ignore[arg-type]
    resident.reload()
    expect(resident.locator("[name=contact]")).to_have_value("8 700 and what only I know")
