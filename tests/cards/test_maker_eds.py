"""The maker signs with an electronic digital signature: anybody verifies the key, auditors the certificate's owner."""

import io
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cards.service import confirmations
from pb.commands.cards import cards as cards_command
from pb.commands.verify import verify
from pb.core.belenios.canonical import ProtocolError
from pb.core.eds import der, oids
from pb.core.eds.signing import KeyPair, attribute, attributes, sign_cms, signed_data, signer_info, to_pem
from pb.core.poll import card_confirmation, card_list, maker_certificate
from pb.demo import people
from pb.demo.test_authority import TestPKI, make_pki
from pb.settings import Settings
from tests.linting import LintingClient, whole
from tests.polls.ready_poll import ReadyPoll
from tests.polls.signing import write_trust

UUID = "KrasnoyarAsar1"
ROLL = "entry,number,name,settlement\n0197f0a2-0000-7000-8000-000000000001,1,Іңкәр Өмірзақ,Үлгілі\n"


def iin_of(role: Role) -> str:
    return next(invented.iin.text for invented in people.staff() if invented.role is role)


@dataclass
class MakersEDS:
    """An open poll whose maker named a certificate."""

    ready: ReadyPoll
    folder: Path
    pki: TestPKI
    key: KeyPair
    cards: card_list.CardList
    settings: Settings

    @property
    def published(self) -> Path:
        return self.folder / "poll.bel"

    def run(self, *more: object) -> Result:
        arguments = ["confirm", self.published, self.folder / "maker.json", "--numbers", self.folder / "n.csv", *more]
        return CliRunner().invoke(cards_command, [str(argument) for argument in arguments])

    def text(self) -> bytes:
        """What `pb cards confirm` gives to sign."""
        out = self.folder / "text.txt"
        if not out.exists():
            assert self.run("--out", out).exit_code == 0
        return out.read_bytes()

    def signed(self, key: KeyPair | None = None, **how: object) -> bytes:
        at = how.get("at") or clock.now()
        return sign_cms(how.get("text") or self.text(), key or self.key, attached=False, at=at)  # type: ignore[arg-type]

    def confirmation(self, cms: bytes) -> bytes:
        (self.folder / "signed.cms").write_bytes(cms)
        out = self.folder / "confirmation.json"
        out.unlink(missing_ok=True)
        done = self.run("--cms", self.folder / "signed.cms", "--out", out)
        assert done.exit_code == 0, done.output
        return out.read_bytes()

    def web(self, role: Role | None) -> LintingClient:
        return self.ready.web(self.folder, role, self.settings)

    def hand_in(self, confirmation: bytes, cms: bytes | None) -> tuple[int, str]:
        body = {"confirmation": (io.BytesIO(confirmation), "confirmation.json")}
        if cms is not None:
            body["cms"] = (io.BytesIO(cms), "signed.cms")
        answer = self.web(Role.REGISTRAR).post(f"{self.ready.path}/confirmation", data=body)
        return answer.status_code, answer.text


def named(ready: ReadyPoll, folder: Path, pki: TestPKI, key: KeyPair) -> MakersEDS:
    """The poll opens with the certificate of `key` in the minutes; the platform trusts `pki`."""
    trust, crl = write_trust(pki, folder)
    certificate = key.certificate
    cards = replace(ready.maker, key=maker_certificate.key_of(certificate), certificate=certificate.fingerprint)
    ready.restate(cards.statement())  # as if the registrar had stated this list in the first place
    ready.open()
    ready.archive(folder)
    (folder / "maker.json").write_text(cards.to_json())
    (folder / "n.csv").write_bytes(ready.web(folder, Role.REGISTRAR).post(f"{ready.path}/numbers.csv").data)
    settings = replace(ready.settings(folder), eds_trust=trust, eds_crl=crl)
    return MakersEDS(ready, folder, pki, key, cards, settings)


@pytest.fixture(params=["gost", "rsa"])
def eds(request: pytest.FixtureRequest, ready: ReadyPoll, tmp_path: Path) -> MakersEDS:
    pki = make_pki(clock.now().replace(microsecond=0))
    return named(ready, tmp_path, pki, pki.person(iin=iin_of(Role.REGISTRAR), algorithm=request.param))


