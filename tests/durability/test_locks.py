"""A command beside the server on SQLite takes nothing away that the server has acknowledged."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from pb.db import Database

COMMAND = """
import sys
from sqlalchemy import text
from pb.db import Database

database = Database(sys.argv[1])
with database.engine.connect() as connection:
    print(connection.execute(text("SELECT count(*) FROM told")).scalar_one())
database.engine.dispose()
"""


def test_a_command_that_closes_takes_itself_for_no_last_one(tmp_path: Path) -> None:
    """POSIX locks fall when a process closes any descriptor of a file: the log of writes was deleted beneath it."""
    url = f"sqlite:///{tmp_path / 'asar.db'}"
    server = Database(url)
    with server.engine.connect() as first:
        first.execute(text("CREATE TABLE told (number INTEGER)"))
        first.commit()
        with server.engine.connect() as second:
            for number in range(3):
                connection = (first, second)[number % 2]
                connection.execute(text("INSERT INTO told VALUES (:number)"), {"number": number})
                connection.commit()
                seen = subprocess.run([sys.executable, "-c", COMMAND, url], capture_output=True, text=True, check=True)
                assert int(seen.stdout) == number + 1
                assert (tmp_path / "asar.db-wal").exists(), "the server still writes there"
    server.engine.dispose()
