"""Before a poll opens: trustees' keys, the seed drawn in public, the freeze itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.core import poll_terms
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import GreedyTerms
from pb.core.belenios import chain, possession, receipt, trustees
from pb.core.belenios.ballot_rule import MOST_POINTS, Approval, BallotRule, Knapsack, Points, Ranking
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import group_named
from pb.core.belenios.messages import (
    Proof,
    TrusteeKey,
    credentials_json,
    generate_uuid,
    trustees_json,
)
from pb.core.belenios.trustee_list import Trustees
from pb.core.counting_rule import CountingRule
from pb.cycles import service as cycles
from pb.cycles.models import BallotKind, Cycle, Phase
from pb.errors import Conflict, FieldRefusal
from pb.gatherings import service as gatherings
from pb.identity import holdings
from pb.identity import iin as numbers
from pb.identity.roles import Role
from pb.identity.service import Keys
from pb.polls import archive, cards, independence, state
from pb.polls.models import RECEIPT_CONTEXT, Credential, Poll, PollTrustee, State
from pb.proposals.service import one_line
from pb.roll import service as roll

FEWEST_TRUSTEES = 2
LONGEST_VOTING = timedelta(days=60)
TIYN = 100  # in a tenge
MARKS = "Жобаларды белгілеңіз, ең көбі {choices} / Отметьте проекты, не более {choices}"
WORDING = {
    BallotKind.TOTALS: MARKS,
    BallotKind.APPROVAL: MARKS,
    BallotKind.POINTS: "Жобаларға ұпай беріңіз, барлығы {points} дейін / Дайте проектам баллы, всего до {points}",
    BallotKind.KNAPSACK: "Құны бірге {limit} ₸ аспайтын жобаларды белгілеңіз / "
    "Отметьте проекты, которые вместе стоят не больше {limit} ₸",
    BallotKind.RANKING: "Жобаларды ретімен қойыңыз, ең көбі {choices} / Поставьте проекты по порядку, до {choices}",
}


def prepare(act: Act, cycle: Cycle, keys: Keys) -> Poll:
    """A new poll of the cycle, with the okrug's trustees. Raises OutOfPhase, Conflict (under way, trustees)."""
    act.session.refresh(cycle, with_for_update=True)  # a double click would prepare two
    cycles.require(act, cycle, Phase.VOTING)
    before = state.current(act, cycle)
    if before is not None and before.state not in state.ENDED_WITHOUT_RESULT:
        raise Conflict(_("A poll of this cycle is under way."))
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
        receipt_private=numbers.seal_bytes(private, keys.seal, RECEIPT_CONTEXT),
        receipt_public=public,
        prepared_at=act.at,
        height=-1,
        records=0,
        timestamp=int(act.at.timestamp()),
        group_name=cycle.group_name,
        threshold=cycle.trustees_needed if 0 < cycle.trustees_needed < len(grants) else None,
    )
    act.session.add(poll)
    act.session.flush()
    for position, grant in enumerate(grants, 1):
        act.session.add(PollTrustee(poll_id=poll.id, position=position, person_id=grant.person_id, body=grant.body))
    act.session.flush()
    audit.record(act, "poll.prepared", subject=cycle.id, data={"poll": poll.uuid, "attempt": poll.attempt})
    return poll


