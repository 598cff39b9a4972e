"""What is asked about before it is kept: sums that are far from the plan, a payment before a contract or told twice.

None of it is wrong for certain, so a yes keeps it: `facts.faults_of_paid` tells what is refused.
"""

from collections.abc import Iterator
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.core.budget.doubts import Off, off_by_thousand
from pb.formats import day, money
from pb.proposals.models import Proposal
from pb.works.models import Contract, Fact, Payment
from pb.works.service import facts, finding
from pb.works.service.drafts import ContractDraft, Draft, PaymentDraft

FAR: Final = 2
"""Of how many times the plan contracts or payments together are asked about."""


def of_draft(act: Act, proposal: Proposal, draft: Draft, last: Any = None) -> list[LazyString]:
    """What is odd about a fact as it is typed, which is not at fault; `last` is the version that it replaces."""
    if isinstance(draft, ContractDraft):
        return list(_of_contract(act, proposal, draft, last))
    return list(_of_payment(act, proposal, draft, last)) if isinstance(draft, PaymentDraft) else []


def _of_contract(act: Act, proposal: Proposal, draft: ContractDraft, last: Any) -> Iterator[LazyString]:
    planned, amount = finding.work(act, proposal).planned, draft.amount or 0
    together = amount + sum(one.amount for one in _others(act, Contract, proposal, last))
    if together > FAR * planned:
        told = {"sum": money(together), "planned": money(planned)}
        yield _("Contracts of this project would be %(sum)s together, and %(planned)s are planned for it.", **told)
    if off_by_thousand(amount, [planned]) is Off.TOO_LITTLE:
        told = {"sum": money(amount), "planned": money(planned)}
        yield _("The contract is of %(sum)s, and %(planned)s are planned: a thousandth?", **told)


def _of_payment(act: Act, proposal: Proposal, draft: PaymentDraft, last: Any) -> Iterator[LazyString]:
    planned, others = finding.work(act, proposal).planned, _others(act, Payment, proposal, last)
    together = (draft.amount or 0) + sum(one.amount for one in others)
    if not facts.latest(act, Contract, [proposal.id])[proposal.id]:
        yield _("No contract of this project is written down. Design papers alone are paid before one.")
    if together > FAR * planned:
        told = {"sum": money(together), "planned": money(planned)}
        yield _("Payments of this project would be %(sum)s together, and %(planned)s are planned for it.", **told)
    if any(_same(draft, one) for one in others):
        told = {"day": day(draft.day) if draft.day else "", "sum": money(draft.amount or 0)}
        yield _("A payment of this day, sum and document is written down already: %(day)s, %(sum)s", **told)


def _same(draft: PaymentDraft, one: Payment) -> bool:
    documents = {" ".join(text.casefold().split()) for text in (draft.document, one.document)}
    return (draft.day, draft.amount) == (one.day, one.amount) and len(documents) == 1


def _others(act: Act, model: type[Any], proposal: Proposal, last: Fact | None) -> list[Any]:
    """What stands of a project beside the one that is replaced."""
    rows = facts.latest(act, model, [proposal.id])[proposal.id]
    return [one for one in rows if last is None or one.number != last.number]
