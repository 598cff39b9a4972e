"""Which projects the assembly put to the vote, for their own pages."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext as _

from pb.act import Act
from pb.cycles.models import Cycle, Phase
from pb.gatherings.models import Matter, Outcome
from pb.gatherings.service import meetings
from pb.proposals.service import fates
from pb.proposals.service.fates import Fate


@fates.tells(Phase.GATHERING)
def decided(act: Act, cycle: Cycle) -> Mapping[UUID, Fate]:
    if meetings.decided(act, cycle, Matter.PROJECT) is None:
        return {}
    put = Fate("green", "accepted", _("Put to the vote"), _("Residents vote on the project."), cycle.voting_until)
    left = Fate("grey", "lost", _("Not put to the vote"), _("Nothing more happens to this proposal in this cycle."))
    return {
        proposal_id: put if outcome == Outcome.APPROVED else left
        for proposal_id, outcome in meetings.settled(act, cycle).items()
    }
