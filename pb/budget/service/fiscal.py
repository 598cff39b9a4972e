"""A version of a budget as a Fiscal Data Package of Frictionless: `datapackage.json` and two tables in a ZIP.

The types of the columns are those of OpenSpending (`columnType`); the `model` of the older edition stands beside them.
Amounts are tenge with two decimals.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pb.act import Act
from pb.budget.models import IN_FORCE, YEARS, Decision, Kind, Line, Version
from pb.budget.service import Standing
from pb.budget.service.decisions import PAPER
from pb.classification.service import Catalogue
from pb.core.budget.amounts import TIYN
from pb.core.budget.codes import Code, Side
from pb.text import harmless

CURRENCY: Final = "KZT"
MADE_AT: Final = (1980, 1, 1, 0, 0, 0)  # the same version is the same file
REVENUE, EXPENDITURE = "revenue", "expenditure"


class Column(NamedTuple):
    """A column of a table: its name, what it holds (None: in words of ours), how its cell is made."""

    name: str
    kind: str
    column_type: str | None
    cell: Callable[[Line, Code, Catalogue], str]
    title: str


def _level(depth: int) -> Callable[[Line, Code, Catalogue], str]:
    return lambda _line, code, _known: code.up(depth).text if code.depth >= depth else ""


def _name(depth: int, language: str) -> Callable[[Line, Code, Catalogue], str]:
    return lambda _line, code, known: known.name(code.up(depth).text, language) if code.depth >= depth else ""


def _named(name: str, column_type: str, depth: int) -> list[Column]:
    """A level of the classification with its names in both languages."""
    return [
        Column(name, "string", f"{column_type}:code", _level(depth), name),
        Column(f"{name}_kk", "string", f"{column_type}:label", _name(depth, "kk"), f"{name}, Kazakh"),
        Column(f"{name}_ru", "string", None, _name(depth, "ru"), f"{name}, Russian"),
    ]


COMMON: Final = (
    Column("year", "integer", "date:fiscal-year", lambda line, _code, _known: str(line.year), "Fiscal year"),
    Column("code", "string", "budget-line-id", lambda line, _code, _known: line.code, "Code of the line"),
    Column("part", "string", None, lambda line, _code, _known: line.part, "Part of the budget"),
    Column("amount", "number", "value", lambda line, _code, _known: _tenge(line.amount), "Amount, tenge"),
)
TABLES: Final[Mapping[Side, tuple[str, str, Sequence[Column]]]] = {
    Side.RECEIPTS: (
        "receipts",
        REVENUE,
        (
            *COMMON,
            *_named("category", "economic-classification:generic:level1", 1),
            *_named("class", "economic-classification:generic:level2", 2),
            *_named("subclass", "economic-classification:generic:level3", 3),
            *_named("receipt_specific", "economic-classification:generic:level4", 4),
        ),
    ),
    Side.SPENDING: (
        "spending",
        EXPENDITURE,
        (
            *COMMON,
            *_named("functional_group", "functional-classification:generic:level1", 1),
            *_named("functional_subgroup", "functional-classification:generic:level2", 2),
            *_named("administrator", "administrative-classification:generic:level1", 3),
            *_named("programme", "activity:generic:program", 4),
            *_named("subprogramme", "activity:generic:project", 5),
            *_named("specific", "economic-classification:generic:level1", 6),
        ),
    ),
}


def package(
    act: Act,
    version: Version,
    lines: Sequence[Line],
    known: Mapping[int, Catalogue],
    standing: Standing,
    decision: Decision | None,
) -> bytes:
    """The ZIP of a version's lines; `decision` is the one that its lines come from or that put it in force."""
    files = {"datapackage.json": _described(act, version, standing, decision)}
    for side, (name, _direction, columns) in TABLES.items():
        files[f"{name}.csv"] = _table(columns, [line for line in lines if Code.read(line.code).side is side], known)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _table(columns: Sequence[Column], lines: Sequence[Line], known: Mapping[int, Catalogue]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(column.name) for column in columns])
    for line in lines:
        code = Code.read(line.code)
        writer.writerow([harmless(column.cell(line, code, known[line.year])) for column in columns])
    return out.getvalue()


def _described(act: Act, version: Version, standing: Standing, decision: Decision | None) -> str:
    first = version.budget.first_year
    told = {
        "profile": "fiscal-data-package",
        "name": f"budget-{act.territory.kato}-{first}-{version.number}",
        "title": f"{act.territory.name('kk')}: бюджет, {first}–{first + YEARS - 1}",
        **_origin(decision),
        "countryCode": "KZ",
        "regionCode": act.territory.kato,
        "fiscalPeriod": {"start": f"{first}-01-01", "end": f"{first + YEARS - 1}-12-31"},
        "granularity": "aggregated",
        "resources": [_resource(*described) for described in TABLES.values()],
        "model": {
            "measures": {
                name: {
                    "source": "amount",
                    "resource": name,
                    "currency": CURRENCY,
                    "factor": 1,
                    "direction": direction,
                    "phase": _phase(standing),
                }
                for name, direction, _columns in TABLES.values()
            },
            "dimensions": _dimensions(),
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _origin(decision: Decision | None) -> dict[str, Any]:
    """That the lines were taken in from a decision on paper, and from which: programs and people read it."""
    if decision is None or decision.kind != PAPER:
        return {}
    told = f"from paper: {decision.maslikhat}, № {decision.reference}, {decision.decided_on.isoformat()}"
    return {"description": harmless(told), "sources": [{"title": harmless(told)}]}


def _resource(name: str, _direction: str, columns: Sequence[Column]) -> dict[str, Any]:
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": {"fields": [_field(column) for column in columns], "primaryKey": ["year", "part", "code"]},
    }


def _field(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "title": column.title, "type": column.kind}
    if column.column_type is not None:
        told["columnType"] = column.column_type
    if column.name == "amount":
        told |= {"currency": CURRENCY, "decimalChar": ".", "groupChar": ""}
    return told


def _dimensions() -> dict[str, Any]:
    """The fiscal year and the code of each table."""
    found: dict[str, Any] = {}
    for name, _direction, _columns in TABLES.values():
        year, code = ({"source": column, "resource": name} for column in ("year", "code"))
        found[f"{name}_year"] = {"dimensionType": "datetime", "primaryKey": ["year"], "attributes": {"year": year}}
        found[f"{name}_code"] = {
            "dimensionType": "classification",
            "primaryKey": ["code"],
            "attributes": {"code": code},
        }
    return found


def _phase(standing: Standing) -> str:
    """As the package calls it: a draft is proposed, a budget approved, what changes it in force adjusted."""
    if standing.move not in IN_FORCE:
        return "proposed"
    return "approved" if standing.version.kind in {Kind.DRAFT, Kind.QUARTER, Kind.PAPER} else "adjusted"


def _tenge(tiyn: int) -> str:
    return f"{tiyn // TIYN}.{tiyn % TIYN:02}"
