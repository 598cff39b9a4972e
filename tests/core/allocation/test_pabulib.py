"""The Pabulib format: round trip, what is tolerated, and errors that say where and what."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.allocation.count import count
from pb.core.allocation.instance import Instance, Kind, Project
from pb.core.allocation.pabulib import FormatError, PabulibFile, Table, read, write
from pb.core.allocation.pabulib_count import interpret
from pb.core.allocation.pabulib_export import export
from pb.core.allocation.pabulib_rules import terms_of
from tests.core.allocation.elections import MINIMAL, election, elections

INFO = {"description": "d", "country": "Kazakhstan", "unit": "Көктал", "instance": "2027", "rule": "greedy"}

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
ids = st.text('abc-1;" é', min_size=1, max_size=4)


@st.composite
def files(draw: st.DrawFn) -> PabulibFile:
    projects = draw(st.lists(ids, unique=True, max_size=4))
    voters = draw(st.lists(ids, unique=True, max_size=4))
    extra = draw(st.lists(ids, unique=True, max_size=2))
    wide = [tuple(draw(cells) for _ in range(1 + len(extra))) for _ in range(max(len(projects), len(voters)))]
    meta = draw(st.dictionaries(st.text("xyz_;", min_size=1, max_size=5), cells, max_size=3))
    meta |= {"num_projects": str(len(projects)), "num_votes": str(len(voters))}
    meta |= {"budget": "5", "vote_type": "approval", "rule": "greedy"}
    tables = [
        Table(
            (name, other, *(f"+{one}" for one in extra)), tuple((one, *wide[place]) for place, one in enumerate(rows))
        )
        for name, other, rows in (("project_id", "cost", projects), ("voter_id", "vote", voters))
    ]
    return PabulibFile(meta, *tables, {})


@settings(deadline=None, max_examples=60)
@given(files(), st.booleans())
def test_what_is_written_is_read_again(file: PabulibFile, mark: bool) -> None:  # noqa: FBT001 - drawn
    again = read((b"\xef\xbb\xbf" if mark else b"") + write(file))
    assert (again.meta, list(again.meta)) == (file.meta, list(file.meta))
    assert (again.projects.columns, again.projects.rows) == (file.projects.columns, file.projects.rows)
    assert (again.votes.columns, again.votes.rows) == (file.votes.columns, file.votes.rows)


def test_quotes_unknown_keys_and_decimals() -> None:
    file = read(MINIMAL.encode())
    reading = interpret(file)
    assert file.meta["home"] == "unknown keys stay"
    assert reading.instance.projects[0].name == 'Жол; 2-кезең "қысқа"'
    assert [project.cost for project in reading.instance.projects] == [2100, 1855]
    assert (reading.instance.envelope, reading.instance.unit) == (3000, 10)
    assert (reading.selected, reading.notices) == (frozenset({"2"}), ())
    assert write(file) == MINIMAL.encode()


@pytest.mark.parametrize("change", [lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t, lambda t: t + "\n", str])
def test_what_programs_do_to_files_is_tolerated(change) -> None:  # noqa: ANN001
    assert interpret(read(change(MINIMAL).encode())).instance.votes == (1, 3)


def test_spaces_unknown_projects_and_wrong_totals_are_noticed() -> None:
    reading = interpret(read(MINIMAL.replace("b1;1,2", "b1;1, 2,7").encode()))
    assert [str(notice) for notice in reading.notices] == [
        "line 16, vote: spaces around the commas of a list",
        "line 16, vote: there is no project 7",
    ]
    reading = interpret(read(MINIMAL.replace("1;210;1;", "1;210;9;").encode()))
    assert [str(notice) for notice in reading.notices] == ["line 12, votes: project 1 has 9 there and 1 on the ballots"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "expected"),
    [
        ("META", "META;", 1, "", "the line META"),
        ("key;value", "name;value", 2, "", "key;value"),
        ("budget;300", "budget;3,500,000", 6, "budget", "a number"),
        ("budget;300", "budget;300\nmin_length;a", 7, "min_length", "a number"),
        ("num_votes;3", "num_votes;4", 5, "num_votes", "3, the number of rows"),
        ("num_votes;3", "num_votes;x", 5, "num_votes", "a whole number"),
        ("budget;300\n", "budget;300\nbudget;300\n", 7, "budget", "every key once"),
        ("vote_type;approval\n", "", 8, "vote_type", "this key in META"),
        ("vote_type;approval", "vote_type;quadratic", 7, "vote_type", "one of approval"),
        ("vote_type;approval", "vote_type;cumulative", 1, "points", "this column"),
        (";cost;", ";price;", 11, "cost", "a column of this name in PROJECTS"),
        (";210;", ";0;", 12, "cost", "a positive number"),
        (";210;", ";-1;", 12, "cost", "a positive number"),
        (";0;red", ";0", 12, "colour", "6 cells"),
        (";0;red", ";0;red;3", 12, "cell 7", "6 cells"),
        ("2;185.5", "1;185.5", 13, "project_id", "an id that occurs once"),
        ("b2;2", "b1;2", 17, "voter_id", "an id that occurs once"),
        ("b2;2", "b2", 17, "vote", "2 cells"),
        ("b2;2", '"b2;2', 17, "", "cells quoted"),
        ("PROJECTS", "\nPROJECTS", 10, "", "no empty line"),
        ("VOTES\n", "", 14, "votes", "6 cells"),
    ],
)
def test_an_error_says_where_and_what(old: str, new: str, line: int, column: str, expected: str) -> None:
    with pytest.raises(FormatError) as refused:
        interpret(read(MINIMAL.replace(old, new, 1).encode()))
    assert expected in str(refused.value)
    if column:
        assert refused.value.column == column
    assert abs(refused.value.line - line) <= 1


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match="line 3, byte 27: expected UTF-8"):
        read(MINIMAL.replace("Ауыл", "ауыл").encode("cp1251", "replace"))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: ("META\nkey;value\n" + text).encode()))
def test_rubbish_is_refused_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(data)


POINTS = MINIMAL.replace("approval", "cumulative").replace("voter_id;vote", "voter_id;vote;points")

SCORED = MINIMAL.replace("approval", "ordinal").replace(";votes;", ";votes;score;")
SCORED = SCORED.replace("1;210;1;", "1;210;1;1;").replace("2;185.5;3;", "2;185.5;3;5;")


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        (POINTS.replace("b1;1,2", "b1;2,1;5,2").replace("b2;2", "b2;2;1").replace("b3;2", "b3;2;0"), (2, 6)),
        (MINIMAL.replace("approval", "ordinal").replace("b1;1,2", "b1;2,1"), (1, 4)),
        (MINIMAL.replace("approval", "ordinal"), (2, 3)),
        # The file's own scores ask for points by the longest ballot that is allowed.
        (
            SCORED.replace("rule;", "max_length;3\nrule;").replace("210;1;1;", "210;1;3;").replace("3;5;", "3;8;"),
            (3, 8),
        ),
    ],
)
def test_points_and_ranks_are_added_up(text: str, scores: tuple[int, ...]) -> None:
    assert interpret(read(text.encode())).instance.scores == scores


def test_missing_points_are_the_default_of_a_scoring() -> None:
    text = POINTS.replace("cumulative", "scoring").replace("rule;", "default_score;2\nrule;")
    text = text.replace("b1;1,2", "b1;1,2;-1,4").replace("b2;2", "b2;2;0").replace("b3;2", "b3;;")
    assert interpret(read(text.encode())).instance.scores == (3, 6)


@pytest.mark.parametrize("points", ["1", "1,x", "1.5,1", ""])
def test_points_that_do_not_fit_are_refused(points: str) -> None:
    text = POINTS.replace("b1;1,2", f"b1;1,2;{points}").replace("b2;2", "b2;2;1").replace("b3;2", "b3;2;1")
    with pytest.raises(FormatError, match="points"):
        interpret(read(text.encode()))


def test_a_withdrawn_project_is_not_counted() -> None:
    reading = interpret(read(MINIMAL.replace(";210;", ";999999999;").encode()))
    assert [project.id for project in reading.instance.projects] == ["2"]
    assert reading.instance.voters == 3


@pytest.mark.parametrize(
    ("old", "new", "notice"),
    [
        ("budget;300", "budget;300,5", "line 6, budget: a decimal comma, read as a point"),
        ("home;unknown keys stay", "home;unknown; keys", "line 9, home: a semicolon in a value that is not quoted"),
        ("Су құбыры", '"Су" құбыры', "line 13: quotes that are not those of CSV"),
        (";1;\n", ";2;\n", "line 13, selected: project 2 is marked 2: funded otherwise than by the rule"),
        ("home;", "leftover_budget;", "line 9, leftover_budget: what is left is not used here"),
    ],
)
def test_what_people_do_to_files_is_read_and_told(old: str, new: str, notice: str) -> None:
    reading = interpret(read(MINIMAL.replace(old, new, 1).encode()))
    assert reading.instance.votes == (1, 3)
    assert [str(one) for one in reading.notices if str(one).startswith(notice)]


def limited(limits: str, vote: str, vote_type: str = "approval") -> bytes:
    """The small file with limits, the vote of b1 as given, and no totals that could speak for it."""
    text = MINIMAL.replace("approval", vote_type).replace("rule;", f"{limits}\nrule;" if limits else "rule;")
    text = text.replace("1;210;1;", "1;210;;").replace("2;185.5;3;", "2;185.5;;")
    if vote_type in {"cumulative", "scoring"}:
        text = text.replace("voter_id;vote", "voter_id;vote;points").replace("b2;2", "b2;2;3").replace("b3;2", "b3;2;3")
    return text.replace("b1;1,2", f"b1;{vote}").encode()


@pytest.mark.parametrize(
    ("limits", "vote", "vote_type", "fault"),
    [
        ("max_length;1", "1,2", "approval", "projects 2, at most 1 allowed"),
        ("", "1,2", "choose-1", "projects 2, at most 1 allowed"),
        ("max_sum_cost;395.4", "1,2", "approval", "cost of its projects 395.50, at most 395.40 allowed"),
        ("min_length;1", "", "approval", "projects 0, at least 1 allowed"),
        ("", "1,2,1", "approval", "a project occurs twice"),
        ("max_length;1", "1,2", "ordinal", "projects 2, at most 1 allowed"),
        ("max_sum_points;6", "1,2;3,4", "cumulative", "points 7, at most 6 allowed"),
        ("max_points;3", "1,2;3,4", "cumulative", "points 4, at most 3 allowed"),
        ("min_points;1", "1,2;3,-1", "scoring", "points -1, at least 1 allowed"),
        ("min_sum_points;2", "1;1", "cumulative", "points 1, at least 2 allowed"),
    ],
)
def test_a_ballot_beyond_a_limit_is_named_and_not_counted(limits: str, vote: str, vote_type: str, fault: str) -> None:
    reading = interpret(read(limited(limits, vote, vote_type)))
    assert reading.instance.voters == 2
    (notice,) = reading.notices
    assert notice.text == f"the ballot of b1 breaks a limit and is not counted: {fault}"


def test_a_ballot_beyond_a_limit_counts_where_the_totals_of_the_file_hold_it() -> None:
    reading = interpret(read(MINIMAL.replace("rule;", "max_length;1\nrule;").encode()))
    assert reading.instance.votes == (1, 3)
    assert "the ballot of b1 breaks a limit and is counted, since the file's totals hold it" in str(reading.notices[0])


def test_a_project_without_votes_may_win_in_a_file() -> None:
    """The format's own checker asks for it: what fits is selected."""
    text = MINIMAL.replace("budget;300", "budget;400").replace("b1;1,2", "b1;2")
    file = read(text.encode())
    assert count(interpret(file).instance, terms_of(file)).winners == ("2", "1")


