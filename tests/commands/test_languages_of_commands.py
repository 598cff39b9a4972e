"""Commands in Kazakh, Russian and English: findings, prompts, confirmations, errors."""

import base64
import json
import pickle
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb import clock, migrations
from pb.act import Act
from pb.cli import main
from pb.commands import eds, spoken, verify_words
from pb.commands.trustee_files import described
from pb.core.belenios import keyfile
from pb.core.belenios.ballot_rule import Reason
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.report import Stage, Step
from pb.core.eds import checks
from pb.core.eds.faults import Fault
from pb.core.findings import Finding
from pb.core.poll.card_list import Made
from pb.db import Database
from pb.demo.places import KRASNOYAR
from pb.territory.service import tree
from tests.conformance.polls import Poll, links, make_poll, make_terms, write
from tests.tools import require_shared
from tests.village import KEYS

PASSPHRASE = "0123-4567-89AB-CDEF"
UUID = "KrasnoyarAsar1"
ENTRY = "0197f0a2-0000-7000-8000-000000000001"
ENGLISH = re.compile(r"[A-Za-z]{3,}")


def run(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed)


@pytest.fixture(scope="module")
def poll() -> Poll:
    return make_poll([(0, [[1, 0]]), (1, [[1, 1]])], terms=make_terms(choices=2))


@pytest.fixture
def archive(poll: Poll, tmp_path: Path) -> Path:
    path = tmp_path / f"{poll.election.uuid}.bel"
    path.write_bytes(poll.archive)
    return path


# What an observer reads


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("kk", "ҚАТЕ, оқиға 3, бюллетеньдер: карточка кілті. Бюллетеньге қол қойған карточка кілті тізімде жоқ."),
        (
            "ru",
            "НЕВЕРНО, событие 3, бюллетени: ключ карточки. Ключа карточки, которым подписан бюллетень, нет в списке.",
        ),
        ("en", "FAILED at event 3, ballots: credential. The ballot's credential is not on the list."),
    ],
)
def test_a_finding_in_a_tampered_archive(lang: str, told: str) -> None:
    tampered = require_shared("data/belenios/tampered/ballot_stuffed_by_non-listed_credential.bel")
    done = run("verify", tampered, "--lang", lang)
    assert done.exit_code == 1
    last = re.sub(r"(оқиға|событие|event) \d+", r"\1 3", done.output.splitlines()[-1])
    assert last.startswith(told)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "kk",
            ["дұрыс", "Мұрағат толық.", "бюллетень саны 2, дауыс беруші саны 2", "Жеңген жоба, 1 орын: ", "Бөлінген"],
        ),
        (
            "ru",
            [
                "верно",
                "Архив полный.",
                "бюллетеней 2, голосующих 2",
                "Победитель 1: ",
                "Осталось от выделенной суммы: ",
            ],
        ),
    ],
)
def test_a_whole_report_has_no_english_word(archive: Path, lang: str, told: list[str]) -> None:
    done = run("verify", archive, "--lang", lang)
    assert done.exit_code == 0, done.output
    for sentence in told:
        assert sentence in done.output.replace("\u00a0", " ")
    foreign = set(ENGLISH.findall(re.sub(r"--\w+|maker\.json|[0-9a-f]{64}|[1-9A-Za-z]{14}", "", done.output)))
    assert foreign == set(), "besides options, the maker's file, fingerprints and the poll's identifier"
    columns = [line.rindex(" s") for line in done.output.splitlines() if line.endswith(" s")]
    assert len(set(columns)) == 1, "the columns stand under each other"


def test_a_program_reads_english_whatever_the_language(poll: Poll, archive: Path) -> None:
    archive.write_bytes(write(links(poll.messages))[:-1024] + b"\0" * 1024)

    def failure(lang: str) -> object:
        return json.loads(run("verify", archive, "--json", "--lang", lang).output)["failure"]

    assert failure("kk") == failure("ru") == failure("en")


