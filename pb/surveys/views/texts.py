"""The office reads the texts of a survey that is closed, and publishes them or hides them."""

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, url_for
from flask_babel import lazy_gettext, ngettext

from pb.act import Act, Role
from pb.errors import NotFound
from pb.formats import language
from pb.surveys.forms import JudgingForm
from pb.surveys.models import Survey
from pb.surveys.service import finding, texts
from pb.surveys.service.texts import AT_ONCE, READING, Said
from pb.surveys.views.blueprint import ONE, blueprint
from pb.web.access import TEXTS, access, allow
from pb.web.paging import pager
from pb.web.requests import Response, current_act, notify, page


@blueprint.get(f"{ONE}/texts")
@access(allow(*READING))
def read(survey_id: UUID) -> str:
    act = current_act()
    survey = finding.get(act, survey_id)
    texts.require_reading(act, survey)
    return _page(act, survey, None)


@blueprint.post(f"{ONE}/texts")
@access(allow(Role.OFFICE), action=lazy_gettext("publish a text of a survey, or hide it"), largest_body=TEXTS)
def judge(survey_id: UUID) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    texts.require_reading(act, survey)
    form = JudgingForm()
    if not form.names_only({one.text.id for one in texts.of_survey(act, survey)}):
        raise NotFound  # no page of ours sends what is no text of this survey
    decided = form.decided()
    count = form.submit(
        lambda: texts.judge(act, survey, decided), places=form.places(), faults=lambda: texts.faults(decided)
    )
    if count is None:
        return _page(act, survey, form), 422
    notify(ngettext("%(num)s text decided.", "%(num)s texts decided.", count))
    return redirect(url_for("surveys.read", survey_id=survey.id))


def _page(act: Act, survey: Survey, form: JudgingForm | None) -> str:
    """What waits stands first; a form with a fault keeps its own texts, in its order."""
    every = sorted(texts.of_survey(act, survey), key=lambda one: one.verdict is not None)
    at_page = pager(len(every), AT_ONCE, lambda other: url_for("surveys.read", survey_id=survey.id, page=other))
    some: Sequence[Said] = every[(at_page.number - 1) * AT_ONCE : at_page.number * AT_ONCE]
    if form is not None:
        by_id = {one.text.id: one for one in every}
        some = [by_id[each] for each in form.decided() if each in by_id]
    shown = form or JudgingForm()
    if form is None:
        shown.show(some)
    tongue = language()
    called = {question.number: question.called(tongue) for question in finding.questions(act, survey)}
    return page(
        "surveys/texts.html",
        survey=survey,
        texts=some,
        called=called,
        form=shown,
        pager=at_page,
        waiting=sum(one.verdict is None for one in every),
        due=texts.due(act, survey),
        may_judge=texts.may_judge(act, survey),
    )
