"""Whether what was typed adds up: the fault names the sum, so that the reader sees which number is off."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.errors import FieldRefusal, Forbidden
from pb.formats import number
from pb.reports.models import LONGEST_REASON
from pb.text import one_line

MOST: Final = 100_000_000
Counts = Mapping[str, int]


def adds_up(field: str, parts: Iterable[int], total: int | None) -> Iterator[FieldRefusal]:
    """The fault at a total that was typed beside its parts and is not their sum."""
    found = sum(parts)
    if total is not None and found != total:
        told = _("The parts add up to %(sum)s, the total says %(total)s.", sum=number(found), total=number(total))
        yield FieldRefusal(field, told)


def reason_of(reason: str, *, corrects: bool) -> Iterator[FieldRefusal]:
    """A correction says why; the first version has no reason."""
    text = one_line(reason)
    if corrects and not text:
        yield FieldRefusal("reason", _("Say why it is corrected: the reason stands beside the earlier version."))
    elif len(text) > LONGEST_REASON:
        yield FieldRefusal("reason", _("Use at most %(max)d characters.", max=LONGEST_REASON))


def require_office(act: Act) -> None:
    """Raises Forbidden."""
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office enters what is reported."))


def without_zeros(counts: Counts) -> dict[str, int]:
    """What is kept of counts by key."""
    return {str(key): count for key, count in counts.items() if count}
