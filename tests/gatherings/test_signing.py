"""Electronic signatures under minutes: by those who confirmed them, with their own keys, kept for good."""

import hashlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.service import confirmations
from pb.cli import main
from pb.core.eds import oids
from pb.core.eds.keys import Algorithm
from pb.core.eds.signing import KeyPair, sign_cms, to_pem
from pb.core.eds.statements import Kind, parse_statement
from pb.db import Database
from pb.errors import FieldRefusal, Forbidden
from pb.freezes import signatures as rule
from pb.gatherings.models import Gathering, Minutes
from pb.gatherings.service import minutes, signing
from pb.identity.models import Signature
from pb.identity.service import signatures
from pb.settings import Settings
from pb.territory.service import office
from tests.conftest import SignIn
from tests.eds import BIN, NOW, eds_settings, the_pki
from tests.linting import LintingClient
from tests.tools import require_tool
from tests.village import HOME, KEYS, Village, found, invented_iin, meeting_confirmed_and_answered

BODY = {"place": "School № 1", "members": 5, "quorum": 3, "present": [], "questions": [], "remarks": "Lamps."}


@pytest.fixture(autouse=True)
def _that_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def okrug(database: Database) -> Village:
    return found(database)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return eds_settings(settings, the_pki(), tmp_path / "eds")


@pytest.fixture
def gathering(okrug: Village) -> Gathering:
    """A meeting whose minutes both confirmed and with which the akim agreed."""
    cycle_id = okrug.open_cycle()
    with okrug.act_as() as act:
        return meeting_confirmed_and_answered(act, cycle_id, BODY)


def key_of(person: Role, **changes: Any) -> KeyPair:
    iin = invented_iin(1 + list(Role).index(person)).text
    if person is Role.AKIM:
        return the_pki().head(**{"iin": iin, "bin": BIN, **changes})
    return the_pki().person(iin=iin, **changes)


def minutes_of(act: Act, gathering: Gathering) -> Minutes:
    from pb.gatherings.service import meetings

    row = meetings.minutes_of(act, gathering)
    assert row is not None
    return row


def sign(
    okrug: Village, settings: Settings, gathering: Gathering, role: Role, pair: KeyPair, *, as_role: str | None = None
) -> UUID:
    with okrug.act_as(role) as act:
        row = minutes_of(act, gathering)
        offered = {each.role: each.file or each.text.encode() for each in signing.waiting(act, row, settings.base_url)}
        cms = sign_cms(offered.get(role, b""), pair, attached=False, at=clock.now())
        return signing.sign(act, settings, KEYS, row, as_role or role, to_pem(cms).decode()).id


def test_chair_secretary_and_akim_sign(okrug: Village, settings: Settings, gathering: Gathering) -> None:
    for role in (Role.CHAIR, Role.SECRETARY, Role.AKIM):
        sign(okrug, settings, gathering, role, key_of(role))
    with okrug.act_as() as act:
        row = minutes_of(act, gathering)
        kept = {signature.role: signature for signature in signing.of_minutes(act, row)}
        paper = minutes.paper_of(act, row)
        assert paper is not None
        assert kept["chair"].text == kept["secretary"].text == f"{paper.sha256}  minutes-{row.year}-{row.serial}.pdf"
        answer = parse_statement(kept["akim"].text.encode())
        assert (answer["answer"], answer["pdf"]) == ("agreed", paper.sha256)
        assert kept["akim"].organization_bin == BIN
        told = [event for event in audit.of_subject(act, gathering.id) if event.action == "minutes.signed"]
        assert [event.data["as"] for event in told] == ["chair", "secretary", "akim"]
        assert "8004" not in str([event.data for event in told])


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SECRETARY, Role.AKIM])
def test_only_with_ones_own_key(okrug: Village, settings: Settings, gathering: Gathering, role: Role) -> None:
    other = invented_iin(700).text
    stranger = the_pki().head(iin=other, bin=BIN) if role is Role.AKIM else the_pki().person(iin=other)
    with pytest.raises(FieldRefusal, match="another person"):
        sign(okrug, settings, gathering, role, stranger)


def test_the_akim_signs_with_the_key_of_the_office(okrug: Village, settings: Settings, gathering: Gathering) -> None:
    iin = invented_iin(1 + list(Role).index(Role.AKIM)).text
    with pytest.raises(FieldRefusal, match="right to sign"):
        sign(okrug, settings, gathering, Role.AKIM, the_pki().person(iin=iin))
    with okrug.act_as() as act:
        office.change(act, {"bin": "961141000023"})
    with pytest.raises(FieldRefusal, match="another organization"):
        sign(okrug, settings, gathering, Role.AKIM, key_of(Role.AKIM))
    assert sign(okrug, settings, gathering, Role.AKIM, key_of(Role.AKIM, bin="961141000023", role=oids.RIGHT_TO_SIGN))


