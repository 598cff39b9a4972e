"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.gatherings import addresses
from pb.web import places

blueprint = Blueprint("gatherings", __name__)
places.name("gathering_id", addresses.MEETING)
places.name("question_id", addresses.QUESTION)
places.name("member_id", addresses.MEMBER)
places.name("signature_id", addresses.SIGNATURE)
places.name("subject_id", addresses.SUBJECT)
