"""The audit log: a chain that anybody computes anew, that nothing can be changed in, and that never forks."""

import hashlib
import json
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service
from pb.audit.service.words import ACTIONS, KINDS
from pb.audit.views.facts import NAMES
from pb.clock import local
from pb.voting.jobs import tick
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import HOME, Village

# What nobody reads without a program: fingerprints, identifiers, lists, and the terms that `election.json` repeats.
FOR_CHECKERS = {
    "summaries", "ballot", "digest", "lines_digest", "plan", "winner",
    "ballot_kind", "blank", "by_page", "commitment", "commitments", "confirmation", "cost_limit", "election",
    "equal_shares", "fingerprint", "given", "group_name", "in_part", "key", "kind", "least_votes", "list", "made",
    "numbers", "person", "points_each", "points_total", "poll", "proposal", "seed", "settlement_envelopes", "sha256",
    "slug", "stop_at_misfit", "trustees_needed",
}  # fmt: skip
PB = Path(__file__).resolve().parents[2] / "pb"


def write(okrug: Village, count: int = 1) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        for number in range(count):
            service.record(act, "cycle.opened", subject=act.territory.id, data={"year": 2027, "note": f"Ә{number}"})


@pytest.mark.both_databases
def test_the_chain_holds_and_each_event_names_the_one_before(okrug: Village) -> None:
    write(okrug, 3)
    with okrug.act_as() as act:
        events = list(service.every(act))
        assert service.first_fault(act) is None
        assert [event.position for event in events] == list(range(1, len(events) + 1))
        assert [event.previous for event in events[1:]] == [event.hash for event in events[:-1]]
        assert service.length(act) == len(events)


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"])
def test_the_database_itself_refuses_to_change_the_log(okrug: Village, change: str) -> None:
    with pytest.raises(DatabaseError), okrug.act_as() as act:
        act.session.execute(text(change))
    with okrug.act_as() as act:
        assert service.first_fault(act) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit_events SET action = 'x' WHERE position = 3", 3),
        ("UPDATE audit_events SET data = '{}' WHERE position = {last}", "last"),
        ("UPDATE audit_events SET actor_roles = 'akim' WHERE position = 2", 2),
        ("UPDATE audit_events SET at = '2020-01-01 00:00:00' WHERE position = 2", 2),
        ("DELETE FROM audit_events WHERE position = 4", 4),
        ("DELETE FROM audit_events WHERE position = {last}", "before"),
    ],
)
def test_whoever_gets_around_the_triggers_is_found_out(okrug: Village, change: str, fault: Any) -> None:
    write(okrug, 2)
    with okrug.act_as() as act:
        for trigger in act.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            act.session.execute(text(f"DROP TRIGGER {trigger}"))
        last = service.length(act)
        act.session.execute(text(change.replace("{last}", str(last))))
        act.session.expire_all()
        assert service.first_fault(act) == {"last": last, "before": last - 1}.get(fault, fault)


@pytest.mark.both_databases
def test_no_day_passes_without_an_event_after_which_nothing_is_dated_back(okrug: Village) -> None:
    assert tick(okrug.database), "the village was settled long ago"
    with okrug.act_as() as act:
        kept = list(service.every(act))[-1]
        assert (kept.action, kept.actor_id) == ("log.day_kept", None)
        assert service.first_fault(act) is None
    assert not tick(okrug.database)
    with pytest.raises(DatabaseError, match="dated_audit_events_insert"):
        okrug.appoint(okrug.people[Role.OBSERVER].id, Role.OFFICE, at=kept.at - timedelta(days=4))


