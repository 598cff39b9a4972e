"""What meetings, their points, votes and states are called in the database and the code."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of a point of the agenda. `NOTED`: it was discussed, and there was nothing to vote on."""

    APPROVED = "approved"
    REJECTED = "rejected"
    NOTED = "noted"


class Office(StrEnum):
    MEMBER = "member"
    CHAIR = "chair"
    SECRETARY = "secretary"


class Kind(StrEnum):
    """Who meets: residents of a part, all residents, the assembly, its commission (Law № 148, article 39-3).

    At a report meeting the akim reports to residents; at a hearing they say what they think of a draft.
    """

    ASSEMBLY = "assembly"
    GATHERING = "gathering"
    SEPARATE = "separate"
    REPORT = "report"
    HEARING = "hearing"
    COMMISSION = "commission"


OF_MEMBERS = frozenset({Kind.ASSEMBLY, Kind.COMMISSION})
"""To the others every resident comes: they are registered at the door, and not marked on a list of members."""
DISCUSSING = (Kind.REPORT, Kind.HEARING)
"""The akim reports, and people say what they think, to whoever came: without a quorum, so nothing is decided there."""


class Matter(StrEnum):
    """What a point of an agenda is about. The first two are a cycle's: one project, and the result of its vote."""

    PROJECT = "project"
    ADOPTION = "adoption"
    EARLIER = "earlier"
    BUDGET = "budget"
    DRAFT = "draft"
    EXECUTION = "execution"
    MONITORING = "monitoring"
    PROGRAMME = "programme"
    PROPERTY = "property"
    TASKS = "tasks"
    ELECTION = "election"
    MASLIKHAT = "maslikhat"
    AKIMAT = "akimat"
    RELEASE = "release"
    OTHER = "other"


OF_CYCLES = (Matter.PROJECT, Matter.ADOPTION)
AT_HEARINGS = frozenset({Matter.DRAFT})
"""Where the budget's draft is heard nothing is decided: the assembly agrees it at another point, `BUDGET`."""
WITHOUT_A_VOTE = AT_HEARINGS | {Matter.EARLIER, Matter.EXECUTION, Matter.PROGRAMME, Matter.OTHER}
"""What may be discussed and taken note of; every other matter is decided by a vote."""
OF_KINDS: dict[Kind, frozenset[Matter]] = {
    Kind.ASSEMBLY: frozenset(Matter).difference(OF_CYCLES, AT_HEARINGS),
    Kind.GATHERING: frozenset(
        {Matter.EARLIER, Matter.TASKS, Matter.ELECTION, Matter.MASLIKHAT, Matter.AKIMAT, Matter.OTHER}
    ),
    Kind.SEPARATE: frozenset({Matter.EARLIER, Matter.ELECTION, Matter.OTHER}),
    Kind.COMMISSION: frozenset({Matter.EARLIER, Matter.EXECUTION, Matter.PROGRAMME, Matter.PROPERTY, Matter.OTHER}),
    # Of a report and of a draft nothing but what may be taken note of.
    Kind.REPORT: WITHOUT_A_VOTE - AT_HEARINGS,
    Kind.HEARING: WITHOUT_A_VOTE,
}
"""Which matters a meeting of a kind has: budget, property and the akim's release are the assembly's (39-3, point 3)."""


class Majority(StrEnum):
    """More than half of whom a point needs: the law's rule is of those present; another rests on a regulation."""

    PRESENT = "present"
    VOTING = "voting"
    TWO_THIRDS = "two_thirds"
    MEMBERS = "members"


class State(StrEnum):
    CONVENED = "convened"
    INQUORATE = "inquorate"
    QUORATE = "quorate"
    MINUTED = "minuted"
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"


class Ballot(StrEnum):
    """How a question was voted on: by raised hands, by name, or in secret on paper."""

    OPEN = "open"
    BY_NAME = "by_name"
    ON_PAPER = "secret"


class Seat(StrEnum):
    """What an election fills: the assembly, its commission, the representatives of a part, or something else."""

    MEMBER = "member"
    COMMISSION = "commission"
    REPRESENTATIVE = "representative"
    OTHER = "other"


SEATS_OF: dict[Kind, frozenset[Seat]] = {
    Kind.GATHERING: frozenset({Seat.MEMBER, Seat.OTHER}),
    Kind.ASSEMBLY: frozenset({Seat.COMMISSION, Seat.OTHER}),
    Kind.SEPARATE: frozenset({Seat.REPRESENTATIVE, Seat.OTHER}),
}
"""Who elects whom: the gathering the assembly, the assembly its commission, a separate gathering representatives."""
