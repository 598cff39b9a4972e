"""The secret of an invitation stands after # in its link: it reaches the form field and no server."""

import pytest
from playwright.sync_api import Page

from tests.browser.site import Site

pytestmark = pytest.mark.browser
SECRET = "a-secret-of-256-bits_in-base64url"
PAGE = (
    '<!doctype html><html lang="en"><title>Invitation</title>'
    '<main><form><label>Invitation <input id="code" name="code"></label></form></main>'
    '<script type="module" src="/static/js/invitation.js"></script>'
)


@pytest.mark.parametrize(("fragment", "expected"), [(f"#{SECRET}", SECRET), ("", "")])
def test_the_secret_moves_from_the_address_into_the_field(page: Page, fragment: str, expected: str) -> None:
    with Site(pages={"/invitation": PAGE, "/invitation?lang=kk": PAGE}) as site:
        page.goto(f"{site.origin}/invitation?lang=kk{fragment}")
        page.wait_for_load_state("load")
        assert page.input_value("#code") == expected
        assert page.url == f"{site.origin}/invitation?lang=kk"
        assert all(SECRET not in request.path + request.body for request in site.requests)
