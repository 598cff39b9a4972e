"""What counts: named in every manifest, so that whoever counts again knows with what."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

RULES = Path(__file__).resolve().parent / "core" / "allocation"


@cache
def software() -> str:
    """The version, and the SHA-256 of the sources of the counting rules."""
    sources = sorted(RULES.glob("*.py"))
    digest = sha256(b"".join(source.name.encode() + b"\0" + source.read_bytes() for source in sources))
    return f"asar {version('asar')}, rules sha256 {digest.hexdigest()}"
