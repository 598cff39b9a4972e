"""The blueprint of this room's pages; a winner is called by the number of its project."""

from flask import Blueprint

from pb.web import places
from pb.winners import addresses

blueprint = Blueprint("winners", __name__)
places.name("winner_id", addresses.NUMBER)
