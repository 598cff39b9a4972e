"""The blueprint of this room's pages."""

from flask import Blueprint

blueprint = Blueprint("cards", __name__)
