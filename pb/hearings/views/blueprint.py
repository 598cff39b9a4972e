"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.hearings.models import Opinion
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("hearings", __name__)
places.name("opinion_id", numbered(Opinion, within="gathering_id"))