@pytest.mark.both_databases
def test_writers_at_the_same_time_make_one_chain(okrug: Village) -> None:
    with okrug.act_as() as act:
        before = service.length(act)
    faults: list[BaseException] = []
    start = threading.Barrier(4)

    def writer() -> None:
        try:
            start.wait()
            for _turn in range(5):
                write(okrug)
        except BaseException as error:  # noqa: BLE001 - the test tells of it in the main thread
            faults.append(error)

    threads = [threading.Thread(target=writer) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    with okrug.act_as() as act:
        assert service.length(act) == before + 20
        assert service.first_fault(act) is None


def test_an_event_that_is_rolled_back_leaves_no_gap(okrug: Village) -> None:
    def fails() -> None:
        with okrug.act_as(Role.OFFICE) as act:
            service.record(act, "cycle.opened", subject=act.territory.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    write(okrug)
    with okrug.act_as() as act:
        assert service.first_fault(act) is None


def test_anybody_downloads_the_log_and_computes_its_hashes(okrug: Village, client: LintingClient) -> None:
    write(okrug, 3)
    lines = client.get("/krasnoyar/log.jsonl").text.splitlines()
    previous = None
    for position, line in enumerate(lines, 1):
        event = json.loads(line)
        claimed = event.pop("hash")
        canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(canonical.encode()).hexdigest() == claimed
        assert (event["position"], event["previous"]) == (position, previous)
        previous = claimed
    with okrug.act_as() as act:
        assert len(lines) == service.length(act)


def test_the_log_names_people_to_auditors_alone(okrug: Village, client: LintingClient, sign_in: SignIn) -> None:
    write(okrug)
    name = okrug.people[Role.OFFICE].name
    public = client.get("/krasnoyar/log/").text
    assert name not in public
    assert "A cycle was opened" in public
    assert "the chain holds" not in public
    auditor = sign_in(Role.AUDITOR).get("/krasnoyar/log/").text
    assert name in auditor
    assert "the chain holds" in auditor
    assert name not in client.get("/krasnoyar/log.jsonl").text


def test_the_log_is_read_page_by_page(okrug: Village, client: LintingClient) -> None:
    write(okrug, service.PAGE)
    with okrug.act_as() as act:
        pages = -(-service.length(act) // service.PAGE)
    first, last = client.get("/krasnoyar/log/").text, client.get(f"/krasnoyar/log/?page={pages}").text
    assert 'rel="next"' in first
    assert 'rel="prev"' in last
    assert 'id="event-1"' in last
    assert client.get("/krasnoyar/log/?page=0").status_code == 404
    assert client.get("/krasnoyar/log/?page=nonsense").status_code == 200


def test_the_log_is_sought_by_kind_by_day_and_by_person(okrug: Village, client: LintingClient, sign_in: SignIn) -> None:
    write(okrug, 2)
    with okrug.act_as(Role.REGISTRAR) as act:
        service.record(act, "roll.frozen", subject=act.territory.id)
        last = service.length(act)
        today = local(act.at).date().isoformat()
    log = f"{HOME}/log/"
    assert "The roll was frozen" in client.get(log).text
    of_roll = client.get(f"{log}?kind=roll").text
    assert "Found: 1 of" in of_roll
    assert "The roll was frozen" in of_roll
    assert "A cycle was opened" not in of_roll.split("Found")[1]
    assert "Found: 1 of" in client.get(f"{log}?kind=roll&day={today}").text
    nothing = client.get(f"{log}?kind=roll&day=2020-01-01").text
    assert "Nothing of this kind has happened on that day." in nothing
    assert client.get(f"{log}?day=xx").status_code == 200
    wrong = client.get(f"{log}?kind=roll&day=yesterday").text
    assert "This is not a day of the calendar." in wrong
    auditor = sign_in(Role.AUDITOR)
    assert f"{log}?by={last}" in auditor.get(log).text
    of_registrar = auditor.get(f"{log}?by={last}").text
    assert "Found: 1 of" in of_registrar
    assert f'<option selected value="{last}">' in of_registrar, "a kind or a day is sought among what that person did"
    assert okrug.people[Role.REGISTRAR].name in of_registrar.split("Found")[1].split("</p>")[0]
    assert "Nothing of this kind" in auditor.get(f"{log}?by={last}&kind=poll").text
    assert auditor.get(f"{log}?by=99999").status_code == 404
    assert "Found" not in client.get(f"{log}?by={last}").text, "who did the same is for auditors alone"


def test_the_log_is_sought_by_role_for_everybody_and_by_person_for_auditors(
    okrug: Village, client: LintingClient, sign_in: SignIn
) -> None:
    """Played: no role could be sought, and a person only by the link of an event."""
    write(okrug, 1)
    with okrug.act_as(Role.REGISTRAR) as act:
        service.record(act, "roll.read", subject=act.territory.id)
        last = service.length(act)
    log, name = "/krasnoyar/log/", okrug.people[Role.REGISTRAR].name
    of_registrar = client.get(f"{log}?role=registrar").text
    assert f'id="event-{last}"' in of_registrar
    assert f'id="event-{last}"' not in client.get(f"{log}?role=clerk").text
    assert client.get(f"{log}?role=nobody").status_code == 200
    assert 'name="role"' in client.get(log).text
    assert name not in client.get(log).text
    assert f'<option value="{last}">{name}</option>' in sign_in(Role.AUDITOR).get(log).text
    assert f'<option selected value="{last}">{name}</option>' in sign_in(Role.AUDITOR).get(f"{log}?by={last}").text


def test_every_action_belongs_to_one_kind_by_which_people_seek() -> None:
    first_words = [first for _label, firsts in KINDS.values() for first in firsts]
    assert sorted({action.partition(".")[0] for action in ACTIONS}) == sorted(first_words)


def test_every_action_that_the_services_write_has_words() -> None:
    sources = "".join(path.read_text() for path in PB.rglob("*.py"))
    written = set(re.findall(r'audit\.record\(\s*\w+,\s*"([a-z_]+\.[a-z_]+)"', sources))
    assert len(written) > 20
    assert written <= set(ACTIONS)


def test_what_an_event_tells_is_read_in_words_and_the_raw_form_is_marked_for_the_checker(
    okrug: Village, client: LintingClient
) -> None:
    with okrug.act_as(Role.CHAIR) as act:
        subject = uuid4()
        service.record(act, "gathering.voted", subject=subject, data={"in_favour": 8, "outcome": "approved"})
        service.record(act, "proposal.budgeted", subject=subject, data={"amount": 620000000})
        service.record(act, "cycle.moved", subject=subject, data={"from": "voting", "to": "result"})
        service.record(act, "gathering.convened", subject=subject, data={"meets_at": "2026-11-25T15:00:00+05:00"})
    page = client.get("/krasnoyar/log/?lang=kk").text
    for name, value in (
        ("Жақтап", "8"),
        ("Сомасы", "6\u00a0200\u00a0000\u00a0₸"),
        ("Қай кезеңге", "Нәтиже"),
        ("Қашан", "2026\u00a0ж. 25\u00a0қараша, 15:00"),
    ):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in page, name
    folded = re.findall(r"<details.*?</details>", page, flags=re.DOTALL)
    raw = [fold for fold in folded if "in_favour" in fold]
    assert raw
    assert all(fold.index("Тексерушіге") < fold.index("in_favour") for fold in raw)
    in_sight = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    for technical in ("in_favour", "JSON", "620000000"):
        assert technical not in in_sight


def test_every_fact_that_the_demonstrations_poll_logged_has_a_name_or_is_for_checkers(opened: OpenPoll) -> None:
    with opened.act() as act:
        kept = {name for event in service.every(act) for name in event.data}
    assert kept <= set(NAMES) | FOR_CHECKERS
