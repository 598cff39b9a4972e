"""A cell that a person typed never becomes a formula: every table that people open passes through `harmless`."""

import ast
from pathlib import Path

import pytest

from pb.text import harmless

PB = Path(__file__).resolve().parents[2] / "pb"
# Read by the platform alone: entries' ids, public keys, sealed codes; a workbook on its way from its reader.
MACHINES_READ = {"commands/cards.py", "core/poll/card_numbers.py", "workbooks.py"}
WRITERS = {"writer", "DictWriter", "Workbook"}
ROWS = {"writerow", "writerows"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_begins_like_a_formula(sign: str) -> None:
    assert harmless(f"{sign}1+1") == f"'{sign}1+1"


def test_numbers_and_other_texts_stay_what_they_are() -> None:
    assert [harmless(cell) for cell in (-5, 2.5, "", "1 = 1", "Ән-күй")] == [-5, 2.5, "", "1 = 1", "Ән-күй"]


def makes_tables(tree: ast.Module) -> bool:
    """Whether this module writes CSV or a workbook."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any((f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "")) in WRITERS for f in called)


def adds_a_row(called: ast.Attribute) -> bool:
    """A row of CSV, or `append` of what is called a sheet: lists have it too."""
    return called.attr in ROWS or (called.attr == "append" and "sheet" in ast.unparse(called.value).lower())


def bare_rows(source: str) -> list[str]:
    """The rows that a module which makes tables writes without `harmless`."""
    tree = ast.parse(source)
    if not makes_tables(tree):
        return []
    rows = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and adds_a_row(node.func)
    ]
    return [ast.unparse(node) for node in rows if "harmless(" not in ast.unparse(node)]


def test_every_table_passes_through_harmless() -> None:
    paths = [path for path in PB.rglob("*.py") if path.relative_to(PB).as_posix() not in MACHINES_READ]
    makers = [path.relative_to(PB).as_posix() for path in paths if makes_tables(ast.parse(path.read_text()))]
    assert makers, "the search finds what it looks for"
    bare = {path.relative_to(PB).as_posix(): bare_rows(path.read_text()) for path in paths}
    assert {name: rows for name, rows in bare.items() if rows} == {}


def test_the_search_finds_a_table_that_does_not() -> None:
    assert bare_rows("csv.writer(out).writerow([name])") == ["csv.writer(out).writerow([name])"]
    assert bare_rows("sheet = Workbook().active\nsheet.append([name])") == ["sheet.append([name])"]


def test_whoever_sends_csv_is_known() -> None:
    """A table written without the writers above: whoever sends one is looked at by name."""
    senders = {path.relative_to(PB).as_posix() for path in PB.rglob("*.py") if "text/csv" in path.read_text()}
    assert senders == {
        "budget/service/fiscal.py",  # says of a table in a package what it is: programs read it
        "budget/views/annexes.py",
        "budget/views/execution.py",
        "classification/views.py",
        "citizens/views/raion.py",
        "cards/views/maker.py",
        "cards/views/making.py",
        "process/views/raion.py",
        "registers/views/shared.py",
        "results/views.py",
        "roll/views/roll.py",
        "surveys/views/pages.py",
        "winners/views/budgeting.py",
    }
