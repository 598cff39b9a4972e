"""Every component in every state on one page, in a demonstration alone: what a change of the face is held against."""

from datetime import timedelta
from types import SimpleNamespace

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Role
from pb.clock import local
from pb.core.belenios.receipt_code import receipt_code, spaced
from pb.core.poll.terms import Project
from pb.cycles.models import DECIDERS, ORDER, PHASE_LABELS
from pb.errors import NotFound
from pb.formats import money
from pb.identity.service.roles import ICONS, LABELS
from pb.process.forms import EveryCount, EveryField
from pb.process.views.blueprint import blueprint
from pb.process.views.menu import Row as Room
from pb.process.views.my_work import Row
from pb.process.views.phase_bar import Bar, Step
from pb.proposals.models import CATEGORY_LABELS, STATE_LABELS, State
from pb.proposals.service import fates
from pb.web import charts
from pb.web.access import EVERYBODY, access
from pb.web.requests import current_act, page, settings

TAGS = {
    "green": lazy_gettext("done"),
    "red": lazy_gettext("Refused"),
    "amber": lazy_gettext("Waits for an answer"),
    "sky": lazy_gettext("now"),
    "grey": lazy_gettext("Draft"),
}
TRACKER = "A" * 43
BUILT = lazy_gettext("Built")
CURRENT = 3  # the vote
ENVELOPE = 60_000_000_00
PLACE = "Красный Яр"


@blueprint.get("/style")
@access(EVERYBODY)
def style() -> str:
    if not settings().demo:
        raise NotFound
    act = current_act()
    refused = EveryField(formdata=None, prefix="refused-")
    for name in ("title", "reason"):
        refused[name].errors = [str(validator.message) for validator in refused[name].validators[:1]]
    return page(
        "process/style.html",
        bar=_bar(CURRENT, ""),
        bars=[
            (_("Last day"), _bar(CURRENT, _("the last day is today, until %(hour)s", hour="20:00"))),
            (_("voting has ended"), _bar(CURRENT, _("voting has ended"))),
            (_("done"), _bar(len(ORDER), _("done"))),
        ],
        forms=(EveryField(formdata=None), refused),  # not by itself: the page is no form that was refused
        tags=TAGS,
        icons=[(phase, PHASE_LABELS[phase]) for phase in ORDER]
        + [*CATEGORY_LABELS.items(), *_roles(), *_fates(), ("poster", _("Posters"))],
        money_bar=charts.money_bar(4, 5, title=_("Envelope"), spent_text=_("Spent"), left_text=_("Left")),
        chart=charts.bar_chart(
            [charts.Bar(one.title, one.cost, money(one.cost), one.number == 1) for one in _projects()],
            title=_("Projects"),
            won=_("Won"),
            envelope=ENVELOPE,
            envelope_text=_("Envelope"),
        ),
        projects=_projects(),
        envelope=ENVELOPE,
        code=spaced(receipt_code(TRACKER)),
        spaced=spaced,
        neighbours=[SimpleNamespace(position=15 + n, code=receipt_code(letter * 43)) for n, letter in enumerate("BAC")],
        duties=[
            Row("#fields", _("Answer the objections"), PLACE, None, 2),
            Row("#fields", _("Review the proposals"), PLACE, local(act.at).date()),
            Row("#fields", _("Propose a project"), PLACE, tag=("grey", _("Draft"))),
        ],
        rooms=[Room(str(PHASE_LABELS[phase]), "#fields", phase, phase == ORDER[1], True) for phase in ORDER[:3]],
        who={"name": "Сәуле Омарова", "role_labels": [str(LABELS[Role.OFFICE])]},
        count=EveryCount(formdata=None, prefix="count-"),
        today=act.at,
        history=[
            {"at": act.at - timedelta(days=days), "text": _("done"), "who": None, "note": None} for days in (9, 2)
        ],
    )


def _roles() -> list[tuple[str, LazyString]]:
    """Each pictogram of a role once, with the first role that has it."""
    return list({ICONS[role]: LABELS[role] for role in reversed(ICONS)}.items())


def _fates() -> list[tuple[str, LazyString]]:
    states = [(fates.ICONS[state], STATE_LABELS[state]) for state in (State.ACCEPTED, State.REFUSED, State.RETURNED)]
    return [*states, ("won", lazy_gettext("Won")), ("lost", lazy_gettext("Did not win")), ("built", BUILT)]


def _projects() -> list[Project]:
    """Three that stand on a ballot: with long words, as people's titles have them."""
    return [
        Project(str(n), n, str(title), PLACE, n * 9_200_000_00)
        for n, title in enumerate([*CATEGORY_LABELS.values()][:3], 1)
    ]


def _bar(current: int, told: str) -> Bar:
    """The bar in this phase, by its place; one more than there are: all is over."""
    act = current_act()
    names = [str(PHASE_LABELS[phase]) for phase in ORDER]
    states = ["done"] * current + (["current"] + ["todo"] * len(ORDER))[: len(ORDER) - current]
    day = local(act.at).date()
    steps = [
        Step(name, state, None, day + timedelta(days=10 * place), str(DECIDERS[phase]), "")
        for place, (phase, name, state) in enumerate(zip(ORDER, names, states, strict=True))
    ]
    place = min(current, len(ORDER) - 1)
    line = [f"{place + 1} / {len(ORDER)}", names[place], *([told] if told else [])]
    return Bar(" · ".join(line), steps, act.at, None, "")
