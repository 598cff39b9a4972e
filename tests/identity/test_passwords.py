"""What a password may not be, and that a letter written in two ways is one letter."""

import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from pb.act import Role
from pb.errors import FieldRefusal
from pb.identity.models import Person
from pb.identity.service import accounts, passwords
from tests.applications import OWN_HASHER
from tests.village import KEYS, PASSWORD, Village, invented_iin

IIN = invented_iin(1 + list(Role).index(Role.RESIDENT))


def chosen(okrug: Village, password: str) -> str:
    with okrug.act_as() as act:
        person = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        person.name, person.email = "Айгүл Серікқызы", "aigul.serik@example.kz"
        return accounts.new_password(act, KEYS, person, password, "https://vote.krasnoyar.kz")


def test_ten_thousand_common_passwords_are_known() -> None:
    assert len(passwords.common()) > 9_900, "some differ in capitals alone"
    assert {"password", "qwerty", "1234567890"} <= passwords.common()


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "QwertyUiop",
        "football12",
        "!!!monkey2026",
        "passwordpassword",
        "aaaaaaaaaaaa",
        "1212121212",
        "йцукенгшщз",
        "  qwerty  qwerty ",
    ],
)
def test_a_common_password_is_refused(okrug: Village, password: str) -> None:
    with pytest.raises(FieldRefusal, match="Many people use"):
        chosen(okrug, password)


@pytest.mark.parametrize(
    "password",
    [
        "Айгүл-Серікқызы",
        "айгүл1880!!",
        "серікқызы16",
        IIN.text,
        f"{IIN.text[:6]}-{IIN.text[6:]}",
        "16.04.1880-aigul".replace(".", ""),
        "aigul_serik_1",
        "krasnoyar-vote",
        "Краснояр2026",
        "asar-asar-2026",
    ],
)
def test_a_password_made_of_ones_own_data_is_refused(okrug: Village, password: str) -> None:
    with pytest.raises(FieldRefusal, match="made of your name"):
        chosen(okrug, password)


@pytest.mark.parametrize("password", [PASSWORD, "Айгүл likes seven yellow boats", "жеті сары қайық", "7f!Kq-9wzLm"])
def test_other_passwords_are_taken(okrug: Village, password: str) -> None:
    assert chosen(okrug, password).startswith("$argon2id$")


def test_a_guess_costs_what_rfc_9106_asks_where_memory_is_scarce() -> None:
    cost = (3, 64 * 1024, 4)
    assert (OWN_HASHER.time_cost, OWN_HASHER.memory_cost, OWN_HASHER.parallelism) == cost
    assert OWN_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_letter_of_two_signs_is_the_letter_of_one(okrug: Village) -> None:
    """Telephones and computers write й and ё differently; the person sees no difference."""
    typed = "мой ёжик любит йогурт"
    apart, together = (unicodedata.normalize(form, typed) for form in ("NFD", "NFC"))
    assert apart != together
    with okrug.act_as() as act:
        person = accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), apart)
        assert accounts.has_password(person, together)
        assert accounts.has_password(person, apart)
        assert not accounts.has_password(person, typed + "!")


def test_a_password_of_two_hundred_characters_is_not_taken_with_more_behind_it(okrug: Village) -> None:
    """The attack: its beginning alone was compared."""
    longest = ("seven yellow boats and " * 10)[:200]
    with okrug.act_as() as act:
        person = accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), longest)
        assert accounts.has_password(person, longest)
        for more in ("x", "x" * 5000, "\u0308"):
            assert not accounts.has_password(person, longest + more)


def test_a_password_as_long_as_allowed_fits_however_its_letters_are_written(okrug: Village) -> None:
    longest = ("ᾂй" * 100)[:200]
    apart = unicodedata.normalize("NFD", longest)
    assert len(apart) > 500
    with okrug.act_as() as act:
        person = accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), longest)
        assert accounts.has_password(person, apart)


def test_length_counts_letters_and_not_their_parts() -> None:
    with pytest.raises(FieldRefusal, match="10 to 200"):
        passwords.hashed(unicodedata.normalize("NFD", "йёйёйёйёй"))


def test_few_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run takes 64 MB: played, wrong passwords of 12 addresses made two processes of 750 MB each."""
    at_work, most, looking = 0, 0, threading.Lock()

    class Slow:
        def verify(self, _hash: str, _text: str) -> bool:
            nonlocal at_work, most
            with looking:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.05)
            with looking:
                at_work -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow())
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _number: passwords.fits("hash", PASSWORD), range(8)))
    assert most == passwords.AT_ONCE


def test_who_waits_for_others_hashes_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(1))
    with passwords._place(passwords._places), pytest.raises(passwords.Crowded) as refused:
        passwords.fits(None, PASSWORD)
    assert (refused.value.status, refused.value.wait) == (503, 30)
    assert not passwords.fits(None, PASSWORD), "the place is free again"
