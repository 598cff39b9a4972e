"""Which projects are on the ballot, for their own pages: while voting goes on, each leads to it."""

from collections.abc import Mapping
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.polls.models import State
from pb.polls.service import state
from pb.proposals.service import fates
from pb.proposals.service.fates import Fate


@fates.tells(Phase.VOTING)
def on_the_ballot(act: Act, cycle: Cycle) -> Mapping[UUID, Fate]:
    poll = state.current(act, cycle) if cycle.phase == Phase.VOTING else None
    terms = state.terms_of(poll) if poll is not None else None
    if poll is None or terms is None:
        return {}
    fate = Fate("sky", "voting", _("On the ballot"), str(state.now(act, cycle)))
    if state.seen_of(cycle, poll, act.at) == State.OPEN and poll.closes_at is not None:
        url = url_for("voting.vote", cycle_id=cycle.id)
        then = url_for("voting.show", cycle_id=cycle.id), _("See what comes after the vote")
        fate = fate._replace(until=local(poll.closes_at).date(), url=url, label=_("Vote now"), closes=True, then=then)
    else:
        fate = fate._replace(url=url_for("voting.show", cycle_id=cycle.id), label=_("See how the vote goes"))
    return {UUID(project.id): fate for project in terms.projects}
