"""What waits for the commission between the closing and the adoption: the forms of its page, and what stands beside."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import LazyString, lazy_gettext

from pb.act import Act, Role
from pb.checks.service import rules
from pb.checks.views import turn
from pb.checks.views.show import offered
from pb.cycles.models import Cycle, Phase
from pb.identity.service.duties import Duty
from pb.polls.models import Poll
from pb.polls.service.duties import duties_around

FORMS: dict[str, LazyString] = {
    "paper": lazy_gettext("Count the signatures on paper"),
    "draw": lazy_gettext("Record the drawn numbers"),
    "explanation": lazy_gettext("Explain the faults that were found, as the minutes do"),
}
ANCHORS = {"paper": "count", "draw": "drawing", "explanation": "faults"}


@duties_around(Phase.VOTING, Phase.RESULT, of=[*rules.COMMISSION, Role.CLERK])
def checks(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    if poll.state not in rules.CHECKING or rules.erased(act, poll) is not None:
        return
    for name in offered(act, poll):
        url = url_for("checks.show", cycle_id=cycle.id, _anchor=ANCHORS[name])
        yield Duty(str(FORMS[name]), url, until=cycle.result_until)
    for place, text in turn.lines(act, cycle, poll):
        url = place if place.startswith("/") else url_for("checks.show", cycle_id=cycle.id) + place
        yield Duty(text, url, until=cycle.result_until)
