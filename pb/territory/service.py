"""The okrug and its settings: thresholds are decisions of the maslikhat, never constants of the program."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from flask_babel import LazyString, lazy_gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import FieldRefusal, Forbidden
from pb.territory.models import Setting, Territory


class Kind(NamedTuple):
    """A setting that exists: its label, model default and bounds (whole numbers)."""

    label: LazyString
    default: int
    least: int
    most: int


# Defaults are those of the model regulation (order 295 of 07.08.2017); each raion maslikhat may decide otherwise.
KINDS: dict[str, Kind] = {
    "quorum_percent": Kind(lazy_gettext("Quorum of the assembly, percent of members"), 50, 1, 100),
    "notice_days": Kind(lazy_gettext("Notice of a meeting, days"), 10, 0, 60),
    # The law (article 39-3, point 11) knows no casting vote: a tie rejects, unless the raion's regulation says more.
    "chair_decides_ties": Kind(
        lazy_gettext("Casting vote of the chair on a tie: 1 if the raion's regulation gives it, else 0"), 0, 0, 1
    ),
    "minimum_ballots": Kind(lazy_gettext("Fewest ballots that are ever decrypted"), 10, 2, 1000),
    # Afterwards nobody can tell any more whose ballot is whose (pb/erasure).
    "objection_days": Kind(lazy_gettext("Days after adoption in which one may object"), 30, 10, 365),
    # "To be checked": the law on personal data asks for an end, the term is the raion's decision.
    "iin_days": Kind(lazy_gettext("Days after adoption for which the roll keeps IINs"), 365, 30, 3650),
    # Three days at least: else who appoints could shorten it alone on the eve of a vote.
    "cooling_days": Kind(
        lazy_gettext("Days before somebody with a new role confirms anything, or acts on a poll"), 3, 3, 30
    ),
    "reserve_percent": Kind(lazy_gettext("Voter cards in reserve, percent of the roll; at least one card"), 2, 0, 20),
}


def sole(session: Session) -> Territory | None:
    """The okrug of this installation, or None before it is set up."""
    return session.scalars(select(Territory).order_by(Territory.kato)).first()


def setting(act: Act, name: str) -> int:
    """The value of a setting on the day of the act: its latest version, or the model default."""
    query = (
        select(Setting)
        .where(Setting.territory_id == act.territory.id, Setting.name == name, Setting.since <= local(act.at).date())
        .order_by(Setting.since.desc(), Setting.recorded_at.desc())
    )
    found = act.session.scalars(query).first()
    return int(found.value) if found else KINDS[name].default


def versions(act: Act) -> Sequence[Setting]:
    """Every version ever recorded, the latest first."""
    query = select(Setting).where(Setting.territory_id == act.territory.id)
    return act.session.scalars(query.order_by(Setting.since.desc(), Setting.recorded_at.desc())).all()


def record_setting(act: Act, name: str, value: int, *, source: str, since: date) -> Setting:
    """Records a version with the decision it rests on. Raises Forbidden, FieldRefusal (unknown, out of bounds)."""
    if not act.holds(Role.OFFICE, Role.ADMINISTRATOR):
        raise Forbidden(_("Only the akim's office records settings."))
    kind = KINDS.get(name)
    if kind is None:
        raise FieldRefusal("name", _("Choose a setting."))
    if not kind.least <= value <= kind.most:
        raise FieldRefusal("value", _("The number is out of bounds."))
    if not source.strip():
        raise FieldRefusal("source", _("Name the decision it rests on."))
    version = Setting(
        id=uuid4(),
        territory_id=act.territory.id,
        name=name,
        value=value,
        source=source.strip(),
        since=since,
        recorded_at=act.at,
    )
    # The event comes first: a trigger refuses a version that the log does not know.
    audit.record(
        act, "territory.setting", subject=version.id, data={"name": name, "value": value, "since": since.isoformat()}
    )
    act.session.add(version)
    act.session.flush()
    return version
