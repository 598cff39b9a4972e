"""Cards and key files to try the demonstration with. Nothing of the kind exists outside demo mode."""

import json
from typing import Any

from pb.settings import Settings

FILE = "demo.json"


def secrets_of(settings: Settings, cycle_id: str) -> dict[str, Any] | None:
    """The demonstration's cards and key files of a cycle; None outside demo mode."""
    path = settings.state_folder / FILE
    if not settings.demo or not path.exists():
        return None
    secrets: dict[str, Any] | None = json.loads(path.read_text()).get(cycle_id)
    return secrets
