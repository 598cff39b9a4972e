"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.surveys.models import Survey
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("surveys", __name__)
places.name("survey_id", numbered(Survey, within="territory_id"))
ONE = "/<okrug:okrug>/surveys/<number:survey_id>"
