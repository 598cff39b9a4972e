"""`pb count`: an election in the Pabulib format, counted, explained and checked on anybody's machine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pb.core.allocation.count import Count, Terms
    from pb.core.allocation.instance import Instance
    from pb.core.allocation.pabulib import PabulibFile
    from pb.core.allocation.pabulib_count import Reading

MOST_NOTICES = 50
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
RULES = (
    "greedy",
    "greedy-no-skip",
    "greedy-threshold",
    "equal-shares",
    "equalshares",
    "equalshares/add1",
    "equalshares-comparison",
    "equalshares/add1-comparison",
)


@click.command()
@click.argument("file", type=FILE)
@click.option("--rule", type=click.Choice(RULES), help="Count by this rule, not by the file's own.")
@click.option("--manifest", "manifest_path", type=FILE, help="Take the rule and its settings from this manifest.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest of the result as canonical JSON.")
@click.option("--explain", metavar="PROJECT", help="Tell why this project won or lost.")
@click.option("--compare", is_flag=True, help="Set greedy and equal shares side by side.")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="en", help="Language of the sentences.")
@click.option("--check", is_flag=True, help="Compare the winners with the file's column `selected`.")
@click.pass_context
def count(
    context: click.Context,
    file: Path,
    rule: str | None,
    manifest_path: Path | None,
    explain: str | None,
    language: str,
    *,
    as_json: bool,
    compare: bool,
    check: bool,
) -> None:
    """Count the election in FILE.pb: the winners in the order in which they won, one per line, and a summary.

    Without --rule and --manifest the file's own rule is used. Exit status 0; 1 if --check finds a difference, or a
    manifest that names input or winners does not agree with them.
    """
    from pb.core.allocation.count import count as count_instance
    from pb.core.allocation.manifest import canonical, manifest
    from pb.core.allocation.pabulib import MOST_BYTES, FormatError, read
    from pb.core.allocation.pabulib_count import interpret
    from pb.software import software

    if rule and manifest_path:
        raise click.UsageError("Give --rule or --manifest, not both.")
    if file.stat().st_size > MOST_BYTES:
        raise click.ClickException(f"{file} is larger than {MOST_BYTES // 10**6} MB.")
    data = file.read_bytes()
    try:
        parsed = read(data)
        reading = interpret(parsed)
        expected = _load(manifest_path) if manifest_path else {}
        terms = _terms(parsed, rule, expected)
        counted = count_instance(reading.instance, terms)
    except FormatError as error:
        raise click.ClickException(f"{file}, {error}") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for notice in reading.notices[:MOST_NOTICES]:
        click.echo(_printable(f"{file}, {notice}"), err=True)
    if len(reading.notices) > MOST_NOTICES:
        click.echo(f"{file}: {len(reading.notices) - MOST_NOTICES} more notices", err=True)
    if as_json:
        click.echo(canonical(manifest(reading.instance, counted, data, software())).decode(), nl=False)
    else:
        _print(reading.instance, counted, explain, language, compare=compare)
    differences = _manifest_differences(expected, counted, data)
    if check:
        differences += _differences(reading, counted)
    for line in differences:
        click.echo(line, err=as_json)
    context.exit(1 if differences else 0)


def _load(path: Path) -> dict[str, object]:
    from pb.core.allocation.manifest import ManifestError

    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise ManifestError(f"{path} is not JSON") from error
    if not isinstance(value, dict):
        raise ManifestError(f"{path} is not a JSON object")
    return value


def _terms(file: "PabulibFile", rule: str | None, expected: dict[str, object]) -> "Terms":
    from pb.core.allocation.manifest import parse_terms
    from pb.core.allocation.pabulib_rules import terms_of

    return parse_terms(expected) if expected else terms_of(file, rule)


def _print(instance: "Instance", counted: "Count", explain: str | None, language: str, *, compare: bool) -> None:
    from pb.commands.count_words import Words

    words = Words(instance, counted, language)
    if explain is not None:
        if explain not in {project.id for project in instance.projects}:
            raise click.ClickException(f"There is no project {explain}.")
        lines = words.explanation(explain)
    else:
        lines = [*words.summary(), *words.fairness()]
    if compare:
        lines += words.comparison(*_both(instance, counted))
    for line in lines:
        click.echo(_printable(line))


def _printable(text: str) -> str:
    """A text of the file without anything that could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _both(instance: "Instance", counted: "Count") -> tuple["Count", "Count"]:
    from pb.core.allocation.count import Rule
    from pb.core.allocation.count import count as count_instance

    terms = replace(counted.terms, comparison=False)
    return (
        count_instance(instance, replace(terms, rule=Rule.GREEDY)),
        count_instance(instance, replace(terms, rule=Rule.EQUAL_SHARES)),
    )


def _manifest_differences(expected: dict[str, object], counted: "Count", data: bytes) -> list[str]:
    from hashlib import sha256

    differences = []
    if expected.get("input_sha256", digest := sha256(data).hexdigest()) != digest:
        differences.append("The manifest was made for another file.")
    if expected.get("winners", list(counted.winners)) != list(counted.winners):
        differences.append("The manifest names other winners.")
    return differences


def _differences(reading: "Reading", counted: "Count") -> list[str]:
    if reading.selected is None:
        return ["The file does not say which projects were selected."]
    winners = set(counted.winners)
    # Who won in part may be marked as funded otherwise: its whole cost would not fit.
    whole = {
        standing.id for standing in counted.standings if standing.step is not None and standing.granted == standing.cost
    }
    return [
        *(f"Selected in the file, does not win here: {name}" for name in sorted(reading.selected - winners)),
        *(f"Wins here, not selected in the file: {name}" for name in sorted(whole - reading.selected)),
    ]
