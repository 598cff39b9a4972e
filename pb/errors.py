"""What a service may say no with. The web layer turns each into a page in the user's language."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Refusal(Exception):
    """Base of every refusal that a user may see; `messages` are (lazy) texts of the catalogues, a reason each.

    `message` is all of them in one text. A script is told `code` (without one the name of the class) and what `details`
    hold beside the message. `wait`: in how many seconds the same may be tried again.
    """

    status = 400
    code = ""
    wait: int | None = None

    def __init__(self, *messages: Any) -> None:
        super().__init__(*messages)
        self.messages = messages
        self.message: Any = messages[0] if len(messages) == 1 else " ".join(map(str, messages))
        self.details: dict[str, Any] = {}


class FieldRefusal(Refusal):
    """One field of a form is at fault; shown at that field with all else kept."""

    status = 422

    def __init__(self, field: str, *messages: Any) -> None:
        super().__init__(*messages)
        self.field = field
        self.others: tuple[FieldRefusal, ...] = ()


def refuse_all(found: Iterable[FieldRefusal]) -> None:
    """Raises the first fault of a form, which tells of all others: people hear everything at once."""
    faults = list(found)
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]


def refused_by(*checks: Callable[[], object]) -> Iterator[FieldRefusal]:
    """What each of these checks refuses: one that raises keeps none of the others from being heard."""
    for check in checks:
        try:
            check()
        except FieldRefusal as refusal:
            yield from (refusal, *refusal.others)


class NotFound(Refusal):
    """There is no such thing, or it is not a child of the parent in the address."""

    status = 404

    def __init__(self) -> None:
        super().__init__("")


class Forbidden(Refusal):
    """The role is wrong for this action."""

    status = 403


class OutOfPhase(Refusal):
    """The action belongs to another phase of the cycle; the page says which it is and what comes next."""

    status = 409

    def __init__(self, cycle: Any, message: Any = "") -> None:
        super().__init__(message)
        self.cycle = cycle


class Conflict(Refusal):
    """The thing was already done, or stands in a state in which it cannot be done.

    `page`: the address where one sees so, unless the page above shows it.
    """

    status = 409

    def __init__(self, *messages: Any, page: str = "") -> None:
        super().__init__(*messages)
        self.page = page
