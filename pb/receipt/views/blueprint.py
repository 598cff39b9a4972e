"""The blueprint of this room's pages; a receipt is called by its year, as the budget that it is of."""

from flask import Blueprint

from pb.receipt.models import LineQuestion
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("receipt", __name__)
places.name("line_question_id", numbered(LineQuestion, within="territory_id"))
