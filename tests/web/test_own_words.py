"""No English sentence of the library of forms reaches a page: each has its text in the catalogues."""

import gettext
import re

import pytest
from wtforms import i18n

from tests.conftest import SignIn
from tests.village import Village
from tests.web.form_calls import calls
from tests.web.test_odd_forms import Seen, send, visitor

ODD = ("👪", "x" * 5001, "-1")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(monkeypatch)


def sentences_of_the_library() -> list[re.Pattern[str]]:
    """What it may say by itself, with anything in the place of values: what its own catalogue translates."""
    known = gettext.translation("wtforms", i18n.messages_path(), ["ru"])
    texts = {key[0] if isinstance(key, tuple) else key for key in known._catalog}  # type: ignore[attr-defined]
    assert "Not a valid choice." in texts
    return [re.compile(re.sub(r"%\\\((\w+)\\\)[sd]", ".*", re.escape(text))) for text in texts if text]


def test_no_form_says_anything_that_is_not_ours(okrug: Village, sign_in: SignIn, seen: Seen) -> None:
    library = sentences_of_the_library()
    heard: set[str] = set()
    for name, call in calls(okrug).items():
        client = visitor(okrug, sign_in, call)
        for value in ODD:
            send(client, call, dict.fromkeys(call.answers, value))
            errors = seen.errors.get(name, {}).values()
            heard |= {
                f"{name}: {error}"
                for told in errors
                for error in told
                if any(one.fullmatch(str(error)) for one in library)
            }
    assert not heard
