from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.okrug import Okrug, small_okrug


@pytest.fixture
def okrug(tmp_path: Path) -> Iterator[Okrug]:
    with small_okrug(tmp_path) as found:
        yield found
