"""Commitments to the roll: what stood on it can be proved later to somebody who sees it, and guessed by nobody.

A commitment is HMAC-SHA-256 under a fresh salt of 256 bits over the roll's text: a line for each entry by number, the
JSON array [number, IIN, name, settlement, day on which they left or null] without spaces, lines joined by a line feed,
UTF-8. It stands in the audit log, which is public; the salt stays beside the roll. It rests on the numbers themselves,
so that neither a new pepper nor a new sealing key changes it.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, Forbidden
from pb.identity.service import holdings
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.models import Commitment, Confirmation, Correction, Freeze
from pb.roll.service import entries

SALT_BYTES = 32


class Occasion(StrEnum):
    """What a commitment was made at."""

    IMPORT = "import"
    CORRECTION = "correction"
    CONFIRMED = "confirmed"
    FROZEN = "frozen"


def commitment(act: Act, cycle: Cycle, keys: Keys, salt: bytes | None) -> str:
    """The commitment to the roll as it stands, in hexadecimal. Raises Conflict once IINs and salts are erased."""
    if salt is None:
        raise Conflict(_("The IINs of this roll were erased after their term."))
    lines = (
        json.dumps(
            [
                entry.number,
                numbers.unseal(entry.iin_sealed, keys.seal),
                entry.name,
                entry.settlement,
                entry.gone_on.isoformat() if entry.gone_on else None,
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for entry in entries.everybody_ever(act, cycle)
    )
    return hmac.new(salt, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def commit(act: Act, cycle: Cycle, keys: Keys, occasion: Occasion) -> Commitment:
    """Keeps a commitment to the roll as it stands, with a fresh salt; the caller puts it into its audit event."""
    salt = secrets.token_bytes(SALT_BYTES)
    position = act.session.scalar(select(func.max(Commitment.position)).where(Commitment.cycle_id == cycle.id)) or 0
    new = Commitment(
        cycle_id=cycle.id,
        position=position + 1,
        occasion=occasion,
        at=act.at,
        count=entries.count(act, cycle),
        salt=salt,
        commitment=commitment(act, cycle, keys, salt),
    )
    act.session.add(new)
    act.session.flush()
    return new


def every(act: Act, cycle: Cycle) -> Sequence[Commitment]:
    """All commitments of a cycle, the latest first."""
    query = select(Commitment).where(Commitment.cycle_id == cycle.id).order_by(Commitment.position.desc())
    return act.session.scalars(query).all()


def last(act: Act, cycle: Cycle) -> Commitment | None:
    query = select(Commitment).where(Commitment.cycle_id == cycle.id).order_by(Commitment.position.desc()).limit(1)
    return act.session.scalars(query).first()


def holds(act: Act, cycle: Cycle, keys: Keys) -> bool:
    """Whether the roll as it stands is the one of its last commitment, and of its confirmation if it has one.

    Raises Conflict once its IINs and the salts are erased.
    """
    latest, confirmed = last(act, cycle), entries.confirmation(act, cycle)
    return all(
        hmac.compare_digest(commitment(act, cycle, keys, row.salt), row.commitment)
        for row in (latest, confirmed)
        if row is not None
    )


def confirm(act: Act, cycle: Cycle, keys: Keys) -> Confirmation:
    """A second person confirms the roll's count; a fresh salted commitment is kept and stands in the poll.

    Raises OutOfPhase, Forbidden (the registrar, or another role), Conflict (empty, open, or confirmed already).
    """
    cycles.require(act, cycle, Phase.VOTING)
    require_second_person(act, cycle)
    entries.refuse_frozen(act, cycle)
    if not entries.count(act, cycle):
        raise Conflict(_("The roll is empty."))
    if entries.confirmation(act, cycle) is not None:
        raise Conflict(_("The roll is confirmed already."))
    confirmed = renew_confirmation(act, cycle, commit(act, cycle, keys, Occasion.CONFIRMED))
    data = {"count": confirmed.count, "commitment": confirmed.commitment}
    audit.record(act, "roll.confirmed", subject=cycle.id, data=data)
    return confirmed


def renew_confirmation(act: Act, cycle: Cycle, latest: Commitment) -> Confirmation:
    """The confirmation of the roll that this commitment is to, by the act's person, in the place of an earlier one."""
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    before = entries.confirmation(act, cycle)
    if before is not None:
        act.session.delete(before)
        act.session.flush()
    confirmed = Confirmation(
        cycle_id=cycle.id,
        count=latest.count,
        salt=latest.salt,
        commitment=latest.commitment,
        person_id=act.person.id,
        at=act.at,
    )
    act.session.add(confirmed)
    act.session.flush()
    return confirmed


def require_second_person(act: Act, cycle: Cycle) -> None:
    """Raises Forbidden for the registrar, another role, one too new, and whoever brought anything into this roll."""
    refused = Forbidden(_("The roll is confirmed by a second person, not by the registrar."))
    if act.person is None or not act.holds(*entries.SECOND_PERSONS) or act.holds(Role.REGISTRAR):
        raise refused
    if act.person.id in entries.people_at_work(act, cycle):
        raise refused
    holdings.require_cooled(act, *entries.SECOND_PERSONS)


def freeze(act: Act, cycle: Cycle, keys: Keys) -> None:
    """At the opening: the roll is what its second person confirmed, and a last commitment says so in the log.

    Raises Conflict when the roll is not confirmed, when corrections wait, or when it is not what was confirmed.
    """
    confirmed = entries.confirmation(act, cycle)
    if confirmed is None:
        raise Conflict(_("The preparation is not complete."))
    waiting = select(Correction.id).where(Correction.cycle_id == cycle.id, Correction.decided_at.is_(None))
    if act.session.scalars(waiting.limit(1)).first() is not None:
        raise Conflict(_("A correction of the roll waits for a second person."))
    if not holds(act, cycle, keys):
        raise Conflict(
            _("The roll is not the one that was confirmed. Take its file in again and have it confirmed again.")
        )
    frozen = commit(act, cycle, keys, Occasion.FROZEN)
    number = act.session.scalar(select(func.count()).select_from(Freeze).where(Freeze.cycle_id == cycle.id)) or 0
    act.session.add(Freeze(cycle_id=cycle.id, number=number + 1, at=act.at))
    act.session.flush()
    data = {"count": frozen.count, "commitment": frozen.commitment}
    audit.record(act, "roll.frozen", subject=cycle.id, data=data)


def thaw(act: Act, cycle: Cycle) -> None:
    """The poll ended without a result and may be repeated: the roll can change again. Nothing if it is not frozen."""
    in_force = entries.freeze_in_force(act, cycle)
    if in_force is None:
        return
    in_force.thawed_at = act.at
    act.session.flush()
    audit.record(act, "roll.thawed", subject=cycle.id)
