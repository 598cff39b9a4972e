"""On PostgreSQL the application's role makes a backup, the owner restores it, and afterwards owns all as before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from pb import clock, migrations, schema
from pb.backup.service import making, restoring, sealed
from pb.backup.service.fault import BackupFault
from pb.backup.service.manifest import Heads
from pb.backup.service.restoring import Wishes
from pb.db import Database, make_private
from pb.settings import RestoreSettings, Settings
from tests.conftest import Postgres
from tests.village import KEYS, KRASNOYAR

OWNER, WEB = "backup_owner", "backup_web"


@pytest.fixture
def roles(postgres: Postgres) -> Iterator[None]:
    for role in (OWNER, WEB):
        postgres.server.psql(f"CREATE ROLE {role} LOGIN")
    yield
    for name in ("backed_up", "brought_back"):
        postgres.server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    for role in (OWNER, WEB):
        postgres.server.psql(f"DROP ROLE {role}")


def _as(postgres: Postgres, role: str, name: str) -> str:
    return make_url(str(postgres.server.get_uri(name))).set(username=role).render_as_string(hide_password=False)


def test_the_web_s_role_backs_up_and_the_owner_restores(postgres: Postgres, roles: None, tmp_path: Path) -> None:  # noqa: ARG001
    source = Database(postgres.copy("settled", "backed_up"))
    with source.engine.begin() as connection:
        migrations.grant(connection, WEB)
    source.engine.dispose()
    public, private = sealed.new_pair()
    settings = Settings(_as(postgres, WEB, "backed_up"), "s" * 40, KEYS.pepper, KEYS.seal, tmp_path / "state")
    backup = making.make(settings, tmp_path / "backups", public, clock.now())
    folder, made = backup.folder, backup.manifest
    of_okrug = made.log(KRASNOYAR.described.kato)
    assert of_okrug is not None

    postgres.server.psql(f"CREATE DATABASE brought_back OWNER {OWNER}")
    web = _as(postgres, WEB, "brought_back")
    state = make_private(tmp_path / "elsewhere")
    alone = RestoreSettings(web, None, state)
    with pytest.raises(Exception, match=r"permission denied"):
        restoring.restore(folder, private, alone, Wishes(), clock.now())
    target = RestoreSettings(web, _as(postgres, OWNER, "brought_back"), state)
    assert restoring.restore(folder, private, target, Wishes(Heads(made.logs)), clock.now()).sound
    with pytest.raises(BackupFault, match="say --replace"):
        restoring.restore(folder, private, target, Wishes(), clock.now())
    assert restoring.restore(folder, private, target, Wishes(replace=True), clock.now()).sound
    restored = Database(web)
    with restored.engine.connect() as connection:
        assert schema.powers(connection) == []
        assert schema.differences(connection) == []
        events = "SELECT count(*) FROM audit_events JOIN territories t ON t.id = territory_id WHERE kind = 'okrug'"
        assert connection.scalar(text(events)) == of_okrug.position + 1
        with pytest.raises(Exception, match="frozen_audit_events_delete"):
            connection.execute(text("DELETE FROM audit_events"))
    restored.engine.dispose()