def test_one_signs_what_one_confirmed_and_once(okrug: Village, settings: Settings, gathering: Gathering) -> None:
    with pytest.raises(Forbidden):
        sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR), as_role="secretary")
    with pytest.raises(Forbidden):
        sign(okrug, settings, gathering, Role.AUDITOR, key_of(Role.CHAIR), as_role="chair")
    sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR))
    with pytest.raises(Forbidden):
        sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR))


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["UPDATE signatures SET algorithm = 'none'", "DELETE FROM signatures"])
def test_a_signature_stays(
    okrug: Village, settings: Settings, gathering: Gathering, database: Database, change: str
) -> None:
    sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR))
    with pytest.raises(DatabaseError, match="frozen_signatures"), database.engine.begin() as connection:
        connection.execute(text(change))


def test_before_both_confirmed_there_is_nothing_to_sign(okrug: Village, settings: Settings) -> None:
    with okrug.act_as(Role.CHAIR) as act:
        row = Minutes(chair_id=okrug.people[Role.CHAIR].id, chair_at=act.at, sha256="0" * 64)
        assert list(signing.waiting(act, row, settings.base_url)) == []


def test_a_signature_over_other_bytes_is_refused(okrug: Village, settings: Settings, gathering: Gathering) -> None:
    """The last byte of the PDF is another one."""
    with okrug.act_as(Role.CHAIR) as act:
        row = minutes_of(act, gathering)
        paper = minutes.paper_of(act, row)
        assert paper is not None
        cms = sign_cms(paper.pdf[:-1] + b"!", key_of(Role.CHAIR), attached=False, at=clock.now())
        with pytest.raises(FieldRefusal, match="over another text"):
            signing.sign(act, settings, KEYS, row, Role.CHAIR, to_pem(cms).decode())


def post(client: LintingClient, address: str, content: bytes, pair: KeyPair) -> TestResponse:
    cms = to_pem(sign_cms(content, pair, attached=False, at=clock.now())).decode()
    return client.post(address, json={"cms": cms})


def test_the_page_offers_takes_and_shows_signatures(
    okrug: Village, gathering: Gathering, sign_in: SignIn, client: LintingClient
) -> None:
    base = f"{HOME}/meetings/{gathering.number}"
    assert "data-eds" not in client.get(f"{base}/minutes").text
    chair = sign_in(Role.CHAIR)
    page = chair.get(f"{base}/minutes")
    assert f'data-send="{base}/signatures/chair"' in page.text
    assert f'data-file="{base}/minutes.pdf"' in page.text
    statement = client.get(f"{base}/minutes.pdf").data
    refused = post(chair, f"{base}/signatures/chair", statement, key_of(Role.SECRETARY))
    assert refused.status_code == 422
    assert refused.json["error"]["message"] == "This is the signature of another person."  # type: ignore[index]
    assert post(chair, f"{base}/signatures/secretary", statement, key_of(Role.CHAIR)).status_code == 403
    taken = post(chair, f"{base}/signatures/chair", statement, key_of(Role.CHAIR))
    assert taken.json == {"next": f"{base}/minutes"}
    shown = client.get(f"{base}/minutes").text
    assert okrug.people[Role.CHAIR].name in shown
    assert "GOST 34.10-2015/512" in shown
    assert "/cms" not in shown
    with okrug.act_as() as act:
        signature = act.session.query(Signature).one()
    assert client.get(f"{base}/signatures/{signature.role}.txt").text.startswith(hashlib.sha256(statement).hexdigest())
    assert client.post(f"{base}/signatures/{signature.role}/cms").status_code == 302
    assert sign_in(Role.SECRETARY).post(f"{base}/signatures/{signature.role}/cms").status_code == 403
    for role in (Role.CHAIR, Role.AUDITOR):
        assert f"{signature.role}/cms" in sign_in(role).get(f"{base}/minutes").text
        taken = sign_in(role).post(f"{base}/signatures/{signature.role}/cms")
        assert taken.data.startswith(b"-----BEGIN CMS-----")
    with okrug.act_as() as act:
        told = [event.action for event in audit.of_subject(act, gathering.id) if "sign" in event.action]
        assert told == ["minutes.signed", *["minutes.signature_taken"] * 2]
    assert client.get(f"{base}/signatures/nobody.txt").status_code == 404


def test_another_meetings_signature_is_not_there(
    okrug: Village, settings: Settings, gathering: Gathering, client: LintingClient
) -> None:
    signature_id = sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR))
    other = f"{HOME}/meetings/99/signatures/{okrug.called('signature_id', signature_id)}.txt"
    assert client.get(other).status_code == 404


