"""Whether reports of the monitoring say what was signed: asked by `pb doctor`, of every okrug at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.service.fingerprints import Difference
from pb.commission.models import MonitoringReport
from pb.commission.service import digest


def differing(session: Session) -> list[Difference]:
    """The reports whose content is another than the one over which somebody signed."""
    query = select(MonitoringReport).order_by(MonitoringReport.id).execution_options(populate_existing=True)
    return [
        Difference(MonitoringReport.__tablename__, str(report.id))
        for report in session.scalars(query)
        if {one.sha256 for one in report.signatures} - {digest(report)}
    ]
