"""A field of many numbers: how many of each topic, channel or level."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import Field

from pb.core.text import INVISIBLE

NINE_DIGITS = re.compile(r"[0-9]{1,9}")


class Typed(NamedTuple):
    """One number of the field: its key, what it is called, and what its input shows."""

    key: str
    label: LazyString
    shown: str


class _Table:
    """The inputs are drawn by a template (`counts` in reports/_counts.html); a list of faults leads to the first."""

    prefix_label = True


class CountsField(Field):
    """A number for each key of `labels`; `.data` has them by key, and what was left empty is not in it.

    The inputs share the field's name and come in the order of the keys.
    """

    widget = _Table()

    def __init__(self, label: Any, labels: Mapping[str, LazyString], **options: Any) -> None:
        super().__init__(label, **options)
        self.labels = labels
        self.typed: list[str] = []

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Any = {}
        self.typed = [INVISIBLE.sub("", value).strip() for value in valuelist]
        if not valuelist:
            return
        if len(valuelist) != len(self.labels):
            raise ValueError(_("This cannot be read. Write it anew."))
        wrong = []
        for key, typed in zip(self.labels, self.typed, strict=True):
            digits = re.sub(r"[\s\u00a0\u202f]", "", typed)
            if digits and not NINE_DIGITS.fullmatch(digits):
                wrong.append(str(self.labels[key]))
            elif digits:
                self.data[str(key)] = int(digits)
        if wrong:
            raise ValueError(_("Write whole numbers in digits: %(names)s", names=", ".join(wrong)))

    def rows(self) -> Iterator[Typed]:
        """What the inputs show: what was typed, or what stands so far."""
        data = self.data if isinstance(self.data, Mapping) else {}
        for place, (key, label) in enumerate(self.labels.items()):
            kept = str(data.get(key, "") or "")
            yield Typed(str(key), label, self.typed[place] if len(self.typed) == len(self.labels) else kept)
