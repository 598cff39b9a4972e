"""5,000 people follow an okrug and are told of an event: how long that takes to write down, and how long a page waits.

PYTHONPATH=. .venv/bin/python -m benchmarks.notices
"""

import tempfile
import threading
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, insert, select

from pb import clock, migrations
from pb.act import Role
from pb.app import create_app
from pb.db import Database
from pb.identity.models import Person
from pb.jobs import service as jobs
from pb.keyring import seal_bytes
from pb.notices.models import CONTACT_CONTEXT, Channel, Contact, Follow, Kind, Notice, Sending
from pb.notices.service import following
from pb.settings import Settings
from tests.village import KEYS, found, settle

PEOPLE = 5_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/asar.db"
        database = Database(url)
        migrations.upgrade(database.engine)
        settle(database)
        okrug = found(database)
        settings = Settings(
            database_url=url,
            secret_key="of a benchmark alone, forty characters!!",  # noqa: S106 - nobody's
            iin_pepper=KEYS.pepper,
            seal_key=KEYS.seal,
            state_folder=Path(folder),
        )
        app = create_app(settings, database)
        with okrug.act_as() as act:
            place = act.territory.id
            people = [uuid4() for _each in range(PEOPLE)]
            rows = {Person: [], Follow: [], Contact: []}  # type: ignore[var-annotated]
            sealed = seal_bytes(b"somebody@example.kz", KEYS.seal, CONTACT_CONTEXT)
            for person in people:
                common = {"iin_lookup": person.bytes, "iin_sealed": b"", "settlement": "", "iin_pepper": 1}
                rows[Person].append({"id": person, "name": "Invented", "created_at": act.at, **common})
                of = {"person_id": person, "territory_id": place, "kind": Kind.OKRUG, "subject_id": place}
                rows[Follow].append({"id": uuid4(), "since": act.at, **of})
                rows[Contact] += [
                    {"id": uuid4(), "person_id": person, "channel": way, "address_sealed": sealed, "tries": 0}
                    | {"verified_at": act.at}
                    for way in Channel
                ]
            for table, some in rows.items():
                act.session.execute(insert(table), some)
        okrug.open_cycle()
        with okrug.act_as(Role.OFFICE) as act:
            work = jobs.Work(database, settings, jobs.ask(act, following.JOB, place).id, place, place, "")
        longest, stopped = [0.0], threading.Event()

        def write_beside() -> None:
            """What a page that writes waits for the database meanwhile."""
            while not stopped.is_set():
                begun = time.perf_counter()
                with database.work() as session:
                    session.scalar(select(func.count()).select_from(Notice))
                longest[0] = max(longest[0], time.perf_counter() - begun)
                time.sleep(0.02)

        beside = threading.Thread(target=write_beside)
        beside.start()
        begun = time.perf_counter()
        with app.app_context():
            while following.follow(work) == jobs.MORE:
                pass  # its turn is over, and nothing else waits
        seconds = time.perf_counter() - begun
        stopped.set()
        beside.join()
        with database.work(writing=False) as session:
            kept = session.scalar(select(func.count()).select_from(Notice))
            sent = session.scalar(select(func.count()).select_from(Sending))
        print(f"{clock.now():%d %B %Y}: {kept} people told, {sent} to send: {seconds:.1f} s")  # noqa: T201
        print(f"a page that writes waited {longest[0] * 1000:.0f} ms at the longest")  # noqa: T201


if __name__ == "__main__":
    main()
