"""Before a poll opens: trustees' keys, the seed drawn in public, the freeze itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb import formats, keyring, schema
from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.service import cards, statements
from pb.clock import local
from pb.core.belenios import chain, receipt
from pb.core.belenios.messages import credentials_json, generate_uuid
from pb.core.belenios.trustee_list import Trustees
from pb.core.poll import terms as poll_terms
from pb.core.poll.card_list import MakerStatement
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, refuse_all, refused_by
from pb.gatherings.service import meetings
from pb.identity.service import holdings
from pb.keyring import Keys
from pb.polls.models import RECEIPT_CONTEXT, Poll, State
from pb.polls.service import archive, drawing, state
from pb.roll.service import commitments, entries
from pb.text import one_line
from pb.trustees.models import PollTrustee
from pb.trustees.service import independence, places
from pb.voting.service import poll_rules

FEWEST_TRUSTEES = 2
LONGEST_VOTING = timedelta(days=60)


def may_be_repeated(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """Whether the office can prepare the poll again: it ended without a result, and the roll still has its IINs."""
    ended = cycle.phase == Phase.VOTING and poll.state in state.ENDED_WITHOUT_RESULT
    return ended and act.holds(Role.OFFICE) and not entries.are_erased(act, cycle)


def prepare(act: Act, cycle: Cycle, keys: Keys) -> Poll:
    """A new poll of the cycle, with the okrug's trustees.

    Raises Forbidden (not the office, or too new in it), OutOfPhase, Conflict (under way, trustees).
    """
    holdings.require_cooled(act, Role.OFFICE)
    act.session.refresh(cycle, with_for_update=True)  # a double click would prepare two
    cycles.require(act, cycle, Phase.VOTING)
    before = state.current(act, cycle)
    if before is not None and before.state not in state.ENDED_WITHOUT_RESULT:
        raise Conflict(_("A poll of this cycle is under way."))
    entries.refuse_erased(act, cycle)
    commitments.thaw(act, cycle)
    grants = holdings.of_role(act, Role.TRUSTEE)
    independence.refuse_one_body([grant.body for grant in grants], cycle.trustees_needed)
    if cycle.trustees_needed > len(grants):
        raise Conflict(_("The cycle needs more trustees than there are. Give the role to more people."))
    private, public = receipt.generate_receipt_key()
    poll = Poll(
        cycle_id=cycle.id,
        attempt=before.attempt + 1 if before else 1,
        uuid=generate_uuid(),
        state=State.PREPARING,
        receipt_private=keyring.seal_bytes(private, keys.seal, RECEIPT_CONTEXT),
        receipt_public=public,
        prepared_at=act.at,
        height=-1,
        records=0,
        timestamp=int(act.at.timestamp()),
        group_name=cycle.group_name,
        threshold=cycle.trustees_needed if 0 < cycle.trustees_needed < len(grants) else None,
    )
    audit.record(act, "poll.prepared", subject=cycle.id, data={"poll": poll.uuid, "attempt": poll.attempt})
    act.session.add(poll)
    act.session.flush()
    for position, grant in enumerate(grants, 1):
        act.session.add(PollTrustee(poll_id=poll.id, position=position, person_id=grant.person_id, body=grant.body))
    act.session.flush()
    return poll


def record_minutes(act: Act, cycle: Cycle, poll: Poll, *, number: str, day: date, seed_text: str) -> None:
    """The secretary minutes the ceremony: the text drawn in public, with trustees.json and the list of cards as stated.

    Chair and secretary confirm.

    Raises OutOfPhase, Forbidden, Conflict (keys are missing, no statement of the cards' maker, confirmed already),
    FieldRefusal.
    """
    state.require_preparing(act, cycle, poll, Role.SECRETARY)
    if poll.trustees_json is None:
        raise Conflict(_("Not all trustees have made their keys yet."))
    if poll.minutes_confirmed:
        raise Conflict(_("These minutes are confirmed: nothing in them changes."))
    stated = statements.find(act, poll)
    if stated is None:
        raise Conflict(_("The maker of the cards has not stated the list yet."))
    refuse_all(faults_of_minutes(act, number=number, day=day, seed_text=seed_text))
    number, seed_text = one_line(number), drawing.numbers("seed_text", seed_text)
    # The event first: triggers take no minutes of which the log's end does not tell.
    audit.record(act, "poll.minutes_drawn_up", subject=cycle.id, data=told_of_minutes(poll, number, seed_text, stated))
    poll.minutes_number, poll.minutes_on, poll.seed_text = number, day, seed_text
    poll.minutes_cards = stated.to_json()
    poll.minutes_chair_id = poll.minutes_secretary_id = None
    act.session.flush()


def faults_of_minutes(act: Act, *, number: str, day: date | None, seed_text: str) -> Iterator[FieldRefusal]:
    """What is wrong with how the ceremony is minuted; a day of None is not known yet."""
    if not one_line(number):
        yield FieldRefusal("number", _("Write the number of the minutes."))
    if day is not None and day > local(act.at).date():
        yield FieldRefusal("day", _("The day has not come yet."))
    yield from refused_by(lambda: drawing.numbers("seed_text", seed_text))


def confirm_minutes(act: Act, cycle: Cycle, poll: Poll) -> None:
    """Chair and secretary, two people, confirm the ceremony's minutes. Raises OutOfPhase, Forbidden, Conflict."""
    state.require_preparing(act, cycle, poll, Role.CHAIR, Role.SECRETARY)
    holdings.require_cooled(act, Role.CHAIR, Role.SECRETARY)
    if poll.seed_text is None or act.person is None:
        raise Conflict(_("The minutes are not drawn up yet."))
    if not statements.holds(act, poll):
        raise Conflict(_("The minutes do not hold the present list of cards. Draw them up again."))
    if act.person.id in {poll.minutes_chair_id, poll.minutes_secretary_id}:
        raise Conflict(_("You have confirmed these minutes."))
    as_chair = act.holds(Role.CHAIR) and poll.minutes_chair_id is None
    if not as_chair and not (act.holds(Role.SECRETARY) and poll.minutes_secretary_id is None):
        raise Conflict(_("You have confirmed these minutes."))
    data = {"poll": poll.uuid, "number": poll.minutes_number}
    audit.record(act, "poll.minutes_confirmed", subject=cycle.id, data=data)
    if as_chair:
        poll.minutes_chair_id = act.person.id
    else:
        poll.minutes_secretary_id = act.person.id
    act.session.flush()


@dataclass(frozen=True)
class Readiness:
    """What must hold before a poll opens; each is shown on the page with a mark."""

    projects: bool
    projects_fit: bool
    roll_confirmed: bool
    cards_enough: bool
    reserve_enough: bool
    cards_stated: bool
    list_minuted: bool
    trustees_enough: bool
    trustees_apart: bool
    keys_made: bool
    keys_confirmed: bool
    minutes_confirmed: bool

    @property
    def complete(self) -> bool:
        return all(vars(self).values())


def readiness(act: Act, cycle: Cycle, poll: Poll) -> Readiness:
    """Where the preparation stands."""
    chosen = places.all_of(act, poll)
    projects, most = meetings.approved(act, cycle), poll_rules.most_projects(cycle)
    everybody = not cards.entries_without_card(act, cycle, poll)
    return Readiness(
        projects=bool(projects),
        projects_fit=most is None or len(projects) <= most,
        roll_confirmed=entries.confirmation(act, cycle) is not None,
        cards_enough=everybody and cards.numbers(act, poll).made >= cycle.minimum_ballots,
        reserve_enough=len(statements.reserve_keys(act, poll)) >= cards.reserve_wanted(act, cycle),
        cards_stated=statements.find(act, poll) is not None,
        list_minuted=statements.holds(act, poll),
        trustees_enough=len(chosen) >= FEWEST_TRUSTEES,
        trustees_apart=independence.holds(act, cycle, poll, chosen),
        keys_made=poll.trustees_json is not None,
        keys_confirmed=bool(chosen) and all(trustee.confirmed_at for trustee in chosen),
        minutes_confirmed=poll.minutes_confirmed,
    )


def _require_sound_rules(act: Act, *, production: bool) -> None:
    connection = act.session.connection()
    if schema.differences(connection):
        raise Conflict(
            _("The rules of the database are not those of this program: it must be checked before the opening.")
        )
    if production and schema.powers(connection):
        raise Conflict(
            _("The program could change the rules of its database: who runs it must put that right before the opening.")
        )


def _minutes_logged(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """Whether the log tells of these minutes, and that these two people confirmed them afterwards.

    They hold the seed of every draw and the list of cards: a row alone is the word of whoever wrote it.
    """
    events = [event for event in audit.of_subject(act, cycle.id) if event.data.get("poll") == poll.uuid]
    drawn = [place for place, event in enumerate(events) if event.action == "poll.minutes_drawn_up"]
    stated = statements.minuted(poll)
    if not drawn or stated is None:
        return False
    if events[drawn[-1]].data != told_of_minutes(poll, poll.minutes_number or "", poll.seed_text or "", stated):
        return False
    confirmed = {event.actor_id for event in events[drawn[-1] :] if event.action == "poll.minutes_confirmed"}
    return {poll.minutes_chair_id, poll.minutes_secretary_id} == confirmed


def told_of_minutes(poll: Poll, number: str, seed_text: str, stated: MakerStatement) -> dict[str, Any]:
    """What the log is told of the ceremony's minutes; the text that was drawn by its hash alone."""
    seed = sha256(seed_text.encode()).hexdigest()
    return {"poll": poll.uuid, "number": number, "seed": seed, "cards": stated.to_value()}


def open_poll(
    act: Act,
    cycle: Cycle,
    poll: Poll,
    keys: Keys,
    *,
    closes_at: datetime,
    exclusive: Sequence[frozenset[UUID]] = (),
    production: bool = False,
) -> Poll:
    """Freezes projects, costs, envelope, limits, rule, closing time, minimum, seed, roll and trustees, and opens.

    Of each group of `exclusive` projects only one can win. In production the database's role of the application must
    not be able to get past a rule. Raises OutOfPhase, Forbidden, Conflict (something is missing, the database is not
    as released or not guarded), FieldRefusal (the closing time, a group of one).
    """
    state.require_preparing(act, cycle, poll, Role.OFFICE)
    holdings.require_cooled(act, Role.OFFICE)
    if not readiness(act, cycle, poll).complete:
        raise Conflict(_("The preparation is not complete."))
    _require_sound_rules(act, production=production)
    closes_at = closes_at.astimezone(UTC).replace(second=0, microsecond=0)
    refuse_all(faults_of_opening(act, cycle, closes_at, exclusive))
    if cards.of_nobody(act, poll):
        raise Conflict(_("A card is for nobody on the roll."))
    if not _minutes_logged(act, cycle, poll):
        raise Conflict(_("The minutes are not those that the log tells of. Draw them up again."))
    commitments.freeze(act, cycle, keys)
    terms = poll_rules.terms_for(act, cycle, poll, closes_at, exclusive)
    group = state.group_of(poll)
    election = poll_terms.build_election(
        uuid=poll.uuid,
        name=f"{act.territory.name_kk}: {cycle.fiscal_year}",
        description=f"Ауыл бюджеті {cycle.fiscal_year} / Бюджет округа {cycle.fiscal_year}",
        question=poll_rules.wording(cycle, terms),
        public_key=Trustees.parse(poll.trustees_json or "", group).public_key(group),
        terms=terms,
        administrator=f"{act.territory.name_kk} әкімінің аппараты",
        credential_authority=f"{act.territory.name_kk} тізім тіркеушісі",
        group=group,
    )
    data = {
        "poll": poll.uuid,
        "closes_at": terms.closes_at,
        "election": sha256(election.encode()).hexdigest(),
        "summaries": poll_rules.fingerprint_of_summaries(act, cycle, terms),
    }
    # The event first: triggers open no poll of which the log's last event does not tell.
    audit.record(act, "poll.opened", subject=cycle.id, data=data)
    poll.election_json = election
    poll.opened_at, poll.closes_at, poll.timestamp = act.at, closes_at, int(act.at.timestamp())
    poll.state = State.OPEN
    public = credentials_json(statements.public_keys(act, poll))
    archive.append(act.session, poll, chain.setup(election, poll.trustees_json or "", public))
    return poll


def faults_of_opening(
    act: Act, cycle: Cycle, closes_at: datetime | None, exclusive: Sequence[frozenset[UUID]]
) -> Iterator[FieldRefusal]:
    """What is wrong with the closing time (None: not known yet) and with the groups of exclusive projects."""
    if closes_at is not None and not act.at < closes_at <= act.at + LONGEST_VOTING:
        latest = local(act.at + LONGEST_VOTING).date()
        told = _("Voting ends later than now, and within 60 days. The latest day: %(day)s", day=formats.day(latest))
        yield FieldRefusal("closes_at", told)
    if exclusive and cycle.equal_shares:
        yield FieldRefusal("exclusive", _("Equal shares go with none of the other rules of counting."))
    elif any(len(group) < 2 for group in exclusive):
        yield FieldRefusal("exclusive", _("A group of which one project can win needs two projects at least."))
