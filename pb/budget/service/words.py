"""What the parts of a budget are called, in the words of decisions (Budget Code, article 89 p. 4)."""

from flask_babel import LazyString, lazy_gettext

from pb.core.budget.codes import Part

PARTS: dict[Part, LazyString] = {
    Part.TAXES: lazy_gettext("Tax receipts"),
    Part.NON_TAX: lazy_gettext("Non-tax receipts"),
    Part.CAPITAL: lazy_gettext("Receipts from the sale of fixed capital"),
    Part.TRANSFERS: lazy_gettext("Receipts of transfers"),
    Part.SPENDING: lazy_gettext("Expenditure"),
    Part.CREDITS: lazy_gettext("Budget credits"),
    Part.REPAYMENT: lazy_gettext("Repayment of budget credits"),
    Part.ASSETS_BOUGHT: lazy_gettext("Purchase of financial assets"),
    Part.ASSETS_SOLD: lazy_gettext("Receipts from the sale of the state's financial assets"),
    Part.LOANS: lazy_gettext("Receipts of loans"),
    Part.LOANS_REPAID: lazy_gettext("Repayment of loans"),
    Part.BALANCES: lazy_gettext("Used balances of budget funds"),
}
REVENUE = lazy_gettext("Revenue")
NET_LENDING = lazy_gettext("Net budget lending")
ASSETS = lazy_gettext("Balance of operations with financial assets")
DEFICIT = lazy_gettext("Deficit (surplus) of the budget")
FINANCING = lazy_gettext("Financing of the deficit (use of the surplus)")
