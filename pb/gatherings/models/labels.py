"""What people read of kinds, matters, majorities, states and outcomes."""

from flask_babel import LazyString, lazy_gettext

from pb.gatherings.models.kinds import Ballot, Kind, Majority, Matter, Office, Outcome, Seat, State

OFFICE_LABELS: dict[Office, LazyString] = {
    Office.MEMBER: lazy_gettext("Member of the assembly"),
    Office.CHAIR: lazy_gettext("Chair of the assembly"),
    Office.SECRETARY: lazy_gettext("Secretary of the assembly"),
}

KIND_LABELS: dict[Kind, LazyString] = {
    Kind.ASSEMBLY: lazy_gettext("Meeting of the assembly"),
    Kind.GATHERING: lazy_gettext("Gathering of the residents"),
    Kind.SEPARATE: lazy_gettext("Separate gathering"),
    Kind.REPORT: lazy_gettext("Report meeting of the akim"),
    Kind.HEARING: lazy_gettext("Public hearing"),
    Kind.COMMISSION: lazy_gettext("Sitting of the commission"),
}

MINUTES_LABELS: dict[Kind, LazyString] = {
    Kind.ASSEMBLY: lazy_gettext("Minutes of the assembly"),
    Kind.GATHERING: lazy_gettext("Minutes of the gathering"),
    Kind.SEPARATE: lazy_gettext("Minutes of the separate gathering"),
    Kind.REPORT: lazy_gettext("Minutes of the akim's report meeting"),
    Kind.HEARING: lazy_gettext("Minutes of the public hearing"),
    Kind.COMMISSION: lazy_gettext("Minutes of the commission"),
}
"""Law № 148 keeps the gathering and the assembly apart: a paper names the one that decided."""

NOTICE_LABELS: dict[Kind, LazyString] = {
    Kind.ASSEMBLY: lazy_gettext("Announcement of the assembly's meeting"),
    Kind.GATHERING: lazy_gettext("Announcement of a gathering"),
    Kind.SEPARATE: lazy_gettext("Announcement of a separate gathering"),
    Kind.REPORT: lazy_gettext("Announcement of the akim's report meeting"),
    Kind.HEARING: lazy_gettext("Announcement of a public hearing"),
    Kind.COMMISSION: lazy_gettext("Announcement of the commission's sitting"),
}

CYCLE_LABELS: dict[Matter, LazyString] = {
    Matter.PROJECT: lazy_gettext("Meeting on the projects"),
    Matter.ADOPTION: lazy_gettext("Meeting on the result of the vote"),
}

MATTER_LABELS: dict[Matter, LazyString] = {
    Matter.EARLIER: lazy_gettext("What became of earlier decisions"),
    Matter.BUDGET: lazy_gettext("To agree the draft budget"),
    Matter.DRAFT: lazy_gettext("To discuss the draft budget"),
    Matter.EXECUTION: lazy_gettext("Report on the execution of the budget"),
    Matter.MONITORING: lazy_gettext("Report of the commission, recommendations"),
    Matter.PROGRAMME: lazy_gettext("Development programme"),
    Matter.PROPERTY: lazy_gettext("Communal property"),
    Matter.TASKS: lazy_gettext("Priority tasks and their terms"),
    Matter.ELECTION: lazy_gettext("Election"),
    Matter.MASLIKHAT: lazy_gettext("Proposal to the maslikhat"),
    Matter.AKIMAT: lazy_gettext("Request to the akim's office"),
    Matter.RELEASE: lazy_gettext("To initiate the release of the akim"),
    Matter.OTHER: lazy_gettext("Other question"),
}

MAJORITY_LABELS: dict[Majority, LazyString] = {
    Majority.PRESENT: lazy_gettext("More than half of those present"),
    Majority.VOTING: lazy_gettext("More than half of those who vote for or against"),
    Majority.TWO_THIRDS: lazy_gettext("Two thirds of those present"),
    Majority.MEMBERS: lazy_gettext("More than half of all members, or of all registered residents"),
}

STATE_LABELS: dict[State, LazyString] = {
    State.CONVENED: lazy_gettext("Convened"),
    State.INQUORATE: lazy_gettext("No quorum"),
    State.QUORATE: lazy_gettext("Quorum is present"),
    State.MINUTED: lazy_gettext("Minutes wait for confirmation"),
    State.CONFIRMED: lazy_gettext("Minutes confirmed"),
    State.CALLED_OFF: lazy_gettext("Called off"),
}

BEGUN = lazy_gettext("Begun")
"""Of a meeting that is held whoever comes, and so knows no quorum."""
NOT_HELD = lazy_gettext("Not held")
"""Of a meeting that nobody opened on its day."""

STATE_TAGS: dict[State, str] = {
    State.CONVENED: "sky",
    State.INQUORATE: "red",
    State.QUORATE: "sky",
    State.MINUTED: "amber",
    State.CONFIRMED: "green",
    State.CALLED_OFF: "red",
}


OUTCOME_LABELS: dict[Outcome, LazyString] = {
    Outcome.APPROVED: lazy_gettext("Approved"),
    Outcome.REJECTED: lazy_gettext("Rejected"),
    Outcome.NOTED: lazy_gettext("Discussed, taken note of"),
}

TIED = lazy_gettext("A tie: rejected")
"""As many were for as against, and no regulation lets the chair's vote decide."""

OUTCOME_TAGS: dict[Outcome, str] = {Outcome.APPROVED: "green", Outcome.REJECTED: "red", Outcome.NOTED: "grey"}

BALLOT_LABELS: dict[Ballot, LazyString] = {
    Ballot.OPEN: lazy_gettext("Open vote"),
    Ballot.BY_NAME: lazy_gettext("Open vote by name"),
    Ballot.ON_PAPER: lazy_gettext("Secret vote on paper"),
}

SEAT_LABELS: dict[Seat, LazyString] = {
    Seat.MEMBER: lazy_gettext("Members of the assembly"),
    Seat.COMMISSION: lazy_gettext("Members of the commission"),
    Seat.REPRESENTATIVE: lazy_gettext("Representatives of the residents"),
    Seat.OTHER: lazy_gettext("Others"),
}