def test_what_is_given_to_compare_with_is_refused_in_the_language(archive: Path) -> None:
    done = run("verify", archive, "--credentials", "abc", "--lang", "ru")
    assert done.exit_code == 2
    assert "Ошибка: --credentials: «abc» – не файл и не отпечаток." in done.output
    assert "Карточкалар тізімі – сервердің ғана сөзі" in run("verify", archive, "--lang", "kk").output


def test_a_finding_that_holds_another_is_said_in_one_language(tmp_path: Path) -> None:
    (tmp_path / "roll.csv").write_text(f"entry,number,name,settlement\n{ENTRY},1,А,Яр\n", encoding="utf-8")
    (tmp_path / "own.cer").write_bytes(b"nothing of the kind")
    given = ("--roll", tmp_path / "roll.csv", "--election", UUID, "--address", "https://asar.example/v")
    done = run("cards", *given, "--out", tmp_path / "out", "--certificate", tmp_path / "own.cer", "--lang", "ru")
    assert done.exit_code == 1
    assert "Это не сертификат, который можно прочитать: обрывается" in done.output


# What a maker of cards and a trustee read


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("kk", ["Ештеңе жасалмады.", "Тізімнің жолы 2: мына баған бос: name.", "--without: бұрынғы карточкалардың"]),
        ("ru", ["Ничего не сделано.", "Строка списка 2: пустой столбец name.", "--without: среди прежних карточек"]),
    ],
)
def test_the_faults_of_a_roll(tmp_path: Path, lang: str, told: list[str]) -> None:
    (tmp_path / "roll.csv").write_text(f"entry,number,name,settlement\n{ENTRY},1,,Яр\n", encoding="utf-8")
    given = ("--roll", tmp_path / "roll.csv", "--election", UUID, "--address", "https://asar.example/v")
    done = run("cards", *given, "--out", tmp_path / "out", "--without", "9", "--lang", lang)
    assert done.exit_code == 1
    for sentence in told:
        assert sentence in done.output.replace("\u00a0", " ")


def test_the_language_of_the_program_is_not_the_one_that_stands_first_on_a_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "generate_passphrase", lambda: PASSPHRASE)
    (tmp_path / "roll.csv").write_text(f"entry,number,name,settlement\n{ENTRY},1,А,Яр\n", encoding="utf-8")
    given = ("--roll", tmp_path / "roll.csv", "--election", UUID, "--address", "https://asar.example/v")
    done = run("cards", *given, "--out", tmp_path / "out", "--first", "ru", "--lang", "kk", typed=f"0\n{PASSPHRASE}\n")
    assert done.exit_code == 0, done.output
    for told in (
        "бір рет көрсетіледі",
        "Оны қағаздан теріңіз",
        "Бұл – кілт файлының басқа құпиясөзі.",
        "Карточка саны: 1.",
        "Тізімнің бақылау таңбасы:",
    ):
        assert told in done.output.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "asked", "refused"),
    [
        ("kk", "Кілт файлының құпиясөзі", "Қате: Кілт файлының құпиясөзі қате немесе кілт файлы өзгертілген."),
        ("ru", "Пароль файла ключа", "Ошибка: Неверен пароль файла ключа, или файл ключа изменён."),
        ("en", "Passphrase", "Error: The passphrase is wrong, or the key file was altered."),
    ],
)
def test_a_prompt_and_an_error(poll: Poll, tmp_path: Path, lang: str, asked: str, refused: str) -> None:
    key, listed = tmp_path / "key.json", tmp_path / "trustees.json"
    key.write_text(keyfile.encrypt_key(BELENIOS_2048, 12345, PASSPHRASE))
    listed.write_text(poll.messages.trustees)
    given = ("trustee", "confirm", key, "--trustees", listed, "--uuid", UUID, "--out", tmp_path / "out")
    done = run(*given, "--lang", lang, typed="0" * 16 + "\n")
    assert done.exit_code == 1
    output = done.output.replace("\u00a0", " ")
    assert asked in output
    assert refused in output
    stopped = run(*given, "--lang", lang)
    assert stopped.exit_code == 1
    assert {"kk": "Аяқталмай тоқтатылды.", "ru": "Остановлено", "en": "Aborted!"}[lang] in stopped.output


