"""The throw-away PKI that tests sign with: made once, around one moment, with lists that are fresh then."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pb.core.eds import Purpose, Signer, Verdict, verify_cms
from pb.core.eds.signing import KeyPair, to_pem
from pb.demo.test_authority import TestPKI, make_pki
from pb.settings import Settings

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
IIN = "800416200315"
OTHER_IIN = "991231100080"
BIN = "940140000385"
TEXT = "Ауыл әкімі: келісемін".encode()


@cache
def the_pki() -> TestPKI:
    return make_pki(NOW)


@cache
def another_pki() -> TestPKI:
    """Somebody else's authority, with the very same names."""
    return make_pki(NOW)


@cache
def person(algorithm: str = "gost") -> KeyPair:
    return the_pki().person(iin=IIN, algorithm=algorithm)


@cache
def _fresh() -> dict[str, Any]:
    return {"trust": the_pki().trust(), "at": NOW, "revocations": the_pki().revocations(), "purpose": Purpose.ANY}


def judge(cms: bytes, **changes: Any) -> Verdict:
    """The verdict with everything as it should be, but for `changes`."""
    return verify_cms(cms, **{**_fresh(), **changes})


def sole(verdict: Verdict) -> Signer:
    (signer,) = verdict.signers
    return signer


def eds_settings(settings: Settings, pki: TestPKI, folder: Path, *revoked: KeyPair, **changes: Any) -> Settings:
    """The settings with EDS switched on for a throw-away PKI, whose trust and lists are written into `folder`."""
    for name in ("trust", "crl"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, pair in enumerate((*pki.roots.values(), *pki.authorities.values())):
        (folder / "trust" / f"{number}.pem").write_bytes(to_pem(pair.certificate.raw, "CERTIFICATE"))
    for number, each in enumerate(pki.lists(*revoked)):
        (folder / "crl" / f"{number}.crl").write_bytes(each)
    return replace(settings, eds_trust=folder / "trust", eds_crl=folder / "crl", **changes)
