"""What a job found out, kept in its row so that only this installation's processes can have written it.

Whoever changes rows past the program could else write «all is well» beside what they changed. An older verdict can be
put back, and says then how old it is.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pb.jobs.models import Job
from pb.settings import Settings


def sealed(settings: Settings, kind: str, subject_id: UUID, verdict: Mapping[str, Any]) -> str:
    """The verdict, JSON values alone, as the outcome of a job of this kind on this subject."""
    body = json.dumps(verdict, sort_keys=True)
    return json.dumps({"verdict": body, "mac": _mac(settings, kind, subject_id, body)})


def opened(settings: Settings, job: Job | None) -> dict[str, Any] | None:
    """What a finished job found out; None where there is none, or where it was not a process of ours that wrote it."""
    if job is None or job.state != "done":
        return None
    try:
        told = json.loads(job.outcome)
        body, mac = str(told["verdict"]), str(told["mac"])
    except (ValueError, TypeError, KeyError):
        return None
    if not hmac.compare_digest(mac, _mac(settings, job.kind, job.subject_id, body)):
        return None
    verdict: dict[str, Any] = json.loads(body)
    return verdict


def _mac(settings: Settings, kind: str, subject_id: UUID, body: str) -> str:
    text = f"asar-verdict|{kind}|{subject_id}|{body}"
    return hmac.new(settings.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
