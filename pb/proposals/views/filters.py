"""What the address of the list of proposals asks for; it can be sent to somebody, who sees the same."""

from typing import Any, NamedTuple

from flask import request

from pb.act import Act
from pb.core import search
from pb.proposals.models import Category, State
from pb.proposals.service.finding import PUBLIC, Order, Wanted
from pb.web import settlements

LONGEST_SEARCH = 100
COSTS = (1_000_000, 3_000_000, 5_000_000, 10_000_000, 20_000_000)  # tenge
TIYN = 100


class Asked(NamedTuple):
    """`parts` are those of the address that were understood; `unknown`: it names a settlement that is none here."""

    wanted: Wanted
    parts: dict[str, str]
    unknown: bool

    def at(self, page: int) -> dict[str, Any]:
        """The parts of the address of a page of the same list."""
        return {**self.parts, "page": page}

    @property
    def narrowed(self) -> bool:
        """Whether some proposals may be left out."""
        return bool(self.parts.keys() - {"order"})


def read(act: Act) -> Asked:
    """What the present address asks for; a part that nobody's form writes asks for nothing."""
    places = settlements.by_word(act)
    words = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    place, category, state = (request.args.get(name, "") for name in ("place", "category", "state"))
    cost, order = (request.args.get(name, "") for name in ("cost", "order"))
    known = {
        "q": words if search.asked(words) else "",
        "place": place if place in places else "",
        "category": category if category in {*Category} else "",
        "state": state if state in PUBLIC else "",
        "cost": cost if cost in map(str, COSTS) else "",
        "order": order if order in {*Order} - {Order.NUMBER} else "",
    }
    wanted = Wanted(
        words=search.asked(words),
        number=search.number(words),
        settlement=places.get(place, ""),
        category=Category(category) if known["category"] else None,
        state=State(state) if known["state"] else None,
        most=int(cost) * TIYN if known["cost"] else None,
        order=Order(order) if known["order"] else Order.NUMBER,
    )
    return Asked(wanted, {name: part for name, part in known.items() if part}, bool(place) and place not in places)
