"""What a file is to minutes, by its digest; and whether the signatures under them hold."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from pb.act import Act, Role
from pb.core.eds import EDSError, Purpose
from pb.core.eds.signed_data import read_signed_data
from pb.gatherings.models import Paper, Record
from pb.gatherings.service import scans, signing
from pb.gatherings.service.minutes import paper_of
from pb.identity.models import Signature
from pb.identity.service import accounts, signatures
from pb.identity.service.signatures import Standing
from pb.keyring import Keys
from pb.settings import Settings


class Match(StrEnum):
    THESE = "these"
    EARLIER = "earlier"
    SCAN = "scan"
    OTHER = "other"


class Days(NamedTuple):
    """From when until when a certificate holds."""

    first: datetime
    last: datetime


def compare(act: Act, minutes: Record, sha256: str) -> Match:
    """Whether a file of this digest is the PDF of these minutes, that of an earlier version, or their scan."""
    paper, scan = paper_of(act, minutes), scans.of(act, minutes)
    if paper is not None and paper.sha256 == sha256:
        return Match.THESE
    if scan is not None and sha256 in {scan.sha256, scan.digest}:
        return Match.SCAN
    query = select(Paper.version).where(Paper.minutes_id == minutes.id, Paper.sha256 == sha256)
    return Match.EARLIER if act.session.scalars(query).first() is not None else Match.OTHER


def standing(act: Act, settings: Settings, keys: Keys, minutes: Record, signature: Signature) -> Standing:
    """Whether a signature under these minutes holds, computed again: over what stands here, by whom its row names."""
    content = signing.content_of(act, minutes, signature, settings.base_url)
    if content is None:
        return Standing.FALSE
    purposes = signing.SIGNATURES_OF_OFFICE if signature.role == Role.AKIM else (Purpose.INDIVIDUAL,)
    found, iin = signatures.holds(settings, signature, content, *purposes)
    if iin is not None and accounts.find(act.session, iin, keys) is not signature.person:
        return Standing.FALSE
    return found


def days_of(signature: Signature) -> Days | None:
    """Those of the signer's certificate."""
    try:
        certificates = read_signed_data(signature.cms).certificates
    except EDSError:
        return None
    own = (one for one in certificates if one.fingerprint == signature.certificate)
    return next((Days(one.not_before, one.not_after) for one in own), None)
