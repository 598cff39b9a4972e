"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.maslikhat.models import Deputy, Motion
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("maslikhat", __name__)
places.name("motion_id", numbered(Motion, within="territory_id"))
places.name("deputy_id", numbered(Deputy, within="territory_id"))
