"""Voting with a digital signature in Chromium: NCALayer's stand-in on one side, a real `pb codes` on the other."""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pb import clock, migrations
from pb.act import Role
from pb.commands.eds import eds
from pb.core.belenios import credentials
from pb.core.belenios.verify import verify
from pb.core.eds.signing import KeyPair
from pb.db import Database
from pb.demo.test_authority import TestPKI, make_pki
from pb.polls.service import archive
from pb.settings import Settings
from pb.voting.service import ballot_box, evidence
from tests.browser.journey import fill, press
from tests.browser.serving import PHONE, give_session, origin_of, serving, tracker_of
from tests.ncalayer import CANCEL, FAIL, NCALayer, ncalayer
from tests.polls.open_poll import HANDED_OVER, REGISTRAR_KEY, OpenPoll, open_poll
from tests.polls.signing import write_trust
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin

pytestmark = pytest.mark.browser
PASSPHRASE = "ABCD-EFGH-JKMN-PQRS"


@dataclass
class Station:
    """A served poll whose voters may come with a signature."""

    origin: str
    app: Flask
    opened: OpenPoll
    pki: TestPKI
    program: NCALayer
    trust: Path
    crl: Path

    @property
    def vote(self) -> str:
        return f"{self.origin}{self.opened.path}/vote?lang=en"

    def key_of(self, number: int, algorithm: str = "gost", **changes: object) -> KeyPair:
        return self.pki.person(iin=self.opened.voter(number).iin.text, algorithm=algorithm, **changes)


@contextmanager
def codes(folder: Path, trust: Path, crl: Path, origin: str) -> Iterator[Path]:
    """`pb codes` as an operator starts it; its socket."""
    key = folder / "registrar.pem"
    encryption = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    key.touch(mode=0o600)
    key.write_bytes(
        REGISTRAR_KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )
    short = Path(tempfile.mkdtemp(prefix="asar-"))  # a socket's path has at most 107 bytes
    environment = {
        **os.environ,
        "ASAR_CODES_KEY": str(key),
        "ASAR_CODES_PASSPHRASE": PASSPHRASE.lower(),
        "ASAR_CODES_SOCKET": str(short / "socket"),
        "ASAR_CODES_STATE": str(folder / "registrar"),
        "ASAR_EDS_TRUST": str(trust),
        "ASAR_EDS_CRL": str(crl),
        "ASAR_BASE_URL": origin,
        "ASAR_IIN_PEPPER": b64encode(KEYS.pepper.key).decode(),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-c", "from pb.cli import main; main()", "codes"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("Key of the codes:")
            assert process.stdout.readline().startswith("Answering at")
            assert (short / "socket").stat().st_mode & 0o777 == 0o600
            yield short / "socket"
        finally:
            process.terminate()
    shutil.rmtree(short)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("signed")
    pki = make_pki(clock.now().replace(microsecond=0))
    trust, crl = write_trust(pki, folder / "eds")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    opened = OpenPoll(database, open_poll(database, folder))
    with ncalayer() as program, ExitStack() as running:

        def settings_at(origin: str) -> Settings:
            return Settings(
                database_url=f"sqlite:///{folder / 'asar.db'}",
                secret_key="a key for tests alone, forty characters!",
                iin_pepper=KEYS.pepper,
                seal_key=KEYS.seal,
                state_folder=folder,
                base_url=origin,
                limits=False,
                eds_trust=trust,
                eds_crl=crl,
                codes_socket=running.enter_context(codes(folder, trust, crl, origin)),
                ncalayer=program.address,
            )

        with serving(database, settings_at) as app:
            yield Station(origin_of(app), app, opened, pki, program, trust, crl)
    database.engine.dispose()


def begin(page: Page, station: Station, key: KeyPair | None, behaviour: str = "sign", *, obeys: bool = True) -> None:
    station.program.key, station.program.behaviour, station.program.obeys = key, behaviour, obeys
    page.goto(station.vote)
    page.get_by_role("button", name="Continue with a digital signature").click()


def choose_and_cast(page: Page, button: str = "Cast my ballot") -> None:
    expect(page.locator("h1")).to_have_text("Choose projects")
    page.locator("#projects input").first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("h1")).to_have_text("Your ballot is in the box", timeout=20_000)


