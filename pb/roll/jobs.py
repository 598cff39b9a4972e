"""The roll's long work: computing it anew for its auditors; and what the rotation of keys leaves alone in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from pb import clock
from pb.act import Act
from pb.cycles.models import Cycle
from pb.identity.service import rotation
from pb.jobs import service as jobs
from pb.jobs.service import verdicts
from pb.keyring import Keys
from pb.roll.models import Entry, Freeze
from pb.roll.service import commitments, entries
from pb.settings import Settings
from pb.territory.models import Territory

KIND = "roll.check"
MOST_AT_ONCE = 1000  # entries that a page computes anew by itself


@dataclass(frozen=True)
class Standing:
    """Whether the roll is the one of its last commitment, and since when that is known; None: it was not computed."""

    holds: bool | None
    at: datetime | None = None
    state: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.state in {"queued", "running"}

    @property
    def broke_off(self) -> bool:
        return self.state == "failed"


def ask(act: Act, cycle: Cycle) -> None:
    """Asks for the roll to be computed anew."""
    jobs.ask(act, KIND, cycle.id)


def standing(act: Act, cycle: Cycle, keys: Keys, settings: Settings) -> Standing:
    """A short roll is computed anew now; of a long one the last check tells, if it was of the last commitment.

    Raises Conflict once its IINs and the salts are erased.
    """
    latest = commitments.last(act, cycle)
    if latest is None:
        return Standing(None)
    if entries.last_number(act, cycle) <= MOST_AT_ONCE:
        return Standing(commitments.holds(act, cycle, keys))
    job = jobs.find(act, KIND, cycle.id)
    state = job.state if job is not None else ""
    told = verdicts.opened(settings, job)
    if told is None or told["commitment"] != latest.commitment:
        return Standing(None, None, state)
    return Standing(bool(told["holds"]), datetime.fromisoformat(told["at"]), state)


@jobs.handles(KIND, jobs.Priority.VERIFYING)
def check(work: jobs.Work) -> str:
    """Computes a roll anew, in a reading transaction, and compares it with its last commitment and confirmation."""
    at = clock.now()
    with work.database.work(writing=False) as session:
        cycle = session.get_one(Cycle, work.subject_id)
        act = Act(session, session.get_one(Territory, work.territory_id), None, frozenset(), at)
        holds = commitments.holds(act, cycle, Keys(work.settings.iin_pepper, work.settings.seal_key))
        latest = commitments.last(act, cycle)
    verdict = {"at": at.isoformat(), "holds": holds, "commitment": latest.commitment if latest else None}
    return verdicts.sealed(work.settings, KIND, work.subject_id, verdict)


@rotation.lookups_change_where("roll_entries")
def not_frozen() -> ColumnElement[bool]:
    """Entries of rolls that are not frozen: the others are kept by triggers."""
    return Entry.cycle_id.not_in(select(Freeze.cycle_id).where(Freeze.thawed_at.is_(None)))
