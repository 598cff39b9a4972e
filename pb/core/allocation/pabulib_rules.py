"""The rules that Pabulib files name, as terms."""

from dataclasses import replace
from typing import Final

from pb.core.allocation.count import Rule, Terms
from pb.core.allocation.equal_shares import Completion, SharesTerms, Start, Stop
from pb.core.allocation.greedy import GreedyTerms
from pb.core.allocation.manifest import parse_terms
from pb.core.allocation.pabulib import FormatError, PabulibFile
from pb.core.allocation.pabulib_comment import written_terms

PLAIN: Final = SharesTerms(completion=Completion.NONE, then_greedy=False)
ADD1: Final = SharesTerms(
    completion=Completion.ADD1, start=Start.EXACT_THEN_FLOOR, step=None, stop=Stop.OVERSPEND, then_greedy=False
)
"""As Assen and Świecie ran it: first at B/n, then floor(B/n) and a unit a step, until the next would overspend."""

EVERYBODY: Final = GreedyTerms(least_votes=0)
"""Of these rules a project without votes is not kept from winning what nobody else needs."""


def terms_of(file: PabulibFile, rule: str | None = None) -> Terms:
    """The terms of a `rule`, or of the file's own: those in its comment, else those that its rule's name means.

    Raises FormatError for a rule that the file does not define, ManifestError for terms that are not understood.
    """
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
    if name == "greedy":
        return Terms(Rule.GREEDY, EVERYBODY)
    if name == "greedy-no-skip":
        return Terms(Rule.GREEDY, replace(EVERYBODY, stop_at_misfit=True))
    if name == "greedy-threshold":
        return Terms(Rule.GREEDY, GreedyTerms(least_votes=_threshold(file)))
    line = file.meta_line("rule")
    raise FormatError(line, "rule", f"a rule that the file defines; “{name}” is not, choose one or give a manifest")


def _threshold(file: PabulibFile) -> int:
    cell = file.meta.get("min_project_score_threshold", "")
    if not (cell.isascii() and cell.isdigit()):
        raise FormatError(file.meta_line("rule"), "min_project_score_threshold", "this key with a whole number")
    return int(cell)
