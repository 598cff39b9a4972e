"""The check of a long log: a job computes it, the auditor reads what came out and of when, and believes no row."""

import json

import pytest
from sqlalchemy import text

from pb.act import Role
from pb.jobs import service as jobs
from pb.jobs.models import Job
from pb.settings import Settings
from pb.territory.service import log_checks as checks
from tests.audit.test_log import write
from tests.conftest import SignIn
from tests.frozen.world import without_rules
from tests.village import Village

LOG = "/krasnoyar/log/"
HOLDS, BROKEN = "The chain holds", "The chain is broken at event"


@pytest.fixture(autouse=True)
def _short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page computes three events by itself: every log of these tests is a long one."""
    monkeypatch.setattr(checks, "MOST_NEW", 3)


def checked(okrug: Village, settings: Settings) -> None:
    with okrug.act_as(Role.AUDITOR) as act:
        checks.ask(act)
    jobs.run_all(okrug.database, settings)


def change_event(okrug: Village, position: int) -> None:
    """What an operator can do who takes the triggers away."""
    with without_rules(okrug.database.engine) as connection:
        connection.execute(text("UPDATE audit_events SET action = 'x' WHERE position = :at"), {"at": position})


@pytest.mark.both_databases
def test_a_check_remembers_how_far_the_log_held_and_what_came_since_is_computed_now(
    okrug: Village, settings: Settings
) -> None:
    with okrug.act_as() as act:
        before = checks.standing(act, settings)
        assert (before.position, before.fault, before.at) == (3, None, None)
        assert before.unchecked > 0
    checked(okrug, settings)
    write(okrug, 2)
    with okrug.act_as() as act:
        after = checks.standing(act, settings)
        assert (after.unchecked, after.fault) == (0, None)
        assert after.position == after.checked + 2
        assert after.at is not None
    change_event(okrug, after.position)
    with okrug.act_as() as act:
        assert checks.standing(act, settings).fault == after.position


def test_an_old_row_that_was_changed_is_found_by_the_next_check(
    okrug: Village, settings: Settings, sign_in: SignIn
) -> None:
    auditor = sign_in(Role.AUDITOR)
    checked(okrug, settings)
    assert HOLDS in auditor.get(LOG).text
    change_event(okrug, 2)
    page = auditor.get(LOG).text
    assert "Last check of the whole log" in page, "it says of when it speaks"
    assert auditor.post(f"{LOG}check").status_code == 302
    assert "is being computed anew" in auditor.get(LOG).text
    jobs.run_all(okrug.database, settings)
    assert f"{BROKEN} 2" in auditor.get(LOG).text


def test_a_last_event_that_is_another_now_is_a_fault_at_once(okrug: Village, settings: Settings) -> None:
    checked(okrug, settings)
    with okrug.act_as() as act:
        end = checks.standing(act, settings).position
    with without_rules(okrug.database.engine) as connection:
        connection.execute(text("UPDATE audit_events SET hash = 'x' WHERE position = :at"), {"at": end})
    with okrug.act_as() as act:
        assert checks.standing(act, settings).fault == end


def test_a_verdict_that_this_installation_did_not_write_counts_for_nothing(okrug: Village, settings: Settings) -> None:
    change_event(okrug, 2)
    checked(okrug, settings)
    with okrug.act_as() as act:
        job = act.session.query(Job).one()
        told = json.loads(job.outcome)
        job.outcome = json.dumps({**told, "verdict": told["verdict"].replace('"fault": 2', '"fault": null')})
        act.session.flush()
        forged = checks.standing(act, settings)
        assert forged.at is None
        assert forged.fault == 2, "found by the page itself, which begins anew"


def test_auditors_alone_ask_for_it(okrug: Village, sign_in: SignIn) -> None:
    assert sign_in(Role.OFFICE).post(f"{LOG}check").status_code == 403
    with okrug.act_as() as act:
        assert act.session.query(Job).count() == 0
