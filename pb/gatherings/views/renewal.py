"""The office records in one step whom a point elected to the assembly, and whose terms end with it."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.formats import day, numbered
from pb.gatherings.forms.renewal import RenewalForm
from pb.gatherings.models import Question
from pb.gatherings.service import composition, meetings, membership, renewal
from pb.gatherings.views.blueprint import blueprint
from pb.web.access import access, allow
from pb.web.requests import Response, current_act, notify, page

ELECTED = "/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>/elected"


@blueprint.get(ELECTED)
@access(allow(Role.OFFICE))
def plan_renewal(gathering_id: UUID, question_id: UUID) -> str:
    act = current_act()
    question = meetings.question_of(meetings.get(act, gathering_id), question_id)
    form = RenewalForm()
    _offer(act, question, form)
    _fill(act, question, form)
    return _page(act, question, form)


@blueprint.post(ELECTED)
@access(allow(Role.OFFICE), action=lazy_gettext("record whom a gathering elected to the assembly"))
def renew(gathering_id: UUID, question_id: UUID) -> Response:
    act = current_act()
    question = meetings.question_of(meetings.get(act, gathering_id), question_id)
    form = RenewalForm()
    _offer(act, question, form)
    recorded = form.submit(
        lambda: renewal.record(act, question, form.renewal()),
        faults=lambda: renewal.faults(act, question, form.renewal()) if not form.chosen.errors else (),
    )
    if recorded is None:
        return _page(act, question, form), 422
    notify(_("It counts once another body has confirmed it, all in one step."))
    return redirect(url_for("gatherings.list_members"))


def _offer(act: Act, question: Question, form: RenewalForm) -> None:
    """Whom the point elected, and who sits now and was not elected again."""
    form.chosen.choices = [(str(row.number), row.name) for row in renewal.elected(act, question)]
    begins = form.term_from.data or local(question.gathering.meets_at).date()
    form.ending.choices = [(one.id.hex, one.name) for one in renewal.may_end(act, question, begins)]


def _fill(act: Act, question: Question, form: RenewalForm) -> None:
    """All who were elected are marked; all others' terms end where the point elects a whole assembly."""
    meets_at = question.gathering.meets_at
    minutes = meetings.minutes_of(act, question.gathering)
    form.chosen.data = [value for value, _label in form.chosen.choices]
    form.term_from.data = local(meets_at).date()
    form.term_until.data = membership.longest(act, form.term_from.data)
    form.document.data = f"{numbered(minutes.number)}, {day(meets_at)}" if minutes is not None else ""
    whole = renewal.is_whole(act, question)
    form.ending.data = [value for value, _label in form.ending.choices] if whole else []


def _page(act: Act, question: Question, form: RenewalForm) -> str:
    return page(
        "gatherings/renew.html",
        question=question,
        form=form,
        allowed=composition.allowed(act),
        whole=renewal.is_whole(act, question),
    )
