"""Electronic signatures as the rooms ask for them: judged against this installation's trust, refused in plain words.

Trust and revocation lists are read from their folders and kept until a file there changes.
"""

import base64
import contextlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import structlog
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.clock import local
from pb.core.eds import Check, EDSError, Purpose, Revocations, Signer, Trust, Verdict, verify_cms
from pb.core.eds.certificates import from_pem
from pb.core.national_numbers import IIN, IINError, parse_iin
from pb.errors import FieldRefusal
from pb.identity.models import Signature
from pb.identity.service.eds_files import CERTIFICATES, LISTS, files_of, load_revocations, load_trust, log_set_aside
from pb.identity.service.eds_responder import responder
from pb.settings import Settings

Window = tuple[datetime, datetime]
FRESH = timedelta(minutes=15)  # how far the signer's clock may stand from ours
LONGEST_CMS = 50_000  # characters of PEM; a signature with its chain has some 5,000, a timestamp adds as much
_CENTURY_AGO = date(1900, 1, 1)
_Stamp = tuple[tuple[str, int, int], ...]
log = structlog.get_logger()

_DAMAGED = _("The signature is damaged. Sign once more.")
_OTHER_TEXT = _("This signature is over another text. Load the page again and sign once more.")
_CLOCK = _("The clock of your computer is wrong. Set date and time, then sign once more.")
_EXPIRED = _("The certificate of this key has expired, or does not hold yet. Get a new key of the national authority.")
_WRONG_KEY = _(
    "This key is not for signatures of a person. Choose your own key for signing, not the one for signing in."
)
_NOT_HEAD = _(
    "This key does not sign for the organization. Choose the key that the national authority issued to you as the "
    "first head of the akim's office, or with the right to sign for it; your personal key does not count here."
)
_OTHER_CA = _("This certificate is not of the national certification authority.")
_REVOKED = _("The certificate of this key was revoked.")
_UNKNOWN = _("It cannot be found out at the moment whether this certificate was revoked. Try again later.")
_TIMESTAMP = _("The timestamp in this signature cannot be confirmed. Sign once more, without a timestamp.")
_UNAVAILABLE = _("Electronic signatures cannot be checked here at the moment. Tell the administrator.")
# In the order in which they help: the first failed check names the reason.
_REASONS: dict[str, LazyString] = {
    "content": _OTHER_TEXT,
    "digest": _OTHER_TEXT,
    "algorithms": _DAMAGED,
    "content_type": _DAMAGED,
    "signature": _DAMAGED,
    "signing_time": _CLOCK,
    "validity": _EXPIRED,
    "purpose": _WRONG_KEY,
    "key_usage": _WRONG_KEY,
    "policy": _WRONG_KEY,
    "chain": _OTHER_CA,
    "revocation": _UNKNOWN,
    "timestamp": _TIMESTAMP,
}


def verify(
    settings: Settings,
    cms: str,
    content: str | bytes,
    at: datetime,
    purpose: Purpose = Purpose.INDIVIDUAL,
    *others: Purpose,
    within: timedelta = FRESH,
) -> Signer:
    """The one person who signed exactly `content` at most `within` from `at`, with a key for one of the purposes.

    The content is a text or the bytes of a file. Whether the IIN is anybody here is the caller's question.
    Raises FieldRefusal("eds") in the user's language.
    """
    if settings.eds_trust is None:
        raise FieldRefusal("eds", _UNAVAILABLE)
    if len(cms) > LONGEST_CMS:
        raise FieldRefusal("eds", _DAMAGED)
    trust, revocations = _require_trust(settings)
    signers = []
    for allowed in (purpose, *others):
        verdict = _judged(cms, content, trust, at, revocations, allowed)
        signers.append(verdict.signers[0])
        if len(verdict.signers) != 1:
            raise FieldRefusal("eds", _("Sign alone: this signature has several signers."))
        if verdict.ok:
            return _fresh(signers[-1], at, within)
    raise FieldRefusal("eds", _reason(signers[0], purpose))


class Standing(StrEnum):
    """What a kept signature is, when it is verified again: `unknown` where nobody can tell now."""

    HOLDS = "holds"
    UNKNOWN = "unknown"
    FALSE = "false"


def holds(settings: Settings, kept: Signature, content: bytes, *purposes: Purpose) -> tuple[Standing, IIN | None]:
    """Whether a kept signature is over exactly this content, by the key of the certificate that its row names.

    Computed again from the bytes, with the chain of its certificate; nobody is asked whether that was revoked: this
    was judged when the signature was taken in. The IIN is of one that holds. It is unknown where this installation has
    no trust any more. Refuses nothing and raises nothing.
    """
    folder = settings.eds_trust
    try:
        _require_trust(settings)
        stamp = _stamp(folder, CERTIFICATES) if folder else ()
    except (FieldRefusal, OSError):
        stamp = ()
    if folder is None or not stamp:
        return Standing.UNKNOWN, None
    for purpose in purposes:
        signer = _computed(folder, stamp, kept.cms, content, kept.signed_at, purpose)
        if signer is None or signer.fingerprint != kept.certificate:
            continue
        with contextlib.suppress(FieldRefusal):
            return Standing.HOLDS, iin_of(settings, _fresh(signer, kept.signed_at, FRESH), local(kept.signed_at).date())
    return Standing.FALSE, None


@lru_cache(maxsize=256)
def _computed(folder: Path, stamp: _Stamp, cms: bytes, content: bytes, at: datetime, purpose: Purpose) -> Signer | None:
    """The signer of what holds, but for revocations. Kept for a while: a public page asks, and GOST takes its time."""
    if len(cms) > LONGEST_CMS or not cms.isascii():
        return None
    try:
        (signer,) = _judged(cms.decode(), content, _trust(folder, stamp), at, Revocations(), purpose).signers
    except (FieldRefusal, ValueError):
        return None
    return signer if set(signer.failed()) <= {"revocation", "timestamp"} else None


