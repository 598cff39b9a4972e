"""The blueprint of this room's pages."""

from flask import Blueprint

blueprint = Blueprint("process", __name__)