def test_cards_are_made_for_a_certificate_and_no_key_is_made(tmp_path: Path) -> None:
    key = make_pki(clock.now().replace(microsecond=0)).person(iin=iin_of(Role.REGISTRAR))
    (tmp_path / "own.pem").write_bytes(to_pem(key.certificate.raw, "CERTIFICATE"))
    (tmp_path / "roll.csv").write_text(ROLL, encoding="utf-8")
    where = ["--roll", str(tmp_path / "roll.csv"), "--election", UUID, "--address", "https://asar.example/v"]
    out = tmp_path / "out"
    done = CliRunner().invoke(cards_command, [*where, "--out", str(out), "--certificate", str(tmp_path / "own.pem")])
    assert done.exit_code == 0, done.output
    assert key.certificate.fingerprint in done.output
    assert not (out / "maker-key.json").exists()
    kept = card_list.CardList.parse((out / "maker.json").read_bytes())
    stated = card_list.MakerStatement.parse((out / "statement.json").read_bytes())
    assert stated == kept.statement()
    assert stated.certificate == key.certificate.fingerprint
    assert stated.key == maker_certificate.key_of(key.certificate)
    for name in ("maker.json", "statement.json", "public-keys.csv"):
        assert iin_of(Role.REGISTRAR) not in (out / name).read_text()


def test_a_certificate_that_signs_nothing_is_refused_before_cards_are_made() -> None:
    pki = make_pki(clock.now().replace(microsecond=0))
    for certificate in (
        pki.authentication(iin=iin_of(Role.REGISTRAR)).certificate.raw,
        next(iter(pki.authorities.values())).certificate.raw,
        b"no certificate",
    ):
        with pytest.raises(ProtocolError):
            maker_certificate.read(certificate)


def test_the_signature_confirms_and_everybody_verifies_it_without_an_iin(eds: MakersEDS) -> None:
    cms = eds.signed()
    confirmation = eds.confirmation(cms)
    assert eds.hand_in(confirmation, cms)[0] == 302
    anybody = eds.web(None)
    published = anybody.get(f"{eds.ready.path}/confirmation.json").data
    assert published == confirmation
    page = anybody.get(f"{eds.ready.path}/maker").text
    assert eds.key.certificate.fingerprint in whole(page)
    assert "Numbers not compared" not in anybody.get(eds.ready.path).text
    told = CliRunner().invoke(
        verify, [str(eds.published), "--confirmation", str(eds.folder / "confirmation.json"), "--json"]
    )
    assert told.exit_code == 0, told.output
    cards = json.loads(told.output)["cards"]
    assert (cards["certificate"], cards["chain"]) == (eds.key.certificate.fingerprint, None)
    assert (cards["confirmed_by_key_of_terms"], cards["confirmed"]) == (True, None), "whose key it is, nobody compared"
    with_paper = ["--maker-key", eds.cards.statement().shown_key.upper(), "--json"]
    told = CliRunner().invoke(
        verify, [str(eds.published), "--confirmation", str(eds.folder / "confirmation.json"), *with_paper]
    )
    assert json.loads(told.output)["cards"]["confirmed"] is True
    public = b"".join([published, page.encode(), eds.published.read_bytes(), anybody.get("/krasnoyar/log.jsonl").data])
    iin = iin_of(Role.REGISTRAR).encode()
    assert iin in cms, "what is kept for auditors holds it"
    assert iin not in public
    assert eds.key.certificate.raw not in public


def test_auditors_take_the_cms_and_verify_whose_it_is(eds: MakersEDS) -> None:
    cms = eds.signed()
    eds.hand_in(eds.confirmation(cms), cms)
    path = f"{eds.ready.path}/confirmation.cms"
    for role in (Role.CHAIR, Role.SECRETARY, Role.OFFICE, Role.CLERK):
        assert eds.web(role).post(path).status_code == 403
    taken = eds.web(Role.AUDITOR).post(path)
    assert taken.status_code == 200
    (eds.folder / "taken.cms").write_bytes(taken.data)
    word = ["--confirmation", str(eds.folder / "confirmation.json"), "--cms", str(eds.folder / "taken.cms")]
    folders = ["--trust", str(eds.folder / "trust"), "--crl", str(eds.folder / "crl")]
    told = CliRunner().invoke(verify, [str(eds.published), *word, *folders])
    assert told.exit_code == 0, told.output
    assert "one of the trusted authorities" in told.output
    assert iin_of(Role.REGISTRAR) not in told.output
    elsewhere = make_pki(clock.now().replace(microsecond=0))
    trust, crl = write_trust(elsewhere, eds.folder / "elsewhere")
    for lang, refused in (
        ("en", "FAILED cards: the signature does not hold: chain, revocation."),
        ("kk", "ҚАТЕ, карточкалар: қолтаңба дұрыс емес: тізбек, кері қайтарылуы."),
    ):
        options = ["--trust", str(trust), "--crl", str(crl), "--lang", lang]
        told = CliRunner().invoke(verify, [str(eds.published), *word, *options])
        assert told.exit_code == 1
        assert refused in told.output
    with eds.ready.act() as act:
        assert [event for event in audit.every(act) if event.action == "poll.confirmation_signature_taken"]


