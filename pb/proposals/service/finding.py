"""Finding proposals: by words, settlement, category, state and cost, in an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import defer

from pb.act import Act
from pb.core import search
from pb.cycles.models import Cycle
from pb.proposals.models import Category, Proposal, ProposalWords, Review, State, Verdict

PUBLIC = (State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.REFUSED, State.WITHDRAWN)
WITHOUT_TEXTS = (defer(Proposal.problem), defer(Proposal.solution))


class Order(StrEnum):
    NUMBER = "number"
    LATEST = "latest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for; what is empty limits nothing. `most` is a cost in tiyn.

    `number`: what has it fits, and comes first, whether or not the words are said of it.
    """

    words: tuple[str, ...] = ()
    number: int | None = None
    settlement: str = ""
    category: Category | None = None
    state: State | None = None
    most: int | None = None
    order: Order = Order.NUMBER


def remember(act: Act, proposal: Proposal) -> None:
    """Makes a proposal found by what it says now, in the author's words and, once accepted, in those of the review."""
    texts = [proposal.title, proposal.problem, proposal.solution, proposal.place]
    if (review := proposal.accepted) is not None:
        texts += [review.title_kk, review.title_ru, review.summary_kk, review.summary_ru]
    kept = act.session.get(ProposalWords, proposal.id)
    if kept is None:
        kept = ProposalWords(proposal_id=proposal.id)
        act.session.add(kept)
    kept.words = search.index(*texts)
    act.session.flush()


def one_page(act: Act, cycle: Cycle, number: int, size: int, wanted: Wanted | None = None) -> Sequence[Proposal]:
    """The `number`-th page (from 1) of the submitted proposals that fit, without the long texts."""
    wanted = wanted or Wanted()
    orders = [*_ordered(wanted.order), Proposal.number]
    if wanted.number is not None:
        orders.insert(0, Proposal.number != wanted.number)
    query = _fitting(select(Proposal), act, cycle, wanted).order_by(*orders)
    return act.session.scalars(query.options(*WITHOUT_TEXTS).offset((number - 1) * size).limit(size)).all()


def count(act: Act, cycle: Cycle, wanted: Wanted | None = None) -> int:
    """How many submitted proposals of the cycle fit."""
    query = _fitting(select(func.count()).select_from(Proposal), act, cycle, wanted or Wanted())
    return act.session.scalar(query) or 0


def _fitting(query: Select[Any], act: Act, cycle: Cycle, wanted: Wanted) -> Select[Any]:
    query = query.where(Proposal.cycle_id == cycle.id, Proposal.state.in_(PUBLIC))
    if names := act.territory.settlement_names(wanted.settlement):
        query = query.where(Proposal.settlement.in_(names))
    if wanted.category is not None:
        query = query.where(Proposal.category == wanted.category)
    if wanted.state is not None:
        query = query.where(Proposal.state == wanted.state)
    if wanted.most is not None:
        query = query.where(_cost() <= wanted.most)
    if wanted.words:
        query = query.join(ProposalWords, ProposalWords.proposal_id == Proposal.id)
        query = query.where(or_(Proposal.number == wanted.number, _said(act, wanted.words)))
    return query


def _said(act: Act, words: Sequence[str]) -> ColumnElement[bool]:
    """Each of the words begins one of the proposal's.

    PostgreSQL's full text, without stemming: it knows no Kazakh. The words of a cycle are some thousand rows, which its
    index picks before any is looked through; an index of words would be one more to keep.
    """
    if act.session.get_bind().dialect.name == "postgresql":
        asked = " & ".join(f"{word}:*" for word in words)
        found: ColumnElement[bool] = func.to_tsvector("simple", ProposalWords.words).op("@@")(
            func.to_tsquery("simple", asked)
        )
        return found
    return and_(*(ProposalWords.words.contains(f" {word}") for word in words))


def _cost() -> ColumnElement[int]:
    """What the office made of the cost, and before that the author's."""
    checked = select(Review.cost).where(Review.proposal_id == Proposal.id, Review.verdict == Verdict.ACCEPT)
    return func.coalesce(checked.scalar_subquery(), Proposal.cost)


def _ordered(order: Order) -> list[ColumnElement[Any]]:
    orders: dict[Order, list[ColumnElement[Any]]] = {
        Order.NUMBER: [],
        Order.LATEST: [Proposal.submitted_at.desc(), Proposal.number.desc()],
        Order.CHEAPEST: [_cost()],
        Order.DEAREST: [_cost().desc()],
    }
    return orders[order]
