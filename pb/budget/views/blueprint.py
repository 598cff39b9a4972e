"""The blueprint of this room's pages; a budget is called by its first year."""

from flask import Blueprint

from pb.budget import addresses
from pb.budget.models import Budget, Decision, Question, Version
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("budget", __name__)
places.name("budget_id", numbered(Budget, within="territory_id", column="first_year"))
places.name("version_id", numbered(Version, within="budget_id"))
places.name("budget_question_id", numbered(Question, within="version_id"))
places.name("budget_decision_id", numbered(Decision, within="territory_id"))
places.name_also("subject_id", addresses.VERSION)
