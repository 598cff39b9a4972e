"""`pb eds`: an auditor's verification, and the throw-away PKI that it is tried on."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb.cli import main
from pb.core.eds.content import PIECE
from pb.core.eds.signing import read_key_pair, sign_cms
from pb.demo.test_authority import make_pki
from tests.eds import NOW, person, the_pki
from tests.timestamps import NAME, Token, stamped, stamping

EXPECTED = {
    "person": set(),
    "head": set(),
    "right-to-sign": set(),
    "expired": {"validity"},
    "revoked": {"revocation"},
    "authentication": {"key_usage", "purpose", "policy"},
    "elsewhere": {"chain", "revocation"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("eds")
    done = CliRunner().invoke(main, ["eds", "test-pki", str(path / "pki")])
    assert done.exit_code == 0, done.output
    return path / "pki"


def verify(folder: Path, *arguments: str) -> Result:
    usual = ["--trust", str(folder / "trust"), "--crl", str(folder / "crl")]
    return CliRunner().invoke(main, ["eds", "verify", *usual, *arguments])


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_the_example_verifies(folder: Path, algorithm: str) -> None:
    cms = str(folder / "examples" / f"person-{algorithm}.cms")
    done = verify(folder, "--cms", cms, "--purpose", "individual")
    assert done.exit_code == 0, done.output
    assert "IIN:          800416200315" in done.output
    assert "ТЕСТОВ ТЕСТ ТЕСТҰЛЫ" in done.output
    assert done.output.endswith("Every check holds.\n")
    assert verify(folder, "--cms", cms, "--data", str(folder / "examples" / "text.txt")).exit_code == 0


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
@pytest.mark.parametrize("name", EXPECTED)
def test_every_kind_of_key(folder: Path, tmp_path: Path, algorithm: str, name: str) -> None:
    keys = folder / "keys"
    pair = read_key_pair(
        (keys / f"{name}-{algorithm}.pem").read_bytes(), (keys / f"{name}-{algorithm}.key").read_bytes()
    )
    cms = tmp_path / "signed.cms"
    cms.write_bytes(sign_cms(b"text", pair, at=datetime.now(UTC)))
    done = verify(folder, "--cms", str(cms), "--json")
    verdict = json.loads(done.output)
    (signer,) = verdict["signers"]
    assert {check["name"] for check in signer["checks"] if not check["ok"]} == EXPECTED[name]
    assert (done.exit_code == 0) is verdict["ok"] is (not EXPECTED[name])


def test_another_text_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("another text")
    done = verify(folder, "--cms", str(folder / "examples" / "person-rsa.cms"), "--data", str(other))
    assert done.exit_code == 1
    assert "FAILED  digest" in done.output


def test_at_another_moment(folder: Path) -> None:
    cms = str(folder / "examples" / "person-gost.cms")
    done = verify(folder, "--cms", cms, "--at", "2020-01-01T00:00:00Z")
    assert done.exit_code == 1
    assert "FAILED  signing_time" in done.output
    assert verify(folder, "--cms", cms, "--at", "yesterday").exit_code == 2
    today = datetime.now(UTC).date().isoformat()
    assert verify(folder, "--cms", cms, "--at", today).exit_code == 0, "a day is read as its end"


def test_without_lists_it_is_said_that_nothing_is_known(folder: Path) -> None:
    usual = ["eds", "verify", "--trust", str(folder / "trust"), "--cms", str(folder / "examples" / "person-rsa.cms")]
    done = CliRunner().invoke(main, usual, env={"ASAR_EDS_CRL": ""})
    assert done.exit_code == 1
    assert "FAILED  revocation" in done.output
    assert CliRunner().invoke(main, [*usual, "--accept-unknown"]).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"no signature", b"\x30\x80\x00\x00", b"-----BEGIN CMS-----"])
def test_rubbish_is_a_plain_refusal(folder: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rubbish"
    path.write_bytes(content)
    done = verify(folder, "--cms", str(path))
    assert done.exit_code == 1
    assert done.output.startswith("FAILED form:")
    assert json.loads(verify(folder, "--cms", str(path), "--json").output)["failure"]["code"] == "form"


def test_a_list_that_cannot_be_read_is_set_aside_and_named_and_stops_only_who_needs_it(
    folder: Path, tmp_path: Path
) -> None:
    lists = shutil.copytree(folder / "crl", tmp_path / "crl")
    whole = {path: path.read_bytes() for path in sorted(lists.iterdir())}
    broken = 0
    for path, content in whole.items():
        path.write_bytes(content[:-1])
        done = {
            algorithm: verify(folder, "--cms", str(folder / f"examples/person-{algorithm}.cms"), "--crl", str(lists))
            for algorithm in ("gost", "rsa")
        }
        assert all(f"Set aside, cannot be read: {path.name}" in each.output for each in done.values())
        assert sorted(each.exit_code for each in done.values()) == [0, 1], "one needs this list, the other does not"
        (needs,) = (each for each in done.values() if each.exit_code)
        unknown = "FAILED  revocation    unknown: no list and no answer of its authority; set aside, cannot be read:"
        assert f"{unknown} {path.name}" in needs.output
        path.write_bytes(content)
        broken += 1
    assert broken == 4
    (lists / "odd\x1b[31m\nname.crl").write_bytes(b"no list")
    done = verify(folder, "--cms", str(folder / "examples" / "person-rsa.cms"), "--crl", str(lists))
    assert done.exit_code == 0
    assert "odd\\x1b[31m\\nname.crl" in done.output
    assert "\x1b" not in done.output


def test_a_certificate_that_cannot_be_read_is_set_aside_too(folder: Path, tmp_path: Path) -> None:
    trust = shutil.copytree(folder / "trust", tmp_path / "trust")
    (trust / "ca-gost.pem").write_bytes(b"no certificate")
    usual = ["eds", "verify", "--crl", str(folder / "crl"), "--trust", str(trust), "--cms"]
    for algorithm in ("gost", "rsa"):
        done = CliRunner().invoke(main, [*usual, str(folder / f"examples/person-{algorithm}.cms")])
        assert "Set aside, cannot be read: ca-gost.pem" in done.output
        assert done.exit_code == 0, "the way to the root came with the signature"
    (trust / "root-gost.pem").write_bytes(b"no certificate")
    done = CliRunner().invoke(main, [*usual, str(folder / "examples" / "person-gost.cms")])
    assert done.exit_code == 1
    assert "no way to a trusted certificate; set aside, cannot be read: ca-gost.pem, root-gost.pem" in done.output
    assert "eds_file_set_aside" not in done.output, "the log's line is for processes that serve"


def test_bare_base64_is_read(folder: Path, tmp_path: Path) -> None:
    """What the national program hands over: no lines around it, in one line or in many."""
    lines = (folder / "examples" / "person-gost.cms").read_bytes().splitlines()[1:-1]
    bare = tmp_path / "bare.txt"
    for content in (b"".join(lines), b"\r\n".join(lines) + b"\r\n", b"\xef\xbb\xbf" + b"".join(lines)):
        bare.write_bytes(content)
        assert verify(folder, "--cms", str(bare)).exit_code == 0
    bare.write_bytes(b"".join(lines)[:-5])
    done = verify(folder, "--cms", str(bare))
    assert done.exit_code == 1
    assert done.output.startswith("FAILED form:")


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("9999-12-31T23:59:59Z", 1),
        ("9999-12-31T23:59:59.999999Z", 1),
        ("0001-01-01T00:00:00Z", 1),
        ("9999-12-31T23:59:59-12:00", 2),
        ("0001-01-01T00:00:00+05:00", 2),
        ("0000-01-01T00:00:00Z", 2),
        ("10000-01-01T00:00:00Z", 2),
    ],
)
def test_the_ends_of_the_calendar_are_moments_as_others(folder: Path, at: str, status: int) -> None:
    done = verify(folder, "--cms", str(folder / "examples" / "person-rsa.cms"), "--at", at)
    assert done.exit_code == status
    assert isinstance(done.exception, SystemExit), "a verdict or a refusal, no traceback"


def test_purpose_any_says_what_it_lets_through(folder: Path) -> None:
    cms = str(folder / "examples" / "person-rsa.cms")
    done = verify(folder, "--cms", cms)
    assert "Key of:       a person" in done.output
    said = done.output[done.output.index("Purpose any lets through") :]
    for kind in ("a person", "the head of an organization", "the right to sign", "employee"):
        assert kind in said
    assert "Purpose any" not in verify(folder, "--cms", cms, "--purpose", "individual").output


def test_no_policy_is_accepted_only_if_it_is_said(tmp_path: Path) -> None:
    cms, trust, lists = tmp_path / "no-policy.cms", tmp_path / "trust", tmp_path / "crl"
    pki = make_pki(datetime.now(UTC).replace(microsecond=0))
    cms.write_bytes(sign_cms(b"text", pki.person(iin="800416200315", algorithm="rsa", policies=()), at=pki.at))
    trust.mkdir()
    lists.mkdir()
    for number, each in enumerate((*pki.roots.values(), *pki.authorities.values())):
        (trust / f"{number}.cer").write_bytes(each.certificate.raw)
    for number, listed in enumerate(pki.lists()):
        (lists / f"{number}.crl").write_bytes(listed)
    usual = ["eds", "verify", "--cms", str(cms), "--trust", str(trust), "--crl", str(lists)]
    done = CliRunner().invoke(main, usual)
    assert done.exit_code == 1
    assert "FAILED  policy        none" in done.output
    done = CliRunner().invoke(main, [*usual, "--accept-any-policy"])
    assert done.exit_code == 0, done.output
    assert "ok      policy        any: none" in done.output


def test_an_authoritys_timestamp_is_shown_as_the_time_of_signing(tmp_path: Path) -> None:
    for name in ("trust", "crl"):
        (tmp_path / name).mkdir()
    for number, each in enumerate((*the_pki().roots.values(), *the_pki().authorities.values())):
        (tmp_path / "trust" / f"{number}.cer").write_bytes(each.certificate.raw)
    for number, listed in enumerate(the_pki().lists()):
        (tmp_path / "crl" / f"{number}.crl").write_bytes(listed)
    cms = tmp_path / "stamped.cms"
    cms.write_bytes(stamped(person(), Token(stamping()).over))
    usual = ["--trust", str(tmp_path / "trust"), "--crl", str(tmp_path / "crl"), "--at", NOW.isoformat()]
    done = CliRunner().invoke(main, ["eds", "verify", "--cms", str(cms), *usual])
    assert done.exit_code == 0, done.output
    assert f"Signed at:    2026-11-21T10:00:00+00:00 by the time-stamping authority {NAME}" in done.output
    assert "Claimed:      2026-11-21T10:00:00+00:00 by the signer's own clock" in done.output
    cms.write_bytes(stamped(person(), Token(stamping(), of=b"another").over))
    done = CliRunner().invoke(main, ["eds", "verify", "--cms", str(cms), *usual])
    assert done.exit_code == 1
    assert "Signed at:    2026-11-21T10:00:00+00:00 by the signer's own clock" in done.output
    assert "FAILED  timestamp     false" in done.output


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_what_was_signed_is_read_in_pieces(folder: Path, tmp_path: Path, algorithm: str) -> None:
    """A file of more than one piece, whole and changed in its last byte; and one that never ends is refused."""
    pair = read_key_pair(
        (folder / "keys" / f"person-{algorithm}.pem").read_bytes(),
        (folder / "keys" / f"person-{algorithm}.key").read_bytes(),
    )
    text = b"A minute.\n" * (PIECE // 10 + 10)
    path, cms = tmp_path / "long.txt", tmp_path / "long.cms"
    path.write_bytes(text)
    cms.write_bytes(sign_cms(text[:PIECE], pair, attached=False, at=datetime.now(UTC)))
    assert verify(folder, "--cms", str(cms), "--data", str(path)).exit_code == 1
    path.write_bytes(text[:PIECE])
    assert verify(folder, "--cms", str(cms), "--data", str(path)).exit_code == 0
    path.write_bytes(text[: PIECE - 1] + b"X")
    done = verify(folder, "--cms", str(cms), "--data", str(path))
    assert done.exit_code == 1
    assert "FAILED  digest" in done.output
    done = verify(folder, "--cms", str(cms), "--data", "/dev/zero")
    assert done.exit_code == 2
    assert "no regular file" in done.output


def test_a_folder_with_something_in_it_is_left_alone(folder: Path) -> None:
    assert CliRunner().invoke(main, ["eds", "test-pki", str(folder)]).exit_code == 1
