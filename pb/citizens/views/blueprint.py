"""The blueprint of this room's pages; the citizens' budget of a year lies below that year's budget."""

from flask import Blueprint

from pb.citizens import addresses
from pb.web import places

blueprint = Blueprint("citizens", __name__)
places.name_also("subject_id", addresses.EXECUTION)