@pytest.mark.parametrize("rule", ["greedy-custom", "unknown", "greedy-threshold", "greedy-exclusive"])
def test_a_rule_that_the_file_does_not_define_is_refused(rule: str) -> None:
    with pytest.raises(FormatError):
        terms_of(read(MINIMAL.replace("rule;greedy", f"rule;{rule}").encode()))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([Kind.APPROVAL, Kind.POINTS]).flatmap(elections), st.randoms(use_true_random=False))
def test_an_export_counts_alike_and_names_nobody(instance: Instance, random: Random) -> None:
    file = read(write(export(instance, INFO, ["p0"], random)))
    reading = interpret(file)
    assert reading.notices == ()
    assert reading.instance.votes == instance.votes
    assert sorted(reading.instance.ballots, key=str) == sorted(instance.ballots, key=str)
    assert reading.selected == frozenset({"p0"})
    assert len(set(file.votes.column("voter_id") or [])) == instance.voters


def test_age_and_sex_are_published_in_groups_of_five_alone() -> None:
    instance = election(10, {"a": 5}, ["a"] * 10)
    groups = [("18-39", "F")] * 5 + [("40-59", "M")] * 5
    assert "age" in export(instance, INFO, [], Random(1), groups).votes.columns
    assert "age" not in export(instance, INFO, [], Random(1), [("60+", "F"), *groups[1:]]).votes.columns


def test_a_ranking_is_exported_with_the_best_first() -> None:
    instance = Instance.of(10, [Project("a", 5), Project("b", 5), Project("c", 5)], [((0, 2), (2, 3))], Kind.RANKING)
    file = read(write(export(instance, INFO, [], Random(1))))
    assert file.votes.column("vote") == ["c,a"]
    assert interpret(file).instance.ballots == instance.ballots