def hand_in_key(act: Act, cycle: Cycle, poll: Poll, key_json: str) -> PollTrustee:
    """A trustee hands in a public key with its proof of possession; until the last key is in, it can be replaced.

    Raises OutOfPhase, Forbidden, Conflict (all keys are in, or t of n), FieldRefusal (not a key, or its proof fails).
    """
    state.require_preparing(act, cycle, poll, Role.TRUSTEE)
    place, group = state.own_place(act, poll), state.group_of(poll)
    if poll.threshold is not None:
        raise Conflict(_("In this poll the trustees make their keys together, in three steps."))
    if poll.trustees_json is not None:
        raise Conflict(_("All keys are in: the list of trustees is fixed."))
    try:
        key = TrusteeKey.parse(key_json, group)
        trustees.check_trustee_key(group, key)
    except ProtocolError as error:
        raise FieldRefusal("trustee", _("This is not a valid public key.")) from error
    place.key_json = key.to_json(group)
    act.session.flush()
    everyone = state.trustees(act, poll)
    data = {"poll": poll.uuid, "trustee": place.position, "fingerprint": trustees.fingerprint(group, key)}
    audit.record(act, "poll.trustee_key", subject=cycle.id, data=data)
    if all(trustee.key_json for trustee in everyone):
        made = [TrusteeKey.parse(trustee.key_json or "", group) for trustee in everyone]
        if len({trustees.fingerprint(group, one) for one in made}) != len(made):
            raise FieldRefusal("trustee", _("Another trustee handed in the same key."))
        poll.trustees_json = trustees_json(made, group)
        data = {"poll": poll.uuid, "sha256": trustees_digest(poll)}
        audit.record(act, "poll.trustees_fixed", subject=cycle.id, data=data)
    return place


def confirm_key(act: Act, cycle: Cycle, poll: Poll, proof: Mapping[str, str]) -> PollTrustee:
    """A trustee proves that the key file opens the key that stands for them in trustees.json.

    Raises OutOfPhase, Forbidden, Conflict (keys are missing), FieldRefusal (the proof fails).
    """
    state.require_preparing(act, cycle, poll, Role.TRUSTEE)
    place = state.own_place(act, poll)
    if poll.trustees_json is None:
        raise Conflict(_("Not all trustees have made their keys yet."))
    group = state.group_of(poll)
    key = Trustees.parse(poll.trustees_json, group).keys[place.position - 1]
    try:
        possession.check_confirmation(
            group,
            key.public_key,
            Proof.from_value(dict(proof), group.q),
            uuid=poll.uuid,
            trustees_sha256=trustees_digest(poll),
        )
    except ProtocolError as error:
        raise FieldRefusal("proof", _("The key file does not open the key that stands for you.")) from error
    place.confirmed_at = act.at
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position}
    audit.record(act, "poll.trustee_confirmed", subject=cycle.id, data=data)
    return place


def trustees_digest(poll: Poll) -> str:
    """SHA-256, in hexadecimal, of the poll's trustees.json: what a trustee's confirmation is bound to."""
    return sha256((poll.trustees_json or "").encode()).hexdigest()


def record_minutes(act: Act, cycle: Cycle, poll: Poll, *, number: str, day: date, seed_text: str) -> None:
    """The secretary minutes the ceremony: the text drawn in public, with trustees.json. Chair and secretary confirm.

    Raises OutOfPhase, Forbidden, Conflict (keys are missing, confirmed already), FieldRefusal.
    """
    state.require_preparing(act, cycle, poll, Role.SECRETARY)
    if poll.trustees_json is None:
        raise Conflict(_("Not all trustees have made their keys yet."))
    if poll.minutes_confirmed:
        raise Conflict(_("These minutes are confirmed: nothing in them changes."))
    if not one_line(number):
        raise FieldRefusal("number", _("Write the number of the minutes."))
    if day > local(act.at).date():
        raise FieldRefusal("day", _("The day has not come yet."))
    if not one_line(seed_text):
        raise FieldRefusal("seed_text", _("Write the text that was drawn."))
    poll.minutes_number, poll.minutes_on, poll.seed_text = one_line(number), day, one_line(seed_text)
    poll.minutes_chair_id = poll.minutes_secretary_id = None
    act.session.flush()
    data = {"poll": poll.uuid, "number": poll.minutes_number, "seed": sha256(poll.seed_text.encode()).hexdigest()}
    audit.record(act, "poll.minutes_drawn_up", subject=cycle.id, data=data)


