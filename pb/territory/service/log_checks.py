"""The check of a whole log: a long one takes seconds, so a job computes it anew and the auditor reads what came out.

What the page itself computes is bounded: what came after the last check, as far as `MOST_NEW` events. So an old row
that somebody changed is found by the next check, and the page says of which moment the last one is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pb import clock
from pb.act import Act
from pb.audit import service
from pb.audit.models import AuditEvent
from pb.jobs import service as jobs
from pb.jobs.service import verdicts
from pb.settings import Settings
from pb.territory.models import Territory

KIND = "log.check"
MOST_NEW = 500
BEAT = 20_000  # events between two renewals of the job's lease


@dataclass(frozen=True)
class Standing:
    """What is known of a log: it holds up to `position`, of which a check computed `checked` events at `at`.

    `fault` is the position of the first event that is wrong. `unchecked` events come after `position`.
    """

    position: int
    unchecked: int
    fault: int | None = None
    checked: int = 0
    at: datetime | None = None
    state: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.state in {"queued", "running"}

    @property
    def broke_off(self) -> bool:
        return self.state == "failed"


def ask(act: Act) -> None:
    """Asks for a check of the whole log of the act's territory."""
    jobs.ask(act, KIND, act.territory.id)


def standing(act: Act, settings: Settings) -> Standing:
    """What the last check found, and what came since computed now: a few queries, however long the log."""
    job = jobs.find(act, KIND, act.territory.id)
    told = verdicts.opened(settings, job) or {}
    length, _hash = service.end(act)
    at = datetime.fromisoformat(told["at"]) if told else None
    state = job.state if job is not None else ""
    if told.get("fault") is not None:
        fault = int(told["fault"])
        return Standing(fault - 1, length - fault + 1, fault, fault - 1, at, state)
    checked = int(told.get("position", 0))
    chain = _after(act, told)
    if chain is None:
        return Standing(checked - 1, length - checked + 1, checked, checked, at, state)
    for event in service.rows(act, after=checked, most=MOST_NEW):
        if not chain.takes(event):
            return Standing(checked, length - chain.position + 1, chain.position, checked, at, state)
    ended = chain.position >= length
    broken = chain.position if ended and not chain.ends_as(act) else None
    return Standing(chain.position, max(0, length - chain.position), broken, checked, at, state)


def _after(act: Act, told: dict[str, Any]) -> service.Chain | None:
    """The chain behind the last event that was checked; None where another event stands there now."""
    if not told.get("position"):
        return service.Chain()
    chain = service.Chain(int(told["position"]), told["hash"], datetime.fromisoformat(told["latest"]))
    query = select(AuditEvent.hash).where(
        AuditEvent.territory_id == act.territory.id, AuditEvent.position == chain.position
    )
    return chain if act.session.scalars(query).one_or_none() == chain.previous else None


@jobs.handles(KIND, jobs.Priority.VERIFYING)
def check(work: jobs.Work) -> str:
    """Computes every event of a territory's log anew, in a reading transaction."""
    at = clock.now()
    with work.database.work(writing=False) as session:
        act = Act(session, session.get_one(Territory, work.territory_id), None, frozenset(), at)
        chain = service.Chain()

        def beat() -> None:
            if chain.position % BEAT == 0:
                work.still_at_work()

        fault = service.follow(act, chain, beat)
    verdict = {
        "at": at.isoformat(),
        "fault": fault,
        "position": chain.position,
        "hash": chain.previous,
        "latest": chain.latest.isoformat() if chain.latest else None,
    }
    return verdicts.sealed(work.settings, KIND, work.territory_id, verdict)
