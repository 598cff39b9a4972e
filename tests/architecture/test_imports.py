"""Whatever an auditor's script imports first, it gets: no module needs another to have been imported before it."""

import pkgutil
import subprocess
import sys
from pathlib import Path

CORE = Path(__file__).parents[2] / "pb" / "core"

EACH_FIRST = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [one for one in sys.modules if one.split(".")[0] == "pb"]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


def test_every_part_of_the_core_can_be_imported_first() -> None:
    names = [f"pb.core.{found.name}" for found in pkgutil.iter_modules([str(CORE)])]
    assert {"pb.core.belenios", "pb.core.poll"} <= set(names)
    done = subprocess.run([sys.executable, "-c", EACH_FIRST, *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
