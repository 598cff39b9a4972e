"""The evidence of ballots cast with a digital signature: kept, frozen, taken by auditors, verified by openssl too."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.voting.models import BallotEvidence
from tests.polls.open_poll import OpenPoll
from tests.polls.signing import Signatures, staff, voted
from tests.tools import require_tool

both_databases = pytest.mark.both_databases


def test_openssl_verifies_the_evidence_too(signing: Signatures, opened: OpenPoll, tmp_path: Path) -> None:
    openssl = require_tool("openssl")
    voted(signing, opened, algorithm="rsa")
    answer = staff(signing, opened, Role.AUDITOR).post(f"{opened.path}/evidence")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        files.extractall(tmp_path)
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(b"".join(path.read_bytes() for path in sorted((signing.folder / "trust").iterdir())))
    command = [openssl, "cms", "-verify", "-inform", "PEM", "-in", "ballot-1.pem", "-content", "ballot-1.txt"]
    purpose = ["-binary", "-purpose", "any", "-CAfile", str(anchors), "-out", "out.txt"]
    run = subprocess.run([*command, *purpose], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    (tmp_path / "ballot-1.txt").write_text("another text")
    run = subprocess.run([*command, *purpose], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode != 0


@both_databases
def test_evidence_is_frozen(signing: Signatures, opened: OpenPoll) -> None:
    voted(signing, opened)
    for statement in (delete(BallotEvidence), update(BallotEvidence).values(cms="another")):
        with opened.database.engine.connect() as connection:
            with pytest.raises(DatabaseError, match="frozen_ballot_evidence"):
                connection.execute(statement)
            connection.rollback()
    with opened.database.engine.connect() as connection:
        row = dict(connection.execute(select(BallotEvidence.__table__)).mappings().one())
        with pytest.raises(DatabaseError):
            connection.execute(insert(BallotEvidence).values({**row, "tracker": "A" * 43}))


def test_auditors_alone_take_evidence_and_each_look_is_logged(signing: Signatures, opened: OpenPoll) -> None:
    voted(signing, opened)
    for role in set(Role) - {Role.AUDITOR}:
        client = staff(signing, opened, role)
        for path in ("evidence", "evidence/1"):
            assert client.post(f"{opened.path}/{path}").status_code == 403
        for path in ("reconciliation", "reconciliation.json"):
            assert client.get(f"{opened.path}/{path}").status_code == 403
    auditor = staff(signing, opened, Role.AUDITOR)
    assert auditor.post(f"{opened.path}/evidence/2").status_code == 404
    assert auditor.post(f"{opened.path}/evidence/1").status_code == 200
    assert auditor.post(f"{opened.path}/evidence").status_code == 200
    assert "№\u00a01" in auditor.get(f"{opened.path}/reconciliation").text
    with opened.act() as act:
        looks = [event.data for event in audit.every(act) if event.action == "poll.evidence_read"]
    assert [look["position"] for look in looks] == [1, None]


def test_reconciliation_names_a_ballot_without_evidence(signing: Signatures, opened: OpenPoll) -> None:
    """Somebody with the whole database takes the signature away, triggers and all: the page says so."""
    tracker = voted(signing, opened)
    with opened.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER frozen_ballot_evidence_delete")
        connection.execute(delete(BallotEvidence))
    auditor = staff(signing, opened, Role.AUDITOR)
    found = auditor.get(f"{opened.path}/reconciliation.json").get_json()
    assert (found["ok"], found["without_signature"]) == (False, [tracker])
    assert tracker in auditor.get(f"{opened.path}/reconciliation").text
