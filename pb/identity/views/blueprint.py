"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.identity.models import Grant, Proposal, Suspension
from pb.web import places
from pb.web.numbers import by_event

blueprint = Blueprint("identity", __name__)
places.name("grant_id", by_event(Grant, also="role"))
places.name("appointment_id", by_event(Proposal))
places.name("suspension_id", by_event(Suspension))
