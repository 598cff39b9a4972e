"""The permission matrix: every route, called as everybody, is allowed or refused exactly as it decided.

`decisions.txt` holds all decisions in one place, so that a change of one is a line in a diff.
"""

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from pb.act import Role
from pb.cycles.models import Phase
from pb.process.views import permissions
from pb.web.access import Access, decision
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import Village

DECISIONS = Path(__file__).with_name("decisions.txt")
REFUSED_BY_ROLE = "Your role does not allow this."
NOBODY = UUID(int=1)
# Public as signing in is; who did not take the step before is led back to it.
LATER_STEPS = {
    "identity.ask_second_factor",
    "identity.check_second_factor",
    "identity.check_proof",
    "identity.ask_first_code",
    "identity.finish_accepting",
}
VALUES = {
    "okrug": "krasnoyar",
    "kind": "assembly",
    "facts": "contracts",
    "matter": "project",
    "how": "plan",
    "registration": "1",
    "answer": "1",
    "fact": "1",
    "candidate": "1",
    "office": "chair",
    "channel": "mail",
    "period": "2022-4",
    "form_name": "decree-826",
    "language": "kk",
    "tongue": "kk",
    "number": 1,
    "step": "competence",
    "uuid": "1" * 14,
    "digest": "0" * 64,
    "version": "0",
    "question": "1",
    "correction": "1",
    "task": "1",
    "filename": "css/asar.css",
}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "assets"]


NO_YEAR = "1999"


def nothing(rule: Rule, argument: str) -> UUID | str:
    """Stands for what is not there."""
    called = {"number": "99999", "word": "draft-99999", "paper": NO_YEAR}
    return next((text for kind, text in called.items() if f"<{kind}:{argument}>" in rule.rule), NOBODY)


def path_of(app: Flask, rule: Rule, year: str) -> str:
    """An address of the rule: the okrug and the cycle of that year are real, everything below is not."""
    values = {name: VALUES.get(name) or nothing(rule, name) for name in rule.arguments}
    if "cycle_id" in values:
        values["cycle_id"] = year
    if rule.endpoint.startswith("documents"):
        values["kind"] = "announcement"
    with app.test_request_context():
        built = rule.build(values)
    assert built is not None
    return built[1]


def year_of(path: str) -> str:
    return path.split("/")[2]


def who(right: permissions.Right) -> str:
    if right.callers.roles is None:
        return "by code" if right.callers.by_code else "by link" if right.callers.by_link else "everybody"
    return " ".join(sorted(right.callers.roles)) or "signed in"


def test_every_decision_stands_in_the_list_that_people_review(app: Flask) -> None:
    stands = [f"{right.call}: {who(right)}" for right in permissions.every(app)]
    assert stands == DECISIONS.read_text().splitlines()


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
def test_each_route_lets_in_whom_it_decided(
    app: Flask, okrug: Village, sign_in: SignIn, client: LintingClient, role: Role | None
) -> None:
    year = year_of(okrug.path(okrug.open_cycle(phase=Phase.BUDGET)))
    visitor, stays = client, False
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        assert isinstance(access, Access)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if role and not stays:
                visitor = sign_in(role)
            answer = visitor.open(path_of(app, rule, year), method=method)
            stays = "Set-Cookie" not in answer.headers  # where it may have signed them out
            told = f"{method} {rule} as {role}: {answer.status_code}"
            if access.callers.roles is None or (role and (not access.callers.roles or role in access.callers.roles)):
                assert answer.status_code < 500, told
                assert REFUSED_BY_ROLE.encode() not in answer.get_data(), told
                led_back = answer.headers.get("Location", "").startswith("/sign-in")
                assert not led_back or rule.endpoint in LATER_STEPS, told
            elif role is None:
                assert answer.status_code == 302, told
                assert answer.headers["Location"].startswith("/sign-in"), told
            else:
                assert answer.status_code == 403, told
                assert REFUSED_BY_ROLE in answer.get_data(as_text=True), told


def test_what_is_below_a_cycle_that_is_not_there_is_not_found(app: Flask, okrug: Village, sign_in: SignIn) -> None:
    """Whoever may: an unknown cycle, and an unknown thing in a known cycle, are 404, never an error of the program."""
    known = year_of(okrug.path(okrug.open_cycle(phase=Phase.BUDGET)))
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        assert isinstance(access, Access)
        if "cycle_id" not in rule.arguments or "GET" not in (rule.methods or set()):
            continue
        visitor = sign_in(next(iter(sorted(access.callers.roles or {Role.OBSERVER}))))
        assert visitor.get(path_of(app, rule, NO_YEAR)).status_code == 404, rule.rule
        things = {name for name in rule.arguments if name.endswith("_id")} - {"cycle_id"}
        if things:
            assert visitor.get(path_of(app, rule, known)).status_code in {404, 409}, rule.rule
