"""Long lists are shown page by page."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from pb.errors import NotFound


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a list: its number from 1, how many there are, and the addresses of those beside it."""

    number: int
    pages: int
    previous_url: str | None
    next_url: str | None


def pages_of(total: int, size: int) -> int:
    """How many pages of `size` a list of `total` has: one at least."""
    return max(1, -(-total // size))


LAST_PAGE = 1_000_000  # no list is as long, and no database counts rows to every number that can be written


def asked_page() -> int:
    """The page of a list that the address of this request asks for, the first where it asks for none.

    Raises NotFound where no list has as many.
    """
    number = request.args.get("page", 1, type=int)
    if number > LAST_PAGE:
        raise NotFound
    return number


def pager(total: int, size: int, address: Callable[[int], str]) -> Pager:
    """The page of a list of `total` that the address of this request asks for. Raises NotFound where there is none."""
    number, pages = asked_page(), pages_of(total, size)
    if not 1 <= number <= pages:
        raise NotFound
    return pager_at(number, pages, address)


def pager_at(number: int, pages: int, address: Callable[[int], str]) -> Pager:
    """Page `number` of `pages`."""
    return Pager(
        number, pages, address(number - 1) if number > 1 else None, address(number + 1) if number < pages else None
    )
