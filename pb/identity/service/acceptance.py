"""Staff accept an invitation: password and authenticator in one go.

Until the authenticator's first code is right nothing of the account changes: what was chosen waits in the invitation,
which stays open, and whoever begins again replaces it.
"""

import hashlib
import hmac
from collections.abc import Iterator
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb import keyring
from pb.act import Act
from pb.audit import service as audit
from pb.errors import FieldRefusal, refuse_all
from pb.identity.models import SECOND_FACTOR_CONTEXT, Invitation, Person
from pb.identity.service import (
    accounts,
    holdings,
    invitations,
    notices,
    own_log,
    passwords,
    second_factor,
    suspended,
)
from pb.keyring import Keys


def hashed_with_code(act: Act, keys: Keys, secret: str, password: str, site: str = "") -> str:
    """The hash of the new password, for `begin`: argon2 runs outside the write lock, and for a right code alone.

    `secret` is the slip's code, as typed or from the link, `site` the address of the installation. Raises FieldRefusal,
    Forbidden (suspended).
    """
    refuse_all(faults(act, keys, secret, password, site))
    suspended.refuse(act.session, _with_code(act, secret)[1].id)
    return passwords.hashed(password, by_code=True)


def begin(act: Act, keys: Keys, secret: str, password_hash: str) -> Invitation:
    """Takes the slip's code and the new password's hash, and makes an authenticator's secret.

    Raises FieldRefusal("code"), Forbidden (suspended).
    """
    invitation, person = _with_code(act, secret, locked=True)
    suspended.refuse(act.session, person.id)
    invitation.password_hash = password_hash
    invitation.secret_sealed = keyring.seal_bytes(second_factor.fresh_secret(), keys.seal, SECOND_FACTOR_CONTEXT)
    act.session.flush()
    return invitation


def faults(act: Act, keys: Keys, secret: str, password: str, site: str = "") -> Iterator[FieldRefusal]:
    """What is wrong with the slip's code and the new password."""
    own: list[str] = []
    try:
        own = accounts.own_words(act, keys, _with_code(act, secret)[1], site)
    except FieldRefusal as refusal:
        yield refusal
    yield from passwords.guessable(password, own)


def _with_code(act: Act, secret: str, *, locked: bool = False) -> tuple[Invitation, Person]:
    """The invitation of a slip's code: a resident's short one never counts without the IIN. Raises FieldRefusal."""
    invitation, person = invitations.find_open(act, accounts.tidy_code(secret), locked=locked)
    if not holdings.ever_staff(act.session, person.id):
        raise invitations.refused()
    return invitation, person


def mark(invitation: Invitation) -> str:
    """What binds a browser to its own beginning: another's, with a secret of its own, has another mark."""
    return hashlib.sha256(b"asar-accepting|" + (invitation.secret_sealed or b"")).hexdigest()


def waiting(act: Act, invitation_id: UUID, begun: str) -> tuple[Invitation, Person] | None:
    """The invitation that this browser has begun to accept, and whose it is; None when it ended or began elsewhere."""
    invitation = act.session.get(Invitation, invitation_id)
    if invitation is None or invitation.secret_sealed is None or not invitations.is_open(invitation, act.at):
        return None
    if not hmac.compare_digest(mark(invitation), begun):
        return None
    return invitation, act.session.get_one(Person, invitation.person_id)


def secret_of(invitation: Invitation, keys: Keys) -> str:
    """The base32 secret that the authenticator is to take. Raises ValueError when none waits."""
    if invitation.secret_sealed is None:
        raise ValueError("no authenticator waits")
    return keyring.unseal_bytes(invitation.secret_sealed, keys.seal, SECOND_FACTOR_CONTEXT).decode()


def finish(act: Act, keys: Keys, invitation: Invitation, code: str) -> Person:
    """With the authenticator's first code the account is open and the invitation used. Raises FieldRefusal("code")."""
    act.session.refresh(invitation, with_for_update=True)
    if not invitations.is_open(invitation, act.at) or invitation.secret_sealed is None:
        raise invitations.refused()
    step = second_factor.matching_step(secret_of(invitation, keys), code, act.at)
    if step is None:
        raise FieldRefusal("code", _("This code is not right. Write the six digits that the app shows now."))
    person = act.session.get_one(Person, invitation.person_id)
    suspended.refuse(act.session, person.id)
    if invitation.password_hash is None:
        raise invitations.refused()
    act = own_log.of(act, person.id)
    audit.record(act, "identity.invitation_used", subject=person.id)
    accounts.keep_password(act, person, invitation.password_hash, notices.Change.INVITATION)
    second_factor.set_up(act, person, invitation.secret_sealed, step)
    invitation.used_at = act.at
    invitation.password_hash = invitation.secret_sealed = None
    act.session.flush()
    return person
