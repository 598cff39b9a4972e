"""The blueprint of this room's pages."""

from flask import Blueprint

blueprint = Blueprint("territory", __name__)
