"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.works import models  # noqa: F401 - its tables belong to the database

blueprint = Blueprint("works", __name__)