@pytest.mark.parametrize(("number", "algorithm"), [(HANDED_OVER, "gost"), (HANDED_OVER + 1, "rsa")])
def test_a_resident_without_a_card_votes_and_an_auditor_verifies_the_evidence(
    page: Page, station: Station, tmp_path: Path, number: int, algorithm: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    received: list[str] = []
    page.on("response", lambda answer: received.append(answer.text()) if "/release" in answer.url else None)
    begin(page, station, station.key_of(number, algorithm))
    choose_and_cast(page)
    tracker = tracker_of(page)
    code = next(code for voter, code in station.opened.demo.cards if voter == station.opened.voter(number))
    assert not any(code in text or credentials.format_code(code) in text for text in [*sent, *received])
    first, second = station.program.texts[-2:]
    assert first.startswith("asar-release\norigin: " + station.origin)
    assert second == f"asar-ballot\norigin: {station.origin}\npoll: {station.opened.demo.poll_uuid}\ntracker: {tracker}"
    with station.opened.act(Role.AUDITOR) as act:
        cycle, poll = station.opened.rows(act)
        found = ballot_box.find(act, poll, tracker)
        assert found is not None
        with zipfile.ZipFile(io.BytesIO(evidence.files(act, cycle, poll, found.position))) as files:
            files.extractall(tmp_path)
        with closing(archive.copy(act.session, poll)) as file:
            assert verify(file).ok
        assert evidence.reconcile(act, poll).ok
    cms, text = (str(tmp_path / f"ballot-{found.position}.{ending}") for ending in ("pem", "txt"))
    files = ["--cms", cms, "--data", text]
    done = CliRunner().invoke(eds, ["verify", *files, "--trust", str(station.trust), "--crl", str(station.crl)])
    assert done.exit_code == 0, done.output
    assert station.opened.voter(number).iin.text in done.output


def test_one_key_opens_the_whole_way_and_an_auditor_checks_its_end(
    browser: Browser, station: Station, tmp_path: Path
) -> None:
    """A resident signs in, proposes and votes with one GOST key; an auditor takes the evidence from the pages."""
    number = HANDED_OVER + 5
    village = Village(station.opened.database, {Role.OFFICE: station.opened.person(Role.OFFICE)})
    ideas = village.open_cycle(fiscal_year=clock.now().year + 6)
    station.program.key, station.program.behaviour = station.key_of(number), "sign"
    resident = browser.new_context(viewport=PHONE).new_page()
    form = f"{village.path(ideas)}/proposals/new"
    resident.goto(f"{station.origin}{form}?lang=en")
    resident.get_by_role("button", name="Sign in with EDS").click()
    resident.wait_for_url(f"**{form}*")
    fill(resident, title="A bench at the school", problem="Nobody can sit down there.", solution="One long bench.")
    fill(resident, settlement=SETTLEMENTS[0], place="Abai street", category="sport", cost="400 000")
    press(resident, "Submit for review")
    expect(resident.locator("main .banner.good")).to_contain_text("The proposal was submitted.")
    resident.goto(station.vote)
    resident.get_by_role("button", name="Continue with a digital signature").click()
    choose_and_cast(resident)
    tracker = tracker_of(resident)
    auditor = browser.new_context(viewport=PHONE, accept_downloads=True)
    become(auditor, station, Role.AUDITOR)
    page = auditor.new_page()
    page.goto(f"{station.origin}{station.opened.path}/reconciliation?lang=en")
    expect(page.locator("main .banner.good")).to_be_visible()
    card = page.locator("li.card").filter(has_text=tracker)
    with page.expect_download() as download:
        card.get_by_role("button").click()
    download.value.save_as(tmp_path / "evidence.zip")
    with zipfile.ZipFile(tmp_path / "evidence.zip") as files:
        files.extractall(tmp_path)
    (cms,), (text,) = tmp_path.glob("*.pem"), tmp_path.glob("*.txt")
    assert text.read_text().endswith(f"tracker: {tracker}")
    files_given = ["--cms", str(cms), "--data", str(text)]
    trusted = ["--trust", str(station.trust), "--crl", str(station.crl)]
    done = CliRunner().invoke(eds, ["verify", *files_given, *trusted])
    assert done.exit_code == 0, done.output
    assert station.opened.voter(number).iin.text in done.output


def become(context: BrowserContext, station: Station, role: Role) -> None:
    give_session(context, station.app, station.opened.database, station.opened.person_id(role))


def test_whoever_has_voted_sees_the_receipt(page: Page, station: Station) -> None:
    number = HANDED_OVER + 2
    begin(page, station, station.key_of(number))
    choose_and_cast(page)
    tracker = tracker_of(page)
    begin(page, station, station.key_of(number))
    expect(page.locator("h1")).to_have_text("This card has voted")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(tracker)


def test_a_voter_who_cancels_the_last_signature_can_sign_again(page: Page, station: Station) -> None:
    begin(page, station, station.key_of(HANDED_OVER + 3))
    expect(page.locator("h1")).to_have_text("Choose projects")
    page.locator("#projects input").nth(1).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Sign and cast my ballot")).to_be_hidden()
    station.program.behaviour = CANCEL
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#problems")).to_contain_text("nothing was signed")
    station.program.behaviour = "sign"
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("h1")).to_have_text("Your ballot is in the box", timeout=20_000)


