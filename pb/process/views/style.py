"""Every component in every state on one page, in a demonstration alone: what a change of the face is held against."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.clock import local
from pb.core.belenios.receipt_code import receipt_code, spaced
from pb.cycles.models import DECIDERS, ORDER, PHASE_LABELS
from pb.errors import NotFound
from pb.process.forms import EveryField
from pb.process.views.blueprint import blueprint
from pb.process.views.phase_bar import Bar, Step
from pb.proposals.models import CATEGORY_LABELS
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
        icons=[(phase, PHASE_LABELS[phase]) for phase in ORDER] + list(CATEGORY_LABELS.items()),
        code=spaced(receipt_code(TRACKER)),
        today=act.at,
        history=[
            {"at": act.at - timedelta(days=days), "text": _("done"), "who": None, "note": None} for days in (9, 2)
        ],
    )


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
