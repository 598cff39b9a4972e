"""Bringing a database to the present schema with Alembic, and asking where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

from pb.db import Base

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 4_127_001  # any number: two deployments must not migrate at once


def metadata() -> MetaData:
    """All tables of all rooms."""
    import pb.audit.models
    import pb.budget.models
    import pb.cards.models
    import pb.checks.models
    import pb.classification.models
    import pb.commission.models
    import pb.cycles.models
    import pb.documents.models
    import pb.gatherings.models
    import pb.hearings.models
    import pb.identity.models
    import pb.inspections.models
    import pb.jobs.models
    import pb.maslikhat.models
    import pb.materials.models
    import pb.media.models
    import pb.polls.models
    import pb.proposals.models
    import pb.receipt.models
    import pb.registers.models
    import pb.reports.models
    import pb.roll.models
    import pb.surveys.models
    import pb.tasks.models
    import pb.territory.models
    import pb.trustees.models
    import pb.voting.models
    import pb.winners.models
    import pb.works.models  # noqa: F401 - declaring the tables is the point

    return Base.metadata


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Runs what is missing. On PostgreSQL an advisory lock keeps a second deployment waiting."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
            connection.commit()
        command.upgrade(configuration(connection), "head")
        connection.commit()


def upgrade_within(connection: Connection, revision: str) -> None:
    """Runs what is missing up to a revision, inside the transaction that the caller has begun and commits."""
    if not connection.in_transaction():
        raise ValueError("no transaction")
    command.upgrade(configuration(connection), revision)


def grant(connection: Connection, role: str) -> None:
    """Gives the application's role on PostgreSQL rows to read and write in every table, and takes all else from it.

    Where the owner of the tables owns the database too, nobody else makes schemas or temporary tables there.
    """
    quoted = connection.dialect.identifier_preparer.quote
    name, place = quoted(role), quoted(str(connection.dialect.default_schema_name))
    tables = ", ".join(quoted(table) for table in sorted(metadata().tables))
    for statement in (
        f"REVOKE CREATE ON SCHEMA {place} FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA {place} FROM {name}",
        f"GRANT USAGE ON SCHEMA {place} TO {name}",
        f"REVOKE ALL ON {tables}, alembic_version FROM PUBLIC, {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {name}",
        f"GRANT SELECT ON alembic_version TO {name}",
    ):
        connection.execute(text(statement))
    owns = "SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
    if connection.scalar(text(owns)):
        database = quoted(str(connection.scalar(text("SELECT current_database()"))))
        connection.execute(text(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}"))


def revision(engine: Engine) -> str | None:
    """The revision of the database, or None before the first migration."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The revision that this connection sees, or None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def known(revision: str) -> bool:
    """Whether a revision is one of this program's."""
    return revision in {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}


def newest() -> str | None:
    """The revision that this program needs."""
    return ScriptDirectory(str(FOLDER)).get_current_head()
