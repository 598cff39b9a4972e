"""What a password may be, and how it is kept: as argon2id, over its text in Unicode's composed form (NFC).

Ten characters at least. NIST SP 800-63B-4 asks for fifteen where a password is all that is asked, and for eight beside
a second factor. Staff have a second factor. A resident's account alone, with a password alone, proposes and answers: it
neither votes nor reads the roll; and each wrong try is answered alike and slowly. For those people ten, with the common
and the guessable ones refused, keep more of them out of the slip of paper on the monitor than fifteen would. There are
no rules about kinds of characters, and none expires.
"""

import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask_babel import lazy_gettext as _

from pb.act import Territory
from pb.core.national_numbers import IIN
from pb.core.text import composed
from pb.errors import FieldRefusal, Refusal, refuse_all
from pb.identity.models import Person

SHORTEST = 10
LONGEST = 200  # argon2 would happily hash a megabyte: an upper bound against wasted minutes
COMMON = Path(__file__).with_name("common_passwords.txt")
SITE = "asar"
LETTERS_OF_ONE = 4  # at most so many code points are composed into one by NFC
SHORTEST_OWN = 4  # shorter words of one's own data may stand in any password
LEAST_BESIDES = 7  # characters that must remain when one's own data are taken out
FEWEST_SYMBOLS = 4
# In each process: every run takes 64 MB and four threads. As many as the server has threads for it, one for strangers
# and one for people it knows; and one more for whoever holds a right code, so that nobody waits behind strangers.
AT_ONCE = 2
AT_ONCE_BY_CODE = 1
LONGEST_WAIT_SECONDS = 5
CROWDED_SECONDS = 30
_places = threading.BoundedSemaphore(AT_ONCE)
_places_by_code = threading.BoundedSemaphore(AT_ONCE_BY_CODE)
_hasher = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low-memory profile)
# What the keys of a Russian or Kazakh keyboard give on a Latin one: йцукен is qwerty.
_LATIN_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")


class Crowded(Refusal):
    """Others have passwords looked at, for longer than a request waits for it."""

    status = 503
    wait = CROWDED_SECONDS

    def __init__(self) -> None:
        super().__init__(
            _("Too many people are signing in at this moment. Nothing was done. Try again in half a minute.")
        )


def hashed(password: str, *, by_code: bool = False) -> str:
    """Its argon2id hash; `by_code` where a right code was shown.

    Raises FieldRefusal for a password of under 10 or over 200 characters, Crowded.
    """
    text = composed(password)
    refuse_all(_faults_of_length(text))
    with _place(_places_by_code if by_code else _places):
        return _hasher.hash(text)


def _faults_of_length(text: str) -> Iterator[FieldRefusal]:
    if not SHORTEST <= len(text) <= LONGEST:
        yield FieldRefusal("password", _("Use 10 to 200 characters. Several words are easy to remember."))


def guessable(password: str, own: Iterable[str]) -> Iterator[FieldRefusal]:
    """The fault of a common password, or of one made of the words in `own`."""
    text = composed(password).casefold()
    if _is_common(text):
        yield FieldRefusal(
            "password", _("Many people use this password, and whoever tries accounts begins with it. Choose another.")
        )
    elif _is_made_of(text, own):
        yield FieldRefusal(
            "password",
            _(
                "This password is made of your name, your IIN, this place or this site: "
                "others guess it. Choose another."
            ),
        )


def own_words(person: Person, iin: IIN, territories: Iterable[Territory], site: str) -> list[str]:
    """What others know of this person and of these places: what a password may not be made of.

    `site` is the address of the installation.
    """
    texts = [person.name, person.settlement, (person.email or "").partition("@")[0], SITE, site.partition("://")[2]]
    for place in territories:
        texts += [place.name_kk, place.name_ru, *place.settlements, place.name("en")]
    words = {word for text in texts for word in re.split(r"[\W_]+", composed(text).casefold())}
    born = iin.born
    words |= {iin.text, iin.text[:6], iin.text[6:], f"{born:%d%m%y}"}
    words |= {f"{born:%d%m}{born.year}", f"{born.year}{born:%m%d}", str(born.year)}
    return sorted((word for word in words if len(word) >= SHORTEST_OWN), key=len, reverse=True)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether this is the password of a hash; without one it costs the same time and is none. Raises Crowded."""
    text = composed(password[: LONGEST * LETTERS_OF_ONE + 1])
    with _place(_places), suppress(VerifyMismatchError):
        # What is too long to be anybody's is judged at the same cost, and not by its beginning.
        return _hasher.verify(password_hash or _nobody(), text[:LONGEST]) and len(text) <= LONGEST
    return False


@contextmanager
def _place(places: threading.Semaphore) -> Iterator[None]:
    """One of the few at once; the server gives routes that hash as few threads (`dear`): nobody waits here for long."""
    if not places.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise Crowded
    try:
        yield
    finally:
        places.release()


@cache
def common() -> frozenset[str]:
    """The 10,000 commonest passwords, in small letters."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


def _is_common(text: str) -> bool:
    """On the list as typed, on another keyboard, twice over, or with digits and signs around it."""
    squeezed = "".join(text.split())
    if len(set(squeezed)) < FEWEST_SYMBOLS:
        return True
    for written in {squeezed, squeezed.translate(_LATIN_KEYS)}:
        bare = written.strip("0123456789!?.,;:*#+-_=@$%&()")
        for word in {written, _repeated(written), bare, _repeated(bare)}:
            if word in common():
                return True
    return False


def _repeated(text: str) -> str:
    """What a text is several times over, or the text itself."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found[1] if found else text


def _is_made_of(text: str, own: Iterable[str]) -> bool:
    rest = text
    for word in own:
        rest = rest.replace(word, "")
    return rest != text and len(re.sub(r"[\W_]", "", rest)) < LEAST_BESIDES


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
