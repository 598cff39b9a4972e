"""One code with its names, and where it is known from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.core.budget.codes import Code

# What the project's own file says of its lines, by a word of its column `source`.
SOURCES: Final[Mapping[str, LazyString]] = {
    "order151": _("Order of the Minister of Finance 04.04.2025 № 151, annex 1"),
    "order151kk": _(
        "Order of the Minister of Finance 04.04.2025 № 151, annex 1: the Kazakh name; the Russian one is that of a "
        "like programme there"
    ),
    "order151ru": _(
        "Order of the Minister of Finance 04.04.2025 № 151, annex 1: the Russian name; the Kazakh one is to be checked"
    ),
    "article34": _("Budget Code of 2025, article 34: the Russian name; the code and the Kazakh name are to be checked"),
    "article27": _("Budget Code of 2025, article 27: the kind of receipt; the code and the names are to be checked"),
    "initiatives": _(
        "Budget Code of 2025, article 89 p. 3: one programme in the second and third year; no code of it is known, "
        "000 stands for it"
    ),
    "excluded": _("Budget Code of 2025, article 27: no receipt of an okrug since 2026"),
    "education": _("Article 34 of the Budget Code of 2025 does not name it: check whether the code is still in force"),
    "unseen": _("Not seen in an official text: compare it with the order of the Minister of Finance 04.04.2025 № 151"),
    "unnamed": _(
        "Not seen in an official text, the Kazakh name is a translation of ours: compare it with the order of the "
        "Minister of Finance 04.04.2025 № 151"
    ),
}


@dataclass(frozen=True)
class Entry:
    """A code of the classification. Days are the first and the last on which it holds; None: not known, or no end."""

    code: str
    name_kk: str
    name_ru: str
    valid_from: date | None
    valid_to: date | None
    offered: bool
    checked: bool
    source: str

    def name(self, language: str) -> str:
        """The official name: Kazakh for kk, Russian for every other language, which has no official names."""
        return self.name_kk if language == "kk" else self.name_ru

    @cached_property
    def levels(self) -> Code:
        """The code by its levels."""
        return Code.read(self.code)

    @property
    def told_source(self) -> LazyString | str:
        """Where it is known from, for people."""
        return SOURCES.get(self.source, self.source)

    def began(self, year: int) -> bool:
        """Whether it holds in the year or held before."""
        return self.valid_from is None or self.valid_from.year <= year

    def ended(self, year: int) -> bool:
        """Whether it held in earlier years alone."""
        return self.valid_to is not None and self.valid_to.year < year
