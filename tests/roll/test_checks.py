"""A long roll is computed anew by a job for its auditors; ages are counted once for each state of the roll."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from pb.act import Role
from pb.jobs import service as jobs
from pb.roll import jobs as checks
from pb.roll.service import statistics
from pb.settings import Settings
from tests.conftest import SignIn
from tests.frozen.world import without_rules
from tests.roll.test_pages import cycle, taken_in  # noqa: F401 - a fixture
from tests.village import KEYS, Village


def test_a_long_roll_is_computed_anew_when_an_auditor_asks(
    cycle: UUID,  # noqa: F811
    okrug: Village,
    settings: Settings,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "MOST_AT_ONCE", 0)
    registrar, auditor, path = sign_in(Role.REGISTRAR), sign_in(Role.AUDITOR), f"{okrug.path(cycle)}/roll"
    taken_in(registrar, path)
    assert "nobody has computed this roll anew" in auditor.get(f"{path}/commitments").text
    assert registrar.post(f"{path}/commitments").status_code == 403
    for name, said in ((None, "it is the one of the last commitment"), ("X", "is not the one of its last")):
        if name:
            with without_rules(okrug.database.engine) as connection:
                connection.execute(text("UPDATE roll_entries SET name = 'X' WHERE number = 1"))
        assert auditor.post(f"{path}/commitments").status_code == 302
        jobs.run_all(okrug.database, settings)
        page = auditor.get(f"{path}/commitments").text
        assert said in page
        assert "Computed anew" in page


def test_ages_are_counted_once_for_each_state_of_the_roll(
    cycle: UUID,  # noqa: F811
    okrug: Village,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken_in(sign_in(Role.REGISTRAR), f"{okrug.path(cycle)}/roll")
    counts, count = [], statistics._counted_ages

    def counting(*arguments: Any) -> dict[str, int]:
        counts.append(1)
        return count(*arguments)

    monkeypatch.setattr(statistics, "_counted_ages", counting)
    with okrug.in_cycle(cycle) as (act, found):
        first = statistics.statistics(act, found, KEYS)
        assert statistics.statistics(act, found, KEYS) == first
        assert len(counts) == 1
        found.voting_until = found.voting_until.replace(year=found.voting_until.year + 30)
        found.result_until = found.budget_until = found.voting_until
        with act.session.no_autoflush:
            statistics.statistics(act, found, KEYS)
        assert len(counts) == 2, "on another day they are of another age"
        act.session.rollback()
