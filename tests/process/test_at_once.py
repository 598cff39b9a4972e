"""Two deeds on one proposal at once: all lock the cycle first, so that none waits for the other in a ring."""

import threading
import time

import pytest
from sqlalchemy import text

from pb.act import Role
from pb.db import Database
from pb.proposals.models import Proposal, State
from pb.proposals.service import proposals
from tests.village import Village, content

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def wait_until_one_waits(database: Database) -> None:
    """SQLite has one writer at a time: there is nothing to wait for."""
    with database.work(writing=False) as session:
        if session.get_bind().dialect.name != "postgresql":
            return
    for _try in range(1000):
        with database.work(writing=False) as session:
            if session.scalar(WAITING):
                return
        time.sleep(0.01)
    pytest.fail("nothing waits for the cycle")


@pytest.mark.both_databases
def test_who_waits_for_the_cycle_holds_no_proposal(okrug: Village, database: Database) -> None:
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        draft = proposals.save_draft(act, cycle, content()).id

    def submit() -> None:
        with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
            found = proposals.get(act, cycle, draft)
            proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(title="Two lamps"), found))

    tap = threading.Thread(target=submit)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        act.session.refresh(cycle, with_for_update=True)
        tap.start()
        wait_until_one_waits(database)
        found = proposals.get(act, cycle, draft)
        act.session.refresh(found, with_for_update={"nowait": True, "of": Proposal})
        assert found.state == State.DRAFT
    tap.join()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        assert proposals.get(act, cycle, draft).state == State.SUBMITTED
