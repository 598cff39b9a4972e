"""RSA signatures, certificates, lists and answers as OpenSSL and another library see them; theirs as we do."""

import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.x509 import ocsp

from pb.core.eds import Purpose
from pb.core.eds.keys import Algorithm
from pb.core.eds.signing import PrivateKey, sign_cms, to_pem
from tests.eds import IIN, NOW, TEXT, judge, person, sole, the_pki
from tests.tools import require_tool

MOMENT = str(int(NOW.timestamp()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An RSA person's key, certificates and a text as files."""
    require_tool("openssl")
    pair = person("rsa")
    (tmp_path / "root.pem").write_bytes(to_pem(the_pki().roots[Algorithm.RSA].certificate.raw, "CERTIFICATE"))
    (tmp_path / "person.pem").write_bytes(to_pem(pair.certificate.raw, "CERTIFICATE"))
    (tmp_path / "ca.pem").write_bytes(to_pem(pair.issuers[0].raw, "CERTIFICATE"))
    (tmp_path / "person.key").write_bytes(pair.private.to_pem())
    (tmp_path / "text").write_bytes(TEXT)
    return tmp_path


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)


@pytest.mark.parametrize("attached", [True, False])
def test_openssl_accepts_ours(folder: Path, attached: bool) -> None:  # noqa: FBT001 - parametrised
    (folder / "ours.cms").write_bytes(to_pem(sign_cms(TEXT, person("rsa"), attached=attached, at=NOW)))
    command = ["cms", "-verify", "-inform", "PEM", "-in", "ours.cms", "-binary", "-CAfile", "root.pem"]
    command += ["-attime", MOMENT, "-out", "seen", *([] if attached else ["-content", "text"])]
    done = openssl(folder, *command)
    assert done.returncode == 0, done.stderr
    assert (folder / "seen").read_bytes() == TEXT


def test_openssl_refuses_what_we_refuse(folder: Path) -> None:
    cms = sign_cms(TEXT, person("rsa"), at=NOW)
    (folder / "ours.cms").write_bytes(to_pem(cms.replace(TEXT, TEXT[::-1], 1)))
    assert not judge((folder / "ours.cms").read_bytes()).ok
    command = ["cms", "-verify", "-inform", "PEM", "-in", "ours.cms", "-binary", "-CAfile", "root.pem"]
    assert openssl(folder, *command, "-attime", MOMENT).returncode != 0


@pytest.mark.parametrize("form", ["DER", "PEM"])
@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("key_id", [True, False])
def test_we_accept_openssls(folder: Path, form: str, attached: bool, key_id: bool) -> None:  # noqa: FBT001
    command = [
        "cms",
        "-sign",
        "-binary",
        "-md",
        "sha256",
        "-in",
        "text",
        "-signer",
        "person.pem",
        "-inkey",
        "person.key",
    ]
    command += ["-certfile", "ca.pem", "-outform", form, "-out", "theirs.cms", "-nosmimecap"]
    done = openssl(folder, *command, *(["-nodetach"] if attached else []), *(["-keyid"] if key_id else []))
    assert done.returncode == 0, done.stderr
    theirs = (folder / "theirs.cms").read_bytes()
    signed_at = sole(judge(theirs, data=TEXT)).signed_at
    assert signed_at is not None
    verdict = judge(
        theirs,
        data=None if attached else TEXT,
        at=max(NOW, signed_at),
        purpose=Purpose.INDIVIDUAL,
        revocations=the_pki().revocations(unknown_refuses=False),
    )
    assert verdict.ok, sole(verdict).failed()
    assert sole(verdict).iin == IIN


def test_openssl_reads_our_certificates_and_lists(folder: Path) -> None:
    revoked = the_pki().person(iin=IIN, algorithm="rsa")
    for number, each in enumerate(the_pki().lists(revoked)):
        (folder / f"{number}.pem").write_bytes(to_pem(each, "X509 CRL"))
    (folder / "all.pem").write_bytes(b"".join(path.read_bytes() for path in sorted(folder.glob("[0-9].pem"))))
    (folder / "revoked.pem").write_bytes(to_pem(revoked.certificate.raw, "CERTIFICATE"))
    command = ["verify", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-CRLfile", "all.pem", "-crl_check_all"]
    command += ["-attime", MOMENT, "-x509_strict", "-purpose", "smimesign"]
    done = openssl(folder, *command, "person.pem")
    assert done.returncode == 0, done.stderr
    done = openssl(folder, *command, "revoked.pem")
    assert b"certificate revoked" in done.stderr


@pytest.mark.filterwarnings("ignore:Attribute's length")  # the national names are longer than X.520's bound
@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_another_library_reads_the_same_from_our_certificates(algorithm: str) -> None:
    pair = the_pki().head(iin=IIN, bin="940140000385", algorithm=algorithm)
    theirs = x509.load_der_x509_certificate(pair.certificate.raw)
    assert theirs.serial_number == pair.certificate.serial
    assert theirs.not_valid_after_utc == pair.certificate.not_after
    usages = theirs.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert tuple(usage.dotted_string for usage in usages) == pair.certificate.extended_usages
    policies = theirs.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert tuple(policy.policy_identifier.dotted_string for policy in policies) == pair.certificate.policies
    assert theirs.tbs_certificate_bytes == pair.certificate.signed_part
    authority = the_pki().authorities[pair.private.algorithm]
    answer = ocsp.load_der_ocsp_response(the_pki().answer(pair, "revoked"))
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer.serial_number == pair.certificate.serial
    revoked = x509.load_der_x509_crl(the_pki().lists(pair)[-2 if algorithm == "gost" else -1])
    assert [each.serial_number for each in revoked] == [pair.certificate.serial]
    assert authority.certificate.subject == revoked.issuer.public_bytes()


def test_another_library_reads_our_signature() -> None:
    info = asn1_cms.ContentInfo.load(sign_cms(TEXT, person(), at=NOW), strict=True)
    signed = info["content"]
    assert signed["encap_content_info"]["content"].native == TEXT
    (signer,) = signed["signer_infos"]
    attributes = {each["type"].native: each["values"][0].native for each in signer["signed_attrs"]}
    assert attributes["signing_time"] == NOW


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_a_private_key_comes_back_from_its_file(algorithm: str) -> None:
    private = person(algorithm).private
    assert PrivateKey.from_pem(private.to_pem()).public_info() == private.public_info()
