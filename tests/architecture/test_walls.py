"""The walls of the house: no circle of imports, rooms of the same parts, one reader of the environment."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PB = ROOT / "pb"
NO_ROOMS = {"commands", "core", "demo", "freezes", "schema", "server", "web"}
PARTS = {"addresses", "documents", "forms", "jobs", "models", "service", "telling", "views"}
# A group is named by what it computes in, and each of the two finds the other's elements by the group's name.
GROUPS = {"pb.core.belenios.ed25519", "pb.core.belenios.finite_field", "pb.core.belenios.groups"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {name_of(path): ast.parse(path.read_text()) for path in sorted(PB.rglob("*.py"))}
ROOMS = {path.name for path in PB.iterdir() if (path / "__init__.py").exists()} - NO_ROOMS


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module of the platform that is imported anywhere in a file: also within functions and for types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in SOURCES)
        elif isinstance(node, ast.ImportFrom) and node.module in SOURCES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in SOURCES else node.module


def circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {name: set(imported(tree)) for name, tree in SOURCES.items()}
    for name in GROUPS:
        graph[name] -= GROUPS
    assert circle(graph) == []


def test_a_circle_would_be_found_however_well_it_is_hidden() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    hidden = ast.parse("def later():\n    from pb.app import create_app\n    return create_app")
    assert list(imported(hidden)) == ["pb.app"]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_has_the_parts_that_the_contracts_know(room: str) -> None:
    parts = {path.stem for path in (PB / room).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__"} <= PARTS


def test_a_room_reaches_another_through_its_service_and_its_rows() -> None:
    around = [
        f"{name} -> {target}"
        for name, tree in SOURCES.items()
        for target in imported(tree)
        if name.split(".")[1:2] != target.split(".")[1:2]
        and len(target.split(".")) > 2
        and target.split(".")[1] in ROOMS
        and target.split(".")[2] not in {"models", "service"}
        and name != "pb.app"
    ]
    assert around == []


def test_only_config_reads_the_environment() -> None:
    readers = [
        f"{name}:{node.lineno}"
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"})
        or (isinstance(node, ast.keyword) and node.arg in {"envvar", "auto_envvar_prefix"})
        or (isinstance(node, ast.alias) and node.name in {"environ", "getenv", "dotenv"})
    ]
    assert readers == []


WITHOUT_SETTINGS = """
import sys
from click.testing import CliRunner
from pb.cli import main
CliRunner().invoke(main, sys.argv[1:])
print(*sorted({"config", "wsgi"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    "command",
    [
        ("verify", "README.md"),
        ("count", "README.md"),
        ("eds", "verify", "README.md", "--trust", "docs"),
        ("iin", "check", "850615300012"),
        ("bin", "check", "940140000385"),
    ],
    ids=lambda command: command[0],
)
def test_what_anybody_verifies_needs_no_settings(command: tuple[str, ...]) -> None:
    arguments = [sys.executable, "-c", WITHOUT_SETTINGS, *command]
    finished = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == ""
