"""Whether reports of visits say what was signed: asked by `pb doctor`, of every okrug at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.service.fingerprints import Difference
from pb.inspections.models import Inspection
from pb.inspections.service import digest


def differing(session: Session) -> list[Difference]:
    """The reports whose content is another than the one over which somebody signed."""
    query = select(Inspection).order_by(Inspection.id).execution_options(populate_existing=True)
    return [
        Difference(Inspection.__tablename__, str(report.id))
        for report in session.scalars(query)
        if {one.sha256 for one in report.signatures} - {digest(report)}
    ]