def test_who_is_at_fault_is_named() -> None:
    error = ProtocolError(Check.TRUSTEES, "A key is not signed by its trustee.").blaming(2)
    assert described(error) == "Trustee 2: A key is not signed by its trustee."
    assert (error.check, error.trustee, error.message) == (Check.TRUSTEES, 2, "A key is not signed by its trustee.")


# Electronic signatures


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eds") / "pki"
    assert "Записано в" in run("eds", "test-pki", folder, "--lang", "ru").output
    return folder


@pytest.mark.parametrize(
    ("lang", "whole", "told"),
    [
        (
            "kk",
            "Барлық тексеру өтті.",
            ["ЖСН:", "қол қоюшының өз сағаты бойынша", "кері қайтарылмаған: ", "ҚАТЕ   дайджест", "БӘРІ ӨТКЕН ЖОҚ"],
        ),
        (
            "ru",
            "Все проверки пройдены.",
            [
                "ИИН:",
                "по часам самого подписавшего",
                "не отозван: список (CRL) от ",
                "НЕВЕРНО  хеш содержания",
                "НЕ все",
            ],
        ),
    ],
)
def test_a_signature_is_judged_in_the_language(
    pki: Path, tmp_path: Path, lang: str, whole: str, told: list[str]
) -> None:
    (tmp_path / "other.txt").write_text("another text")
    given = (
        "eds",
        "verify",
        "--cms",
        pki / "examples" / "person-rsa.cms",
        "--trust",
        pki / "trust",
        "--crl",
        pki / "crl",
    )
    assert whole in run(*given, "--lang", lang).output.replace("\u00a0", " ")
    done = run(*given, "--data", tmp_path / "other.txt", "--lang", lang)
    assert done.exit_code == 1
    for sentence in told:
        assert sentence in done.output.replace("\u00a0", " ")
    elsewhere = run(*given[:4], "--trust", pki / "trust", "--lang", lang, "--at", "2020-01-01T00:00:00Z").output
    assert {"kk": "тізімі де, жауабы да жоқ", "ru": "нет ни списка, ни ответа"}[lang] in elsewhere
    inner = ("--cms", tmp_path / "other.txt", "--trust", pki / "trust", "--lang", lang)
    assert {"kk": "ҚАТЕ, пішімі: ", "ru": "НЕВЕРНО, форма: "}[lang] in run("eds", "verify", *inner).output


def test_a_program_that_asks_of_signatures_reads_english(pki: Path) -> None:
    given = ("eds", "verify", "--cms", pki / "examples" / "person-rsa.cms", "--trust", pki / "trust", "--json")
    assert run(*given, "--lang", "kk").output == run(*given, "--lang", "en").output


def test_the_key_of_the_codes_is_made_in_the_language(tmp_path: Path) -> None:
    done = run("codes", "--key", tmp_path / "codes.pem", "--make-key", "--lang", "ru")
    assert done.exit_code == 0, done.output
    assert re.search(r"^Пароль файла ключа: +\S+   \(запишите: показывается один раз\)$", done.output, re.MULTILINE)
    again = run("codes", "--key", tmp_path / "codes.pem", "--make-key", "--lang", "ru")
    assert "Ошибка: Файл ключа создать нельзя: " in again.output


def test_every_check_of_a_signature_has_its_words() -> None:
    source = Path(checks.__file__).parent
    named = {name for path in source.glob("*.py") for name in re.findall(r'\bCheck\(\s*"(\w+)"', path.read_text())}
    assert named == set(checks.NAMES)
    assert {name: str(words) for name, words in checks.NAMES.items()} == {name: name for name in named}
    assert {fault.value: str(eds.FAULTS[fault]) for fault in Fault} == {fault.value: fault.value for fault in Fault}


# Where the language comes from


