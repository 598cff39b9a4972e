"""`pb count`: an election in the Pabulib format, counted, explained and checked on anybody's machine."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.files import FILE
from pb.commands.spoken import LANGUAGES, systems_language

if TYPE_CHECKING:
    from pb.core.allocation.count import Count, Terms
    from pb.core.allocation.instance import Instance
    from pb.core.allocation.pabulib import PabulibFile
    from pb.core.allocation.pabulib_count import Reading

MOST_NOTICES = 50
# Choices of the ballots that differ, times projects. The largest cities have some 100 million, which takes a minute or
# less: 15 seconds go by at 40 million of the hardest kind. A file of 100 MB may hold 200 000 million, without an end.
MOST_WORK = 500_000_000
TOGETHER = "--share SHARE and the rule greedy-no-skip-share belong together."
OF_A_SHARE = (None, "greedy-no-skip-share")  # the file itself may name the rule
RULES = (
    "greedy",
    "greedy-no-skip",
    "greedy-no-skip-share",
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
@click.option(
    "--share",
    metavar="SHARE",
    help="Of greedy-no-skip-share, as 4/5 or 0.8: the first project that does not fit wins if this share of its cost "
    "is left, and ends the count.",
)
@click.option("--manifest", "manifest_path", type=FILE, help="Take the rule and its settings from this manifest.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest of the result as canonical JSON.")
@click.option("--explain", metavar="PROJECT", help="Tell why this project won or lost.")
@click.option("--compare", is_flag=True, help="Set greedy and equal shares side by side.")
@click.option(
    "--lang", type=LANGUAGES, default=systems_language, help="Language of the sentences; without it the system's."
)
@click.option("--check", is_flag=True, help="Compare the winners with the file's column `selected`.")
@click.pass_context
def count(
    context: click.Context,
    file: Path,
    rule: str | None,
    share: str | None,
    manifest_path: Path | None,
    explain: str | None,
    lang: str,
    *,
    as_json: bool,
    compare: bool,
    check: bool,
) -> None:
    """Count the election in FILE.pb: the winners in the order in which they won, one per line, and a summary.

    Without --rule and --manifest the file's own rule is used. Exit status 0; 1 if --check finds a difference, or a
    manifest that names input or winners does not agree with them. FILE has at most 100 MB, 1 000 000 votes and 10 000
    projects; for equal shares, the choices of all ballots that differ times the projects are at most 500 000 000. A
    project below the file's min_project_score_threshold never wins, whatever the rule.
    """
    from pb.core.allocation.count import count as count_instance
    from pb.core.allocation.manifest import canonical, manifest
    from pb.core.allocation.pabulib import FormatError, read
    from pb.core.allocation.pabulib_count import interpret
    from pb.software import software

    _refuse(file, rule, share, manifest_path)
    data = file.read_bytes()
    try:
        parsed = read(data)
        reading = interpret(parsed)
        expected = _load(manifest_path) if manifest_path else {}
        terms = _terms(parsed, rule, share, expected)
        _refuse_endless(reading.instance, terms, compare=compare)
        counted = count_instance(reading.instance, terms)
    except FormatError as error:
        raise click.ClickException(_printable(f"{file}, {error}")) from error
    except ValueError as error:
        raise click.ClickException(_printable(str(error))) from error
    _say_notices(file, reading, compare=compare)
    if as_json:
        click.echo(canonical(manifest(reading.instance, counted, data, software())).decode(), nl=False)
    else:
        _print(reading.instance, counted, explain, lang, compare=compare)
    differences = _manifest_differences(expected, counted, data)
    if check:
        differences += _differences(reading, counted)
    for line in differences:
        click.echo(line, err=as_json)
    context.exit(1 if differences else 0)


def _refuse(file: Path, rule: str | None, share: str | None, manifest_path: Path | None) -> None:
    """Options that do not go together, and a file that is too large to be read."""
    from pb.core.allocation.pabulib import MOST_BYTES

    if rule and manifest_path:
        raise click.UsageError("Give --rule or --manifest, not both.")
    if (rule == "greedy-no-skip-share" and not share) or (share and (manifest_path or rule not in OF_A_SHARE)):
        raise click.UsageError(TOGETHER)
    if file.stat().st_size > MOST_BYTES:
        raise click.ClickException(f"{file} is larger than {MOST_BYTES // 10**6} MB.")


def _refuse_endless(instance: "Instance", terms: "Terms", *, compare: bool) -> None:
    """What is within every bound of bytes and lines, and would be counted by equal shares for hours."""
    from pb.core.allocation.count import Rule

    choices = sum(len(ballot.choices) for ballot in instance.ballots)
    if (compare or terms.rule is Rule.EQUAL_SHARES) and choices * len(instance.projects) > MOST_WORK:
        raise ValueError(
            f"Too much for equal shares: {choices} choices of ballots that differ, times {len(instance.projects)} "
            f"projects, are more than {MOST_WORK}. Greedy counts it (--rule greedy, without --compare)."
        )


def _say_notices(file: Path, reading: "Reading", *, compare: bool) -> None:
    if compare and reading.instance.totals is not None:
        raise click.ClickException("There are no ballots, only totals: rules cannot be compared by what voters get.")
    for notice in reading.notices[:MOST_NOTICES]:
        click.echo(_printable(f"{file}, {notice}"), err=True)
    if len(reading.notices) > MOST_NOTICES:
        click.echo(f"{file}: {len(reading.notices) - MOST_NOTICES} more notices", err=True)


def _load(path: Path) -> dict[str, object]:
    from pb.core.allocation.manifest import MOST_BYTES, ManifestError, load

    if path.stat().st_size > MOST_BYTES:
        raise ManifestError(f"{path} is larger than {MOST_BYTES // 10**6} MB.")
    try:
        return load(path.read_bytes())
    except ManifestError as error:
        raise ManifestError(f"{path}: {error}") from error


def _terms(file: "PabulibFile", rule: str | None, share: str | None, expected: dict[str, object]) -> "Terms":
    from pb.core.allocation.manifest import fraction, parse_terms
    from pb.core.allocation.pabulib_rules import terms_of, with_threshold

    if expected:
        return with_threshold(file, parse_terms(expected))
    terms = terms_of(file, rule, fraction(share.replace(",", ".")) if share else None)
    if share and terms.greedy.next_share is None:
        raise click.UsageError(TOGETHER)
    return terms


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
