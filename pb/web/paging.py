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


def pager(total: int, size: int, address: Callable[[int], str]) -> Pager:
    """The page of a list of `total` that the address of this request asks for. Raises NotFound where there is none."""
    number, pages = request.args.get("page", 1, type=int), pages_of(total, size)
    if not 1 <= number <= pages:
        raise NotFound
    return pager_at(number, pages, address)


def pager_at(number: int, pages: int, address: Callable[[int], str]) -> Pager:
    """Page `number` of `pages`."""
    return Pager(
        number, pages, address(number - 1) if number > 1 else None, address(number + 1) if number < pages else None
    )
