"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.roll.models import Correction, Entry, Import, Request
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("roll", __name__)
places.name("entry_id", numbered(Entry, within="cycle_id"))
places.name("import_id", numbered(Import, within="cycle_id"))
places.name("request_id", numbered(Request, within="cycle_id"))
places.name("correction_id", numbered(Correction, within="cycle_id"))