@pytest.mark.parametrize("unset", ["LC_ALL", "LANG"])
@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("kk_KZ.UTF-8", "Бұл – дауыс беру мұрағаты емес"),
        ("ru_RU.UTF-8", "Это не архив голосования"),
        ("ru_KZ", "Это не архив голосования"),
        ("de_DE.UTF-8", "This is not a ballot archive"),
        ("C", "This is not a ballot archive"),
        ("not a locale", "This is not a ballot archive"),
    ],
)
def test_without_the_option_it_is_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unset: str, locale: str, told: str
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.delenv(unset, raising=False)
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")  # as Python sets it where the locale is not installed
    monkeypatch.setenv("LC_ALL" if unset == "LANG" else "LANG", locale)
    (tmp_path / "x.bel").write_bytes(b"no archive")
    done = run("verify", tmp_path / "x.bel")
    assert told in done.output.replace("\u00a0", " ")
    assert "FAILED" in run("verify", tmp_path / "x.bel", "--lang", "en").output, "the option goes first"


def test_a_group_takes_the_option_before_its_command_too(tmp_path: Path) -> None:
    given = ("--archive", tmp_path / "x.bel", "--out", tmp_path / "out")
    (tmp_path / "x.bel").write_bytes(b"no archive")
    before = run("trustee", "--lang", "kk", "shuffle", *given)
    assert before.output == run("trustee", "shuffle", *given, "--lang", "kk").output
    assert "Мұрағат тексеруден өтпеді" in before.output
    assert "does not verify" in run("trustee", "--lang", "kk", "shuffle", *given, "--lang", "en").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("trustee", "--lang", "ru", "shuffle", "--no-such"), "Нет параметра --no-such."),
        (("trustee", "shuffle", "--lang", "ru"), "Укажите --archive и --out вместе или только --server."),
        (("trustee", "certificate", "--lang", "kk"), "Көрсетілмеген: '--index'."),
        (("verify", "--lang", "kk", "none.bel"), "none.bel: бұл жоқ."),
        (("verify", "--lang", "ru", "/dev/null"), "/dev/null – не обычный файл: укажите файл на диске."),
        (("verify", "--lang", "ru", "/"), "это нельзя прочитать или записать."),
        (
            ("trustee", "shuffle", "--server", "http://asar.example", "--lang", "ru"),
            "Адрес должен начинаться с https://.",
        ),
    ],
)
def test_a_command_that_is_called_wrongly(arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == (1 if "--server" in arguments else 2)
    assert told in done.output.replace("\u00a0", " ")
    assert ("Қате:" if "kk" in arguments else "Ошибка:") in done.output


def test_help_is_english_and_outside_commands_everything_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Verify the ballot ARCHIVE" in run("verify", "--lang", "kk", "--help").output
    monkeypatch.setenv("LC_ALL", "kk_KZ.UTF-8")
    assert spoken.gettext("The archive is complete.") == "The archive is complete."
    assert spoken.said(Finding("A code has %(length)s symbols.", length=24)) == "A code has 24 symbols."


# The words of the report


@pytest.mark.parametrize(
    ("names", "words"),
    [(Step, verify_words.STEPS), (Check, verify_words.CHECKS), (Reason, verify_words.REASONS)],
    ids=["steps", "checks", "reasons"],
)
def test_every_published_name_has_its_words_and_they_are_its_english(
    names: type[StrEnum], words: Mapping[StrEnum, Finding]
) -> None:
    assert {name.value: str(words[name]) for name in names} == {name.value: name.value for name in names}


def test_every_stage_step_and_way_of_making_cards_has_its_words() -> None:
    assert set(verify_words.STAGES) == set(Stage)
    assert all(verify_words.counted(step, 5) for step in Step)
    assert set(verify_words.MADE) == set(Made)


def test_findings_within_findings() -> None:
    inner = Finding("more than %(most)s bytes", most=5)
    outer = Finding("The signed attributes cannot be read: %(why)s", why=inner)
    assert str(outer) == "The signed attributes cannot be read: more than 5 bytes"
    russian = {inner.sentence: "байтов больше, чем %(most)s", outer.sentence: "Не читается: %(why)s"}
    assert outer.said(russian.__getitem__) == "Не читается: байтов больше, чем 5"
    assert outer == Finding("The signed attributes cannot be read: %(why)s", why=inner.of(most=5))
    assert outer != outer.of(why="nothing")
    assert pickle.loads(pickle.dumps(outer)) == outer  # noqa: S301 - as between the verifier's own processes


# What whoever runs the machine reads


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with an okrug of its own, at work nowhere."""
    monkeypatch.setenv("ASAR_STATE", str(tmp_path))
    monkeypatch.setenv("ASAR_SECRET_KEY", "a key for tests alone, forty characters!")
    monkeypatch.setenv("ASAR_IIN_PEPPER", base64.b64encode(KEYS.pepper.key).decode())
    monkeypatch.setenv("ASAR_SEAL_KEY", base64.b64encode(KEYS.seal.key).decode())
    monkeypatch.setenv("ASAR_DATABASE_URL", f"sqlite:///{tmp_path / 'asar.db'}")
    database = Database(f"sqlite:///{tmp_path / 'asar.db'}")
    migrations.upgrade(database.engine)
    with database.work() as session:
        there = tree.describe(session, KRASNOYAR.described, KRASNOYAR.above)
        tree.give_address(Act(session, there, None, frozenset(), clock.now()), "krasnoyar")
    database.engine.dispose()
    return tmp_path


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_the_doctor_has_no_english_word(installation: Path, lang: str) -> None:
    done = run("doctor", "--lang", lang)
    assert str(installation) in done.output or done.exit_code == 0
    told = re.sub(
        r"ASAR_\w+|REDIS_URL|/\S+|belenios-tool|chromium-headless-shell|Python|Redis|pb [a-z]+", "", done.output
    )
    assert set(ENGLISH.findall(told)) == set(), told


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("kk", ["Мұндай коды немесе мекенжайы бар аумақ жоқ.", "Енгізілді.", "Телефон нөмірін кодымен жазыңыз"]),
        ("ru", ["Нет территории с таким кодом или адресом.", "Записано.", "Напишите номер телефона с кодом"]),
        ("en", ["No territory has this code or address.", "Recorded.", "Write a telephone number with its code"]),
    ],
)
def test_what_is_recorded_of_a_territory_is_said_in_the_language(
    installation: Path, lang: str, told: list[str]
) -> None:
    """Also what a service refuses, and wherever the option stands."""
    assert installation
    unknown, recorded, refused = told
    assert unknown in run("territory", "show", "nowhere", "--lang", lang).output
    contact = "8 (71632) 2-13-45"
    assert recorded in run("territory", "--lang", lang, "office", "krasnoyar", "--contact", contact).output
    done = run("territory", "office", "krasnoyar", "--contact", "x", "--lang", lang)
    assert done.exit_code == 1
    assert refused in done.output.replace("\u00a0", " ")
    shown = run("territory", "show", "krasnoyar", "--lang", lang)
    assert "Қызылжұлдыз / Кызылжулдуз / Kyzylzhuldyz" in shown.output


def test_a_settlement_is_renamed_by_any_name_of_it(installation: Path) -> None:
    assert installation
    names = ("--name-kk", "Жұлдыз", "--name-ru", "Жулдыз", "--name-en", "Zhuldyz")
    assert "Recorded." in run("territory", "settlement", "krasnoyar", "село Кызылжулдуз", *names).output
    assert "Жұлдыз / Жулдыз / Zhuldyz" in run("territory", "show", "krasnoyar").output
    assert (
        "No settlement has this name there." in run("territory", "settlement", "krasnoyar", "Atlantis", *names).output
    )


@pytest.mark.parametrize(("lang", "told"), [("kk", "код тоғыз цифрдан тұрмайды"), ("ru", "код не из девяти цифр")])
def test_a_faulty_line_of_the_classifier_is_told_in_the_language(installation: Path, lang: str, told: str) -> None:
    file = installation / "kato.csv"
    file.write_text("kato,kato_version,level,type_code,name_ru,name_kk\n11,x,oblast,0,а,а\n", encoding="utf-8")
    done = run("territory", "import", file, "--lang", lang)
    assert done.exit_code == 1
    assert told in done.output
