"""Whether the keys of the settings are those that the data stand under: looked at in the data themselves.

One row of each column and version is opened, and one IIN of each pepper is looked up anew: a ring of other keys under
the same numbers is found out before anybody votes with it, and before a rotation begins.
"""

from collections.abc import Iterator
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pb import keyring
from pb.core.findings import Finding
from pb.identity.service import iin as numbers
from pb.identity.service import rotation
from pb.jobs.models import Job
from pb.keyring import KeyRing, Keys

SEAL, PEPPER = "ASAR_SEAL_KEY", "ASAR_IIN_PEPPER"


def faults(session: Session, keys: Keys) -> list[Finding]:
    """What does not fit between settings and data, each with its remedy; empty where all opens."""
    found = [*_twice(SEAL, keys.seal), *_twice(PEPPER, keys.pepper)]
    for sealed in rotation.sealed_columns():
        found += _of_seal(session, sealed, keys.seal)
    for lookup in rotation.lookup_columns():
        found += _of_pepper(session, lookup, keys)
    return list(dict.fromkeys(found))


def unfinished(session: Session) -> Finding | None:
    """What the last rotation that was asked for says of itself, where it could not end; None otherwise."""
    asked = select(Job).where(Job.kind == rotation.KIND).order_by(Job.asked_at.desc()).limit(1)
    job = session.scalars(asked).one_or_none()
    if job is None or not job.outcome or job.state == "done":
        return None
    return Finding(
        "the rotation to %(versions)s could not end: %(why)s", versions=job.argument, why=reason(job.outcome)
    )


def reason(outcome: str) -> Finding:
    """Why a rotation did not end, and what helps, from what the job says: the name of the error."""
    known = {
        "InvalidTag": Finding(
            "a row is sealed under a key that is not in %(setting)s. Put the old keys back under their numbers, "
            "restart every process, and run pb keys rotate again",
            setting=SEAL,
        ),
        "KeysDiffer": Finding(
            "a process with other keys took it up. Restart every process with the new settings, and run pb keys rotate "
            "again"
        ),
        "WorkerDied": Finding("the processes that did it died. Run pb keys rotate again: it goes on where it was"),
        "": Finding("another process does it. Run pb keys rotate again when that is mended"),
    }
    other = Finding("%(error)s. Run pb keys rotate again when that is mended", error=outcome)
    return known.get(outcome, other)


def _twice(name: str, ring: KeyRing) -> Iterator[Finding]:
    """The same key under two numbers: a rotation to it would renew nothing."""
    first: dict[bytes, int] = {}
    for version in sorted(ring.keys):
        earlier = first.setdefault(ring.keys[version], version)
        if earlier != version:
            yield Finding(
                "%(setting)s: versions %(earlier)s and %(version)s are the same key: make a new one with pb keys new "
                "%(setting)s",
                setting=name,
                earlier=earlier,
                version=version,
            )


def _of_seal(session: Session, sealed: rotation.Sealed, ring: KeyRing) -> Iterator[Finding]:
    column = sealed.column
    for version in sorted(ring.keys):
        row = _first(session, column, rotation.header(column) == keyring.header(version))
        if row is not None and not _opens(row, ring, sealed.context):
            yield _other_key(SEAL, version)
    known = [keyring.header(version) for version in ring.keys]
    row = _first(session, column, rotation.header(column).not_in(known))
    if row is not None and not _opens(row, ring, sealed.context):
        unknown = keyring.sealed_with(row)
        yield _missing(SEAL, unknown) if unknown is not None else _other_key(SEAL, 1)


def _of_pepper(session: Session, lookup: rotation.Lookup, keys: Keys) -> Iterator[Finding]:
    ring = keys.pepper
    for version in sorted(ring.keys):
        query = select(lookup.column, lookup.sealed).where(lookup.pepper == version, lookup.sealed.is_not(None))
        row = session.execute(query.limit(1)).first()
        if row is not None and not _finds((row[0], row[1]), KeyRing({version: ring.keys[version]}), keys.seal):
            yield _other_key(PEPPER, version)
    unknown = select(lookup.pepper).where(lookup.pepper.not_in(ring.keys), lookup.sealed.is_not(None))
    for version in session.scalars(unknown.distinct()):
        yield _missing(PEPPER, version)


def _first(session: Session, column: ColumnElement[bytes], where: ColumnElement[bool]) -> bytes | None:
    return session.scalar(select(column).where(column.is_not(None), where).limit(1))


def _opens(sealed: bytes, ring: KeyRing, context: bytes) -> bool:
    try:
        keyring.unseal_bytes(sealed, ring, context)
    except InvalidTag:
        return False
    return True


def _finds(row: tuple[bytes, bytes], pepper: KeyRing, seal: KeyRing) -> bool:
    """Whether the number in the row is found by its look-up; a row that does not open was told of by the seal."""
    found, sealed = row
    try:
        digits = numbers.unseal(sealed, seal)
    except InvalidTag:
        return True
    return compare_digest(numbers.lookup_of(digits, pepper), found)


def _other_key(name: str, version: int) -> Finding:
    return Finding(
        "%(setting)s: version %(version)s is another key than the one that the data stand under. Put that key back "
        "under its number; a new key takes the next number",
        setting=name,
        version=version,
    )


def _missing(name: str, version: int) -> Finding:
    return Finding(
        "%(setting)s: version %(version)s is missing, and data stand under it. Put that key back under its number",
        setting=name,
        version=version,
    )
