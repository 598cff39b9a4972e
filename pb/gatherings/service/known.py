"""Files that stand here already: what the platform made itself, or somebody brought before, is no scan of a paper."""

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from pb.act import Act
from pb.documents.models import Printed
from pb.errors import FieldRefusal
from pb.gatherings.models import Paper
from pb.media.models import Paper as Brought


def refuse(act: Act, sha256: str) -> None:
    """Raises FieldRefusal ("paper"): a file of this digest was made or brought here, in whatever territory."""
    made = (select(Paper.version).where(Paper.sha256 == sha256), select(Printed.id).where(Printed.sha256 == sha256))
    if any(act.session.execute(query.limit(1)).first() is not None for query in made):
        told = _(
            "This file was made here and bears no signature by hand. Print it, have it signed, and scan the paper."
        )
        raise FieldRefusal("paper", told)
    brought = select(Brought.id).where(or_(Brought.sha256 == sha256, Brought.digest == sha256))
    if act.session.scalars(brought.limit(1)).first() is not None:
        raise FieldRefusal("paper", _("This very file was brought here before. Scan the signed paper itself."))
