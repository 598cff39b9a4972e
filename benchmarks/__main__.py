"""`make bench`: every benchmark in turn, each in a process of its own. Exit status 1 if one misses its target."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    missed = [path.stem for path in sorted(HERE.glob("*.py")) if is_benchmark(path) and not run(path)]
    sys.stdout.write(f"missed: {', '.join(missed)}\n" if missed else "every target is met\n")
    return int(bool(missed))


def is_benchmark(path: Path) -> bool:
    return not path.name.startswith("_") and path.stem != "archives"


def run(path: Path) -> bool:
    sys.stdout.write(f"== {path.stem.replace('_', ' ')}\n")
    sys.stdout.flush()
    return (
        subprocess.run([sys.executable, "-m", f"{HERE.name}.{path.stem}"], cwd=HERE.parent, check=False).returncode == 0
    )


if __name__ == "__main__":
    sys.exit(main())
