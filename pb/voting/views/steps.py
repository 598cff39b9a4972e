"""What the page of the poll leads to: the steps of the preparation, and the work of the reader's own roles."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.cards.service import reissues
from pb.cycles.models import Cycle
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.roll.service import entries
from pb.trustees.service import replacements
from pb.voting.service import closing, preparation

READS_MINUTES = (Role.CHAIR, Role.SECRETARY, Role.OFFICE, Role.AUDITOR)
READS_ROLL = (Role.REGISTRAR, *entries.SECOND_PERSONS)
CHECKING = (Role.CLERK, Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.MASLIKHAT_SECRETARY, Role.AUDITOR)


@dataclass(frozen=True)
class Step:
    """A step of the preparation. `url` is None where the reader's roles do not open its page."""

    done: bool
    text: LazyString
    url: str | None
    own: bool


def of_preparation(act: Act, cycle: Cycle, poll: Poll) -> list[Step]:
    """All of them in their order; together they say what `Readiness` asks."""
    ready = preparation.readiness(act, cycle, poll)

    def step(
        done: bool,  # noqa: FBT001 - the mark that stands first in the list
        text: LazyString,
        endpoint: str,
        *whose: Role,
        readers: tuple[Role, ...] | None = None,
    ) -> Step:
        opens = readers is None or act.holds(*readers)
        return Step(done, text, url_for(endpoint, cycle_id=cycle.id) if opens else None, act.holds(*whose))

    registrar, trustee = (Role.REGISTRAR,), (Role.TRUSTEE,)
    return [
        step(
            ready.projects and ready.projects_fit,
            _("The assembly chose the projects and the akim agreed"),
            "gatherings.list_all",
            Role.CHAIR,
            Role.SECRETARY,
            Role.AKIM,
        ),
        step(
            entries.count(act, cycle) > 0,
            _("The registrar imports the roll"),
            "roll.show",
            *registrar,
            readers=READS_ROLL,
        ),
        step(
            ready.roll_confirmed,
            _("A second person confirms the roll"),
            "roll.show",
            *entries.SECOND_PERSONS,
            readers=READS_ROLL,
        ),
        step(
            ready.cards_enough and ready.reserve_enough,
            _("The registrar makes the voter cards and the reserve"),
            "cards.make_cards",
            *registrar,
            readers=registrar,
        ),
        step(
            ready.cards_stated,
            _("The maker of the cards states the whole list with its fingerprints"),
            "cards.make_cards",
            *registrar,
            readers=registrar,
        ),
        step(
            ready.trustees_enough and ready.trustees_apart,
            _("The trustees come from different organisations and did not work on the roll or the cards"),
            "voting.ceremony",
            *replacements.REPLACING,
        ),
        step(
            ready.trustees_enough and ready.keys_made,
            _("Each trustee makes a key"),
            "trustees.trustee",
            *trustee,
            readers=trustee,
        ),
        step(
            ready.keys_confirmed,
            _("Each trustee confirms the key"),
            "trustees.trustee",
            *trustee,
            readers=trustee,
        ),
        step(
            ready.minutes_confirmed and ready.list_minuted,
            _("A text is drawn in public; chair and secretary confirm the minutes"),
            "voting.ceremony",
            Role.CHAIR,
            Role.SECRETARY,
        ),
    ]


def of_the_reader(act: Act, cycle: Cycle, poll: Poll) -> list[tuple[LazyString, str]]:
    """Label and address of each page on which the reader's roles do something about this poll now."""
    preparing, is_open = poll.state == State.PREPARING, state.is_open(poll, act.at)
    opened, ended = poll.election_json is not None, not preparing and not is_open
    found = [
        (preparing and act.holds(Role.OFFICE), _("Open the vote"), "voting.opening"),
        (preparing and act.holds(*READS_ROLL), _("Roll of voters"), "roll.show"),
        (preparing and act.holds(Role.REGISTRAR), _("Cards: make them and state the list"), "cards.make_cards"),
        ((preparing or is_open) and act.holds(Role.CLERK), _("Hand cards over"), "cards.hand_over_list"),
        (
            (preparing or is_open) and act.holds(Role.REGISTRAR) and not act.holds(Role.CLERK),
            _("Who got a card"),
            "cards.hand_over_list",
        ),
        (
            opened and act.holds(Role.REGISTRAR, *reissues.SECOND_PERSONS, Role.AUDITOR, Role.CLERK),
            _("Lost cards"),
            "cards.reissue_list",
        ),
        (act.holds(Role.TRUSTEE), _("My work as a trustee"), "trustees.trustee"),
        (act.holds(*READS_MINUTES), _("Minutes of the keys and of the draw"), "voting.ceremony"),
        (opened and ended and act.holds(*CHECKING), _("Paper lists, cards and sample: check them"), "checks.show"),
        (opened and act.holds(Role.AUDITOR), _("Compare ballots with cards"), "voting.reconciliation"),
    ]
    links = [(text, url_for(endpoint, cycle_id=cycle.id)) for offered, text, endpoint in found if offered]
    if is_open and act.holds(Role.CLERK):
        links.append((_("Use this device for voting by others"), url_for("voting.kiosk", cycle_id=cycle.id)))
    if closing.may_annul(act, cycle, poll) and poll.annul_first_id is None:
        links.append((_("Annul this poll"), url_for("voting.show", cycle_id=cycle.id, _anchor="annul")))
    return links
