"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.commission import addresses
from pb.commission.models import Commission, MonitoringReport
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("commission", __name__)
places.name("commission_id", numbered(Commission, within="territory_id"))
places.name("report_id", numbered(MonitoringReport, within="territory_id"))
places.name_also("subject_id", addresses.REPORT)
