"""What is refused is said in sentences that somebody translated: literal ones, each in both catalogues."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

PB = Path(__file__).parents[2] / "pb"
SENTENCE_AT = {"ProtocolError": 1, "EDSError": 1, "Finding": 0}
"""Which argument of each is its sentence."""
HANDED_ON = {"core/findings.py", "core/belenios/canonical.py", "core/eds/faults.py"}
"""Where these three are made, and hand on the sentence that they were given."""


def given(tree: ast.AST) -> Iterator[ast.expr]:
    """The sentence of every error and finding, as the code gives it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SENTENCE_AT:
                yield node.args[SENTENCE_AT[name]]


def is_literal(sentence: ast.expr) -> bool:
    return isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)


def is_of_a_finding(sentence: ast.expr) -> bool:
    """The sentence of another finding, which was a literal where that was made."""
    return ast.unparse(sentence).endswith(".sentence")


SENTENCES = {path.relative_to(PB): [*given(ast.parse(path.read_text()))] for path in sorted(PB.rglob("*.py"))}


def test_no_sentence_is_put_together_from_pieces() -> None:
    put_together = [
        f"{path}:{sentence.lineno}: {ast.unparse(sentence)}"
        for path, sentences in SENTENCES.items()
        for sentence in sentences
        if not is_literal(sentence) and not is_of_a_finding(sentence)
        if ast.unparse(sentence) != "sentence" or str(path) not in HANDED_ON
    ]
    assert put_together == []


@pytest.mark.parametrize(
    "code",
    [
        'ProtocolError(Check.FORM, f"The field {name} is missing.")',
        'canonical.ProtocolError(Check.FORM, "The field %s is missing." % name)',
        'EDSError(Fault.SIZE, "more than {} bytes".format(most))',
        "EDSError(Fault.SIZE, str(error))",
        'Finding("A field is " + "missing." if name else other)',
    ],
)
def test_a_sentence_that_is_put_together_would_be_found(code: str) -> None:
    (sentence,) = given(ast.parse(code))
    assert not is_literal(sentence)
    assert not is_of_a_finding(sentence)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_sentence_is_translated(language: str) -> None:
    with (PB / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    literals = {ast.literal_eval(each) for sentences in SENTENCES.values() for each in sentences if is_literal(each)}
    assert len(literals) > 300
    waiting = [sentence for sentence in literals if not (found := catalogue.get(sentence)) or not found.string]
    assert waiting == []
