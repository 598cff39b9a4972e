"""A voter's secret code, typed into any form of the platform, is refused there, shown nowhere, and in no log."""

import base64
import hashlib
import html
from unicodedata import normalize

import pytest
from flask import Flask, g
from structlog.testing import capture_logs

from pb.core.belenios.credentials import format_code, generate_code
from pb.core.poll.own_code import holds_code, is_code, without_codes
from pb.voting.forms import KeyForm
from pb.web.forms import OWN_CODE
from tests.conftest import english
from tests.polls.open_poll import OpenPoll

FINGERPRINT = "ab12 cd34 ef56 0789 ab12 cd34 ef56 0789"


def spellings(code: str) -> list[str]:
    grouped = format_code(code)
    return [grouped, code, grouped.replace("-", " "), grouped.lower(), code.lower(), grouped.replace("-", " – ")]


def test_a_code_is_known_in_every_spelling_and_within_a_text() -> None:
    for _number in range(200):
        for typed in spellings(generate_code()):
            assert holds_code(typed), typed
            assert holds_code(f"Менің кодым {typed}, көмектесіңіз."), typed
            assert is_code(typed), typed


def test_a_code_with_a_slip_is_known_where_one_thing_is_typed() -> None:
    code = generate_code()
    for slipped in (code[:-1], code[1:], code[:7] + "X" + code[8:], code + "7"):
        assert is_code(slipped)


@pytest.mark.parametrize(
    "text",
    [
        FINGERPRINT,
        FINGERPRINT.replace(" ", ""),
        "ab12 cd34 ef56 0789 ab12 cd34",
        "7 41 3 12 88 20",
        "860101 300123",
        "8 716 2 00 00 00, 8 777 000 11 22",
        "Картам жоғалды, кеше 5 июльде үйде болмадым.",
        "Мне дали карту № 12, а дома была дочь: 2 ребёнка, 3 стола и 4 дня.",
        "Кеше біз үйде отыр едік, онда ешкім жоқ.",
        "2027/2-1",
        "JAAQ-Q0DG-K24X-1YRZ-JHJV-916D-Y234",  # an invitation
    ],
)
def test_nothing_else_is_taken_for_a_code(text: str) -> None:
    assert not holds_code(text)
    assert not is_code(text)


def test_what_stands_around_a_code_is_kept() -> None:
    """Played: six hundred signs of an objection were gone for an account number in six groups of four."""
    tracker = base64.b64encode(hashlib.sha256(b"one").digest()).decode().rstrip("=")
    code = format_code(generate_code())
    text = f"Возражаю. {tracker}\n\n  Код {code}, и ещё 5 строк.\n"
    assert without_codes(text) == text.replace(code, "")
    link = "См. https://example.kz/d/abcd1234efgh5678jkmn90pr и «протокол № 7»."
    assert without_codes(link) == link, "without a right check symbol it is none"
    assert without_codes("Возражаю: KZ86 125K ZT50 0410 0100 1234, верните.") == "Возражаю: , верните."


def test_no_tracker_is_taken_for_a_code() -> None:
    for number in range(2_000):
        tracker = base64.b64encode(hashlib.sha256(str(number).encode()).digest()).decode().rstrip("=")
        assert not is_code(tracker)


@pytest.mark.parametrize(
    ("page", "field", "more"),
    [
        ("keys", "key", {}),
        ("tracker", "tracker", {}),
        ("objections", "text", {"contact": ""}),
        ("objections", "contact", {"text": "Somebody used my card."}),
    ],
)
def test_the_answer_says_what_it_is_and_shows_it_nowhere(
    app: Flask, opened: OpenPoll, page: str, field: str, more: dict[str, str]
) -> None:
    """Played: the code was typed on the page of keys, sent back in the answer, and told to be counted again."""
    voter = english(app)
    path = f"{opened.path}/{page}"
    for typed in spellings(opened.demo.cards[0][1]):
        with capture_logs() as lines:
            answer = voter.post(path, data={field: typed, **more})
        assert answer.status_code == 422
        text = normalize("NFC", html.unescape(answer.text))
        assert str(OWN_CODE) in text
        assert "count the signs" not in text
        plain = typed.replace("-", "").replace(" ", "").replace("–", "")
        assert plain not in text.replace("-", "").replace(" ", "").replace("–", "")
        assert plain not in str(lines)
        if "text" in more:
            assert more["text"] in text, "what else was typed is kept"


def test_the_rest_of_a_long_text_comes_back(app: Flask, opened: OpenPoll) -> None:
    code = format_code(opened.demo.cards[0][1])
    answer = english(app).post(
        f"{opened.path}/objections", data={"text": f"I object. {code} I was away.", "contact": ""}
    )
    assert answer.status_code == 422
    assert "I object." in answer.text
    assert "I was away." in answer.text
    assert code not in answer.text


def test_the_pages_stop_it_in_the_browser(app: Flask, opened: OpenPoll) -> None:
    for page in ("keys", "tracker", "objections", ""):
        text = english(app).get(f"{opened.path}/{page}".rstrip("/")).text
        assert "data-own-code" in text, page
        assert "own_code.js" in text, page


def test_a_forms_own_token_is_no_code_that_somebody_typed(app: Flask) -> None:
    """Played: with one token of 3,000 every form of the page was refused, and no field said why."""
    token = "ImY0N2QyYWI5YThmNzk2NGFjMDFhNTJkZjQ4MTVhNGE2MzBiMDAyNjUi.awxlHA.97molgOGFrtxVvm55lVx3z9e_Uc"
    assert holds_code(token), "as it happens"
    with app.test_request_context(method="POST", data={"csrf_token": token, "key": FINGERPRINT}):
        g.csrf_valid = True  # the token itself was looked at before any form
        form = KeyForm()
        assert form.validate(), form.errors


def test_a_fingerprint_is_still_looked_up(app: Flask, opened: OpenPoll) -> None:
    assert english(app).post(f"{opened.path}/keys", data={"key": FINGERPRINT}).status_code == 200
