"""The result of a poll on paper."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.cycles import service as cycles
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Result, ResultRow, Signature
from pb.errors import NotFound
from pb.formats import day, money, number, numbered
from pb.polls.service import state, wording
from pb.results.service import counting, explanations, exports, fairness


@builds("result", page="/{subject}/result", label=lazy_gettext("Result of the vote"))
def result(act: Act, cycle_id: UUID, language: str, base_url: str) -> Result:
    """The published result of a cycle's poll. Raises NotFound before there is one."""
    cycle = cycles.get(act, cycle_id)
    counted = counting.outcome(act, cycle)
    poll = state.current(act, cycle)
    if counted is None or poll is None:
        raise NotFound
    counted = counting.in_language(act, counted, language)
    rule = [*wording.ballot(counted.ballot), *wording.rule(counted.rule, counted.ballot)]
    reasons = [f"{numbered(project.number)}: {explanations.why(project, counted)}" for project in counted.projects]
    return Result(
        frame=frame(
            act,
            language,
            _("Result of the vote"),
            _("Result of the vote"),
            f"{base_url}{cycles.path(act, cycle)}/result",
            str(cycle.fiscal_year),
        ),
        facts=[
            (_("Voting ended"), day(poll.closes_at, language) if poll.closes_at else ""),
            (_("Voters on the roll"), number(counted.entitled)),
            (_("Ballots"), number(counted.voted)),
            (_("Envelope"), money(counted.envelope)),
            (_("Left"), money(counted.left)),
            (_("Identifier of the poll"), poll.uuid),
        ],
        columns=[_("Place"), _("Project"), explanations.words(counted.ballot).counted, _("Cost"), _("Outcome")],
        rows=[
            ResultRow(
                place,
                f"{numbered(project.number)}. {project.called(language).text}",
                project.votes,
                money(project.cost),
                exports.outcome(project),
            )
            for place, project in enumerate(counted.projects, 1)
        ],
        notes=[
            (_("How the winners are found"), [*rule, *explanations.ties(counted)]),
            (_("Why each project won or did not win"), reasons),
            (_("What the ballots show together"), [*explanations.fairness(counted), *fairness.sentences(counted)]),
        ],
        signatures=[
            Signature(_("Chair of the assembly"), "", _("signature, date")),
            Signature(_("Secretary of the assembly"), "", _("signature, date")),
        ],
    )
