"""Posters for the walls of the village: propose, vote, what was decided; each on A4 and A3."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Frame, Paper, Poster
from pb.errors import NotFound
from pb.formats import day, moment, money, number, numbered
from pb.gatherings.service import meetings
from pb.polls.service import state
from pb.results.service import counting
from pb.territory.service import addresses

MOST_WINNERS = 10
Content = Callable[[Act, Cycle, str, str, Paper], Poster]


def ideas(act: Act, cycle: Cycle, language: str, base_url: str, paper: Paper) -> Poster:
    """Residents are asked for projects. Raises NotFound when none is taken any more."""
    if not cycles.takes_ideas(act, cycle):
        raise NotFound
    title = _("%(sum)s: what shall we spend it on?", sum=money(cycle.envelope))
    return Poster(
        frame=_frame(act, cycle, language, title, f"{base_url}{cycles.path(act, cycle)}"),
        paper=paper,
        steps=[
            _("Propose a project: what is needed here, where, and what it costs."),
            _("The akim's office checks the projects, the assembly of the local community chooses."),
            _("Residents vote. The winners enter the budget."),
        ],
        rows=[],
        facts=[
            (_("Propose until"), day(cycle.proposals_until, language)),
            (_("One project"), _("up to %(sum)s", sum=money(cycle.project_limit))),
        ],
        closing=_("Open this address, or point a telephone's camera at the square:"),
    )


def vote(act: Act, cycle: Cycle, language: str, base_url: str, paper: Paper) -> Poster:
    """Where and how to vote. Raises NotFound unless a vote is being prepared or is open."""
    poll = state.current(act, cycle)
    terms = state.terms_of(poll) if poll is not None else None
    if cycle.phase != Phase.VOTING or (terms is not None and not state.is_open(state.require(act, cycle), act.at)):
        raise NotFound
    until = moment(terms.closes_at, language) if terms is not None else day(cycle.voting_until, language)
    return Poster(
        frame=_frame(act, cycle, language, _("Vote for the projects"), f"{base_url}{addresses.path(act)}/vote"),
        paper=paper,
        steps=[
            _("Take your voter card, its code and your IIN."),
            _("Open the address, or point a telephone's camera at the square."),
            _("Choose, check, cast your ballot. It is secret."),
        ],
        rows=[],
        facts=[
            (_("Voting ends"), until),
            (_("Residents share out"), money(cycle.envelope)),
            (_("Without a telephone"), act.territory.place_to_vote(language)),
        ],
        closing=_("You vote here:"),
    )


def result(act: Act, cycle: Cycle, language: str, base_url: str, paper: Paper) -> Poster:
    """What won, and what it costs; before the adoption it says so. Raises NotFound before there is a result."""
    counted = counting.outcome(act, cycle)
    if counted is None:
        raise NotFound
    winners = [project for project in counted.projects if project.won]
    shown = [
        (f"{numbered(project.number)}. {project.called(language).text}", money(project.cost))
        for project in winners[:MOST_WINNERS]
    ]
    if len(winners) > MOST_WINNERS:
        shown.append((_("And others: %(number)s", number=len(winners) - MOST_WINNERS), ""))
    adopted = meetings.adopted(act, cycle) is not None
    title = _("What the residents decided") if adopted else _("How the residents voted")
    waits = [] if adopted else [(_("Not adopted yet"), _("The assembly decides after the checks"))]
    return Poster(
        frame=_frame(act, cycle, language, title, f"{base_url}{cycles.path(act, cycle)}/result"),
        paper=paper,
        steps=[],
        rows=shown,
        facts=[
            *waits,
            (_("Ballots"), f"{number(counted.voted)} / {number(counted.entitled)}"),
            (_("Envelope"), money(counted.envelope)),
            (_("Left"), money(counted.left)),
        ],
        closing=_("Why each project won or not, and how to check the count:"),
    )


def _frame(act: Act, cycle: Cycle, language: str, title: str, address: str) -> Frame:
    return frame(act, language, title, title, address, str(cycle.fiscal_year))


def kind_of(name: str, paper: Paper) -> str:
    """What a poster is called as a paper, in its address."""
    return f"poster-{name}-{paper}"


def _build(content: Content, paper: Paper, act: Act, cycle_id: UUID, language: str, base_url: str) -> Poster:
    return content(act, cycles.get(act, cycle_id), language, base_url, paper)


POSTERS: dict[str, tuple[Content, LazyString]] = {
    "ideas": (ideas, lazy_gettext("Propose a project")),
    "vote": (vote, lazy_gettext("Where and how to vote")),
    "result": (result, lazy_gettext("What the residents decided")),
}
for _name, (_content, _label) in POSTERS.items():
    for _paper in Paper:
        _called = lazy_gettext("Poster, %(size)s: %(name)s", size=_paper.upper(), name=_label)
        _register = builds(
            kind_of(_name, _paper), page="/{subject}/posters", label=_called, of_page=lazy_gettext("Posters")
        )
        _register(partial(_build, _content, _paper))


def there(act: Act, cycle: Cycle) -> Iterator[tuple[str, LazyString]]:
    """The posters that can be printed now, each with what it is called."""
    for name, (content, label) in POSTERS.items():
        with suppress(NotFound):
            content(act, cycle, "kk", "", Paper.A4)
            yield name, label
