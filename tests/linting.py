"""A test client that is a linter: every page that any test asks for is checked, whatever else the test is about."""

import hashlib
import re
import secrets
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

HEADINGS = ("h1", "h2", "h3", "h4")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")
UNLABELLED = {"hidden", "submit", "button"}
_CHANGING = re.compile(r'(?<= value=")[^"]*(?=")|(?<= href="/)[^"]*(?=")')
"""What no rule looks at, and differs in pages that are the same otherwise: tokens, what was typed, addresses."""
_right: set[bytes] = set()
"""Pages that were looked through and are right: most tests come by the same few refusals thousands of times."""


class LintingClient(FlaskClient):
    """Fills in the CSRF token of posts (unless told `token=False`) and checks each HTML answer. Each is a browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_browser = secrets.token_hex(20)

    def open(self, *args: Any, token: bool = True, **kwargs: Any) -> TestResponse:
        if token and kwargs.get("method") == "POST":
            if "json" in kwargs:
                kwargs["headers"] = {**(kwargs.get("headers") or {}), "X-CSRFToken": self.csrf_token()}
            else:
                kwargs["data"] = {**(kwargs.get("data") or {}), "csrf_token": self.csrf_token()}
        kwargs.setdefault("buffered", True)  # as a server does: what was sent from a file closes it
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            faults = faults_of(response)
            assert faults == [], f"{response.request.path}: {faults}"
        return response

    def csrf_token(self) -> str:
        with self.session_transaction() as session:
            session["csrf_token"] = self.of_browser
        serializer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps(self.of_browser))


def faults_of(response: TestResponse) -> list[str]:
    """What is wrong with a page, in words."""
    text = response.get_data(as_text=True)
    seen = hashlib.sha256(f"{_headers(response)}{_CHANGING.sub('', text)}".encode()).digest()
    if seen in _right:
        return []
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    faults = [*_headers(response), *_heads(page), *_ids(page), *_labels(page), *_nothing_inline(page), *_forms(page)]
    faults += [f"an unfilled place: {found}" for found in re.findall(r"%\(\w+\)\w", text)]
    faults += ["an image without alt" for image in page.iter("img") if image.get("alt") is None]
    faults += ["a header cell without scope" for cell in page.iter("th") if cell.get("scope") is None]
    if not faults:
        _right.add(seen)
    return faults


def words(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _headers(response: TestResponse) -> list[str]:
    wanted = {
        "Content-Security-Policy": "default-src 'self'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return [f"header {name}" for name, value in wanted.items() if value not in response.headers.get(name, "")]


def _heads(page: Element) -> list[str]:
    faults = []
    if page.get("lang") not in {"kk", "ru", "en"}:
        faults.append("no lang")
    firsts = list(page.iter("h1"))
    if len(firsts) != 1:
        return [*faults, f"{len(firsts)} h1"]
    if not words(firsts[0]) or not words(page.find(".//title")).removeprefix("Error: ").startswith(words(firsts[0])):
        faults.append("the title does not begin with the h1")
    if page.find(".//main") is None:
        faults.append("no main")
    depth = 1
    for heading in (element for element in page.find(".//main").iter() if element.tag in HEADINGS):
        if HEADINGS.index(heading.tag) > depth and heading.tag != "h2":
            faults.append(f"heading level skipped: {words(heading)}")
        depth = HEADINGS.index(heading.tag) + 1
    return faults


def _ids(page: Element) -> list[str]:
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    faults = [f"id twice: {one}" for one in {one for one in ids if ids.count(one) > 1}]
    for element in page.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            faults += [
                f"{attribute} leads nowhere: {one}" for one in (element.get(attribute) or "").split() if one not in ids
            ]
        target = element.get("href") or ""
        if target.startswith("#") and target[1:] not in ids:
            faults.append(f"link leads nowhere: {target}")
    return faults


def _labels(page: Element) -> list[str]:
    labelled = {label.get("for") for label in page.iter("label")}
    inside = {id(element) for label in page.iter("label") for element in label.iter() if words(label)}
    faults = []
    for element in page.iter():
        if element.tag not in {"input", "select", "textarea"} or element.get("type") in UNLABELLED:
            continue
        if element.get("id") in labelled or id(element) in inside or element.get("aria-label"):
            continue
        faults.append(f"no label: {element.get('name')}")
    faults += ["a button without words" for button in page.iter("button") if not words(button)]
    faults += [f"a link without words: {link.get('href')}" for link in page.iter("a") if not words(link)]
    return faults


def _nothing_inline(page: Element) -> list[str]:
    faults = [f"style in {element.tag}" for element in page.iter() if element.get("style") or element.tag == "style"]
    faults += ["inline script" for script in page.iter("script") if not script.get("src")]
    for element in page.iter():
        faults += [f"{name} in {element.tag}" for name in element.keys() if name.startswith("on")]  # noqa: SIM118 - an Element is no dict
    return faults


OF_PLACES = {"year", "phase", "q", "sort", "order", "each", "place"}
OF_EVENTS = {"kind", "role", "day", "by"}
OF_PROJECTS = {"q", "category", "state", "cost", "order", "place"}
IN_AN_ADDRESS = {"number"} | OF_PLACES | OF_EVENTS | OF_PROJECTS
"""What people may write into an address: a number that everybody reads, which places, events or projects are asked for.

No name of a person, no IIN, no code.
"""


def _forms(page: Element) -> list[str]:
    in_address = [
        f"what is written stands in an address: {field.get('name')}"
        for form in page.iter("form")
        if (form.get("method") or "get").lower() == "get"  # as a browser does where a form says nothing
        for field in form.iter()
        if field.tag in {"input", "select", "textarea"} and (field.get("name") or "number") not in IN_AN_ADDRESS
    ]
    return in_address + [
        f"a form without its token: {form.get('action')}"
        for form in page.iter("form")
        if (form.get("method") or "").lower() == "post"
        and not any(field.get("name") == "csrf_token" for field in form.iter("input"))
    ]


def whole(html: str) -> str:
    """The page with its fingerprints in one piece: on pages they stand in groups of four."""
    return html.replace("</span><span>", "")
