"""The meetings of a local community: who they are made of, their agenda, attendance, votes and minutes."""

from pb.gatherings.models.kinds import (
    OF_CYCLES,
    OF_MEMBERS,
    WITHOUT_A_VOTE,
    Kind,
    Majority,
    Matter,
    Office,
    Outcome,
    State,
)
from pb.gatherings.models.labels import (
    CYCLE_LABELS,
    KIND_LABELS,
    MAJORITY_LABELS,
    MATTER_LABELS,
    OFFICE_LABELS,
    OUTCOME_LABELS,
    OUTCOME_TAGS,
    STATE_LABELS,
    STATE_TAGS,
)
from pb.gatherings.models.meetings import Attendance, Conflict, Gathering, Member, Presence, Question, Registration
from pb.gatherings.models.minutes import Answer, Minutes, Paper, Version
from pb.gatherings.models.referrals import Referral

__all__ = [
    "CYCLE_LABELS",
    "KIND_LABELS",
    "MAJORITY_LABELS",
    "MATTER_LABELS",
    "OFFICE_LABELS",
    "OF_CYCLES",
    "OF_MEMBERS",
    "OUTCOME_LABELS",
    "OUTCOME_TAGS",
    "STATE_LABELS",
    "STATE_TAGS",
    "WITHOUT_A_VOTE",
    "Answer",
    "Attendance",
    "Conflict",
    "Gathering",
    "Kind",
    "Majority",
    "Matter",
    "Member",
    "Minutes",
    "Office",
    "Outcome",
    "Paper",
    "Presence",
    "Question",
    "Referral",
    "Registration",
    "State",
    "Version",
]
