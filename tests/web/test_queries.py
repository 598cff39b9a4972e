"""No page asks the database more often because there is more: each GET route is counted at two sizes of the okrug."""

import random
from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from benchmarks._raion_world import RAION, Maker, Size
from pb.act import Role
from pb.web.access import Access, decision
from tests.cards.test_reissues import staff
from tests.conftest import english
from tests.frozen.world import without_rules
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll, queries
from tests.web.test_permissions import VALUES, rules

FEW = Size(okrugs=3, people=60, voters=40, events=200, proposals=8)
MANY = Size(okrugs=6, people=400, voters=300, events=700, proposals=60)
"""More than a page holds of everything that is counted here, where FEW has less."""
THINGS = {"number": "1", "word": "1", "int": "1"}
PREFERRED = (Role.REGISTRAR, Role.CLERK, Role.AUDITOR, Role.OFFICE, Role.CHAIR)
# A file that grows: who asks next has what is new added to it.
GROWING = {"audit.export"}


def path_of(app: Flask, rule: Rule, opened: OpenPoll) -> str:
    """The first of everything in the cycle whose poll is open."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        kind = next((kind for kind in THINGS if f"<{kind}:{name}>" in rule.rule), "")
        values[name] = THINGS.get(kind) or VALUES.get(name) or "1"
    values |= {"cycle_id": opened.path.split("/")[2], "uuid": opened.demo.poll_uuid}
    if "subject_id" in values:
        values |= {"subject_id": values["cycle_id"], "kind": "announcement"}
    with app.test_request_context():
        built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None
    return built[1]


def asked_of(app: Flask, opened: OpenPoll, clients: dict[Role | None, LintingClient]) -> dict[str, int]:
    """How many statements each route takes, as each of its readers."""
    found = {}
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or not isinstance(access, Access) or rule.endpoint in GROWING:
            continue
        roles = access.callers.roles
        readers: list[Role | None] = [None, Role.AUDITOR, Role.OFFICE]
        if roles is not None:
            readers = [next((role for role in (*PREFERRED, *Role) if role in roles or not roles), None)]
        for role in readers:
            with queries(opened) as asked:
                answer = clients[role].get(path_of(app, rule, opened))
                assert answer.status_code < 500, rule.rule
                answer.get_data()
            found[f"{rule.rule} as {role or 'everybody'}"] = len(asked)
    return found


def asked_of_the_raion(app: Flask, opened: OpenPoll, clients: dict[Role | None, LintingClient]) -> dict[str, int]:
    """How many statements the pages of the raion itself take: those that name nothing below it."""
    found, seen = {}, set()
    for rule in rules(app):
        if "GET" not in (rule.methods or set()) or rule.arguments != {"okrug"} or rule.endpoint in GROWING:
            continue
        for role in (None, Role.DEPUTY, Role.MASLIKHAT_SECRETARY):
            built = rule.build({"okrug": RAION})
            assert built is not None
            clients[role].get(built[1])
            with queries(opened) as asked:
                answer = clients[role].get(built[1])
                assert answer.status_code < 500, rule.rule
                answer.get_data()
            seen |= {(rule.endpoint, role)} if answer.status_code == 200 else set()
            found[f"{built[1]} as {role or 'everybody'}"] = len(asked)
    assert {("process.okrug", None), ("identity.list_roles", Role.MASLIKHAT_SECRETARY)} <= seen
    return found


def test_no_route_asks_more_often_where_there_is_more(app: Flask, opened: OpenPoll) -> None:
    chance = random.Random(1)
    with without_rules(opened.database.engine) as connection:
        Maker(FEW, chance).fill(connection, opened.demo.cycle_id)
        # Whose own page is looked at proposed something in each cycle: the page asks about the last few of them alone.
        author = opened.person_id(Role.REGISTRAR).hex
        connection.execute(text("UPDATE proposals SET author_id = :author WHERE number = 1"), {"author": author})
    clients = {None: english(app)} | {role: staff(app, opened, role) for role in Role}
    for client in clients.values():
        client.get(f"/{opened.path.split('/')[1]}/")  # the browser remembers the okrug both times
    few = asked_of(app, opened, clients) | asked_of_the_raion(app, opened, clients)
    with without_rules(opened.database.engine) as connection:
        Maker(MANY, chance).more(connection, opened.demo.cycle_id)
    many = asked_of(app, opened, clients) | asked_of_the_raion(app, opened, clients)
    grown = {call: (few[call], many[call]) for call in few if many[call] > few[call]}
    assert not grown, grown
