"""What a trustee has to do for a poll now: the key before it opens, the ballots after it ended."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import LazyString, lazy_gettext

from pb.act import Act, Role
from pb.cycles.models import Cycle, Phase
from pb.identity.service.duties import Duty
from pb.polls.models import Poll
from pb.polls.service import state
from pb.polls.service.duties import duties_around
from pb.trustees.service import places
from pb.trustees.service.threshold_key import Step
from pb.trustees.views.trustee import stage_of

DEEDS: dict[str, LazyString] = {
    "key": lazy_gettext("Make your key"),
    Step.CERTIFICATE: lazy_gettext("Make your certificate"),
    Step.DEALING: lazy_gettext("Deal the shares of the key"),
    Step.SHARE: lazy_gettext("Take your share of the key"),
    "confirmation": lazy_gettext("Confirm your key"),
    "shuffle": lazy_gettext("Shuffle the ballots"),
    "decryption": lazy_gettext("Decrypt the result"),
}


AFTER_THE_VOTE = frozenset({"shuffle", "decryption"})


@duties_around(Phase.VOTING, of=[Role.TRUSTEE])
def work(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    for place in places.all_of(act, poll):
        if act.person is None or place.person_id != act.person.id:
            continue
        stage, _waits = stage_of(act, poll, place, whole=state.decrypts_ballots(cycle, poll))
        if stage in DEEDS:
            # A key waits for the vote's first day, which nobody knows yet; a result for the cycle's day of it.
            until = cycle.until(Phase.RESULT) if stage in AFTER_THE_VOTE else None
            yield Duty(str(DEEDS[stage]), url_for("trustees.trustee", cycle_id=cycle.id), until=until)
