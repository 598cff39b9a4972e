"""Every form of every room, found by looking at `pb.*.forms` and the like, and the odd values for each field."""

import importlib
import pkgutil

from flask import Flask

import pb
from pb.web.forms import Form

VALUES = ["\0", "a\0b", "９", "-1", "9" * 40, "1" * 5000, "0001-01-01", "9999-12-31", "x" * 9000, "👪" * 200]
# Of these the fields of the other forms are made, and no page shows them on their own.
ONLY_INHERITED = {
    "commission.BasisForm",
    "commission.HalfForm",
    "commission.LinesForm",
    "cycles.EnvelopeLines",
    "gatherings.PaperForm",
    "gatherings.StepForm",
    "identity.ReasonedForm",
    "registers.MoveForm",
    "registers.RowForm",
    "registers.StateForm",
    "registers.ThingForm",
    "tasks.BasisForm",
    "works.FactForm",
    "works.ReasonForm",
    "winners.PlanLines",
}
ALL_STEPS = {"reviews.ReviewForm"}  # of which each has a form of its own

SHOWN_ALONE = {"process.EveryCount", "process.EveryField"}  # on the page of the style, and sent nowhere


def name_of(form: type[Form]) -> str:
    """The room and the form: several rooms have an AnswerForm."""
    return f"{form.__module__.split('.')[1]}.{form.__name__}"


def every_form() -> dict[str, type[Form]]:
    found = {}
    for module in pkgutil.walk_packages(pb.__path__, "pb."):
        if "forms" not in module.name.split(".") or module.name == Form.__module__:
            continue
        for form in vars(importlib.import_module(module.name)).values():
            if isinstance(form, type) and issubclass(form, Form) and form.__module__ == module.name:
                found[name_of(form)] = form
    return {
        name: form for name, form in sorted(found.items()) if name not in {*ONLY_INHERITED, *ALL_STEPS, *SHOWN_ALONE}
    }


def every_field(app: Flask) -> dict[str, list[str]]:
    """The names of the fields by form; the token is nobody's to fill in."""
    with app.test_request_context():
        return {
            name: [field.name for field in form() if field.name != "csrf_token"] for name, form in every_form().items()
        }
