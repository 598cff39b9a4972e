"""`pb codes`: a key file of its own, and nothing that starts half configured."""

import re
import stat
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb import clock
from pb.codes.service.desk import fingerprint
from pb.codes.service.server import ReleaseUnreachable, Server, ask
from pb.commands.codes import _read_key, codes
from pb.core import sealing
from pb.demo.test_authority import make_pki
from tests.polls.signing import write_trust


def make_key(path: Path) -> Result:
    return CliRunner().invoke(codes, ["--key", str(path), "--make-key"])


def test_the_key_file_is_its_owners_and_opens_with_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "codes.pem"
    done = make_key(path)
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (passphrase,) = re.findall(r"Passphrase:  (\S+)", done.output)
    (public,) = re.findall(r"Public key:  (\S+)", done.output)
    key = _read_key(path, f" {passphrase.lower()}\n")
    assert sealing.public_text(key) == public
    assert fingerprint(public) in done.output
    assert "ENCRYPTED" in path.read_text()


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "codes.pem"
    make_key(path)
    before = path.read_bytes()
    assert make_key(path).exit_code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("fault", ["passphrase", "mode", "missing", "pepper", "trust", "socket"])
def test_what_is_wrong_keeps_it_from_starting(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "codes.pem"
    (passphrase,) = re.findall(r"Passphrase:  (\S+)", make_key(path).output)
    trust, crl = write_trust(make_pki(clock.now().replace(microsecond=0)), tmp_path / "eds")
    environment = {
        "ASAR_CODES_KEY": str(path),
        "ASAR_CODES_PASSPHRASE": passphrase,
        "ASAR_CODES_SOCKET": str(tmp_path / "missing" / "socket"),
        "ASAR_CODES_STATE": str(tmp_path / "state"),
        "ASAR_EDS_TRUST": str(trust),
        "ASAR_EDS_CRL": str(crl),
        "ASAR_BASE_URL": "https://asar.example",
        "ASAR_IIN_PEPPER": b64encode(b"p" * 32).decode(),
    }
    told = {
        "passphrase": "passphrase is wrong",
        "mode": "0600",
        "missing": "ASAR_BASE_URL",
        "pepper": "ASAR_IIN_PEPPER",
        "trust": "certificates cannot be read",
        "socket": "socket cannot be opened",
    }[fault]
    if fault == "passphrase":
        environment["ASAR_CODES_PASSPHRASE"] = "another"
    if fault == "mode":
        path.chmod(0o644)
    if fault == "missing":
        environment["ASAR_BASE_URL"] = ""
    if fault == "pepper":
        environment["ASAR_IIN_PEPPER"] = "short"
    if fault == "trust":
        environment["ASAR_EDS_TRUST"] = str(crl)
    done = CliRunner().invoke(codes, [], env=environment)
    assert done.exit_code == 1
    assert told in done.output
    assert passphrase not in done.output


def test_a_socket_that_is_in_use_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with Server(path, lambda _request: {"refused": "request"}):
        with pytest.raises(OSError, match="another process"):
            Server(path, lambda _request: {})
        assert path.exists()


def test_a_socket_file_of_a_dead_process_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    Server(path, lambda _request: {}).server_close()
    assert path.exists()
    with Server(path, lambda _request: {}, group=True):
        assert path.stat().st_mode & 0o777 == 0o660


def test_nobody_at_the_socket_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ReleaseUnreachable):
        ask(tmp_path / "socket", {"ask": "key"})
