"""Whose files a backup and a restored installation are: those of the user that the platform runs as."""

import os
import pwd
from pathlib import Path

from pb.backup.service.fault import BackupFault


def require(*places: Path) -> None:
    """Raises BackupFault where one of the places belongs to another user than the one who runs this.

    What root writes into them the platform could neither read nor replace afterwards. Places that are not there pass.
    """
    for place in places:
        if place.exists() and (owner := place.stat().st_uid) != os.geteuid():
            name = _name(owner)
            raise BackupFault(
                f"{place} belongs to {name}, and what another user makes there {name} could not use: run this as "
                f"{name} (sudo -u {name} …)."
            )


def require_place(state: Path) -> None:
    """Raises BackupFault for root where there is no state folder that would say whose the files are to be."""
    if os.geteuid() == 0 and not state.exists():
        raise BackupFault(
            f"{state} is not there, so nobody can tell whose files these are to be. Make it for the user that the "
            f"platform runs as (install -d -m 0700 -o asar -g asar {state}), and run this as that user."
        )


def _name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return f"#{owner}"
