from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.village import Okrug, small_okrug


@pytest.fixture
def okrug(settled_file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Okrug]:
    """The okrug; a parameter gives settings that its maslikhat decided."""
    with small_okrug(settled_file, tmp_path, **getattr(request, "param", {})) as found:
        yield found
