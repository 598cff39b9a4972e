"""What was acknowledged is on the disk: the embedded database syncs every commit."""

from sqlalchemy import text

from pb.db import Database

FULL = 2


def test_the_embedded_database_syncs_every_commit(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == FULL
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
