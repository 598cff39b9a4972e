"""What the pages' scripts may not do: make markup or code of texts, keep anything in the browser, talk to frames."""

import hashlib
import re
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "pb/static/js").glob("*.js"))
FORBIDDEN = re.compile(
    r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function|\.srcdoc\b"
    r"|localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|Math\.random|__proto__"
)


KEEPING = {"forms.js", "vote.js"}
"""What keeps in one tab what its reader typed or chose, till it is sent: tests/browser says what, and for whom."""
ALLOWED = dict.fromkeys(KEEPING, ("sessionStorage",)) | {
    "meeting.js": ("localStorage", "sessionStorage", "hall.postMessage")
}
"""The tablet of a meeting alone keeps entries until the server has them, knows its tab again after a reload, and tells
the hall's screen beside it."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_markup_of_texts_and_keeps_nothing(script: Path) -> None:
    found = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN.search(without(line, ALLOWED.get(script.name, ())))
    ]
    assert not found


def without(line: str, allowed: tuple[str, ...]) -> str:
    for word in allowed:
        line = line.replace(word, "")
    return line


def test_what_the_tablet_of_a_meeting_tells_stays_in_this_browser() -> None:
    """`postMessage` of a channel within this origin, and to no frame or window; only the hall's screen listens."""
    told = {script.name: script.read_text(encoding="utf-8") for script in SCRIPTS}
    assert re.findall(r"\bhall = (.*)", told["meeting.js"]) == ["new BroadcastChannel(NAME)"]
    assert {name for name, text in told.items() if "BroadcastChannel" in text} == {"meeting.js", "hall.js"}


def test_the_library_that_draws_qr_codes_is_what_its_makers_published() -> None:
    """`nano.mjs` of the package lean-qr 2.7.4, under a line of ours with its licence."""
    heading, published = (SCRIPTS[0].parent / "lean_qr.js").read_bytes().split(b"\n", 1)
    assert heading.startswith(b"/*! lean-qr 2.7.4, nano. MIT License")
    assert hashlib.sha256(published).hexdigest() == "9f064e870e3ab537ca1f87fadbaa45dd7fa56d8c32440bbddb8b893201b951d7"
