"""What a ballot holds stands on every page before it is cast: when the vote is opened, on its page, on the ballot."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pb import clock, migrations
from pb.act import Role
from pb.cycles.models import Cycle, Phase
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Driver, Stage
from pb.gatherings.service import cycle_meetings, meetings
from pb.process.service import phases
from pb.settings import Settings
from pb.voting.service import poll_rules
from tests.conftest import english, make_app
from tests.polls.trustees import copied, driven
from tests.sessions import session_of
from tests.village import KEYS

ORIGIN = "http://localhost"
LIMIT = 45_000_000_00
SUM = "45\u00a0000\u00a0000\u00a0₸"

KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "marks": ({"ballot_kind": "approval", "choices": 3}, "A ballot marks projects; at most: 3."),
    "points": (
        {"ballot_kind": "points", "points_each": 5, "points_total": 10},
        "A ballot shares out points; in all at most 10, for one project at most 5.",
    ),
    "an order": ({"ballot_kind": "ranking", "choices": 3}, "The first place gives this number of points: 3."),
    "a limit of cost": (
        {"ballot_kind": "knapsack", "cost_limit": LIMIT},
        f"A ballot marks projects that together cost at most {SUM}.",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_office_reads_what_it_is_about_to_freeze(kind: str, tmp_path: Path) -> None:
    rule, words = KINDS[kind]
    (folder := tmp_path / "copied").mkdir()
    for poll in copied(driven(tmp_path, "make_keys", 22, group_name="Ed25519", **rule), folder):
        assert poll.app is not None
        client = english(poll.app)
        with poll.database.work() as work, client.session_transaction() as session:
            session.update(session_of(work, poll.person_id(Role.OFFICE)))
        page = client.get(f"{poll.path}/open")
        assert page.status_code == 200
        assert words in page.text
        assert "Choices on a ballot, at most" not in page.text


def test_the_voter_of_a_knapsack_reads_its_limit_and_gets_a_question_with_costs(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'asar.db'}")
    migrations.upgrade(database.engine)
    settings = Settings(str(database.engine.url), "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal,
                        tmp_path, ORIGIN)  # fmt: skip
    app = make_app(settings, database)
    with app.test_request_context(base_url=ORIGIN):
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=400))
        demo = Driver(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=22)).date(),
            voters=0,
            projects=4,
            roll_size=14,
            report=lambda _stage, _figures: None,
            rule={"ballot_kind": "knapsack", "group_name": "Ed25519", "cost_limit": LIMIT},
        ).run(Stage.VOTING)
    path = f"{demo.path}/poll"
    ballot = english(app).get(f"{path}/vote").text
    assert f"The projects that you choose may cost together: {SUM}" in ballot
    assert "The chosen projects cost too much together" in ballot
    assert "{&#34;kind&#34;:&#34;knapsack&#34;,&#34;costs&#34;:[" in ballot
    assert f"{SUM} аспайтын жобаларды" in ballot, "the question in election.json says it too"
    assert KINDS["a limit of cost"][1] in english(app).get(path).text
    database.engine.dispose()


@pytest.mark.parametrize(("group", "most"), [("Ed25519", 30), ("RFC-3526-2048", 254)])
def test_more_projects_than_a_ballot_holds_are_told_before_the_vote_is_prepared(
    group: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = Cycle(ballot_kind="approval", group_name=group, phase=Phase.GATHERING)
    monkeypatch.setattr(meetings, "approved", lambda _act, _cycle: [("project", "review")] * (most + 1))
    monkeypatch.setattr(cycle_meetings, "unsettled", lambda _act, _cycle: "")
    (told,) = phases.missing(None, cycle)  # type: ignore[arg-type]
    assert str(most) in str(told)
    monkeypatch.setattr(meetings, "approved", lambda _act, _cycle: [("project", "review")] * most)
    assert phases.missing(None, cycle) == []  # type: ignore[arg-type]
    cycle.ballot_kind = "totals"
    assert poll_rules.most_projects(cycle) is None
