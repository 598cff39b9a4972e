"""The blueprint of this room's pages."""

from flask import Blueprint

blueprint = Blueprint("notices", __name__)
