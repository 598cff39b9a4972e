"""What the tests of notices share."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from pb.settings import Settings
from tests.notices.told import NOON, Told, a_project
from tests.village import Village


@pytest.fixture
def told(okrug: Village, app: Flask, settings: Settings) -> Iterator[Told]:
    """At noon: no quiet hours."""
    with time_machine.travel(NOON):
        yield a_project(okrug, app, settings)
