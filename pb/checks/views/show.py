"""The public page of the checks, with forms that the viewer fills in; what is wider than a form has its own page."""

from typing import Any
from uuid import UUID

from flask import redirect, url_for
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.cards.service import card_events
from pb.checks.forms import DrawForm, ExplanationForm, PaperForm
from pb.checks.models import Side
from pb.checks.service import card_numbers, faults, figures, openings, paper, rules, sample
from pb.checks.views import turn
from pb.checks.views.blueprint import blueprint
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.formats import number, numbered
from pb.gatherings.service import adoption
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web.access import EVERYBODY, access
from pb.web.forms import Form
from pb.web.remembered import made_once
from pb.web.requests import Response, current_act, notify, page

FORMS: dict[str, type[Form]] = {"paper": PaperForm, "draw": DrawForm, "explanation": ExplanationForm}
NAMES_FAULTS = (*rules.COMMISSION, Role.CLERK, Role.OFFICE, Role.REGISTRAR)
# Faults about a card or a number; others name a ballot's tracker or a commitment.
OF_CARDS = frozenset(
    {
        "without_event", "without_row", "without_paper", "without_paper_clerk", "without_paper_second",
        "paper_without_row", "paper_without_row_clerk", "paper_without_row_second", "codes_without_event",
        "codes_without_row", "card_voted", "card_another_key", "card_missing", "did_not_vote",
    }
)  # fmt: skip


def blank(act: Act, poll: Poll, name: str, *, filled: bool = False) -> Any:
    """A form of the page. Several stand on it: their fields share names, and each has an id of its own."""
    form: Any = FORMS[name]() if filled else FORMS[name](formdata=None)
    if name == "explanation":
        form.kinds.choices = [
            SelectChoice(key, f"{faults.LABELS[those[0].kind]}: {subjects(those)}")
            for key, those in faults.chosen_by(faults.unwritten(act, poll)).items()
        ]
    with_own_ids(form, name)
    return form


def with_own_ids(form: Form, name: str) -> None:
    for field in form:
        field.id = f"{name}-{field.name}"


def subjects(those: list[faults.Fault]) -> str:
    """What faults of one kind are about, as a short list; how many, once that was erased."""
    named = [fault.subject for fault in those if fault.subject]
    if not named:
        return number(len(those))
    return numbered(card_numbers.compact(named)) if those[0].kind in OF_CARDS else ", ".join(named)


def by_kind(found: list[faults.Fault]) -> list[tuple[str, int, str]]:
    """Each kind of fault with how many there are and which."""
    grouped = faults.chosen_by(found).values()
    return [(those[0].kind, len(those), subjects(those)) for those in grouped]


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks")
@access(EVERYBODY)
@made_once
def show(cycle_id: UUID) -> str:
    act = current_act()
    return checks_page(act, *state.of_cycle(act, cycle_id))


# Who reloads a page that answered a form, or asks for it in another language, comes back to the checks.
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/paper")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/draw")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/draw/answer")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/explanations")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/explanations/<number:explanation_id>")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/explanations/<number:explanation_id>/refuse")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/salts")
@access(EVERYBODY)
def come_back(cycle_id: UUID, explanation_id: UUID | None = None) -> Response:
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    if explanation_id is not None:
        faults.explanation(act, poll, explanation_id)
    return redirect(url_for("checks.show", cycle_id=cycle_id))


def checks_page(act: Act, cycle: Cycle, poll: Poll, faulty: tuple[str, Form] | None = None) -> str:
    """The page as everybody sees it, with the forms that the viewer's roles fill in now."""
    checking, erasure = poll.state in rules.CHECKING, rules.erased(act, poll)
    comparing = checking and erasure is None
    forms = {name: blank(act, poll, name) for name in offered(act, poll)}
    if faulty is not None:
        forms[faulty[0]] = faulty[1]
    open_faults = faults.unwritten(act, poll) if checking else []  # the others stand with their explanations
    return page(
        "checks/show.html",
        cycle=cycle,
        poll=poll,
        counts_blind=comparing and len(paper.counts(act, poll)) < len(Side),
        checking=checking,
        erasure=erasure,
        missing=adoption.missing(act, cycle) if comparing else [],
        hindrance=rules.hindrance(act, poll) if comparing else None,
        days=card_events.days(act, poll),
        in_minutes=faults.in_minutes(act, poll),
        margin=figures.margin(act, cycle, poll),
        kinds=by_kind(open_faults),
        names_faults=act.holds(*NAMES_FAULTS),
        labels=faults.LABELS,
        explanations=[(row, by_kind(faults.explained(row))) for row in faults.explanations(act, poll)],
        forms=forms,
        faulty_form=faulty[1] if faulty and faulty[1].errors else None,
        open_form=faulty[1] if faulty else None,
        may=_may(act, poll),
        draw_hinders=sample.draw_hinders(act, poll) if comparing else None,
        unconfirmable=lambda row: faults.unconfirmable(act, poll, row),
        turn=turn.lines(act, cycle, poll) if comparing else [],
        to_answer=comparing and turn.waits_for_the_chair(act, poll),
        settled=turn.settled(act, poll) if comparing else {},
        **_counted(act, poll),
    )


def _counted(act: Act, poll: Poll) -> dict[str, Any]:
    """The figures of the page; after the erasure those that were counted before it."""
    erasure, listed = rules.erased(act, poll), sample.committed(act, poll)
    then = erasure.figures.get("checks", {}) if erasure is not None else {}
    comparing = poll.state in rules.CHECKING and erasure is None
    return {
        "comparison": paper.compare(act, poll) if comparing else then.get("hand_overs"),
        "closed_cards": len(openings.closed_cards(act, poll)) if comparing else then.get("closed_cards", 0),
        "opening": openings.latest(act, poll),
        "opened": then.get("cards") or openings.summary(act, poll),
        "to_confirm": len(openings.waiting(act, poll)) if comparing else 0,
        "listed": listed,
        "draws": sample.attempts(act, poll),
        "size": sampling.size(listed.asked) if listed else 0,
        "answers": then.get("sample") or sample.counts(act, poll),
        "unsettled": len(sample.unsettled(act, poll)) if comparing else 0,
    }


def offered(act: Act, poll: Poll) -> list[str]:
    """Which forms the viewer can fill in now; the services decide again."""
    if poll.state not in rules.CHECKING or act.person is None or rules.erased(act, poll) is not None:
        return []
    found = []
    side = paper.side_of(act, poll)
    if side is not None and side not in paper.counts(act, poll):
        found.append("paper")
    if rules.allowed(act, poll, *rules.WRITING):
        if sample.recordable(act, poll):
            found.append("draw")
        if faults.unwritten(act, poll):
            found.append("explanation")
    return found


def _may(act: Act, poll: Poll) -> dict[str, bool]:
    here = poll.state in rules.CHECKING and rules.erased(act, poll) is None
    checks = here and rules.allowed(act, poll)
    return {
        "cards": checks and bool(openings.closed_cards(act, poll)),
        "look": checks and sample.get(act, poll) is not None,
        "answer_draw": checks and sample.draw_answerable(act, poll),
        "chair": here and rules.allowed(act, poll, Role.CHAIR),
        "salts": here and act.holds(Role.AUDITOR),
    }


def done(cycle_id: UUID, text: str, place: str = "checks.show") -> Response:
    notify(text)
    return redirect(url_for(place, cycle_id=cycle_id))
