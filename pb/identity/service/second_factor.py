"""The second factor of staff: codes of an authenticator app (TOTP, RFC 6238), asked after the password.

Residents need none: with a password alone one proposes, and a vote takes a card or a digital signature.
"""

import hmac
from datetime import timedelta

import pyotp
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from pb import keyring
from pb.act import Act
from pb.audit import service as audit
from pb.errors import FieldRefusal
from pb.identity.models import SECOND_FACTOR_CONTEXT, Person, SecondFactor
from pb.keyring import Keys

STEP_SECONDS = 30
STEPS_EITHER_SIDE = 1  # clocks of telephones are off by some seconds
MOST_FAILURES = 5
PAUSE = timedelta(minutes=15)
ISSUER = "Asar"


def is_set_up(session: Session, person: Person) -> bool:
    """Whether this person has confirmed an authenticator."""
    factor = session.get(SecondFactor, person.id)
    return factor is not None and factor.confirmed_at is not None


def prepare(act: Act, person: Person, keys: Keys) -> None:
    """Makes the secret (160 bits) of an authenticator that is not confirmed yet; one that waits is kept."""
    if act.session.get(SecondFactor, person.id) is not None:
        return
    secret = keyring.seal_bytes(pyotp.random_base32().encode(), keys.seal, SECOND_FACTOR_CONTEXT)
    act.session.add(SecondFactor(person_id=person.id, secret_sealed=secret, made_at=act.at))
    act.session.flush()


def secret_to_set_up(session: Session, person: Person, keys: Keys) -> str | None:
    """The base32 secret while it waits for its first code; None before and after: it is never shown again."""
    factor = session.get(SecondFactor, person.id)
    if factor is None or factor.confirmed_at is not None:
        return None
    return _secret(factor, keys)


def address(secret: str, person: Person, host: str) -> str:
    """The otpauth address that an authenticator reads as a QR code. It names the host and the person, never the IIN."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name=f"{ISSUER} {host}")


def check(act: Act, person: Person, keys: Keys, code: str) -> bool:
    """Whether `code` is this person's for now; the first right one confirms a new authenticator.

    A wrong code is counted in the act's transaction, which the caller must therefore keep. Raises FieldRefusal
    (nothing set up, or five wrong codes in a row: wait a quarter of an hour).
    """
    factor = act.session.get(SecondFactor, person.id, with_for_update=True)
    if factor is None:
        raise FieldRefusal("code", _("Sign in again with your password."))
    if factor.paused_until is not None and factor.paused_until > act.at:
        raise FieldRefusal("code", _("Too many wrong codes. Wait a quarter of an hour and try again."))
    step = _matching_step(factor, keys, code, int(act.at.timestamp()) // STEP_SECONDS)
    if step is None:
        factor.failures += 1
        if factor.failures >= MOST_FAILURES:
            factor.failures, factor.paused_until = 0, act.at + PAUSE
            audit.record(act, "identity.second_factor_paused", subject=person.id)
        act.session.flush()
        return False
    factor.last_step, factor.failures, factor.paused_until = step, 0, None
    if factor.confirmed_at is None:
        factor.confirmed_at = act.at
        audit.record(act, "identity.second_factor_set_up", subject=person.id)
    act.session.flush()
    return True


def _secret(factor: SecondFactor, keys: Keys) -> str:
    return keyring.unseal_bytes(factor.secret_sealed, keys.seal, SECOND_FACTOR_CONTEXT).decode()


def _matching_step(factor: SecondFactor, keys: Keys, code: str, now: int) -> int | None:
    codes = pyotp.TOTP(_secret(factor, keys))
    tidy = "".join(code.split())
    for step in range(now - STEPS_EITHER_SIDE, now + STEPS_EITHER_SIDE + 1):
        if step > factor.last_step and hmac.compare_digest(codes.generate_otp(step).encode(), tidy.encode()):
            return step
    return None
