"""The form that opens the vote tells everything that is wrong with it in one answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from pb import clock
from pb.act import Role
from pb.gatherings.service import meetings
from tests.polls.ready_poll import ReadyPoll


@pytest.mark.parametrize(("days", "faults_of_day"), [(-1, 1), (0, 0), (60, 0), (61, 1)])
def test_a_day_that_cannot_be_is_told_beside_the_hour_that_is_missing(
    ready: ReadyPoll, tmp_path: Path, days: int, faults_of_day: int
) -> None:
    day = clock.local(clock.now()).date() + timedelta(days=days)
    answer = ready.web(tmp_path, Role.OFFICE).post(f"{ready.path}/open", data={"closes_on": day, "closes_at": ""})
    assert answer.status_code == 422
    assert 'id="closes_at-error"' in answer.text
    assert answer.text.count('id="closes_on-error"') == faults_of_day


def test_a_group_of_one_is_told_beside_the_day_that_is_too_far(ready: ReadyPoll, tmp_path: Path) -> None:
    with ready.act() as act:
        project = meetings.approved(act, ready.rows(act)[0])[0][0].id
    typed = {"closes_on": "2999-01-01", "closes_at": "20:00", f"group-{project}": "A"}
    answer = ready.web(tmp_path, Role.OFFICE).post(f"{ready.path}/open", data=typed)
    assert "The latest day" in answer.text
    assert "needs two projects at least" in answer.text
