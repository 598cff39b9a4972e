"""Outside programs and shared material that some tests need: absent, they skip and say so; in CI they fail."""

import ctypes
import os
import shutil
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI must have it)")
    pytest.skip(reason)


def require_tool(name: str) -> str:
    """The path of the program `name`; skips where it is not installed, fails in CI."""
    path = shutil.which(name)
    if path is None:
        _absent(f"{name} is not installed")
    return path or ""


def require_interpreter(variable: str) -> str:
    """The Python that an environment variable names; skips where it names none, fails in CI."""
    path = os.environ.get(variable, "")
    if not Path(path).is_file():
        _absent(f"{variable} names no interpreter")
    return path


def require_shared(path: str = ".") -> Path:
    """A file of the material beside the repository; skips where it is absent, fails in CI."""
    found = SHARED / path
    if not found.exists():
        _absent(f"../shared/{path} is absent")
    return found


def require_file(path: Path, reason: str) -> Path:
    """A file that an outside program is made of; skips with this reason where it is absent, fails in CI."""
    if not path.exists():
        _absent(reason)
    return path


def require_attributes(folder: Path) -> None:
    """Skips where files of this folder cannot have attributes of their own (`user.…`), fails in CI."""
    try:
        os.setxattr(folder, "user.asar", b"1")
    except OSError:
        _absent(f"the file system of {folder} has no extended attributes")


def require_library(name: str) -> None:
    """Skips where the system has no such library, fails in CI."""
    try:
        ctypes.CDLL(name)
    except OSError:
        _absent(f"{name} is not installed")
