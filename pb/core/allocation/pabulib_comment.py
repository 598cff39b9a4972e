"""What a file of ours says in its comment that the format has no key for: the exact terms, and ballots it cannot hold.

The format's comment is numbered prose. One of its points is a JSON object after `MARK`:

* `terms`: the rule as a manifest writes it (`pb.core.allocation.manifest`), seed included;
* `blank_ballots`: how many ballots name no project. The format has no empty vote, yet each is a voter with a share;
* `totals`: the votes of each project by its id, where no single ballot was ever opened: checkers of the format compare
  the column `votes` with ballots that the file cannot have;
* `first_place`: "max_length" where the first of a ranking gets as many points as the longest may have (Borda has both
  readings; without it the file's totals decide, or the ballot's own length counts).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pb.core.allocation.pabulib import FormatError, PabulibFile

MARK: Final = "Terms for pb count: "
MOST_BLANK: Final = 10**9


def comment(points: Sequence[str], written: Mapping[str, Any]) -> str:
    """The value of the key `comment`: the points numbered as the format asks, and what `written_terms` reads."""
    value = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return " ".join(f"#{number}: {point}" for number, point in enumerate((*points, MARK + value), 1))


def written_terms(file: PabulibFile) -> dict[str, Any]:
    """What the comment says; empty without `MARK`. Raises FormatError for what is no such object."""
    _prose, mark, rest = file.meta.get("comment", "").partition(MARK)
    if not mark:
        return {}
    expected = f"a JSON object after “{MARK.strip()}”"
    try:
        value, _end = json.JSONDecoder().raw_decode(rest)
    except (ValueError, RecursionError) as error:
        raise FormatError(file.meta_line("comment"), "comment", expected) from error
    if not isinstance(value, dict) or not isinstance(value.get("terms"), dict):
        raise FormatError(file.meta_line("comment"), "comment", expected)
    blank = value.get("blank_ballots", 0)
    if type(blank) is not int or not 0 <= blank <= MOST_BLANK:
        raise FormatError(file.meta_line("comment"), "comment", "a whole number of blank ballots")
    totals = value.get("totals", {})
    if not isinstance(totals, dict) or any(
        type(each) is not int or not 0 <= each <= MOST_BLANK for each in totals.values()
    ):
        raise FormatError(file.meta_line("comment"), "comment", "whole numbers of votes as totals")
    return value
