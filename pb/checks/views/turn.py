"""Whose turn it is in the checks: what the reader can do now, and which parts are done."""

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.checks.models import Side
from pb.checks.service import faults, openings, paper, rules, sample
from pb.cycles.models import Cycle
from pb.polls.models import Poll


def lines(act: Act, cycle: Cycle, poll: Poll) -> list[tuple[str, str]]:
    """What the reader's roles can do now beside the forms on the page of the checks, each with its place."""
    found = []
    if waits_for_the_chair(act, poll):
        found.append(("#explained", _("Answer the explanations of faults")))
    if not rules.allowed(act, poll):
        return found
    if openings.answerable(act, poll):
        place = url_for("checks.show_cards", cycle_id=cycle.id)
        found.append((place, _("Confirm or refuse the choice of the cards that are opened")))
    elif cards_wait(act, poll):
        found.append((url_for("checks.show_cards", cycle_id=cycle.id), _("Open the cards that nobody took")))
    if sample.draw_answerable(act, poll):
        found.append(("#drawn", _("Confirm or refuse the numbers drawn for the sample")))
    if sample.answerable(act, poll) or sample.confirmable(act, poll):
        found.append((url_for("checks.ask_for_sample", cycle_id=cycle.id), _("Ask people of the sample")))
    if act.holds(Role.AUDITOR) and faults.signatures_wait(act, poll):
        found.append((url_for("voting.reconciliation", cycle_id=cycle.id), _("Take the signatures of ballots")))
    return found


def waits_for_the_chair(act: Act, poll: Poll) -> bool:
    """Whether an explanation waits for the reader, who is the chair and has not written it."""
    if act.person is None or not rules.allowed(act, poll, Role.CHAIR):
        return False
    return any(row.chair_at is None and row.secretary_id != act.person.id for row in faults.explanations(act, poll))


def cards_wait(act: Act, poll: Poll) -> bool:
    """Whether a choice of cards, a card or a line waits for the reader, who is of the commission."""
    latest = openings.latest(act, poll)
    if latest is None or latest.agreed is False:
        return bool(openings.closed_cards(act, poll))
    return bool(openings.answerable(act, poll) or openings.unread(act, poll) or openings.confirmable(act, poll))


def settled(act: Act, poll: Poll) -> dict[str, bool]:
    """Which parts of the checks wait for nobody any more."""
    listed, drawn = sample.committed(act, poll), sample.get(act, poll)
    return {
        "paper": len(paper.counts(act, poll)) == len(Side),
        "cards": not openings.closed_cards(act, poll)
        or (openings.get(act, poll) is not None and not openings.unread(act, poll) and not openings.waiting(act, poll)),
        "sample": listed is not None and (not listed.asked or (drawn is not None and not sample.unsettled(act, poll))),
    }
