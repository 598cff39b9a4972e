"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.inspections import addresses
from pb.inspections.models import Inspection
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("inspections", __name__)
places.name("inspection_id", numbered(Inspection, within="territory_id"))
places.name("subject_id", addresses.with_visits(places.naming("subject_id")))  # meetings said theirs before
