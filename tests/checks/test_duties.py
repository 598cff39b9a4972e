"""Between the closing and the adoption the commission finds what it has to do, and no one else does."""

import time_machine
from flask import Flask

from pb.act import Role
from pb.worker import run_all
from tests.checks.conftest import ClosedPoll
from tests.duties import told

COUNTING = "Count the signatures on paper"
OPENING = "Open the cards that nobody took"


def test_the_paper_waits_until_both_sides_counted_it(app: Flask, closed: ClosedPoll) -> None:
    now = told(app, closed.act)
    counting = {role for role, deeds in now.items() if COUNTING in deeds}
    assert counting == {Role.CLERK, Role.CHAIR, Role.SECRETARY, Role.AUDITOR}
    opening = {role for role, deeds in now.items() if OPENING in deeds}
    assert opening == {Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.MASLIKHAT_SECRETARY, Role.AUDITOR}
    closed.count(Role.CLERK, ["1", "2"])
    assert {role for role, deeds in told(app, closed.act).items() if COUNTING in deeds} == counting - {Role.CLERK}
    closed.count(Role.AUDITOR, ["1", "2"])
    assert not any(COUNTING in deeds for deeds in told(app, closed.act).values())


def test_the_sum_waits_for_the_trustees(app: Flask, closed: ClosedPoll) -> None:
    assert Role.TRUSTEE not in told(app, closed.act)
    with time_machine.travel(closed.at, tick=False):
        run_all(app)
    assert told(app, closed.act)[Role.TRUSTEE] == ["Decrypt the result"]
