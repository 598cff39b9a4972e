"""What waits of works: milestones that are overdue, words of residents, and a resident's own answer."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.formats import language, named
from pb.identity.service.duties import Duty
from pb.proposals.models import Proposal
from pb.works.service import answers, finding


@duties_in(Phase.WORKS, of=[Role.OFFICE])
def overdue_milestones(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """The earliest of each project; one that was never begun waits for its first step."""
    today = local(act.at).date()
    for work in finding.of_cycle(act, cycle):
        url = url_for("works.show", cycle_id=cycle.id, proposal_id=work.proposal.id)
        if overdue := work.overdue(today):
            yield Duty(_("Report on an overdue milestone"), url, _thing(work.proposal), overdue[0].until)
        elif work.state is None:
            yield Duty(_("Say where a project is"), url, _thing(work.proposal))


@duties_in(Phase.WORKS, of=[Role.OFFICE])
def words_to_answer(act: Act, cycle: Cycle) -> Iterator[Duty]:
    for proposal, _count in answers.waiting(act, cycle):
        url = url_for("works.read_answers", cycle_id=cycle.id, proposal_id=proposal.id)
        yield Duty(_("Answer what residents wrote of a project"), url, _thing(proposal))


@duties_in(Phase.WORKS, of=[Role.RESIDENT])
def to_judge(act: Act, cycle: Cycle) -> Iterator[Duty]:
    for work in finding.of_cycle(act, cycle):
        step = answers.accepted(act, work.proposal) if work.finished else None
        if step is not None and answers.is_open(act, step) and answers.own(act, work.proposal) is None:
            url = url_for("works.think_of_answer", cycle_id=cycle.id, proposal_id=work.proposal.id)
            yield Duty(_("Say whether a project is built"), url, _thing(work.proposal), step.answers_until)


def _thing(proposal: Proposal) -> str:
    return named(proposal.number or "", proposal.called(language()).text)
