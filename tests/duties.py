"""Who is told of which duties now: asked as each role in turn, so that a test says all of a moment in one line."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask, g

from pb.act import Act, Role
from pb.identity.service import duties
from pb.identity.service.duties import Duty

# Next year's budget is due from the summer on, and the last quarter's form in every season, whatever a test tells of;
# tests/budget/test_duties.py and tests/reports/test_gaps.py tell of them.
# So is a member whose seat no account is joined to asked in every one: tests/gatherings tells of it.
OF_THE_SEASON = {
    "Begin the budget of three years",
    "Fill the quarterly form of Decree № 826",
    "Join your account to your seat in the assembly: until then you get no notices of its meetings",
}
ActOf = Callable[[Role], AbstractContextManager[Act]]


def waiting(app: Flask, act_of: ActOf) -> dict[Role, list[Duty]]:
    """What waits for the holder of each role, whatever the season; roles for whom nothing does are left out."""
    found = {}
    for role in Role:
        with act_of(role) as act, app.test_request_context("/?lang=en"):
            g.act = act
            found[role] = [duty for duty in duties.here(act) if duty.deed not in OF_THE_SEASON]
    return {role: those for role, those in found.items() if those}


def told(app: Flask, act_of: ActOf) -> dict[Role, list[str]]:
    """The deeds alone, in words."""
    return {role: [duty.deed for duty in those] for role, those in waiting(app, act_of).items()}
