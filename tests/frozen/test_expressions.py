"""The same rule, printed by another version of PostgreSQL or after a restore, is the same; another rule is not."""

import pytest

from pb.schema.expressions import normalised

KNOWN = "((state)::text = ANY ((ARRAY['draft'::character varying, 'open'::character varying])::text[]))"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (KNOWN, "((state)::text = ANY (ARRAY[('draft'::character varying)::text, ('open'::character varying)::text]))"),
        (KNOWN, "state::text = ANY (ARRAY['draft'::character varying, 'open'::character varying]::text[])"),
        ("((amount > 0) AND ((amount % (100)::bigint) = 0))", "(amount > 0)  AND\n ((amount % 100::bigint) = 0)"),
        ('(("position" >= 0))', "position >= 0"),
        ("''::character varying", "''::character varying(200)"),
        ("(length((name)::text) > 0)", "(length(name) > 0)"),
    ],
)
def test_the_same_rule_is_the_same_however_it_is_printed(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("((a OR b) AND c)", "(a OR (b AND c))"),
        ("(a = 'x (y)'::text)", "(a = 'x y'::text)"),
        ("(a = 'two  spaces')", "(a = 'two spaces')"),
        ("(a = '::text')", "(a = '')"),
        ("((a)::integer = 1)", "(a = 1)"),
        ("((a)::character(1) = 'x')", "(a = 'x')"),
        ("(NOT (a AND b))", "((NOT a) AND b)"),
        ("(a = ANY (ARRAY['x', 'y']))", "(a = ANY (ARRAY['x', 'y', 'z']))"),
        ('("Name" = 1)', "(name = 1)"),
        ("(a <> b)", "(a = b)"),
    ],
)
def test_another_rule_is_another(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize("broken", ["(a = 'open", "((a)", "a ; b'"])
def test_what_is_no_expression_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="expression"):
        normalised(broken)
