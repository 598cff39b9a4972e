"""`pb eds`: an auditor's verification, and the throw-away PKI that it is tried on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb.cli import main

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
    from datetime import UTC, datetime

    from pb.core.eds.signing import read_key_pair, sign_cms

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


def test_a_broken_file_of_a_folder_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.crl").write_bytes(b"no list")
    cms = str(folder / "examples" / "person-rsa.cms")
    done = verify(folder, "--cms", cms, "--crl", str(tmp_path))
    assert done.exit_code == 1
    assert "broken.crl" in done.output


def test_a_folder_with_something_in_it_is_left_alone(folder: Path) -> None:
    assert CliRunner().invoke(main, ["eds", "test-pki", str(folder)]).exit_code == 1
