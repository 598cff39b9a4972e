"""Verifiers that others wrote, run as programs on an archive in a folder of its own."""

import subprocess
import tempfile
from pathlib import Path

from tests.conformance.polls import belenios_tool
from tests.tools import require_file, require_tool

SIRONA = Path(__file__).resolve().parents[1] / "outside" / "node_modules" / "sirona" / "dist" / "cli" / "sirona.js"


def belenios_accepts(uuid: str, archive: bytes) -> bool:
    """Whether Debian's belenios-tool 2.0 accepts an archive; skips where it is not installed."""
    return belenios_tool(require_tool("belenios-tool"), uuid, archive).returncode == 0


def sirona_accepts(uuid: str, archive: bytes) -> bool:
    """Whether npm's sirona accepts an archive on Ed25519; skips where it is not installed."""
    return sirona(uuid, archive).returncode == 0


def sirona(uuid: str, archive: bytes) -> subprocess.CompletedProcess[str]:
    """What npm's sirona says of an archive on Ed25519."""
    program = require_file(SIRONA, "sirona is not installed: npm ci --ignore-scripts --prefix tests/outside")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{uuid}.bel").write_bytes(archive)
        command = [require_tool("node"), str(program), "election", "verify"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
