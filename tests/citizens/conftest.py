from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import Pages, open_pages
from tests.village import Okrug, small_okrug


@pytest.fixture
def okrug(settled_file: Path, tmp_path: Path) -> Iterator[Okrug]:
    with small_okrug(settled_file, tmp_path) as found:
        found.seat_assembly(5)
        yield found


@pytest.fixture
def pages(okrug: Okrug, tmp_path: Path) -> Iterator[Pages]:
    with open_pages(okrug, tmp_path) as found:
        yield found
