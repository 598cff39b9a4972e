from collections.abc import Iterator
from pathlib import Path

import pytest

from pb.db import Database
from tests.village import Okrug, Village, small_okrug
from tests.village import found as found_village


@pytest.fixture
def okrug(settled_file: Path, tmp_path: Path) -> Iterator[Okrug]:
    with small_okrug(settled_file, tmp_path) as found:
        yield found


@pytest.fixture
def village(database: Database) -> Village:
    return found_village(database)
