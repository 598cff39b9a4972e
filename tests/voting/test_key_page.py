"""Whether a card's key has voted: the page finds what is on the list, and says what it cannot read as one."""

import hashlib
import json

import pytest
from sqlalchemy import select

from pb.core.poll.card_list import printed_fingerprint
from pb.polls.models import ArchiveRecord
from pb.voting.service.ballot_box import CREDENTIALS
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll

ABSENT = "is the one you typed"
NO_FINGERPRINT = "This is not a fingerprint"


def ask(opened: OpenPoll, client: LintingClient, key: str) -> tuple[int, str]:
    answer = client.post(f"{opened.path}/keys", data={"key": key})
    return answer.status_code, answer.get_data(as_text=True)


def a_key(opened: OpenPoll) -> str:
    with opened.act() as act:
        record = select(ArchiveRecord.data).where(ArchiveRecord.position == CREDENTIALS)
        return str(json.loads(act.session.scalars(record).one())[0])


def test_a_key_of_the_list_is_found_by_fingerprint_whole_hash_and_itself(
    opened: OpenPoll, client: LintingClient
) -> None:
    key = a_key(opened)
    for typed in (printed_fingerprint(key), hashlib.sha256(key.encode()).hexdigest().upper(), key):
        status, text = ask(opened, client, typed)
        assert status == 200
        assert "The key is on the list of cards" in text or "is in the box" in text
        assert ABSENT not in text


def test_a_right_fingerprint_of_no_card_is_said_to_be_absent(opened: OpenPoll, client: LintingClient) -> None:
    status, text = ask(opened, client, "0" * 32)
    assert status == 200
    assert ABSENT in text
    assert f'<a href="{opened.path}/objections">Object</a>' in text


@pytest.mark.parametrize("typed", ["rubbish", "0011 2233", "f" * 65, "G" * 32])
def test_what_is_no_fingerprint_is_refused_at_the_field_and_kept(
    opened: OpenPoll, client: LintingClient, typed: str
) -> None:
    """The attack on trust: somebody typed half of it and read that their card was not on the list."""
    status, text = ask(opened, client, typed)
    assert status == 422
    assert NO_FINGERPRINT in text
    assert f"{typed}</textarea>" in text
    assert ABSENT not in text


def test_an_empty_form_says_what_to_write(opened: OpenPoll, client: LintingClient) -> None:
    status, text = ask(opened, client, "")
    assert status == 422
    assert "Write the fingerprint." in text
    untouched = client.get(f"{opened.path}/keys")
    assert untouched.status_code == 200
    form = untouched.get_data(as_text=True).partition('/poll/keys"')[2].partition("</form>")[0]
    assert " novalidate>" in form, "the browser would keep the question back, in words of its own or none"
    assert "Write the fingerprint." not in untouched.get_data(as_text=True)
