"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.registers.models import Object, Programme
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("registers", __name__)
places.name("programme_id", numbered(Programme, within="territory_id"))
places.name("property_id", numbered(Object, within="territory_id"))
