"""The blueprint that all pages of this room hang on."""

from flask import Blueprint

blueprint = Blueprint("identity", __name__)
