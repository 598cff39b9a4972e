"""How much was sent in a territory, and what kept it from being sent: numbers alone."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import func, select

from pb.act import Act
from pb.notices.models import Channel, Sending, State

TROUBLES: Mapping[str, LazyString] = {
    "unreachable": lazy_gettext("The mail server or the SMS provider did not answer"),
    "refused": lazy_gettext("The address was refused: it does not exist, or takes nothing"),
}


def of_place(act: Act) -> dict[str, dict[str, int]]:
    """By channel how many notices wait, were sent, failed for good; what nobody wanted any more is not counted."""
    counted = select(Sending.channel, Sending.state, func.count()).where(Sending.territory_id == act.territory.id)
    found: dict[str, dict[str, int]] = {}
    for channel, state, number in act.session.execute(counted.group_by(Sending.channel, Sending.state)):
        found.setdefault(channel, dict.fromkeys(State, 0))[state] = number
    return {channel.value: found[channel] for channel in Channel if channel in found}


def troubles(act: Act) -> list[tuple[LazyString | str, int]]:
    """Each kind of failure of what waits or failed, with its number."""
    counted = select(Sending.trouble, func.count()).where(Sending.territory_id == act.territory.id)
    counted = counted.where(Sending.trouble != "", Sending.state.in_([State.WAITING, State.FAILED]))
    rows = act.session.execute(counted.group_by(Sending.trouble).order_by(Sending.trouble))
    return [(TROUBLES.get(kind, kind), number) for kind, number in rows]
