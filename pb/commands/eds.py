"""`pb eds`: electronic digital signatures, verified on anybody's machine; a throw-away PKI for tests."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from pb.commands.files import FILE, FOLDER, NEW_FOLDER, escaped
from pb.commands.spoken import gettext, said, speaking
from pb.core.eds import EDSError, Purpose, Signer, Verdict, verify_cms
from pb.core.eds.checks import NAMES, Check
from pb.core.eds.content import Content
from pb.core.eds.faults import Fault, Unread
from pb.core.eds.signed_data import MAX_CMS
from pb.core.findings import Finding
from pb.identity.service.eds_files import load_revocations, load_trust

# Check digits hold and the century is the 19th: no living person has these numbers.
PERSON, HEAD_PERSON, OTHER = "800416200315", "991231100080", "800416100254"
BIN = "940140000385"
# Whose keys there are, by the purpose that is for them alone; `any` takes all four, and no key for signing in to sites.
KINDS = {
    Purpose.INDIVIDUAL: Finding("a person"),
    Purpose.HEAD: Finding("the head of an organization"),
    Purpose.RIGHT_TO_SIGN: Finding("somebody with the right to sign for an organization"),
    Purpose.ANY: Finding("others of an organization (employee, cashier, the organization itself)"),
}
NOBODY = Finding("nobody who signs documents: a key for another use")
FAULTS = {
    Fault.SIZE: Finding("size"),
    Fault.DEPTH: Finding("depth"),
    Fault.FORM: Finding("form"),
    Fault.ALGORITHM: Finding("algorithm"),
    Fault.NO_SIGNER: Finding("no_signer"),
    Fault.NO_CERTIFICATE: Finding("no_certificate"),
    Fault.ATTRIBUTES: Finding("attributes"),
    Fault.CONTENT: Finding("content"),
    Fault.STATEMENT: Finding("statement"),
}


@click.group()
def eds() -> None:
    """Verify electronic digital signatures (ЭЦП / ЭЦҚ)."""


@eds.command()
@click.option("--cms", required=True, type=FILE, help="The signature: PEM, bare base64 or DER, at most 4 MB.")
@click.argument("file", required=False, type=FILE)
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
    help=f"Whose key it must be. `any` lets through, for signatures alone: {', '.join(map(str, KINDS.values()))}.",
)
@click.option(
    "--accept-any-policy",
    is_flag=True,
    help="Accept a certificate whatever policies it names, or none; without it, it must name one of the national "
    "authority's for signatures.",
)
@click.option("--accept-unknown", is_flag=True, help="Accept certificates of which no fresh list or answer speaks.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@speaking
@click.pass_context
def verify(
    context: click.Context,
    *,
    file: Path | None,
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
    """Verify a signature: everybody who signed, with each check. Exit status 0 only if every check holds.

    FILE is what was signed, as --data.
    """
    if file and data:
        raise click.UsageError(gettext("Name what was signed once: as FILE or with --data."))
    data = file or data
    moment = _moment(at) if at else datetime.now(UTC)
    try:
        trusted, revocations = load_trust(trust), load_revocations(crl, unknown_refuses=not accept_unknown)
        for each in (*trusted.unread, *revocations.unread):
            click.echo(gettext("Set aside, cannot be read: %(file)s", file=escaped(_described(each))), err=True)
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
        raise click.ClickException(gettext("The file cannot be read: %(why)s", why=error.strerror)) from error
    except EDSError as error:
        refused = {"ok": False, "failure": {"code": error.code.value, "message": str(error)}}
        told = gettext("FAILED %(check)s: %(finding)s", check=said(FAULTS[error.code]), finding=said(error.finding))
        click.echo(json.dumps(refused) if as_json else told)
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
        kinds = ", ".join(map(said, KINDS.values()))
        lines.append(gettext("Purpose any lets through, for signatures alone: %(kinds)s.", kinds=kinds))
    return [*lines, gettext("Every check holds.") if verdict.ok else gettext("NOT every check holds.")]


def _describe_signer(signer: Signer) -> list[str]:
    facts = {
        gettext("Signer"): " ".join(part for part in (signer.common_name, signer.given_name) if part),
        gettext("IIN"): signer.iin,
        gettext("BIN"): signer.bin,
        gettext("Organization"): signer.organization,
        gettext("Algorithm"): signer.algorithm,
        gettext("Key of"): said(KINDS[signer.kind] if signer.kind else NOBODY),
        gettext("Policies"): ", ".join(signer.policies),
        gettext("Usages"): ", ".join(signer.extended_usages),
        gettext("Certificate"): f"{signer.serial}, SHA-256 {signer.fingerprint}",
        gettext("Signed at"): _signed_at(signer),
        gettext("Claimed"): _by_own_clock(signer.signed_at) if signer.signed_at and signer.timestamp else None,
    }
    width = max(14, *(len(name) + 2 for name in facts))
    lines = [f"{name + ':':{width}}{_printable(value)}" for name, value in facts.items() if value]
    return [*lines, *map(_describe_check, signer.checks)]


def _describe_check(check: Check) -> str:
    verdicts = gettext("ok"), gettext("FAILED")
    first = max(map(len, verdicts)) + 2
    second = max(14, *(len(said(name)) + 2 for name in NAMES.values()))
    seen = "; ".join(said(part) if isinstance(part, Finding) else part for part in check.seen)
    verdict = verdicts[0 if check.ok else 1]
    return f"  {verdict:{first}}{said(NAMES[check.name]):{second}}{_printable(seen)}".rstrip()


def _described(unread: Unread) -> str:
    why = unread.why
    return f"{unread.name}: {said(why) if isinstance(why, Finding) else why}"


def _signed_at(signer: Signer) -> str | None:
    """The best that is known of it: an authority's word before the signer's own."""
    if signer.timestamp:
        at, authority = signer.timestamp.at, signer.timestamp.authority
        return gettext(
            "%(moment)s by the time-stamping authority %(authority)s", moment=at.isoformat(), authority=authority
        )
    return _by_own_clock(signer.signed_at) if signer.signed_at else None


def _by_own_clock(at: datetime) -> str:
    return gettext("%(moment)s by the signer's own clock", moment=at.isoformat())


def _moment(text: str) -> datetime:
    """A moment; a day alone is read as its end, or as now: whatever was signed on it was signed by then."""
    try:
        at = datetime.fromisoformat(text)
        if len(text) == len("2026-11-21"):
            return min(at.replace(hour=23, minute=59, second=59, tzinfo=UTC), datetime.now(UTC))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no moment, or one that in UTC lies beyond the calendar
        raise click.BadParameter(gettext("write the moment as 2026-11-21T10:00:00Z"), param_hint="--at") from None


def _printable(text: str) -> str:
    """A text of a certificate without anything that could steer a terminal."""
    return "".join(symbol if symbol.isprintable() else " " for symbol in text)


@eds.command("test-pki")
@click.argument("folder", type=NEW_FOLDER)
@speaking
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
        raise click.ClickException(gettext("The folder is not empty."))
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
    click.echo(
        gettext(
            "Written to %(folder)s: a PKI for tests alone, whose lists are fresh until tomorrow.", folder=f"{folder}"
        )
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
