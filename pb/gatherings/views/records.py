"""What pages of minutes and of their corrections share: which of them an address names, and who signed it."""

from typing import Any
from uuid import UUID

from flask import url_for

from pb.act import Act
from pb.errors import NotFound
from pb.gatherings.models import Correction, Gathering, Record
from pb.gatherings.service import corrections, meetings, minutes, scans, signing, verification
from pb.identity.models import Signature
from pb.identity.service.roles import LABELS as ROLE_LABELS
from pb.identity.service.signatures import Standing
from pb.media.service import showing
from pb.web.account import proved_recently
from pb.web.requests import keys, settings


def correction_of(act: Act, gathering: Gathering, which: int | None) -> Correction | None:
    """The correction that an address names; None where it names none. Raises NotFound."""
    if which is None:
        return None
    row = meetings.minutes_of(act, gathering)
    if row is None:
        raise NotFound
    return corrections.get(act, row, which)


def record_of(act: Act, gathering_id: UUID, which: int | None) -> Record:
    """The minutes of a meeting, or the correction of them that an address names. Raises NotFound."""
    gathering = meetings.get(act, gathering_id)
    row = correction_of(act, gathering, which) or meetings.minutes_of(act, gathering)
    if row is None:
        raise NotFound
    return row


def page_of(gathering_id: UUID, which: int | None, part: str | None = None) -> str:
    """Where minutes, or their correction, are read."""
    return url_for("gatherings.show_minutes", gathering_id=gathering_id, correction=which, _anchor=part)


def told_of(act: Act, gathering: Gathering, row: Record | None) -> dict[str, Any]:
    """Its file, who signed it and how, and what the viewer may do about it."""
    correction = row if isinstance(row, Correction) else None
    scan = scans.of(act, row) if row is not None else None
    seen = scan is not None and scan.digest is not None and showing.find_paper(act, scan.digest) is not None
    return {
        "versions": minutes.versions(act, row) if row else [],
        "paper": minutes.paper_of(act, row) if row else None,
        "paper_failed": row is not None and minutes.paper_failed(act, row),
        "signed": _signed(act, row) if row else [],
        "to_sign": list(signing.waiting(act, row, settings().base_url)) if row else [],
        "role_labels": ROLE_LABELS,
        "proved": proved_recently(),
        "scan": scan,
        "hands": scans.hands(act, row) if row is not None else [],
        "scan_seen": seen,
        "may_bring": scans.may_bring(act, gathering, correction),
        "may_confirm_scan": scans.may_confirm(act, gathering, correction),
    }


def _signed(act: Act, row: Record) -> list[tuple[Signature, bool, Standing]]:
    """The signatures under it: whether the viewer may take each as a file, and whether it holds."""
    return [
        (one, signing.may_take_cms(act, one), verification.standing(act, settings(), keys(), row, one))
        for one in signing.of_minutes(act, row)
    ]