def test_a_signature_by_another_certificate_makes_no_confirmation(eds: MakersEDS) -> None:
    """Another person's, and the registrar's own second certificate, which nobody minuted."""
    for key in (eds.pki.person(iin=iin_of(Role.CLERK)), eds.pki.person(iin=iin_of(Role.REGISTRAR))):
        (eds.folder / "other.cms").write_bytes(eds.signed(key))
        done = eds.run("--cms", eds.folder / "other.cms", "--out", eds.folder / "no.json")
        assert done.exit_code == 1
        assert "another certificate" in done.output
    (eds.folder / "other.cms").write_bytes(eds.signed(text=eds.text() + b" "))
    done = eds.run("--cms", eds.folder / "other.cms", "--out", eds.folder / "no.json")
    assert "over another text" in done.output
    assert not (eds.folder / "no.json").exists()


def test_what_the_platform_does_not_take(eds: MakersEDS) -> None:
    cms = eds.signed()
    confirmation = eds.confirmation(cms)
    later = eds.signed(at=clock.now() + timedelta(seconds=1))
    long_ago = eds.signed(at=clock.now() - timedelta(days=2))
    for handed, file, words in (
        (confirmation, None, "choose its file too"),
        (confirmation, b"no signature", "not the signature of this confirmation"),
        (confirmation, later, "not the signature of this confirmation"),
        (eds.confirmation(long_ago), long_ago, "clock of your computer"),
    ):
        status, page = eds.hand_in(handed, file)
        assert (status, words in page) == (422, True), words
        assert 'id="cms-error"' in page
    forged = json.loads(confirmation) | {"numbers_compared": False}
    assert eds.hand_in(json.dumps(forged, separators=(",", ":")).encode(), cms)[0] == 422
    with eds.ready.act() as act:
        assert confirmations.find(act, eds.ready.rows(act)[1]) is None
    assert eds.hand_in(confirmation, cms)[0] == 302


@pytest.mark.parametrize(
    ("owner", "words"), [("stranger", "signature of another person"), ("forger", "not of the national certification")]
)
def test_a_certificate_of_another_person_or_authority_confirms_nothing(
    ready: ReadyPoll, tmp_path: Path, owner: str, words: str
) -> None:
    """The enemy names an own certificate in the minutes: the key fits, the owner or the authority does not."""
    pki, elsewhere = (make_pki(clock.now().replace(microsecond=0)) for _each in range(2))
    stranger, forger = pki.person(iin=iin_of(Role.CLERK)), elsewhere.person(iin=iin_of(Role.REGISTRAR))
    enemy = named(ready, tmp_path, pki, stranger if owner == "stranger" else forger)
    cms = enemy.signed()
    status, page = enemy.hand_in(enemy.confirmation(cms), cms)
    assert (status, words in page) == (422, True), page


def test_a_signed_attribute_that_could_name_somebody_is_not_published(eds: MakersEDS) -> None:
    """What stands under the signature is published: nothing but known kinds of attributes may stand there."""
    text = eds.text()
    signed = attributes(text, eds.key.private.algorithm, clock.now())
    signed.append(attribute_with_a_name())
    info = signer_info(text, eds.key, clock.now(), signed=signed)
    cms = signed_data(None, [info], [eds.key.certificate.raw])
    (eds.folder / "named.cms").write_bytes(cms)
    done = eds.run("--cms", eds.folder / "named.cms", "--out", eds.folder / "no.json")
    assert done.exit_code == 1
    assert "attributes that cannot be published" in done.output


def attribute_with_a_name() -> bytes:
    return attribute(oids.COMMON_NAME, der.encode(der.OCTET_STRING, b"IIN800416200315"))


def test_a_confirmation_with_another_key_than_the_terms_is_refused(eds: MakersEDS) -> None:
    unsigned = card_confirmation.Confirmation.parse(eds.confirmation(eds.signed()))
    other = eds.pki.person(iin=iin_of(Role.REGISTRAR)).certificate
    for forged in (
        replace(unsigned, key=maker_certificate.key_of(other)),
        replace(unsigned, certificate=other.fingerprint),
        replace(unsigned, signature=unsigned.attributes),
        replace(unsigned, numbers_compared=not unsigned.numbers_compared),
    ):
        with pytest.raises(ProtocolError):
            card_confirmation.check_confirmation(
                forged,
                election=unsigned.election,
                election_hash=unsigned.election_hash,
                published=unsigned.list,
                maker=eds.cards.statement(),
            )
