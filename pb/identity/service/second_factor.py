"""The second factor of staff: codes of an authenticator app (TOTP, RFC 6238), asked after the password.

Residents need none: with a password alone one proposes, and a vote takes a card or a digital signature.
"""

import hmac
from datetime import datetime, timedelta

import pyotp
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from pb import formats, keyring
from pb.act import Act
from pb.audit import service as audit
from pb.core.national_numbers import plain
from pb.errors import FieldRefusal
from pb.identity.models import SECOND_FACTOR_CONTEXT, Person, SecondFactor
from pb.identity.service import notices, own_log, security, sessions
from pb.keyring import Keys

STEP_SECONDS = 30
STEPS_EITHER_SIDE = 1  # clocks of telephones are off by some seconds
FAILURES_AT_ONCE = 5
PAUSE = timedelta(minutes=15)
PAUSE_GROWS = 4
LONGEST_PAUSE = timedelta(days=1)
ISSUER = "Asar"


def is_set_up(session: Session, person: Person) -> bool:
    """Whether this person has confirmed an authenticator."""
    factor = session.get(SecondFactor, person.id)
    return factor is not None and factor.confirmed_at is not None


def fresh_secret() -> bytes:
    """The secret of a new authenticator: 160 random bits in base32."""
    return pyotp.random_base32().encode()


def set_up(act: Act, person: Person, secret_sealed: bytes, step: int) -> None:
    """Puts an authenticator in force that has shown its first code, of that step; earlier ones end, and sessions."""
    act = own_log.of(act, person.id)
    factor = act.session.get(SecondFactor, person.id) or SecondFactor(person_id=person.id)
    factor.secret_sealed, factor.last_step = secret_sealed, step
    factor.made_at = factor.confirmed_at = act.at
    factor.failures, factor.paused_until = 0, None
    act.session.add(factor)
    act.session.flush()
    sessions.end_all(act, person.id)
    audit.record(act, "identity.second_factor_set_up", subject=person.id)
    security.tell("second_factor_set_up", person.id)
    notices.send(act, person, notices.Change.FACTOR)


def address(secret: str, person: Person, host: str) -> str:
    """The otpauth address that an authenticator reads as a QR code. It names the host and the person, never the IIN."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name=f"{ISSUER} {host}")


def check(act: Act, person: Person, keys: Keys, code: str, *, known_device: bool = False) -> bool:
    """Whether `code` is this person's for now.

    After every five wrong codes there is a pause: 15 minutes, 1 hour, 4, 16, then a day each, until a right code comes.
    A wrong code is counted in the act's transaction, which the caller must therefore keep. With `known_device` (the
    person signed in from it before, and it has tries of its own left, which the caller counts) neither counts: so
    nobody who learnt the password shuts the owner out. Raises FieldRefusal (nothing set up, or a pause).
    """
    factor = act.session.get(SecondFactor, person.id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        raise FieldRefusal("code", _("Sign in again with your password."))
    if not known_device and factor.paused_until is not None and factor.paused_until > act.at:
        raise FieldRefusal(
            "code",
            _(
                "Too many wrong codes. Try again after %(time)s, or from a device that you signed in from before.",
                time=formats.moment(factor.paused_until),
            ),
        )
    step = matching_step(_secret(factor, keys), code, act.at, factor.last_step)
    if step is not None:
        factor.last_step = step
        if not known_device:
            factor.failures, factor.paused_until = 0, None
    elif not known_device:
        factor.failures += 1
        security.tell("second_factor_failed", person.id, failures=factor.failures)
        if factor.failures % FAILURES_AT_ONCE == 0:
            factor.paused_until = act.at + _pause(factor.failures // FAILURES_AT_ONCE)
            audit.record(own_log.of(act, person.id), "identity.second_factor_paused", subject=person.id)
    act.session.flush()
    return step is not None


def _pause(times: int) -> timedelta:
    """How long the `times`-th pause in a row lasts."""
    return min(LONGEST_PAUSE, PAUSE * int(PAUSE_GROWS ** min(times - 1, 4)))


def _secret(factor: SecondFactor, keys: Keys) -> str:
    return keyring.unseal_bytes(factor.secret_sealed, keys.seal, SECOND_FACTOR_CONTEXT).decode()


def matching_step(secret: str, code: str, at: datetime, after: int = 0) -> int | None:
    """The half-minute, later than `after`, whose code this is; clocks may differ by one. None for a wrong code."""
    codes = pyotp.TOTP(secret)
    tidy = plain(code)
    now = int(at.timestamp()) // STEP_SECONDS
    for step in range(now - STEPS_EITHER_SIDE, now + STEPS_EITHER_SIDE + 1):
        if step > after and hmac.compare_digest(codes.generate_otp(step).encode(), tidy.encode()):
            return step
    return None
