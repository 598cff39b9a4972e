"""What was written of projects, and whether what was paid agrees with what was contracted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.errors import FieldRefusal
from pb.formats import day as day_in_words
from pb.formats import money
from pb.proposals.models import Proposal
from pb.works.models import Contract, Fact, Payment
from pb.works.service.drafts import ContractDraft, Draft, PaymentDraft

F = TypeVar("F", bound=Fact)


def latest(act: Act, model: type[F], ids: Sequence[UUID]) -> dict[UUID, list[F]]:
    """What stands of each project, by number: the last versions, without those that were withdrawn."""
    last: dict[tuple[UUID, int], F] = {(row.proposal_id, row.number): row for row in versions(act, model, ids)}
    found: dict[UUID, list[F]] = defaultdict(list)
    for row in last.values():
        if not row.withdrawn:
            found[row.proposal_id].append(row)
    return found


def versions(act: Act, model: type[F], ids: Sequence[UUID]) -> Iterable[F]:
    """Every version of each, the first one first."""
    query = select(model).where(model.proposal_id.in_(ids)).order_by(model.number, model.version)
    return act.session.scalars(query)


def faults_of_paid(act: Act, proposal: Proposal, draft: Draft, last: Any) -> Iterator[FieldRefusal]:
    """What a payment, or a contract put anew, would make wrong: more paid than contracted, or before any contract.

    A project of which no contract is written down yet may have payments: those for its design papers come first.
    """
    changed = isinstance(draft, ContractDraft) and last is not None
    if not (isinstance(draft, PaymentDraft) or changed):
        return
    contracts = latest(act, Contract, [proposal.id])[proposal.id]
    agreed = {one.number: one.amount for one in contracts}
    paid = {one.number: one.amount for one in latest(act, Payment, [proposal.id])[proposal.id]}
    if not agreed:
        return
    (agreed if changed else paid)[last.number if last is not None else 0] = getattr(draft, "amount", None) or 0
    if sum(paid.values()) > sum(agreed.values()):
        told = _(
            "That would be %(paid)s paid of contracts for %(agreed)s. Put a contract that was changed anew first.",
            paid=money(sum(paid.values())),
            agreed=money(sum(agreed.values())),
        )
        yield FieldRefusal("amount", told)
    first = min(one.signed_on for one in contracts)
    if isinstance(draft, PaymentDraft) and draft.day is not None and draft.day < first:
        told = _("The first contract was signed on a later day: %(day)s.", day=day_in_words(first))
        yield FieldRefusal("day", told)
