"""A voter's secret code, typed where it does not belong, leaves the browser never."""

import pytest
from playwright.sync_api import Browser, Request, expect

from pb.core.belenios.credentials import format_code, generate_code
from pb.demo.cycle import Stage
from tests.browser.served import Served
from tests.browser.serving import PHONE, heard_page

pytestmark = pytest.mark.browser

FINGERPRINT = "ab12 cd34 ef56 0789 ab12 cd34 ef56 0789"


@pytest.mark.parametrize(
    ("path", "field"), [("/keys", "key"), ("/tracker", "tracker"), ("", "tracker"), ("/objections", "text")]
)
def test_the_code_is_stopped_and_wiped_and_a_fingerprint_is_sent(
    okrug: Served, browser: Browser, path: str, field: str
) -> None:
    context = okrug.context(browser, None, "en", viewport=PHONE)
    sent: list[Request] = []
    with heard_page(context) as page:
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        page.goto(okrug.origin + okrug.path(Stage.VOTING, f"/poll{path}"))
        for details in page.locator("details:has([data-own-code])").all():
            details.evaluate("part => { part.open = true }")
        place = page.locator(f"[name={field}]")
        form = page.locator("form").filter(has=place)
        code = next(code for code in iter(generate_code, "") if any(sign.isdigit() for sign in code))
        for typed in (format_code(code), code.lower(), f"My code: {format_code(code)}"):
            place.fill(typed)
            form.get_by_role("button").first.click()
            expect(form.get_by_role("alert")).to_contain_text("This is the secret code of a card")
            expect(place).to_have_value("My code:" if typed.startswith("My") else "")
        if field == "text":
            long = "I object: see https://example.kz/d/abcd1234efgh5678jkmn90pr"
            place.fill(f"{long} {format_code(code)}")
            form.get_by_role("button").first.click()
            expect(place).to_have_value(long)
        assert sent == []
        place.fill(FINGERPRINT)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            form.get_by_role("button").first.click()
    context.close()
