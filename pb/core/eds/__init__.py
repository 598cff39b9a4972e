"""Kazakhstan's electronic digital signature (ЭЦП / ЭЦҚ), verified in-process: no outside program, no network.

CMS SignedData (RFC 5652) with RSA-2048/SHA-256 or GOST 34.10-2015/512 with Streebog-512 (RFC 7091, RFC 6986 under the
national OIDs), certificates (RFC 5280) up to anchors that the caller trusts, revocation lists and OCSP answers,
timestamps (RFC 3161).
"""

from pb.core.eds.checks import Check
from pb.core.eds.cms import Purpose, Signer, Verdict, verify_cms
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.revocation import Revocations
from pb.core.eds.trust import Trust

__all__ = [
    "Check",
    "EDSError",
    "Fault",
    "Purpose",
    "Revocations",
    "Signer",
    "Trust",
    "Verdict",
    "verify_cms",
]