def confirm_minutes(act: Act, cycle: Cycle, poll: Poll) -> None:
    """Chair and secretary, two people, confirm the ceremony's minutes. Raises OutOfPhase, Forbidden, Conflict."""
    state.require_preparing(act, cycle, poll, Role.CHAIR, Role.SECRETARY)
    if poll.seed_text is None or act.person is None:
        raise Conflict(_("The minutes are not drawn up yet."))
    if act.person.id in {poll.minutes_chair_id, poll.minutes_secretary_id}:
        raise Conflict(_("You have confirmed these minutes."))
    if act.holds(Role.CHAIR) and poll.minutes_chair_id is None:
        poll.minutes_chair_id = act.person.id
    elif act.holds(Role.SECRETARY) and poll.minutes_secretary_id is None:
        poll.minutes_secretary_id = act.person.id
    else:
        raise Conflict(_("You have confirmed these minutes."))
    act.session.flush()
    data = {"poll": poll.uuid, "number": poll.minutes_number}
    audit.record(act, "poll.minutes_confirmed", subject=cycle.id, data=data)


@dataclass(frozen=True)
class Readiness:
    """What must hold before a poll opens; each is shown on the page with a mark."""

    projects: bool
    projects_fit: bool
    roll_confirmed: bool
    cards_enough: bool
    reserve_enough: bool
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
    chosen = state.trustees(act, poll)
    made, _handed_over = state.cards(act, poll)
    projects, most = gatherings.approved(act, cycle), most_projects(cycle)
    return Readiness(
        projects=bool(projects),
        projects_fit=most is None or len(projects) <= most,
        roll_confirmed=roll.confirmation(act, cycle) is not None,
        cards_enough=made >= cycle.minimum_ballots,
        reserve_enough=len(cards.reserve_keys(act, poll)) >= cards.reserve_wanted(act, cycle),
        trustees_enough=len(chosen) >= FEWEST_TRUSTEES,
        trustees_apart=independence.holds(act, cycle, poll, chosen),
        keys_made=poll.trustees_json is not None,
        keys_confirmed=bool(chosen) and all(trustee.confirmed_at for trustee in chosen),
        minutes_confirmed=poll.minutes_confirmed,
    )


def open_poll(
    act: Act,
    cycle: Cycle,
    poll: Poll,
    keys: Keys,
    *,
    closes_at: datetime,
    exclusive: Sequence[frozenset[UUID]] = (),
) -> Poll:
    """Freezes projects, costs, envelope, limits, rule, closing time, minimum, seed, roll and trustees, and opens.

    Of each group of `exclusive` projects only one can win. Raises OutOfPhase, Forbidden, Conflict (something is
    missing), FieldRefusal (the closing time, a group of one).
    """
    state.require_preparing(act, cycle, poll, Role.OFFICE)
    if not readiness(act, cycle, poll).complete:
        raise Conflict(_("The preparation is not complete."))
    closes_at = closes_at.astimezone(UTC).replace(second=0, microsecond=0)
    if not act.at < closes_at <= act.at + LONGEST_VOTING:
        raise FieldRefusal("closes_at", _("Voting must end later than now, and within 60 days."))
    if exclusive and cycle.equal_shares:
        raise FieldRefusal("exclusive", _("Equal shares go with none of the other rules of counting."))
    if any(len(group) < 2 for group in exclusive):
        raise FieldRefusal("exclusive", _("A group of which one project can win needs two projects at least."))
    roll.freeze(act, cycle, keys)
    terms = _terms(act, cycle, poll, closes_at, exclusive)
    group = state.group_of(poll)
    poll.election_json = poll_terms.build_election(
        uuid=poll.uuid,
        name=f"{act.territory.name_kk}: {cycle.fiscal_year}",
        description=f"Ауыл бюджеті {cycle.fiscal_year} / Бюджет округа {cycle.fiscal_year}",
        question=_wording(cycle, terms),
        public_key=Trustees.parse(poll.trustees_json or "", group).public_key(group),
        terms=terms,
        administrator=f"{act.territory.name_kk} әкімінің аппараты",
        credential_authority=f"{act.territory.name_kk} тізім тіркеушісі",
        group=group,
    )
    poll.opened_at, poll.closes_at, poll.timestamp = act.at, closes_at, int(act.at.timestamp())
    poll.state = State.OPEN
    query = select(Credential.public_key).where(Credential.poll_id == poll.id)
    public = credentials_json([*act.session.scalars(query), *cards.reserve_keys(act, poll).values()])
    archive.append(act.session, poll, chain.setup(poll.election_json, poll.trustees_json or "", public))
    data = {
        "poll": poll.uuid,
        "closes_at": terms.closes_at,
        "election": sha256(poll.election_json.encode()).hexdigest(),
    }
    audit.record(act, "poll.opened", subject=cycle.id, data=data)
    return poll


