"""What is asked about before it is kept: sums that are far from the plan, a payment before a contract or told twice.

And what happens to a project that waits for money, or is dated before the vote's result became lines of the budget.

None of it is wrong for certain, so a yes keeps it: `facts.faults_of_paid` tells what is refused.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.core.budget.doubts import Off, off_by_thousand
from pb.formats import day, money
from pb.proposals.models import Proposal
from pb.works.models import Contract, Fact, Payment, State
from pb.works.service import facts, finding
from pb.works.service.drafts import ContractDraft, Draft, MilestoneDraft, PaymentDraft
from pb.works.service.finding import Work

FAR: Final = 2
"""Of how many times the plan contracts or payments together are asked about."""


def of_draft(act: Act, proposal: Proposal, draft: Draft, last: Any = None) -> list[LazyString]:
    """What is odd about a fact as it is typed, which is not at fault; `last` is the version that it replaces."""
    found: list[LazyString] = []
    work = finding.work(act, proposal)
    if isinstance(draft, ContractDraft):
        found = [*_of_waiting(work), *_of_day(work, draft.signed_on), *_of_contract(act, proposal, draft, last)]
    if isinstance(draft, PaymentDraft):
        found = [*_of_waiting(work), *_of_payment(act, proposal, draft, last)]
    if isinstance(draft, MilestoneDraft):
        found = list(_of_day(work, *(each for each in (draft.until, draft.done_on) if each)))
    return found


def of_step(act: Act, proposal: Proposal, state: str, on: date | None) -> list[LazyString]:
    """What is odd about a step that is not at fault."""
    work = finding.work(act, proposal)
    return [*(_of_waiting(work) if state != State.STOPPED else ()), *_of_day(work, on)]


def _of_waiting(work: Work) -> Iterator[LazyString]:
    if work.waits:
        yield _("This project waits for money, by a decision: its lines are in no budget.")


def _of_day(work: Work, *days: date | None) -> Iterator[LazyString]:
    """Of a day before the winners became lines of the budget."""
    for each in sorted({one for one in days if one is not None and one < work.since}):
        told = {"day": day(each), "since": day(work.since)}
        yield _("This day is before the result of the vote became lines of the budget: %(day)s, %(since)s", **told)


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
