"""Meetings with their members, attendance, agenda and votes.

A gathering in these rooms is a meeting of any kind. It belongs to a territory; one that a cycle needs names the cycle.
"""

from datetime import date, datetime
from uuid import UUID

from flask_babel import LazyString
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified
from pb.formats import numbered
from pb.gatherings.models.holding import AgendaVote, Candidate, NamedVote, Officer, VoteCorrection
from pb.gatherings.models.kinds import OF_CYCLES, OF_MEMBERS, Ballot, Kind, Majority, Matter, Office, Outcome, State
from pb.gatherings.models.labels import (
    BEGUN,
    CYCLE_LABELS,
    KIND_LABELS,
    MINUTES_LABELS,
    NOT_HELD,
    NOTICE_LABELS,
    OUTCOME_LABELS,
    STATE_LABELS,
    TIED,
)


class Member(Identified, Base):
    """A member of the assembly with the term and the document that elected them. `person_id`: their account, if any.

    The office recorded them; they count nowhere until somebody of another body has confirmed it. What was recorded in
    one step bears the same `together`, with the terms that end by it, and is confirmed in one step.
    """

    __tablename__ = "assembly_members"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("term_until > term_from", name="term_ordered"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_whole"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
        CheckConstraint("person_id IS NULL OR confirmed_at IS NOT NULL", name="claimed_once_confirmed"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    number: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(10), default=Office.MEMBER)
    term_from: Mapped[date]
    term_until: Mapped[date]
    electing_document: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    together: Mapped[UUID | None]


class TermEnding(Base):
    """Why a member's term ends before its last day, by which document: the office records it.

    The member goes on counting until somebody of another body has confirmed it; then `Member.term_until` is earlier.
    """

    __tablename__ = "assembly_endings"
    __table_args__ = (
        CheckConstraint("reason <> '' AND document <> ''", name="reasoned"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_whole"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
        FROZEN,
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    document: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    together: Mapped[UUID | None]
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class Gathering(Identified, Base):
    """One meeting. `previous_id`: the one before it that led nowhere (no quorum, no from the akim, called off).

    From `quorum_percent` to `remote_allowed` stand the rules of its kind as they were when it was convened, of a
    cycle's meeting those of the cycle: nobody changes them later. `standing_officers`: the assembly's chair and
    secretary hold the offices of the meeting; else those present elect both, and who opened it writes until then.
    `entitled`: how many residents may come (the minutes say it, and a gathering's quorum is counted of them). `part`:
    the settlement or street of a separate gathering.
    """

    __tablename__ = "gatherings"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint(
            "kind IN ('assembly', 'gathering', 'separate', 'report', 'hearing', 'commission')", name="kind_known"
        ),
        CheckConstraint(
            "state IN ('convened', 'inquorate', 'quorate', 'minuted', 'confirmed', 'called_off')", name="state_known"
        ),
        CheckConstraint(
            "state <> 'called_off' OR (called_off_at IS NOT NULL AND called_off_reason <> '')",
            name="called_off_reasoned",
        ),
        CheckConstraint("(kind = 'separate') = (part <> '')", name="part_of_separate"),
        CheckConstraint("cycle_id IS NULL OR kind = 'assembly'", name="cycles_assembly"),
        CheckConstraint(
            "kind IN ('assembly', 'commission') OR (entitled IS NOT NULL AND entitled >= 1)", name="entitled_counted"
        ),
        CheckConstraint("(demanded_by IS NULL) = (demand = '')", name="demand_whole"),
        CheckConstraint("extraordinary = (extraordinary_reason <> '')", name="extraordinary_reasoned"),
        CheckConstraint("NOT extraordinary OR kind = 'assembly'", name="extraordinary_assembly"),
        CheckConstraint("(opened_at IS NULL) = (opened_by_id IS NULL)", name="opened_whole"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    cycle_id: Mapped[UUID | None] = mapped_column(ForeignKey("cycles.id"), index=True)
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("gatherings.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    part: Mapped[str] = mapped_column(String(120), default="")
    extraordinary: Mapped[bool] = mapped_column(default=False)
    extraordinary_reason: Mapped[str] = mapped_column(String(300), default="")
    entitled: Mapped[int | None]
    demanded_by: Mapped[int | None]
    demand: Mapped[str] = mapped_column(String(300), default="")
    quorum_percent: Mapped[int]
    majority_percent: Mapped[int]
    notice_days: Mapped[int]
    chair_decides: Mapped[bool]
    minutes_days: Mapped[int]
    answer_days: Mapped[int]
    standing_officers: Mapped[bool]
    remote_allowed: Mapped[bool]
    meets_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=State.CONVENED)
    convened_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]
    called_off_reason: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    agenda_adopted_at: Mapped[datetime | None]
    # By the class itself: a name would be sought among the questions of other rooms too.
    questions: Mapped[list["Question"]] = relationship(
        lambda: Question, order_by=lambda: Question.position, back_populates="gathering"
    )
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="gathering")
    registrations: Mapped[list["Registration"]] = relationship(
        order_by="Registration.number", back_populates="gathering"
    )
    officers: Mapped[list[Officer]] = relationship(order_by=Officer.office)
    agenda_votes: Mapped[list[AgendaVote]] = relationship(order_by=AgendaVote.number)

    @property
    def matter(self) -> Matter | None:
        """What a cycle's meeting is about; None of a meeting outside a cycle."""
        found = {question.matter for question in self.questions} if self.cycle_id else set()
        return next((matter for matter in OF_CYCLES if matter in found), None)

    @property
    def of_members(self) -> bool:
        """Whether members of the assembly meet, who are marked on a list, and not residents, who are registered."""
        return self.kind in OF_MEMBERS

    @property
    def title(self) -> LazyString:
        """What the meeting is called: in a cycle by its matter, else by its kind."""
        return CYCLE_LABELS[self.matter] if self.matter else KIND_LABELS[Kind(self.kind)]

    @property
    def named(self) -> str:
        """What it is called in the present language, with its number in the okrug."""
        return f"{self.title}, {numbered(self.number)}"

    @property
    def minutes_label(self) -> LazyString:
        return MINUTES_LABELS[Kind(self.kind)]

    @property
    def notice_label(self) -> LazyString:
        return NOTICE_LABELS[Kind(self.kind)]

    @property
    def not_held(self) -> bool:
        """Whether nobody opened it on its day, and it ended so: called off after its hour."""
        return self.called_off_at is not None and self.called_off_at >= self.meets_at

    @property
    def state_label(self) -> LazyString:
        if self.state == State.QUORATE and not self.quorum_percent:
            return BEGUN
        return NOT_HELD if self.not_held else STATE_LABELS[State(self.state)]


class Attendance(Base):
    """A member at a meeting: `present` when it opened or not, when they came and left, and why they did not come.

    The rows are the membership of that day. Who was there at each question stands with it. `remote`: over a line,
    where the rules of the meeting allow it.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("left_at IS NULL OR (came_at IS NOT NULL AND left_at >= came_at)", name="left_after_coming"),
        CheckConstraint("came_at IS NOT NULL OR NOT present", name="present_came"),
        CheckConstraint("came_at IS NOT NULL OR NOT remote", name="remote_came"),
        FROZEN,
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    present: Mapped[bool]
    came_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    remote: Mapped[bool] = mapped_column(default=False)
    absence: Mapped[str] = mapped_column(String(200), default="")
    gathering: Mapped[Gathering] = relationship(back_populates="attendances")
    member: Mapped[Member] = relationship()

    @property
    def here(self) -> bool:
        return self.came_at is not None and self.left_at is None


class Registration(Identified, Base):
    """A resident at a meeting that everybody may come to, entered at the door: the minutes list those present.

    `left_at`: when they went before the end.
    """

    __tablename__ = "meeting_registrations"
    __table_args__ = (UniqueConstraint("gathering_id", "number"), FROZEN)

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    gathering: Mapped[Gathering] = relationship(back_populates="registrations")


class Question(Identified, Base):
    """A point of the agenda. `outcome` is empty until it was voted on; `needed` votes in favour adopt it.

    `text` (of no project and of no adoption) is in `language`. `present` is how many were there when it was voted on.
    `chair_vote` is recorded on a tie that the chair decides, where the raion's regulation says so. `speeches`: who said
    what, in short (article 39-3, point 10, asks for it in the minutes). `added` and `removed`: by those present, with a
    vote on the agenda. `amends_id`: the point whose text it amends, on which the vote waits for it. In an election
    `seat` is filled `places` times.
    """

    __tablename__ = "agenda_questions"
    __table_args__ = (
        UniqueConstraint("gathering_id", "position"),
        CheckConstraint("outcome IS NULL OR outcome IN ('approved', 'rejected', 'noted')", name="outcome_known"),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'noted' "
            "OR matter IN ('draft', 'earlier', 'execution', 'programme', 'other')",
            name="noted_without_a_vote",
        ),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' OR in_favour >= needed OR chair_vote = 'approved' "
            "OR places IS NOT NULL",
            name="approved_by_majority",
        ),
        CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name="votes_counted"),
        CheckConstraint("in_favour + against + abstained <= present", name="votes_of_present"),
        CheckConstraint(
            "matter IN ('project', 'adoption', 'earlier', 'budget', 'draft', 'execution', 'monitoring', 'programme', "
            "'property', 'tasks', 'election', 'maslikhat', 'akimat', 'release', 'other')",
            name="matter_known",
        ),
        CheckConstraint("(matter = 'project') = (proposal_id IS NOT NULL)", name="project_named"),
        CheckConstraint("matter <> 'other' OR text <> ''", name="other_said"),
        CheckConstraint("majority IN ('present', 'voting', 'two_thirds', 'members')", name="majority_known"),
        CheckConstraint("majority = 'present' OR majority_basis <> ''", name="majority_founded"),
        CheckConstraint("ballot IN ('open', 'by_name', 'secret')", name="ballot_known"),
        CheckConstraint("seat IN ('', 'member', 'commission', 'representative', 'other')", name="seat_known"),
        CheckConstraint("(seat = '') = (places IS NULL)", name="seats_counted"),
        CheckConstraint("places IS NULL OR (matter = 'election' AND places BETWEEN 1 AND 100)", name="places_counted"),
        CheckConstraint("NOT removed OR (outcome IS NULL AND proposal_id IS NULL)", name="removed_undecided"),
        FROZEN,
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), index=True)
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"))
    position: Mapped[int]
    matter: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(500), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    speaker: Mapped[str] = mapped_column(String(120), default="")
    majority: Mapped[str] = mapped_column(String(10), default=Majority.PRESENT)
    majority_basis: Mapped[str] = mapped_column(String(200), default="")
    speeches: Mapped[str] = mapped_column(Text, default="")
    seat: Mapped[str] = mapped_column(String(20), default="")
    places: Mapped[int | None]
    added: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    amends_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    ballot: Mapped[str] = mapped_column(String(10), default=Ballot.OPEN)
    present: Mapped[int | None]
    in_favour: Mapped[int | None]
    against: Mapped[int | None]
    abstained: Mapped[int | None]
    needed: Mapped[int | None]
    chair_vote: Mapped[str | None] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(10))
    gathering: Mapped[Gathering] = relationship(back_populates="questions")
    conflicts: Mapped[list["Conflict"]] = relationship(cascade="all, delete-orphan")
    presences: Mapped[list["Presence"]] = relationship(cascade="all, delete-orphan")
    named_votes: Mapped[list[NamedVote]] = relationship(cascade="all, delete-orphan")
    candidates: Mapped[list[Candidate]] = relationship(order_by=Candidate.number, cascade="all, delete-orphan")
    corrections: Mapped[list[VoteCorrection]] = relationship(order_by=VoteCorrection.number)

    @property
    def outcome_label(self) -> LazyString | None:
        """What came of it in a word or two; None before. A tie is told as one."""
        if self.outcome is None:
            return None
        tie = bool(self.in_favour) and self.in_favour == self.against and not self.chair_vote and not self.places
        return TIED if self.outcome == Outcome.REJECTED and tie else OUTCOME_LABELS[Outcome(self.outcome)]


class Conflict(Base):
    """A member who has an interest of their own in a question, and so does not vote on it."""

    __tablename__ = "conflicts_of_interest"
    __table_args__ = FROZEN

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    member: Mapped[Member] = relationship()


class Presence(Base):
    """A member who was there when a question was voted on: some come later, some leave before the end."""

    __tablename__ = "question_presences"
    __table_args__ = FROZEN

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    member: Mapped[Member] = relationship()
