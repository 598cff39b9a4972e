"""Territories and their settings: thresholds are decisions of the maslikhat, never constants of the program.

What a raion's or city's maslikhat decides holds in its okrugs, unless an okrug has a value of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from flask_babel import LazyString, lazy_gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.clock import local
from pb.core.places.kinds import WITH_MASLIKHAT
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.territory.models import Setting, Territory


class Kind(NamedTuple):
    """A setting that exists: its label, model default and bounds (whole numbers).

    A `day_of_year` is its month times a hundred and its day: 901 is the first of September. `source`: where the default
    comes from, where that is not the model regulation.
    """

    label: LazyString
    default: int
    least: int
    most: int
    day_of_year: bool = False
    source: LazyString | None = None

    @property
    def yes_or_no(self) -> bool:
        """Whether 1 stands for yes and 0 for no."""
        return (self.least, self.most) == (0, 1)


# Articles of the Budget Code by number and point: the terms were read in the edition of 16.01.2026.
_OF_CODE: Final = {
    "89.1": lazy_gettext("Budget Code of 15.03.2025 № 171-VIII, article 89, point 1; to be checked with each edition."),
    "89.2": lazy_gettext("Budget Code of 15.03.2025 № 171-VIII, article 89, point 2; to be checked with each edition."),
    "91.3": lazy_gettext("Budget Code of 15.03.2025 № 171-VIII, article 91, point 3; to be checked with each edition."),
    "91.4": lazy_gettext("Budget Code of 15.03.2025 № 171-VIII, article 91, point 4; to be checked with each edition."),
    "98.4": lazy_gettext("Budget Code of 15.03.2025 № 171-VIII, article 98, point 4; to be checked with each edition."),
}
_UNREAD: Final = lazy_gettext("To be checked: the Budget Code's sections on execution were not read.")

_NO_TERM: Final = lazy_gettext(
    "To be checked: Law of 23.01.2001 № 148, article 39-3, point 4, asks for a report each half-year, without a day."
)

# Defaults are those of the model regulation (order 295 of 07.08.2017); each raion maslikhat may decide otherwise.
KINDS: dict[str, Kind] = {
    # The law itself (article 39-3, points 8, 9 and 11) asks for half of the members, ten days, and more than half.
    "quorum_percent": Kind(lazy_gettext("Quorum of the assembly, percent of members"), 50, 50, 100),
    # Of those who may come: the law (point 9) asks for a tenth.
    "gathering_quorum_percent": Kind(
        lazy_gettext("Quorum of a gathering of residents, percent of those entitled"), 10, 10, 100
    ),
    # The law (article 39-3) elects the assembly for four years.
    "assembly_term_years": Kind(lazy_gettext("Term of the assembly's members, years at most"), 4, 1, 4),
    # The law (article 39-3, point 6) lets each separate gathering elect three at most.
    "representatives_most": Kind(lazy_gettext("Representatives that one separate gathering elects, at most"), 3, 1, 3),
    "notice_days": Kind(lazy_gettext("Notice of a meeting, days"), 10, 10, 60),
    # The law knows three days for candidates for akim alone; for other urgent matters it is the regulation's.
    "extraordinary_days": Kind(lazy_gettext("Notice of an extraordinary meeting, days"), 3, 3, 60),
    "materials_days": Kind(lazy_gettext("Papers of a hearing before its day, days"), 5, 0, 60),
    "convening_percent": Kind(
        lazy_gettext("Who may demand a meeting, percent of the members or of the residents entitled"), 10, 1, 10
    ),
    # The law (article 39-3, point 11) knows no casting vote: a tie rejects, unless the assembly's regulation says more.
    "chair_decides_ties": Kind(
        lazy_gettext("Casting vote of the chair on a tie, if the assembly's regulation gives it"), 0, 0, 1
    ),
    # The law (article 39-3, point 10) has both elected by open vote for each meeting.
    "standing_officers": Kind(
        lazy_gettext("Standing chair and secretary of the assembly, if its regulation has them"), 0, 0, 1
    ),
    "remote_presence": Kind(
        lazy_gettext("Members may take part from afar, if the assembly's regulation allows it"), 0, 0, 1
    ),
    "majority_percent": Kind(lazy_gettext("Majority of the assembly, percent of those present"), 50, 50, 99),
    "minutes_days": Kind(lazy_gettext("Minutes of a meeting, working days"), 2, 1, 30),
    "answer_days": Kind(
        lazy_gettext("Answer of the akim to minutes, and of the office to objections, working days"), 5, 1, 30
    ),
    # The law (article 39-3, points 11 to 14) gives no term; the raion's regulation may.
    "superior_days": Kind(
        lazy_gettext("Discussion at the maslikhat, and decision of the superior akim on minutes, working days"),
        10,
        1,
        60,
    ),
    # Nor does it for the second discussion (points 11 and 12); the raion's regulation may.
    "discussion_days": Kind(
        lazy_gettext("Second discussion of what the akim disagreed with, working days until it is convened"), 10, 1, 60
    ),
    # To be checked: the law gives no term for sending minutes above either; the raion's regulation may.
    "sending_days": Kind(
        lazy_gettext(
            "Sending minutes to the maslikhat and the superior akim, working days after the akim's silence or "
            "second disagreement"
        ),
        5,
        1,
        60,
    ),
    "monitoring_days": Kind(
        lazy_gettext("Report of the commission signed, days after the half-year"), 30, 1, 180, source=_NO_TERM
    ),
    "minimum_ballots": Kind(lazy_gettext("Fewest ballots that are ever decrypted"), 10, 2, 1000),
    # Afterwards nobody can tell any more whose ballot is whose (pb/erasure).
    "objection_days": Kind(lazy_gettext("Days after adoption in which one may object"), 30, 10, 365),
    # A result that nobody adopts: nothing that joins voters to ballots is kept for ever.
    "unadopted_days": Kind(
        lazy_gettext("Days after a vote for which data of a result that nobody adopts is kept"), 365, 90, 1095
    ),
    # "To be checked": the law on personal data asks for an end, the term is the raion's decision.
    "iin_days": Kind(lazy_gettext("Days after adoption for which the roll keeps IINs"), 365, 30, 3650),
    "works_answer_days": Kind(
        lazy_gettext("Days after a project is accepted in which residents say whether it is built"), 30, 10, 365
    ),
    # "To be checked": no act of Kazakhstan names a number. Five is the usual least cell of official statistics, among
    # others of Eurostat's census tables; in a village of 44 people less would point at somebody.
    "smallest_count": Kind(lazy_gettext("Fewest residents whose answers are told as a number"), 5, 5, 100),
    # Three days at least: else who appoints could shorten it alone on the eve of a vote.
    "cooling_days": Kind(
        lazy_gettext("Days before somebody with a new role confirms anything, or acts on a poll"), 3, 3, 30
    ),
    "reserve_percent": Kind(lazy_gettext("Voter cards in reserve, percent of the roll; at least one card"), 2, 0, 20),
    # Budget Code of 15.03.2025 № 171-VIII in the edition of 16.01.2026, articles 89 p. 1 and 2, 91 p. 3 and 4, 98 p. 4:
    # to be checked with each edition.
    "budget_agreed_by": Kind(
        lazy_gettext(
            "Draft budget agreed by the assembly and sent to the raion, by: month and day, 901 is 1 September"
        ),
        901,
        101,
        1231,
        day_of_year=True,
        source=_OF_CODE["89.1"],
    ),
    "budget_considered_by": Kind(
        lazy_gettext("Draft budget considered by the raion's budget commission, by: month and day, 1015 is 15 October"),
        1015,
        101,
        1231,
        day_of_year=True,
        source=_OF_CODE["89.2"],
    ),
    "budget_approval_days": Kind(
        lazy_gettext("Budget of the okrug approved after the raion's own, calendar days"),
        5,
        1,
        60,
        source=_OF_CODE["91.3"],
    ),
    "budget_quarter_by": Kind(
        lazy_gettext("The akim's plan of a quarter where the budget is late, by: month and day, 1225 is 25 December"),
        1225,
        101,
        1231,
        day_of_year=True,
        source=_OF_CODE["91.4"],
    ),
    "budget_late_by": Kind(
        lazy_gettext(
            "A late budget approved, where the akim's plan of a quarter holds, by: month and day, 301 is 1 March"
        ),
        301,
        101,
        1231,
        day_of_year=True,
        source=_OF_CODE["91.4"],
    ),
    # What was transferred for a purpose and not spent goes back in the first months. 1 March is general knowledge, to
    # be checked in the Code's sections on execution, which were not read.
    "budget_rest_by": Kind(
        lazy_gettext("What became of the rest of a budget year recorded, by: month and day, 301 is 1 March"),
        301,
        101,
        1231,
        day_of_year=True,
        source=_UNREAD,
    ),
    "correction_percent": Kind(
        lazy_gettext("Most that a correction by the akim takes from a programme, percent of its sum"),
        20,
        1,
        20,
        source=_OF_CODE["98.4"],
    ),
    # An appeal to a state body is answered in fifteen working days (Administrative Procedural Code, article 76): to be
    # checked; a raion may promise less.
    "question_days": Kind(lazy_gettext("Answer to a question of a resident on the budget, working days"), 15, 1, 15),
    # In no law: how soon an office reads what people wrote to it, and how often it tells how far it came.
    "survey_text_days": Kind(lazy_gettext("Texts of a survey read and published after its last day, days"), 10, 1, 60),
    "progress_months": Kind(lazy_gettext("Progress of the development programme entered every, months"), 6, 1, 12),
    "execution_days": Kind(
        lazy_gettext("Report on the budget's execution after a month's end, days"), 10, 1, 60, source=_UNREAD
    ),
    # The filled forms that were seen name no day: a raion asks for them in the first days of the next quarter.
    "quarter_form_days": Kind(
        lazy_gettext("Quarterly form of Decree № 826 filled after the quarter's end, days"),
        5,
        1,
        60,
        source=lazy_gettext("To be checked: the text of Decree № 826 of 03.03.2022 was not read."),
    ),
}


# Kept by a cycle as they were when it was opened, or by a meeting as they were when it was convened: the same rules
# hold for the meetings of a cycle and for others. What is in none of these is looked up on its day.
OF_MEETINGS = frozenset({"gathering_quorum_percent", "extraordinary_days", "standing_officers", "remote_presence"})
OF_CYCLES = frozenset({"minimum_ballots", "objection_days", "unadopted_days", "iin_days"})
OF_BOTH = frozenset(
    {"quorum_percent", "notice_days", "chair_decides_ties", "majority_percent", "answer_days", "minutes_days"}
)
# Looked up whenever they are used, where a cycle keeps the others as they were when it was opened.
AT_ONCE = frozenset({"cooling_days", "reserve_percent"})
# Else one office alone could hold up, in the middle of a vote, everybody who was appointed for it.
NOT_DURING_A_POLL = "cooling_days"
_POLL_UNDER_WAY = _("A poll is prepared or under way here: this can change when it has ended.")
FIRST_DAY = date(2017, 8, 7)  # of the model regulation: what differs from it was decided after it
YEARS_AHEAD = 10
RECORDED = ("territory.setting", "territory.setting_inherited")
_under_way: list[Callable[[Act], bool]] = []


def held_while(under_way: Callable[[Act], bool]) -> Callable[[Act], bool]:
    """Registers what tells whether a poll is under way where the act is: meanwhile `NOT_DURING_A_POLL` stays."""
    _under_way.append(under_way)
    return under_way


class Origin(NamedTuple):
    """A value in force, and where it comes from: the version and whose it is, or None: the model regulation."""

    value: int
    version: Setting | None
    territory: Territory | None


def setting(act: Act, name: str) -> int:
    """The value of a setting on the day of the act: the okrug's own, its raion's, or the model default."""
    return in_force(act)[name].value


def in_force(act: Act) -> dict[str, Origin]:
    """Every setting on the day of the act. The nearest territory that has a value goes before those above it."""
    found = {name: Origin(kind.default, None, None) for name, kind in KINDS.items()}
    latest = _latest(act)
    for territory in reversed(_line(act)):  # the nearest last: it goes before the others
        for name in found:
            version = latest.get((territory.id, name))
            if version is not None and version.value is not None:
                found[name] = Origin(int(version.value), version, territory)
    return found


def _latest(act: Act) -> dict[tuple[UUID, str], Setting]:
    """What holds in each territory of the line on the day of the act, by territory and name."""
    today = local(act.at).date()
    held = [version for version in versions(act) if version.since <= today]
    return {(version.territory_id, version.name): version for version in reversed(held)}


def versions(act: Act) -> Sequence[Setting]:
    """Every version ever recorded by the okrug and what it lies in, the latest first."""
    query = select(Setting).where(Setting.territory_id.in_([one.id for one in _line(act)]))
    return act.session.scalars(query.order_by(Setting.since.desc(), Setting.recorded_at.desc())).all()


def recorded_as(act: Act) -> dict[UUID, str]:
    """In which roles each of `versions` was recorded, as the log keeps them; empty where a command did it."""
    line = [one.id for one in _line(act)]
    query = select(AuditEvent.subject_id, AuditEvent.actor_roles).where(
        AuditEvent.territory_id.in_(line), AuditEvent.action.in_(RECORDED)
    )
    return {row.subject_id: row.actor_roles for row in act.session.execute(query)}


def _line(act: Act) -> list[Territory]:
    return act.session.get_one(Territory, act.territory.id).line


def record_setting(act: Act, name: str, value: int, *, source: str, since: date) -> Setting:
    """Records a version with the decision it rests on.

    Raises Forbidden, FieldRefusal (unknown, out of bounds, not now: the days of cooling off change
    during no poll).
    """
    _require_office(act)
    refuse_all(faults_of_setting(act, name, value, source=source, since=since))
    return _record(act, name, value, source=source, since=since)


def inherit_setting(act: Act, name: str, *, source: str, since: date) -> Setting:
    """The territory gives its own value up: from that day on what is decided above it holds, else the model regulation.

    Raises Forbidden, FieldRefusal (unknown, no value of its own, no decision named, not now).
    """
    _require_office(act)
    refuse_all(faults_of_inheriting(act, name, source=source, since=since))
    return _record(act, name, None, source=source, since=since)


def faults_of_setting(
    act: Act, name: str, value: int | None, *, source: str, since: date | None
) -> Iterator[FieldRefusal]:
    """What is wrong with a version that the office wrote; None: not known yet."""
    yield from _faults_of_time(act, name, since)
    yield from _faults_of_version(act, name, value, source, since)


def faults_of_inheriting(act: Act, name: str, *, source: str, since: date | None) -> Iterator[FieldRefusal]:
    """The same where the territory gives its own value up."""
    yield from _faults_of_time(act, name, since)
    yield from _faults_of_giving_up(act, name, since)
    yield from _faults_of_version(act, name, None, source, since)


def _faults_of_time(act: Act, name: str, since: date | None) -> Iterator[FieldRefusal]:
    if name == NOT_DURING_A_POLL and any(under_way(act) for under_way in _under_way):
        yield FieldRefusal("name", _POLL_UNDER_WAY)
    if name == NOT_DURING_A_POLL and since is not None and since > local(act.at).date():
        yield FieldRefusal("since", _("This holds at once: record it on the day from which it holds, or later."))


def _require_office(act: Act) -> None:
    if not act.holds(Role.OFFICE, Role.ADMINISTRATOR):
        raise Forbidden(_("Only the akim's office records settings."))


def record_decision(act: Act, name: str, value: int | None, *, source: str, since: date) -> Setting:
    """What a raion's or city's maslikhat decided, for all its okrugs or for the one of the act; by a command.

    Without a `value` the territory's own is given up: what is decided above it holds. Raises Conflict (no maslikhat
    decides for this territory), FieldRefusal (as the office's own record does).
    """
    line = act.session.get_one(Territory, act.territory.id).line
    decider = next((one for one in line if one.kind in WITH_MASLIKHAT), None)
    if decider is None:
        raise Conflict(_("Only the maslikhat of a raion or a city decides for its okrugs."))
    giving_up = _faults_of_giving_up(act, name, since) if value is None else ()
    refuse_all([*giving_up, *_faults_of_version(act, name, value, source, since)])
    return _record(act, name, value, source=source, since=since, decided_by=decider.kato)


def _faults_of_giving_up(act: Act, name: str, since: date | None) -> Iterator[FieldRefusal]:
    today = local(act.at).date()
    day = max(since or today, today)  # the first on which it could make a difference
    own = [one for one in versions(act) if one.territory_id == act.territory.id and one.name == name]
    own = [one for one in own if one.since <= day]
    if name in KINDS and (not own or own[0].value is None):
        yield FieldRefusal("name", _("It has no value of its own that could be given up."))
    elif name in KINDS and since is not None and since < own[0].since:
        yield FieldRefusal("since", _("Its own value holds from a later day: write that day or one after it."))


def _faults_of_version(
    act: Act, name: str, value: int | None, source: str, since: date | None
) -> Iterator[FieldRefusal]:
    kind = KINDS.get(name)
    if kind is None:
        yield FieldRefusal("name", _("Choose a setting."))
    elif value is not None and not kind.least <= value <= kind.most:
        yield FieldRefusal("value", _("The number is out of bounds."))
    elif value is not None and kind.day_of_year and not _is_day(value):
        yield FieldRefusal("value", _("There is no such day: write its month and its day, 901 is 1 September."))
    latest = local(act.at).date() + timedelta(days=366 * YEARS_AHEAD)
    if since is not None and not FIRST_DAY <= since <= latest:
        yield FieldRefusal("since", _("Check the year: that is too long ago, or too far ahead."))
    if not source.strip():
        yield FieldRefusal("source", _("Name the decision it rests on."))


def _is_day(value: int) -> bool:
    """Whether it is a day of every year: the 29th of February is none."""
    try:
        date(2027, *divmod(value, 100))
    except ValueError:
        return False
    return True


def _record(act: Act, name: str, value: int | None, *, source: str, since: date, **also: str) -> Setting:
    """A version that has no fault, with its event; `also` is what the event says beside it."""
    version = Setting(
        id=uuid4(),
        territory_id=act.territory.id,
        name=name,
        value=value,
        source=source.strip(),
        since=since,
        recorded_at=act.at,
    )
    # The event comes first: a trigger refuses a version that the log does not know.
    data = {"name": name, "since": since.isoformat(), **also}
    if value is None:
        audit.record(act, "territory.setting_inherited", subject=version.id, data=data)
    else:
        audit.record(act, "territory.setting", subject=version.id, data={**data, "value": value})
    act.session.add(version)
    act.session.flush()
    return version
