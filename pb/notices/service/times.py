"""When something is sent: at once or at the hour of the digest, never in quiet hours; and when it is tried anew."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from pb.clock import local
from pb.notices.models import Choices

_OF_DIGESTS = UUID("8f6f1c2e-3a53-4f0b-9a51-5d2f4f6f2b7a")
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))
"""Between one attempt and the next; after the last nothing is tried any more."""


TIME_TO_ACT = timedelta(minutes=15)
EVENING = timedelta(hours=1)
"""How long before the quiet hours somebody is told of what ends in them."""
TURN_SECONDS = 5
"""How long a job of notices goes on before what is more urgent has its turn."""


def first(choices: Choices, now: datetime) -> datetime:
    """When what happened now goes to somebody with these choices."""
    return after_quiet(choices, now if choices.digest_hour is None else _digest(choices.digest_hour, now))


def hour(moment: datetime) -> datetime:
    """The full hour: an exact moment at which a person was here would in the end tell whose ballot is whose."""
    return moment.replace(minute=0, second=0, microsecond=0)


def after_quiet(choices: Choices, moment: datetime) -> datetime:
    """The moment, or the end of the quiet hours that it falls into."""
    here = local(moment)
    begins, ends = choices.quiet_from, choices.quiet_until
    within = begins <= here.hour < ends if begins < ends else begins != ends and not ends <= here.hour < begins
    if not within:
        return moment
    end = here.replace(hour=ends, minute=0, second=0, microsecond=0)
    return end if end > here else end + timedelta(days=1)


def before_the_end(choices: Choices, moment: datetime, ends_at: datetime, now: datetime) -> datetime | None:
    """When what ends is told of, meant for `moment`: after the quiet hours, or before them where it ends in them.

    None where neither is left.
    """
    later = after_quiet(choices, moment)
    if later == moment or ends_at - later >= TIME_TO_ACT:
        return later
    here = local(moment)
    begins = here.replace(hour=choices.quiet_from, minute=0, second=0, microsecond=0)
    begins -= timedelta(days=1) if begins > here else timedelta()
    return max(now, begins - EVENING) if begins > now else None


def _digest(hour: int, now: datetime) -> datetime:
    here = local(now)
    then = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return then if then > here else then + timedelta(days=1)


def message_of(choices: Choices, person_id: UUID, territory_id: UUID, channel: str, now: datetime) -> UUID | None:
    """The one message of a digest, the same for all that it holds; None for what goes at once, which is its own."""
    if choices.digest_hour is None:
        return None
    then = _digest(choices.digest_hour, now)
    return uuid5(_OF_DIGESTS, f"{person_id}|{territory_id}|{channel}|{then.timestamp():.0f}")


def again(now: datetime, attempts: int) -> datetime | None:
    """When it is tried again after so many attempts; None where it ends."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
