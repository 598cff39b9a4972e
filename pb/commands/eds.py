"""`pb eds`: electronic digital signatures, verified on anybody's machine; a throw-away PKI for tests."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from pb.commands.files import FILE, FOLDER, NEW_FOLDER, escaped
from pb.core.eds import EDSError, Purpose, Signer, Verdict, verify_cms
from pb.core.eds.content import Content
from pb.core.eds.signed_data import MAX_CMS
from pb.identity.service.eds_files import load_revocations, load_trust

# Check digits hold and the century is the 19th: no living person has these numbers.
PERSON, HEAD_PERSON, OTHER = "800416200315", "991231100080", "800416100254"
BIN = "940140000385"
# Whose keys there are, by the purpose that is for them alone; `any` takes all four, and no key for signing in to sites.
KINDS = {
    Purpose.INDIVIDUAL: "a person",
    Purpose.HEAD: "the head of an organization",
    Purpose.RIGHT_TO_SIGN: "somebody with the right to sign for an organization",
    Purpose.ANY: "others of an organization (employee, cashier, the organization itself)",
}


@click.group()
def eds() -> None:
    """Verify electronic digital signatures (ЭЦП / ЭЦҚ)."""


@eds.command()
@click.option("--cms", required=True, type=FILE, help="The signature: PEM, bare base64 or DER, at most 4 MB.")
@click.option(
    "--data",
    type=FILE,
    help="What was signed, when the signature does not carry it; read in pieces, at most 4 GB. Streebog (GOST) takes a "
    "second for some 50 MB where the system has libgcrypt, for some 0.3 MB where it has not.",
)
@click.option("--trust", required=True, type=FOLDER, help="Folder of trusted certificates.")
@click.option("--crl", type=FOLDER, help="Folder of revocation lists (.crl) and answers (.ocsp).")
@click.option("--at", help="The moment to verify at, as 2026-11-21T10:00:00Z; without it, now.")
@click.option(
    "--purpose",
    type=click.Choice([each.value for each in Purpose]),
    default=Purpose.ANY.value,
    show_default=True,
    help=f"Whose key it must be. `any` lets through, for signatures alone: {', '.join(KINDS.values())}.",
)
@click.option(
    "--accept-any-policy",
    is_flag=True,
    help="Accept a certificate whatever policies it names, or none; without it, it must name one of the national "
    "authority's for signatures.",
)
@click.option("--accept-unknown", is_flag=True, help="Accept certificates of which no fresh list or answer speaks.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def verify(
    context: click.Context,
    *,
    cms: Path,
    data: Path | None,
    trust: Path,
    crl: Path | None,
    at: str | None,
    purpose: str,
    accept_any_policy: bool,
    accept_unknown: bool,
    as_json: bool,
) -> None:
    """Verify a signature: everybody who signed, with each check. Exit status 0 only if every check holds."""
    moment = _moment(at) if at else datetime.now(UTC)
    try:
        trusted, revocations = load_trust(trust), load_revocations(crl, unknown_refuses=not accept_unknown)
        for each in (*trusted.unread, *revocations.unread):
            click.echo(f"Set aside, cannot be read: {escaped(str(each))}", err=True)
        verdict = verify_cms(
            _signature(cms),
            data=Content.in_file(data) if data else None,
            trust=trusted,
            at=moment,
            revocations=revocations,
            purpose=Purpose(purpose),
            any_policy=accept_any_policy,
        )
    except OSError as error:
        raise click.ClickException(f"The file cannot be read: {error.strerror}") from error
    except EDSError as error:
        refused = {"ok": False, "failure": {"code": error.code.value, "message": str(error)}}
        click.echo(json.dumps(refused) if as_json else f"FAILED {error.code.value}: {error}")
        context.exit(1)
    if as_json:
        click.echo(json.dumps(verdict.to_value(), ensure_ascii=False))
    else:
        click.echo("\n".join(_describe(verdict, Purpose(purpose))))
    context.exit(0 if verdict.ok else 1)


def _signature(path: Path) -> bytes:
    """At most so much as can be a signature; what is longer is refused by its length."""
    with path.open("rb") as file:
        return file.read(2 * MAX_CMS + 1)


def _describe(verdict: Verdict, purpose: Purpose) -> list[str]:
    lines = [line for signer in verdict.signers for line in _describe_signer(signer)]
    if purpose is Purpose.ANY:
        lines.append(f"Purpose any lets through, for signatures alone: {', '.join(KINDS.values())}.")
    return [*lines, "Every check holds." if verdict.ok else "NOT every check holds."]


def _describe_signer(signer: Signer) -> list[str]:
    facts = {
        "Signer": " ".join(part for part in (signer.common_name, signer.given_name) if part),
        "IIN": signer.iin,
        "BIN": signer.bin,
        "Organization": signer.organization,
        "Algorithm": signer.algorithm,
        "Key of": KINDS[signer.kind] if signer.kind else "nobody who signs documents: a key for another use",
        "Policies": ", ".join(signer.policies),
        "Usages": ", ".join(signer.extended_usages),
        "Certificate": f"{signer.serial}, SHA-256 {signer.fingerprint}",
        "Signed at": _signed_at(signer),
        "Claimed": f"{signer.signed_at.isoformat()} by the signer's own clock"
        if signer.signed_at and signer.timestamp
        else None,
    }
    lines = [f"{name + ':':14}{_printable(value)}" for name, value in facts.items() if value]
    checks = [
        f"  {'ok' if check.ok else 'FAILED':8}{check.name:14}{_printable(check.detail)}".rstrip()
        for check in signer.checks
    ]
    return [*lines, *checks]


def _signed_at(signer: Signer) -> str | None:
    """The best that is known of it: an authority's word before the signer's own."""
    if signer.timestamp:
        at, authority = signer.timestamp.at, signer.timestamp.authority
        return f"{at.isoformat()} by the time-stamping authority {authority}"
    return f"{signer.signed_at.isoformat()} by the signer's own clock" if signer.signed_at else None


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no moment, or one that in UTC lies beyond the calendar
        raise click.BadParameter("write the moment as 2026-11-21T10:00:00Z", param_hint="--at") from None


def _printable(text: str) -> str:
    """A text of a certificate without anything that could steer a terminal."""
    return "".join(symbol if symbol.isprintable() else " " for symbol in text)


@eds.command("test-pki")
@click.argument("folder", type=NEW_FOLDER)
def test_pki(folder: Path) -> None:
    """Write a throw-away PKI in the national format into FOLDER: never for real signatures.

    trust/ and crl/ are what `pb eds verify` asks for; keys/ holds, for GOST and RSA each, certificates with their keys:
    a person, a head, a right to sign, and expired, revoked, authentication-only ones and one of another authority;
    examples/ holds a signed text.
    """
    from pb.core.eds import oids
    from pb.core.eds.signing import KeyPair, sign_cms, to_pem
    from pb.demo.test_authority import ALGORITHMS, make_pki

    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException("The folder is not empty.")
    now = datetime.now(UTC).replace(microsecond=0)
    pki, elsewhere = make_pki(now), make_pki(now, name="ASAR TEST, SOMEBODY ELSE")
    revoked: list[KeyPair] = []
    for label, kind in ALGORITHMS.items():
        long_ago: dict[str, Any] = {"not_before": now - timedelta(days=800), "not_after": now - timedelta(days=400)}
        pairs = {
            "person": pki.person(iin=PERSON, algorithm=label),
            "head": pki.head(iin=HEAD_PERSON, bin=BIN, algorithm=label),
            "right-to-sign": pki.head(iin=OTHER, bin=BIN, role=oids.RIGHT_TO_SIGN, algorithm=label),
            "expired": pki.person(iin=PERSON, algorithm=label, **long_ago),
            "revoked": pki.person(iin=PERSON, algorithm=label),
            "authentication": pki.authentication(iin=PERSON, algorithm=label),
            "elsewhere": elsewhere.person(iin=PERSON, algorithm=label),
        }
        revoked.append(pairs["revoked"])
        for name, pair in pairs.items():
            chain = b"".join(to_pem(each.raw, "CERTIFICATE") for each in (pair.certificate, *pair.issuers))
            _write(folder / "keys" / f"{name}-{label}.pem", chain)
            _write(folder / "keys" / f"{name}-{label}.key", pair.private.to_pem())
        for name, authority in (("root", pki.roots[kind]), ("ca", pki.authorities[kind])):
            _write(folder / "trust" / f"{name}-{label}.pem", to_pem(authority.certificate.raw, "CERTIFICATE"))
        text = "Сәлем! Бұл — сынақ.\n".encode()
        _write(folder / "examples" / "text.txt", text)
        _write(folder / "examples" / f"person-{label}.cms", to_pem(sign_cms(text, pairs["person"], at=now)))
    for number, each in enumerate(pki.lists(*revoked), start=1):
        _write(folder / "crl" / f"{number}.crl", each)
    click.echo(f"Written to {folder}: a PKI for tests alone, whose lists are fresh until tomorrow.")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
