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
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, update

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, Forbidden
from pb.identity.service import holdings
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.models import Commitment, Confirmation, Correction, Entry, Freeze, Import
from pb.roll.service import entries

SALT_BYTES = 32
CONFIRMING = ("roll.confirmed", "roll.corrected")  # a correction by two renews the confirmation


class Occasion(StrEnum):
    """What a commitment was made at."""

    IMPORT = "import"
    CORRECTION = "correction"
    CONFIRMED = "confirmed"
    FROZEN = "frozen"


class Committed(NamedTuple):
    """A commitment that was computed before the write lock, over the roll as it will be: for how many voters."""

    salt: bytes
    commitment: str
    voters: int


def commitment(act: Act, cycle: Cycle, keys: Keys, salt: bytes | None) -> str:
    """The commitment to the roll as it stands, in hexadecimal. Raises Conflict once IINs and salts are erased."""
    (computed,) = commitments_under(act, cycle, keys, [salt])
    return computed


def commitments_under(act: Act, cycle: Cycle, keys: Keys, salts: Sequence[bytes | None]) -> list[str]:
    """The commitments to the roll as it stands under each of these salts; each entry is read and unsealed once.

    Raises Conflict once IINs and salts are erased.
    """
    known = [salt for salt in salts if salt is not None]
    if len(known) < len(salts):
        raise Conflict(_("The IINs of this roll were erased after their term."))
    columns = select(Entry.number, Entry.iin_sealed, Entry.name, Entry.settlement, Entry.gone_on)
    lines = (
        line(number, numbers.unseal(sealed, keys.seal), name, settlement, gone_on)
        for number, sealed, name, settlement, gone_on in act.session.execute(
            columns.where(Entry.cycle_id == cycle.id).order_by(Entry.number)
        )
    )
    return _over(lines, known)


def line(number: int, iin: str, name: str, settlement: str, gone_on: date | None) -> str:
    """The line of an entry in the text of the roll."""
    row = [number, iin, name, settlement, gone_on.isoformat() if gone_on else None]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def over(lines: Iterable[str], count: int) -> Committed:
    """A commitment, with a fresh salt, to the roll of these lines, in which so many may vote."""
    salt = secrets.token_bytes(SALT_BYTES)
    (computed,) = _over(lines, [salt])
    return Committed(salt, computed, count)


def _over(lines: Iterable[str], salts: Sequence[bytes]) -> list[str]:
    text = "\n".join(lines).encode()
    return [hmac.new(salt, text, hashlib.sha256).hexdigest() for salt in salts]


def commit(act: Act, cycle: Cycle, keys: Keys, occasion: Occasion, *, committed: Committed | None = None) -> Commitment:
    """Keeps a commitment to the roll as it stands, with a fresh salt; the caller puts it into its audit event.

    `committed`: it was computed before, from what was then written. Files that wait lose what was read: their
    difference would be another now, and they hold the IINs of a whole roll.
    """
    drop_files(act, cycle)
    if committed is None:
        salt = secrets.token_bytes(SALT_BYTES)
        committed = Committed(salt, commitment(act, cycle, keys, salt), entries.count(act, cycle))
    position = act.session.scalar(select(func.max(Commitment.position)).where(Commitment.cycle_id == cycle.id)) or 0
    new = Commitment(
        cycle_id=cycle.id,
        position=position + 1,
        occasion=occasion,
        at=act.at,
        count=committed.voters,
        salt=committed.salt,
        commitment=committed.commitment,
    )
    act.session.add(new)
    act.session.flush()
    return new


def drop_files(act: Act, cycle: Cycle) -> None:
    """Drops the sealed lines of files that were read and not taken in; who read them and what was counted stays."""
    waiting = update(Import).where(Import.cycle_id == cycle.id, Import.sealed.is_not(None))
    act.session.execute(waiting.values(sealed=None))


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
    rows = [row for row in (last(act, cycle), entries.confirmation(act, cycle)) if row is not None]
    computed = commitments_under(act, cycle, keys, [row.salt for row in rows])
    return all(hmac.compare_digest(one, row.commitment) for one, row in zip(computed, rows, strict=True))


def require_frozen(act: Act, cycle: Cycle, keys: Keys) -> None:
    """The roll as it stands is the one whose commitment the log holds since the opening.

    Raises Conflict where it is not, or where its IINs and salts are erased.
    """
    latest = last(act, cycle)
    said = [event.data.get("commitment") for event in audit.of_subject(act, cycle.id) if event.action == "roll.frozen"]
    if latest is None or not said or said[-1] != latest.commitment or not holds(act, cycle, keys):
        raise Conflict(
            _("The roll is not the one with which the vote was opened: its names prove nothing. Tell the auditor.")
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
    if not (holds(act, cycle, keys) and _is_logged(act, cycle, confirmed)):
        raise Conflict(
            _("The roll is not the one that was confirmed. Take its file in again and have it confirmed again.")
        )
    frozen = commit(act, cycle, keys, Occasion.FROZEN)
    number = act.session.scalar(select(func.count()).select_from(Freeze).where(Freeze.cycle_id == cycle.id)) or 0
    act.session.add(Freeze(cycle_id=cycle.id, number=number + 1, at=act.at))
    act.session.flush()
    data = {"count": frozen.count, "commitment": frozen.commitment}
    audit.record(act, "roll.frozen", subject=cycle.id, data=data)


def _is_logged(act: Act, cycle: Cycle, confirmed: Confirmation) -> bool:
    """Whether this is what the log says was confirmed last: a row alone is the word of whoever wrote it."""
    said = [event for event in audit.of_subject(act, cycle.id) if event.action in CONFIRMING]
    return bool(said) and said[-1].data.get("commitment") == confirmed.commitment


def thaw(act: Act, cycle: Cycle) -> None:
    """The poll ended without a result and may be repeated: the roll can change again. Nothing if it is not frozen."""
    in_force = entries.freeze_in_force(act, cycle)
    if in_force is None:
        return
    in_force.thawed_at = act.at
    act.session.flush()
    audit.record(act, "roll.thawed", subject=cycle.id)
