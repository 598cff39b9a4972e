"""What no row names any more goes within minutes, whatever else goes on meanwhile."""

import os
from datetime import timedelta

import time_machine

from pb import clock
from pb.jobs.models import Job
from pb.media.service.store import FOLDER
from pb.settings import Settings
from tests.media.conftest import Author
from tests.media.hostile import photo


def test_it_goes_while_somebody_goes_on_removing(author: Author, settings: Settings) -> None:
    """Played: each removal moved the sweep on, and ten hours of them swept nothing."""
    author.send(*((f"{seed}.jpg", photo((300, 200), seed=seed)) for seed in range(1, 4)))
    author.wait()
    begun, lost = clock.now(), []
    for minutes in (0, 3, 6):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            gone = author.pictures()[0]
            lost.append(gone.large or "")
            author.client.post(f"{author.page}/arrange", data={"remove": gone.id.hex})
            author.wait()
    assert [(settings.state_folder / FOLDER / each[:2] / each).exists() for each in lost] == [False, False, False]


def test_what_was_too_young_for_a_sweep_is_looked_at_again(author: Author, settings: Settings) -> None:
    author.send(("1.jpg", photo((300, 200), seed=1)), ("2.jpg", photo((300, 200), seed=2)))
    author.wait()
    first, second = author.pictures()
    begun = clock.now()
    author.client.post(f"{author.page}/arrange", data={"remove": first.id.hex})
    young = settings.state_folder / FOLDER / str(second.large)[:2] / str(second.large)
    with time_machine.travel(begun + timedelta(minutes=6), tick=False):
        author.client.post(f"{author.page}/arrange", data={"remove": second.id.hex})
        os.utime(young, (clock.now().timestamp(),) * 2)
        author.wait()
        assert young.exists()
    with time_machine.travel(begun + timedelta(minutes=12), tick=False):
        author.wait()
    assert not young.exists()
    with author.okrug.act_as() as act:
        states = act.session.query(Job.state).filter(Job.kind == "media.sweep").all()
    assert {state for (state,) in states} == {"done"}, "it does not go on for ever"
