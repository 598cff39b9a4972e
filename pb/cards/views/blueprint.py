"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.cards.models import Reissue
from pb.web import places
from pb.web.numbers import by_event

blueprint = Blueprint("cards", __name__)
places.name("reissue_id", by_event(Reissue, column="proposed_event"))
