"""RSA signatures, certificates, lists and answers as OpenSSL and another library see them; theirs as we do."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509

from pb.core.eds import Purpose, Revocations, Verdict
from pb.core.eds.keys import Algorithm
from pb.core.eds.ocsp import make_request
from pb.core.eds.signing import PrivateKey, sign_cms, to_pem
from tests.eds import IIN, NOW, TEXT, judge, person, sole, the_pki
from tests.timestamps import stamped, stamping
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


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_another_library_reads_the_same_from_our_certificates(algorithm: str) -> None:
    ours = the_pki().head(iin=IIN, bin="940140000385", algorithm=algorithm).certificate
    theirs = asn1_x509.Certificate.load(ours.raw, strict=True)
    assert theirs.serial_number == ours.serial
    assert (theirs.not_valid_before, theirs.not_valid_after) == (ours.not_before, ours.not_after)
    assert (theirs.issuer.dump(), theirs.subject.dump()) == (ours.issuer, ours.subject)
    names = [name for part in theirs.subject.chosen for name in part]
    assert {name["type"].dotted: (name["value"].native,) for name in names} == ours.subject_names
    assert tuple(usage.dotted for usage in theirs.extended_key_usage_value) == ours.extended_usages
    policies = (policy["policy_identifier"].dotted for policy in theirs.certificate_policies_value)
    assert tuple(policies) == ours.policies
    assert {theirs.key_usage_value._map[number] for number in ours.key_usage or ()} == theirs.key_usage_value.native
    assert theirs.key_identifier == ours.key_id
    assert theirs["tbs_certificate"].dump() == ours.signed_part
    assert theirs["tbs_certificate"]["subject_public_key_info"].dump() == ours.key_info.raw
    assert theirs["signature_value"].native == ours.signature


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_another_library_reads_the_same_from_our_answers_and_lists(algorithm: str) -> None:
    pair = person(algorithm)
    issuer = the_pki().authorities[pair.private.algorithm].certificate
    answer = the_pki().answer(pair, "revoked")
    (ours,) = Revocations.from_files([answer]).answers
    (theirs,) = asn1_ocsp.OCSPResponse.load(answer, strict=True).response_data["responses"]
    assert theirs["cert_id"]["serial_number"].native == ours.single.about.serial == pair.certificate.serial
    assert theirs["cert_status"].chosen["revocation_time"].native == ours.single.revoked_since
    assert theirs["this_update"].native == ours.single.this_update
    assert theirs["next_update"].native == ours.single.fresh_until
    for octets in the_pki().lists(pair):
        (read,) = Revocations.from_files([octets]).lists
        signed = asn1_crl.CertificateList.load(octets, strict=True)["tbs_cert_list"]
        entries = signed["revoked_certificates"]
        assert {each["user_certificate"].native: each["revocation_date"].native for each in entries} == read.revoked
        assert set(read.revoked) == ({pair.certificate.serial} if read.issuer == issuer.subject else set())
        assert (signed["issuer"].dump(), signed.dump()) == (read.issuer, read.signed_part)
        assert (signed["this_update"].native, signed["next_update"].native) == (read.this_update, read.next_update)


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_what_a_responder_is_asked_is_what_it_answers(algorithm: str) -> None:
    """The same CertID in the request as in the test authority's answer, which is made by other code."""
    pair = person(algorithm)
    asked = asn1_ocsp.OCSPRequest.load(
        make_request(pair.certificate, the_pki().authorities[pair.private.algorithm].certificate), strict=True
    )
    (request,) = asked["tbs_request"]["request_list"]
    (answered,) = asn1_ocsp.OCSPResponse.load(the_pki().answer(pair)).response_data["responses"]
    assert request["req_cert"].dump() == answered["cert_id"].dump()


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


def test_we_accept_a_timestamp_of_openssl(folder: Path) -> None:
    """Its authority stamps our signature; a token over another signature is refused."""
    authority = stamping("rsa")
    (folder / "tsa.pem").write_bytes(to_pem(authority.certificate.raw, "CERTIFICATE"))
    (folder / "tsa.key").write_bytes(authority.private.to_pem())
    (folder / "serial").write_text("01")
    (folder / "tsa.conf").write_text(
        "[tsa]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\ncerts=ca.pem\nsigner_key=tsa.key\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256,sha512\naccuracy=secs:1\nordering=yes\n"
        "tsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
    )

    def token(signature: bytes) -> bytes:
        (folder / "signature").write_bytes(signature)
        openssl(folder, "ts", "-query", "-data", "signature", "-sha512", "-cert", "-out", "query")
        command = ["ts", "-reply", "-config", "tsa.conf", "-section", "tsa", "-queryfile", "query", "-token_out"]
        done = openssl(folder, *command, "-out", "token")
        assert done.returncode == 0, done.stderr
        return (folder / "token").read_bytes()

    signer = sole(_now(stamped(person(), token)))
    assert signer.timestamp is not None, [check for check in signer.checks if check.name == "timestamp"]
    assert abs(signer.timestamp.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert sole(_now(stamped(person(), lambda _signature: token(b"another")))).timestamp is None


def _now(cms: bytes) -> Verdict:
    """OpenSSL stamps by the clock: whatever that says, the lists of the tests are of their own day."""
    return judge(cms, at=datetime.now(UTC), revocations=Revocations(unknown_refuses=False))
