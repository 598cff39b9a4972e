"""Two small public registers of an okrug: its development programme and its communal property."""

from typing import Final
from uuid import UUID

from flask_babel import LazyString

from pb.act import Act, Role
from pb.errors import Forbidden

WRITING: Final = (Role.OFFICE,)


def may_write(act: Act) -> bool:
    return act.person is not None and act.holds(*WRITING)


def require_writing(act: Act, told: LazyString) -> UUID:
    """Who keeps the registers. Raises Forbidden."""
    if act.person is None or not act.holds(*WRITING):
        raise Forbidden(told)
    return act.person.id