def _wording(cycle: Cycle, terms: poll_terms.PollTerms) -> str:
    """The question in both languages, as it stands in election.json."""
    limit = f"{limit_of(cycle) // TIYN:,}".replace(",", " ")
    wording = WORDING[BallotKind(cycle.ballot_kind)]
    return wording.format(choices=terms.choices, points=cycle.points_total, limit=limit)


def _terms(
    act: Act, cycle: Cycle, poll: Poll, closes_at: datetime, exclusive: Sequence[frozenset[UUID]]
) -> poll_terms.PollTerms:
    confirmed = roll.confirmation(act, cycle)
    if confirmed is None or poll.seed_text is None or poll.minutes_on is None:
        raise Conflict(_("The preparation is not complete."))
    territory = act.territory
    projects = tuple(
        poll_terms.Project(
            str(proposal.id), proposal.number or 0, proposal.title, proposal.settlement, review.cost or 0
        )
        for proposal, review in gatherings.approved(act, cycle)
    )
    return poll_terms.PollTerms(
        okrug=poll_terms.Okrug(territory.kato, territory.name_kk, territory.name_ru),
        fiscal_year=cycle.fiscal_year,
        envelope=cycle.envelope,
        projects=projects,
        choices=_choices(cycle, len(projects)),
        closes_at=closes_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        minimum_ballots=cycle.minimum_ballots,
        tie_seed=poll_terms.TieSeed.of(poll.seed_text),
        roll=poll_terms.Roll(confirmed.count, confirmed.commitment),
        receipt_key=poll.receipt_public,
        minutes=poll_terms.Minutes(poll.minutes_number or "", poll.minutes_on.isoformat()),
        reserve=len(cards.reserve_keys(act, poll)),
        rule=rule_of(cycle, exclusive),
        ballot=ballot_of(cycle, [project.cost for project in projects]),
        blank=cycle.blank,
    )


def rule_of(cycle: Cycle, exclusive: Sequence[frozenset[UUID]] = ()) -> CountingRule:
    """The counting rule that the cycle chose, with the opening's groups of projects that exclude each other."""
    if cycle.equal_shares:
        return SharesTerms()
    return GreedyTerms(
        stop_at_misfit=cycle.stop_at_misfit,
        least_votes=cycle.least_votes,
        exclusive=tuple(frozenset(map(str, group)) for group in exclusive),
        in_part=cycle.in_part,
        envelopes=dict(cycle.settlement_envelopes),
    )


def ballot_of(cycle: Cycle, costs: Sequence[int]) -> BallotRule | None:
    """The rule for a valid whole ballot of projects with these costs (tiyn); None where only totals are decrypted."""
    choices, projects = _choices(cycle, len(costs)), len(costs)
    return {
        BallotKind.TOTALS: None,
        BallotKind.APPROVAL: Approval(0, choices),
        BallotKind.POINTS: Points(max(1, cycle.points_each), max(1, min(cycle.points_total, MOST_POINTS * projects))),
        BallotKind.RANKING: Ranking(choices),
        BallotKind.KNAPSACK: Knapsack(tuple(costs), limit_of(cycle)),
    }[BallotKind(cycle.ballot_kind)]


def limit_of(cycle: Cycle) -> int:
    """What the projects on one ballot of the kind knapsack may cost together, in tiyn."""
    return cycle.cost_limit or cycle.envelope


def _choices(cycle: Cycle, projects: int) -> int:
    """How many projects a ballot may name: points and cost limit a ballot by themselves."""
    counted = cycle.ballot_kind not in {BallotKind.POINTS, BallotKind.KNAPSACK}
    return min(cycle.choices, projects) if counted else projects


def most_projects(cycle: Cycle) -> int | None:
    """How many projects a ballot can carry: one element of the group holds a whole ballot; None: as many as wanted."""
    embedding = group_named(cycle.group_name).embedding
    return None if cycle.ballot_kind == BallotKind.TOTALS or embedding is None else embedding.most