def judge(settings: Settings, cms: str, text: str, signed_within: Window, at: datetime) -> tuple[Standing, IIN | None]:
    """Verifies a kept signature of a person again, at the later moment `at`; refuses nothing and raises nothing.

    It must be over exactly `text`, signed within these two moments. The IIN is of a signature that holds. It is unknown
    where this installation has no trust any more, or nothing fresh of the certificate's revocation.
    """
    try:
        trust, revocations = _require_trust(settings)
    except FieldRefusal:
        return Standing.UNKNOWN, None
    try:
        if len(cms) > LONGEST_CMS or not cms.isascii():
            return Standing.FALSE, None
        verdict = _judged(cms, text, trust, at, revocations, Purpose.INDIVIDUAL)
        (signer,) = verdict.signers
        iin = iin_of(settings, signer, local(at).date())
    except (FieldRefusal, ValueError):
        return Standing.FALSE, None
    failed = [check for check in signer.checks if not check.ok]
    if signer.signed_at is not None and not signed_within[0] <= signer.signed_at <= signed_within[1]:
        return Standing.FALSE, None
    if not failed:
        return Standing.HOLDS, iin
    unknown = all(_is_unknown(check) for check in failed)
    return (Standing.UNKNOWN if unknown else Standing.FALSE), None


def _is_unknown(check: Check) -> bool:
    """Whether nobody can tell today, of the signer's certificate or of a time-stamping authority's."""
    if check.name == "timestamp":
        return check.detail.startswith("unknown")
    return check.name == "revocation" and not check.detail.startswith("revoked")


def in_pem(cms: bytes) -> str:
    """A signature's file, PEM, bare base64 or DER, as PEM. Raises FieldRefusal("eds")."""
    try:
        (block,) = from_pem(cms, "CMS", "PKCS7", "PKCS #7 SIGNED DATA")
    except (EDSError, ValueError) as error:
        raise FieldRefusal("eds", _DAMAGED) from error
    body = base64.encodebytes(block).decode()
    return f"-----BEGIN CMS-----\n{body}-----END CMS-----\n"


def iin_of(settings: Settings, signer: Signer, today: date) -> IIN:
    """The signer's IIN. Raises FieldRefusal for a certificate that names none, or an impossible one."""
    try:
        return parse_iin(signer.iin or "", today)
    except IINError:
        if settings.eds_test_numbers and signer.iin:
            return IIN(signer.iin, _CENTURY_AGO)  # the national authority's own test certificates hold such numbers
        raise FieldRefusal("eds", _("This certificate names no IIN of a person.")) from None


def installed_trust(settings: Settings) -> tuple[Trust, Revocations] | None:
    """Trust and lists of this installation, or None where EDS is not set up. Raises EDSError, OSError."""
    if settings.eds_trust is None:
        return None
    trust = _trust(settings.eds_trust, _stamp(settings.eds_trust, CERTIFICATES))
    folder = settings.eds_crl
    stamp = _stamp(folder, LISTS) if folder else ()
    known = _revocations(folder, stamp, settings.eds_unknown_refuses)
    if settings.eds_ocsp is None:
        return trust, known
    return trust, replace(known, fetch=responder(settings.eds_ocsp))


def _require_trust(settings: Settings) -> tuple[Trust, Revocations]:
    try:
        installed = installed_trust(settings)
    except (EDSError, OSError) as error:
        log.error("eds_not_set_up", error=str(error))  # noqa: TRY400 - the reason is a file's, not a line's
        raise FieldRefusal("eds", _UNAVAILABLE) from error
    if installed is None:
        raise FieldRefusal("eds", _UNAVAILABLE)
    return installed


def _judged(
    cms: str, content: str | bytes, trust: Trust, at: datetime, revocations: Revocations, purpose: Purpose
) -> Verdict:
    data = content.encode() if isinstance(content, str) else content
    try:
        return verify_cms(cms.encode(), data=data, trust=trust, at=at, revocations=revocations, purpose=purpose)
    except EDSError as error:
        raise FieldRefusal("eds", _DAMAGED) from error


def _fresh(signer: Signer, at: datetime, within: timedelta) -> Signer:
    """A signature with an old time could be of a key that was stolen and revoked since."""
    if signer.signed_at is not None and abs(signer.signed_at - at) > within:
        raise FieldRefusal("eds", _CLOCK)
    return signer


def _reason(signer: Signer, purpose: Purpose) -> LazyString:
    failed = {check.name: check for check in signer.checks if not check.ok}
    first = next(name for name in _REASONS if name in failed)
    if first == "revocation" and failed[first].detail.startswith("revoked"):
        return _REVOKED
    if _REASONS[first] is _WRONG_KEY and purpose is not Purpose.INDIVIDUAL:
        return _NOT_HEAD
    return _REASONS[first]


def _stamp(folder: Path, suffixes: frozenset[str]) -> _Stamp:
    """What changes when a file of the folder does."""
    return tuple((path.name, (about := path.stat()).st_mtime_ns, about.st_size) for path in files_of(folder, suffixes))


@lru_cache(maxsize=4)
def _trust(folder: Path, stamp: _Stamp) -> Trust:  # noqa: ARG001 - the stamp makes the cache forget
    trust = load_trust(folder)
    log_set_aside(trust)
    return trust


@lru_cache(maxsize=4)
def _revocations(folder: Path | None, stamp: _Stamp, unknown_refuses: bool) -> Revocations:  # noqa: ARG001, FBT001
    revocations = load_revocations(folder, unknown_refuses=unknown_refuses)
    log_set_aside(revocations)
    return revocations
