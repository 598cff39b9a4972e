"""What the commands of `pb territory` share: which territory is meant, texts as they are kept, what services refuse."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pb.commands.spoken import gettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from pb.act import Act
    from pb.territory.models import Territory


def act_in(session: "Session", told: str) -> "Act":
    """An act of the platform itself in the territory of this code or address. Raises ClickException."""
    from pb import clock
    from pb.act import Act

    return Act(session, find(session, told), None, frozenset(), clock.now())


@contextmanager
def refusals() -> "Iterator[None]":
    """What a service refuses is said by the command, in its language."""
    from pb.errors import Refusal

    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(str(refusal.message)) from refusal


def find(session: "Session", told: str) -> "Territory":
    """The territory of this code or address. Raises ClickException."""
    from pb.territory.service import tree

    one = tree.find(session, told)
    if one is None:
        raise click.ClickException(gettext("No territory has this code or address."))
    return one


def tidied(told: "Mapping[str, Any]") -> "dict[str, Any]":
    """Texts of the command's options as forms make them one before they are kept or compared."""
    from pb.core.text import TextFault, tidy

    def read(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(read, value))
        return tidy(value) if isinstance(value, str) else value

    try:
        return {name: read(value) for name, value in told.items()}
    except TextFault as fault:
        raise click.ClickException(
            gettext("An option holds a sign that cannot be seen or that turns the direction of writing: type it anew.")
        ) from fault
