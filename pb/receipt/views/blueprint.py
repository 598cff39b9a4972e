"""The blueprint of this room's pages; a receipt is called by its year, as the budget that it is of."""

from flask import Blueprint

blueprint = Blueprint("receipt", __name__)
