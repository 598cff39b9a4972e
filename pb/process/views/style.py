"""Every component in every state on one page, in a demonstration alone: what a change of the face is held against."""

from datetime import timedelta

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.clock import local
from pb.core.belenios.receipt_code import receipt_code, spaced
from pb.cycles.models import DECIDERS, ORDER, PHASE_LABELS
from pb.errors import NotFound
from pb.identity.service.roles import ICONS, LABELS
from pb.process.forms import EveryField
from pb.process.views.blueprint import blueprint
from pb.process.views.phase_bar import Bar, Step
from pb.proposals.models import CATEGORY_LABELS, STATE_LABELS, State
from pb.proposals.service import fates
from pb.web.access import EVERYBODY, access
from pb.web.charts import money_bar
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
        bar=_bar(),
        forms=(EveryField(formdata=None), refused),  # not by itself: the page is no form that was refused
        tags=TAGS,
        icons=[(phase, PHASE_LABELS[phase]) for phase in ORDER]
        + [*CATEGORY_LABELS.items(), *_roles(), *_fates(), ("poster", _("Posters"))],
        money_bar=money_bar(4, 5, title=_("Envelope"), spent_text=_("Spent"), left_text=_("Left")),
        code=spaced(receipt_code(TRACKER)),
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


def _bar() -> Bar:
    act = current_act()
    names = [str(PHASE_LABELS[phase]) for phase in ORDER]
    states = ["done"] * CURRENT + ["current"] + ["todo"] * (len(ORDER) - CURRENT - 1)
    day = local(act.at).date()
    steps = [
        Step(name, state, None, day + timedelta(days=10 * place), str(DECIDERS[phase]), "")
        for place, (phase, name, state) in enumerate(zip(ORDER, names, states, strict=True))
    ]
    return Bar(f"{CURRENT + 1} / {len(ORDER)} · {names[CURRENT]}", steps, act.at, None, "")
