"""Measures are read as people and files write them, and written so that they are read as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core import measures
from pb.core.measures import MeasureFault


@given(st.integers(-measures.LARGEST, measures.LARGEST))
def test_what_is_written_is_read_as_it_was(thousandths: int) -> None:
    assert measures.read(measures.plain(thousandths)) == thousandths
    assert measures.read(measures.shown(thousandths)) == thousandths


def test_a_measure_has_three_decimals_at_most() -> None:
    assert (measures.read("1 250,5"), measures.read("0.004"), measures.read("-12")) == (1_250_500, 4, -12_000)
    assert (measures.plain(1_250_500), measures.shown(1_250_500)) == ("1250,5", "1\u00a0250,5")
    for text in ("", "м", "1,2345", "1,2,3", "9" * 14):
        with pytest.raises(MeasureFault):
            measures.read(text)


def test_an_indicator_may_go_up_or_down() -> None:
    assert measures.reached(10, 20, 20)
    assert not measures.reached(10, 20, 19)
    assert measures.reached(20, 5, 4)
    assert not measures.reached(20, 5, 6)
