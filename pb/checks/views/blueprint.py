"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.checks.models import Explanation
from pb.web import places
from pb.web.numbers import by_event

blueprint = Blueprint("checks", __name__)
places.name("explanation_id", by_event(Explanation))
