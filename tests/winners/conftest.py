from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.village import Okrug, small_okrug
from tests.winners.world import come_to_a_result


@pytest.fixture
def okrug(settled_file: Path, tmp_path: Path) -> Iterator[Okrug]:
    with small_okrug(settled_file, tmp_path) as found:
        yield found


@pytest.fixture
def adopted(okrug: Okrug, monkeypatch: pytest.MonkeyPatch) -> Okrug:
    """A cycle in the phase of the budget, its result adopted by the assembly."""
    come_to_a_result(okrug, monkeypatch)
    return okrug
