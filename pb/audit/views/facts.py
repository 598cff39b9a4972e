"""What the log tells of an event, for people: names in their language, sums and days as they are written elsewhere.

What only a checker compares (fingerprints, identifiers, whole lists) is left to the raw form, which stands below.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.formats import day, moment, money, number
from pb.identity.service.roles import LABELS
from pb.territory.service import KINDS as SETTINGS

NAMES: dict[str, LazyString] = {
    "number": lazy_gettext("Number"),
    "count": lazy_gettext("How many"),
    "question": lazy_gettext("Question of the agenda"),
    "questions": lazy_gettext("Questions of the agenda"),
    "meets_at": lazy_gettext("When"),
    "demanded_by": lazy_gettext("Demanded by"),
    "members": lazy_gettext("Members"),
    "present": lazy_gettext("Present"),
    "needed": lazy_gettext("Needed"),
    "in_favour": lazy_gettext("For"),
    "against": lazy_gettext("Against"),
    "abstained": lazy_gettext("Abstained"),
    "conflicts": lazy_gettext("Did not vote because of a conflict of interest"),
    "outcome": lazy_gettext("Outcome"),
    "noted": lazy_gettext("Discussed, taken note of"),
    "corrects": lazy_gettext("Why it is recorded otherwise"),
    "disputed": lazy_gettext("The akim disagrees with the points"),
    "agrees": lazy_gettext("The akim agrees"),
    "role": lazy_gettext("Role"),
    "office": lazy_gettext("Role"),
    "as": lazy_gettext("In the role"),
    "since": lazy_gettext("From the day"),
    "until": lazy_gettext("Until"),
    "basis": lazy_gettext("Document"),
    "reason": lazy_gettext("Reason"),
    "source": lazy_gettext("Source"),
    "name": lazy_gettext("Setting"),
    "value": lazy_gettext("Value"),
    "year": lazy_gettext("Year"),
    "people": lazy_gettext("People"),
    "from": lazy_gettext("From the phase"),
    "to": lazy_gettext("To the phase"),
    "before": lazy_gettext("Before"),
    "after": lazy_gettext("After"),
    "fiscal_year": lazy_gettext("Financial year"),
    "envelope": lazy_gettext("Envelope"),
    "choices": lazy_gettext("Choices on a ballot, at most"),
    "cost": lazy_gettext("Cost"),
    "amount": lazy_gettext("Amount"),
    "programme": lazy_gettext("Programme"),
    "lines": lazy_gettext("Budget lines"),
    "sum": lazy_gettext("Total"),
    "date": lazy_gettext("Date"),
    "day": lazy_gettext("Day"),
    "entry": lazy_gettext("Number on the roll"),
    "good": lazy_gettext("Lines without a fault"),
    "faults": lazy_gettext("Lines with a fault"),
    "added": lazy_gettext("Added"),
    "changed": lazy_gettext("Changed"),
    "gone": lazy_gettext("Left the roll"),
    "returned": lazy_gettext("Came back"),
    "repaired": lazy_gettext("Repaired"),
    "repairs": lazy_gettext("Repairs offered"),
    "whole": lazy_gettext("The file is the whole roll"),
    "granted": lazy_gettext("Granted"),
    "reserve": lazy_gettext("Cards in reserve"),
    "cards": lazy_gettext("Cards"),
    "keys": lazy_gettext("Cards"),
    "closes_at": lazy_gettext("Voting ends"),
    "attempt": lazy_gettext("Attempt"),
    "trustee": lazy_gettext("Trustee number"),
    "ballots": lazy_gettext("Ballots"),
    "winners": lazy_gettext("Winners"),
    "enough": lazy_gettext("Enough ballots to decrypt"),
    "voted": lazy_gettext("Have voted"),
    "did_not_vote": lazy_gettext("Say that they did not vote"),
    "not_found": lazy_gettext("Not found"),
    "asked": lazy_gettext("To be asked"),
    "answers": lazy_gettext("Answers"),
    "participants": lazy_gettext("Participants"),
    "opened": lazy_gettext("Cards opened"),
    "missing": lazy_gettext("Missing"),
    "final": lazy_gettext("By both, finally"),
    "new_device": lazy_gettext("On a new device"),
    "text": lazy_gettext("Text drawn in public"),
    "minutes": lazy_gettext("Minutes"),
    "here": lazy_gettext("Members who are here, by number"),
    "conflicted": lazy_gettext("Members with an interest, by number"),
    "numbers_compared": lazy_gettext("Numbers compared"),
}
MONEY = frozenset({"cost", "amount", "sum", "envelope", "before", "after"})
YEARS = frozenset({"year", "fiscal_year"})
WORDS: dict[str, LazyString] = {
    "approved": lazy_gettext("Approved"),
    "rejected": lazy_gettext("Rejected"),
    "member": lazy_gettext("Member of the assembly"),
    "proposals": lazy_gettext("Ideas"),
    "review": lazy_gettext("Review"),
    "gathering": lazy_gettext("Gathering"),
    "voting": lazy_gettext("Vote"),
    "result": lazy_gettext("Result"),
    "budget": lazy_gettext("Budget"),
    "works": lazy_gettext("Works"),
    **{role.value: label for role, label in LABELS.items()},
    **{name: kind.label for name, kind in SETTINGS.items()},
}
OF_WORDS = frozenset({"role", "office", "as", "outcome", "from", "to", "name"})
FINGERPRINT = re.compile(r"[0-9a-f]{40,}|[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9+/=_-]{40,}")


def facts(data: Mapping[str, Any], action: str) -> list[tuple[str, str]]:
    """What people read of an event's data: the name of each fact and its value."""
    shown = ((name, _shown(name, data[name], action)) for name in NAMES if name in data)
    return [(str(NAMES[name]), value) for name, value in shown if value]


def _shown(name: str, value: Any, action: str) -> str:
    """The value in words; nothing for what is of no use without a program."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int):
        as_money = name in MONEY or (name, action) == ("granted", "poll.result")
        return money(value) if as_money else str(value) if name in YEARS else number(value)
    if not isinstance(value, str) or not value or FINGERPRINT.fullmatch(value):
        return ""
    if name in OF_WORDS:
        return str(WORDS.get(value, ""))
    return _time(value)


def _time(text: str) -> str:
    """A day or a moment as people write it; any other text as it is."""
    readers: tuple[tuple[Callable[[str], Any], Callable[[Any], str]], ...] = (
        (date.fromisoformat, day),
        (datetime.fromisoformat, moment),
    )
    if not re.match(r"\d{4}-\d\d-\d\d(T|$)", text):
        return text
    for read, write in readers:
        try:
            return write(read(text))
        except ValueError:
            continue
    return text
