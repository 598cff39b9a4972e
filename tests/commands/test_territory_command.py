"""`pb territory`: an installation begins with two people, who act on no poll before they have cooled off."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.commands.territory import territory
from pb.db import Database
from pb.errors import Forbidden
from pb.identity.service import accounts, holdings
from tests.village import KEYS, invented_iin, sole

NAMES = {
    "kato": "111033000",
    "name-kk": "Краснояр",
    "name-ru": "Красноярский",
    "name-en": "Krasnoyar",
    "parent-kk": "Көкшетау",
    "parent-ru": "Кокшетау",
    "parent-en": "Kokshetau",
    "settlement": "Красный Яр",
    "paper-place": "Абай көшесі, 1",
    "administrator": "Дәурен",
    "administrator-basis": "order № 1",
    "chair": "Қайрат",
    "chair-basis": "minutes № 1",
}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path / 'asar.db'}"
    for name, value in {
        "ASAR_STATE": str(tmp_path),
        "ASAR_DATABASE_URL": url,
        "ASAR_SECRET_KEY": "a key for tests alone, forty characters!",
        "ASAR_IIN_PEPPER": base64.b64encode(KEYS.pepper.key).decode(),
        "ASAR_SEAL_KEY": base64.b64encode(KEYS.seal.key).decode(),
    }.items():
        monkeypatch.setenv(name, value)
    return Database(url)


def found(*numbers: int, **changes: str) -> Result:
    options = [part for name, value in {**NAMES, **changes}.items() for part in (f"--{name}", value)]
    typed = "".join(f"{invented_iin(number).text}\n" for number in numbers)
    return CliRunner().invoke(territory, ["found", *options], input=typed)


def test_two_people_are_named_once_and_it_is_logged(database: Database) -> None:
    told = found(1, 2)
    assert told.exit_code == 0, told.output
    assert told.output.count("/invitation#") == 2
    assert invented_iin(1).text not in told.output
    assert found(3, 4).exit_code == 1, "an okrug is founded once"
    again = CliRunner().invoke(territory, ["invite", "--role", "chair"])
    assert again.output.count("/invitation#") == 1
    with database.work(writing=False) as session:
        act = Act(session, sole(session), None, frozenset(), clock.now())
        event = next(event for event in audit.every(act) if event.action == "territory.founded")
        assert [(one["role"], one["basis"]) for one in event.data["given"]] == [
            ("administrator", "order № 1"),
            ("chair", "minutes № 1"),
        ]
        assert "Қайрат" not in str(event.data)
        chair = accounts.holders(act, Role.CHAIR)[0]
        young = Act(session, act.territory, chair, frozenset({Role.CHAIR}), clock.now())
        with pytest.raises(Forbidden, match="too new"):
            holdings.require_cooled(young, Role.CHAIR)
        old = Act(session, act.territory, chair, frozenset({Role.CHAIR}), clock.now() + timedelta(days=3))
        assert holdings.require_cooled(old, Role.CHAIR) is Role.CHAIR
    database.engine.dispose()


@pytest.mark.parametrize(
    ("numbers", "changes"), [((1, 1), {}), ((1, 2), {"chair-basis": " "}), ((1, 2), {"kato": "1"})]
)
def test_one_person_or_no_document_found_nothing(
    database: Database, numbers: tuple[int, ...], changes: dict[str, str]
) -> None:
    assert found(*numbers, **changes).exit_code == 1
    assert found(1, 2).exit_code == 0, "nothing was left behind"
    database.engine.dispose()


def test_nobody_else_gets_a_role_by_the_command_line() -> None:
    assert set(territory.commands) == {"found", "invite"}