def test_a_voter_with_a_card_may_sign_too(page: Page, station: Station) -> None:
    voter, code = station.opened.demo.cards[1]
    station.program.key, station.program.behaviour = station.key_of(1), CANCEL
    page.goto(station.vote)
    page.get_by_label("IIN").fill(voter.iin.text)
    page.get_by_label("Code on your card").fill(code)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("h1")).to_have_text("Choose projects")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name="Sign and cast my ballot").click()
    expect(page.locator("#problems")).to_contain_text("nothing was signed")
    station.program.behaviour = "sign"
    page.get_by_role("button", name="Sign and cast my ballot").click()
    expect(page.locator("h1")).to_have_text("Your ballot is in the box", timeout=20_000)
    tracker = tracker_of(page)
    with station.opened.act() as act:
        _cycle, poll = station.opened.rows(act)
        assert tracker in {found for _position, found in evidence.listed(act, poll)}


def test_what_can_go_wrong_is_said_plainly(page: Page, station: Station) -> None:
    number = HANDED_OVER + 4
    iin = station.opened.voter(number).iin.text
    problems = page.locator("#problems")
    long_ago = clock.now().replace(microsecond=0) - timedelta(days=1)
    for key, behaviour, told in (
        (station.key_of(number), CANCEL, "You closed the window of NCALayer"),
        (station.key_of(number), FAIL, "NCALayer could not sign"),
        (station.pki.authentication(iin=iin), "sign", "not for signatures of a person"),
        (station.key_of(number, not_after=long_ago), "sign", "has expired"),
        (station.pki.person(iin=invented_iin(77).text), "sign", "not on the roll"),
        (station.key_of(0), "sign", "Your card was handed over"),
        (make_pki(clock.now().replace(microsecond=0)).person(iin=iin), "sign", "not of the national"),
    ):
        begin(page, station, key, behaviour, obeys=False)
        expect(problems).to_contain_text(told)
        expect(problems).to_be_focused()


@pytest.mark.parametrize(
    ("language", "button", "told"),
    [
        ("kk", "ЭЦҚ арқылы жалғастыру", "NCALayer іске қосылмаған"),
        ("ru", "Продолжить с ЭЦП", "NCALayer на этом компьютере не запущен"),
        ("en", "Continue with a digital signature", "NCALayer does not run"),
    ],
)
def test_a_program_that_does_not_run_is_named_in_every_language(
    browser: Browser, station: Station, language: str, button: str, told: str
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    usual = station.app.extensions["settings"]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        station.app.extensions["settings"] = replace(usual, ncalayer=f"ws://127.0.0.1:{nobody.getsockname()[1]}")
        page.goto(station.vote.replace("lang=en", f"lang={language}"))
        page.get_by_role("button", name=button).click()
        expect(page.locator("#problems")).to_contain_text(told)
    station.app.extensions["settings"] = usual
    context.close()


def test_nothing_of_it_is_loaded_before_it_is_asked_for(page: Page, station: Station) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    answer = page.goto(station.vote)
    page.wait_for_load_state("networkidle")
    assert {name for name in loaded if name.endswith(".js")} == {"belenios.js", "ed25519.js", "vote.js"}
    assert answer is not None
    assert f"connect-src 'self' {station.program.address};" in answer.headers["content-security-policy"]
    assert answer.headers["permissions-policy"].startswith("camera=(self),")
    device = station.app.test_client()
    with device.session_transaction(base_url=station.origin) as session:
        session["kiosk"] = {"code": "a mark"}
    kiosk = device.get(f"{station.opened.path}/vote?lang=en", base_url=station.origin)
    assert "data-kiosk" in kiosk.text
    assert station.program.address not in kiosk.headers["content-security-policy"]
    assert "Continue with a digital signature" not in kiosk.text
    elsewhere = page.goto(station.vote.replace("/vote", ""))
    assert elsewhere is not None
    assert elsewhere.headers["permissions-policy"].startswith("camera=(),")
