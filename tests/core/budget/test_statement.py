"""The six lines of a budget and their identities, with figures of real decisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.budget.amounts import THOUSAND, read_thousands
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement


def test_revenue_less_expenditure_is_the_deficit() -> None:
    statement = Statement.of(
        [
            (Part.TAXES, 240_177 * THOUSAND),
            (Part.TRANSFERS, 1_000_000 * THOUSAND),
            (Part.SPENDING, 1_362_850 * THOUSAND),
            (Part.BALANCES, 122_673 * THOUSAND),
        ]
    )
    assert statement.revenue == 1_240_177 * THOUSAND
    assert statement.own == 240_177 * THOUSAND
    assert statement.deficit == -122_673 * THOUSAND
    assert statement.financing == 122_673 * THOUSAND
    assert statement.balanced


@pytest.mark.parametrize("deficit", ["157 093", "162 861,5", "43 082", "2 842"])
def test_a_deficit_is_covered_by_balances_of_the_last_year(deficit: str) -> None:
    missing = read_thousands(deficit)
    lines = [(Part.NON_TAX, 5 * THOUSAND), (Part.SPENDING, 5 * THOUSAND + missing)]
    assert Statement.of(lines).difference == -missing
    covered = Statement.of([*lines, (Part.BALANCES, missing)])
    assert covered.deficit == -missing
    assert covered.balanced


def test_lending_and_financial_assets_stand_on_lines_of_their_own() -> None:
    statement = Statement.of(
        [
            (Part.CREDITS, 700),
            (Part.REPAYMENT, 200),
            (Part.ASSETS_BOUGHT, 90),
            (Part.ASSETS_SOLD, 40),
            (Part.LOANS, 800),
            (Part.LOANS_REPAID, 250),
        ]
    )
    assert (statement.net_lending, statement.assets_balance) == (500, 50)
    assert (statement.deficit, statement.financing) == (-550, 550)
    assert statement.balanced
    assert statement.own_share is None


@given(st.lists(st.tuples(st.sampled_from(Part), st.integers(0, 10**14))))
def test_balances_close_every_deficit(amounts: list[tuple[Part, int]]) -> None:
    statement = Statement.of(amounts)
    assert statement.revenue == statement.own + statement.transferred
    closed = Statement.of([*amounts, (Part.BALANCES, -statement.difference)])
    assert closed.balanced
    assert closed.deficit == statement.deficit == -closed.financing
