"""The rules that Pabulib files name, as terms."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from pb.core.allocation.count import Rule, Terms
from pb.core.allocation.equal_shares import Completion, SharesTerms, Start, Stop
from pb.core.allocation.greedy import GreedyTerms
from pb.core.allocation.manifest import parse_terms
from pb.core.allocation.pabulib import WHOLE, FormatError, PabulibFile
from pb.core.allocation.pabulib_comment import written_terms

PLAIN: Final = SharesTerms(completion=Completion.NONE, then_greedy=False)
ADD1: Final = SharesTerms(
    completion=Completion.ADD1, start=Start.EXACT_THEN_FLOOR, step=None, stop=Stop.OVERSPEND, then_greedy=False
)
"""As Assen and Świecie ran it: first at B/n, then floor(B/n) and a unit a step, until the next would overspend."""

BY_A_SHARE: Final = "greedy-no-skip-share"
"""As Poznań ran it: the first that does not fit wins if the stated share of its cost is left, and ends the count."""

THRESHOLD: Final = "min_project_score_threshold"

EVERYBODY: Final = GreedyTerms(least_votes=0)
"""Of these rules a project without votes is not kept from winning what nobody else needs."""


def terms_of(file: PabulibFile, rule: str | None = None, share: Fraction | None = None) -> Terms:
    """The terms of a `rule`, or of the file's own: those in its comment, else those that its rule's name means.

    A project below the file's `min_project_score_threshold` never wins, whatever the rule. `share` belongs to the rule
    BY_A_SHARE alone, which is none without it. Raises FormatError for a rule that the file does not define,
    ManifestError for terms that are not understood.
    """
    return with_threshold(file, _named(file, rule, share))


def with_threshold(file: PabulibFile, terms: Terms) -> Terms:
    """The terms with the file's own least number of votes, if it is higher. Raises FormatError."""
    least = max(terms.greedy.least_votes, _threshold(file))
    return replace(terms, greedy=replace(terms.greedy, least_votes=least))


def _named(file: PabulibFile, rule: str | None, share: Fraction | None) -> Terms:
    if rule is None and (written := written_terms(file)):
        return parse_terms(written)
    name = rule or file.meta.get("rule", "").strip()
    if name == "equal-shares":
        return Terms(Rule.EQUAL_SHARES)
    stem, _, comparison = name.partition("-comparison")
    if stem in {"equalshares", "equalshares/add1"} and not comparison:
        return Terms(
            Rule.EQUAL_SHARES,
            shares=ADD1 if stem == "equalshares/add1" else PLAIN,
            comparison=name.endswith("-comparison"),
            greedy=EVERYBODY,
        )
    return Terms(Rule.GREEDY, _greedy(file, name, share))


def _greedy(file: PabulibFile, name: str, share: Fraction | None) -> GreedyTerms:
    if name == "greedy":
        return EVERYBODY
    if name == "greedy-no-skip":
        return replace(EVERYBODY, stop_at_misfit=True)
    if name == BY_A_SHARE:
        if share is None:  # the format has no key for it, and without it other projects win
            expected = f"the share that {BY_A_SHARE} needs and the file does not state: give --share, such as 4/5"
            raise FormatError(file.meta_line("rule"), "rule", expected)
        return replace(EVERYBODY, next_share=share)
    if name == "greedy-threshold":
        if not file.meta.get(THRESHOLD, "").strip():
            raise FormatError(file.meta_line("rule"), THRESHOLD, "this key with a whole number")
        return EVERYBODY
    line = file.meta_line("rule")
    raise FormatError(line, "rule", f"a rule that the file defines; “{name}” is not, choose one or give a manifest")


def _threshold(file: PabulibFile) -> int:
    cell = file.meta.get(THRESHOLD, "").strip().removesuffix(".0")
    if not cell:
        return 0
    if not WHOLE.fullmatch(cell):
        raise FormatError(file.meta_line(THRESHOLD), THRESHOLD, "a whole number")
    return int(cell)