def test_an_auditor_verifies_the_taken_files_with_other_programs(
    okrug: Village, settings: Settings, gathering: Gathering, sign_in: SignIn, tmp_path: Path
) -> None:
    """The files as the page gives them: `pb eds verify`, and OpenSSL for RSA. Neither takes a file with another bit."""
    require_tool("openssl")
    signature_id = sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR, algorithm="rsa"))
    assert okrug.called("signature_id", signature_id) == "chair"
    base = f"{HOME}/meetings/{gathering.number}/signatures/chair"
    auditor = sign_in(Role.AUDITOR)
    (tmp_path / "minutes.cms").write_bytes(auditor.post(f"{base}/cms").data)
    pdf = auditor.get(f"{HOME}/meetings/{gathering.number}/minutes.pdf").data
    (tmp_path / "minutes.pdf").write_bytes(pdf)
    files = [str(tmp_path / "minutes.pdf"), "--cms", str(tmp_path / "minutes.cms")]
    folders = ["--trust", str(settings.eds_trust), "--crl", str(settings.eds_crl)]
    printed = re.search(
        r"<code>pb (eds verify [^<]+)</code>", auditor.get(f"{HOME}/meetings/{gathering.number}/minutes/verify").text
    )
    assert printed is not None
    known = {"minutes-file-chair.cms": files[2], "trust/": folders[1], "crl/": folders[3]}
    words = [files[0] if word.endswith(".pdf") else known.get(word, word) for word in shlex.split(printed[1])]
    ours = CliRunner().invoke(main, words)
    assert ours.exit_code == 0, ours.output
    assert "--at 2" in printed[1], "as of the moment of the signature, for years to come"
    root = the_pki().roots[Algorithm.RSA].certificate
    (tmp_path / "root.pem").write_bytes(to_pem(root.raw, "CERTIFICATE"))
    command = ["openssl", "cms", "-verify", "-inform", "PEM", "-binary", "-CAfile", "root.pem", "-out", "seen"]
    command += ["-in", "minutes.cms", "-content", "minutes.pdf", "-attime", str(int(NOW.timestamp()))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    for place in range(len(pdf)):
        changed = bytearray(pdf)
        changed[place] ^= 1
        with pytest.raises(FieldRefusal):
            signatures.verify(settings, (tmp_path / "minutes.cms").read_text(), bytes(changed), NOW)
    (tmp_path / "minutes.pdf").write_bytes(bytes(changed))
    assert CliRunner().invoke(main, ["eds", "verify", *files, *folders]).exit_code == 1
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_page_for_everybody_compares_a_file_and_tells_who_signed(
    okrug: Village, settings: Settings, gathering: Gathering, client: LintingClient
) -> None:
    sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR, algorithm="rsa"))
    address = f"{HOME}/meetings/{gathering.number}/minutes/verify"
    pdf = client.get(f"{HOME}/meetings/{gathering.number}/minutes.pdf").data
    shown = client.get(address).text
    assert hashlib.sha256(pdf).hexdigest() in shown
    assert okrug.people[Role.CHAIR].name in shown
    assert "openssl cms -verify" in shown
    assert "Computed again just now: it is over this very file" in shown
    for content, told in ((pdf, "It is this very file."), (pdf[:-1] + b"!", "It is another file")):
        answer = client.post(address, data={"file": (BytesIO(content), "minutes.pdf")})
        assert told in answer.text
    assert client.post(address, data={}).status_code == 422


@pytest.mark.both_databases
def test_a_copied_signature_is_refused_and_a_smuggled_one_is_not_vouched_for(
    okrug: Village, settings: Settings, gathering: Gathering, client: LintingClient
) -> None:
    """Somebody with the database puts the chair's signature of these minutes under the secretary's name, and more."""
    sign(okrug, settings, gathering, Role.CHAIR, key_of(Role.CHAIR))
    person = okrug.people[Role.SECRETARY].id
    with okrug.act_as(Role.SECRETARY) as act:
        row = act.session.query(Signature).one()
        kept = {column.name: getattr(row, column.name) for column in Signature.__table__.columns}
        forged = {**kept, "id": uuid4(), "role": "secretary", "person_id": person, "signed_at": act.at}
        told = {"as": "secretary", "certificate": row.certificate, "pdf": row.text[:64]}
        lies = [{**told, "pdf": "0" * 64}, {**told, "as": "chair"}, {**told, "certificate": "1" * 64}, None]
        for lie in lies:
            if lie is not None:
                audit.record(act, "minutes.signed", subject=gathering.id, data=lie)
            else:
                audit.record(act, "minutes.signature_taken", subject=gathering.id, data=told)
            with pytest.raises(DatabaseError, match="logged_signatures_insert"), act.session.begin_nested():
                act.session.execute(insert(Signature).values(forged))
        audit.record(act, "minutes.signed", subject=gathering.id, data=told)
        for change in ({"person_id": okrug.people[Role.AUDITOR].id}, {"kind": "other"}, {"subject_id": uuid4()}):
            with pytest.raises(DatabaseError, match="logged_signatures_insert"), act.session.begin_nested():
                act.session.execute(insert(Signature).values({**forged, **change}))
        act.session.execute(insert(Signature).values(forged))  # who writes events too gets past the rule, not the page
    for page in ("minutes/verify", "minutes"):
        shown = client.get(f"{HOME}/meetings/{gathering.number}/{page}").text
        assert shown.count("This signature does not hold") == 1


def test_the_rule_names_the_kinds_that_are_kept() -> None:
    assert (rule.OF_FILE, rule.OF_ANSWER, rule.OF_CARDS) == (signing.FILE, Kind.AKIM_ANSWER, confirmations.KIND)
