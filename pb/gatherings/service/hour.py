"""The announced hour: people come before it and are written down, and decide nothing yet.

Who reads that a meeting begins at three comes at three: whoever was let in earlier elects no chair without them.
The same stands in the rules of the database (pb/freezes/gatherings.py).
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.errors import Conflict
from pb.formats import hour
from pb.gatherings.models import Gathering


def has_come(act: Act, gathering: Gathering) -> bool:
    """Whether the hour for which the meeting was announced has come."""
    return act.at >= gathering.meets_at


def too_early(act: Act, gathering: Gathering) -> LazyString | None:
    """Why nothing is decided yet; None from the announced hour on."""
    if has_come(act, gathering):
        return None
    return _("The meeting begins at %(hour)s: until then people still come.", hour=hour(gathering.meets_at))


def require(act: Act, gathering: Gathering) -> None:
    """Raises Conflict before the announced hour."""
    if (told := too_early(act, gathering)) is not None:
        raise Conflict(told)
