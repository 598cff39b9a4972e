"""What the office writes of a project, kind by kind: what each needs, and when a change of it needs a reason."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.core.national_numbers import parse_bin
from pb.errors import FieldRefusal
from pb.territory.service.office import bin_fault
from pb.text import one_line
from pb.works.models import (
    LARGEST_QUANTITY,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_URL,
    Contract,
    Fact,
    Milestone,
    Payment,
    Quantity,
    Responsible,
    Unit,
)

LARGEST_SUM: Final = 10**12 * 100
FURTHEST: Final = timedelta(days=10 * 366)
A_NUMBER_OF_TWELVE: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
NAMES: Final = frozenset({"name", "post", "supplier"})
_NOT_YET: Final = _("This day is still to come.")


@dataclass(frozen=True, slots=True)
class Draft(ABC):
    """A fact as it is typed; `model` is its table, `action` its event in the log."""

    model: ClassVar[type[Any]]
    action: ClassVar[str]

    def columns(self) -> dict[str, Any]:
        """As the row keeps it: texts in one line."""
        values = ((name, value) for name, value in asdict(self).items())
        return {name: one_line(value) if isinstance(value, str) else value for name, value in values}

    @abstractmethod
    def faults(self, today: date) -> Iterator[FieldRefusal]:
        """What is wrong with it by itself."""

    def changes(self, last: Any) -> bool:
        """Whether it takes something back that was told: such a change has its reason."""
        return any(bool(getattr(last, name) != value) for name, value in self.columns().items())


@dataclass(frozen=True, slots=True)
class ContractDraft(Draft):
    """`amount` in tiyn."""

    model: ClassVar[type[Any]] = Contract
    action: ClassVar[str] = "contract_written"  # "work.contract" is a step of the way
    supplier: str
    bin: str
    reference: str
    signed_on: date | None
    amount: int | None
    notice: str = ""
    notice_url: str = ""

    def columns(self) -> dict[str, Any]:
        kept = super(ContractDraft, self).columns()
        return kept | ({"bin": parse_bin(self.bin).text} if self.bin.strip() else {})

    def faults(self, today: date) -> Iterator[FieldRefusal]:
        yield from _faults_of_name("supplier", self.supplier, _("Write the name of the supplier."))
        yield from _faults_of_name("reference", self.reference, _("Write the number of the contract."), LONGEST_NUMBER)
        if self.bin.strip() and (fault := bin_fault(self.bin)) is not None:
            yield FieldRefusal("bin", fault)
        yield from _faults_of_day("signed_on", self.signed_on, today)
        yield from _faults_of_sum(self.amount)
        if len(self.notice) > LONGEST_NUMBER:
            yield FieldRefusal("notice", _("Use at most %(max)d characters.", max=LONGEST_NUMBER))
        if self.notice_url.strip() and not _is_address(self.notice_url):
            yield FieldRefusal(
                "notice_url", _("Write the whole address, as the browser shows it: it begins with https.")
            )


@dataclass(frozen=True, slots=True)
class MilestoneDraft(Draft):
    model: ClassVar[type[Any]] = Milestone
    action: ClassVar[str] = "milestone"
    name_kk: str
    name_ru: str
    until: date | None
    done_on: date | None = None

    def faults(self, today: date) -> Iterator[FieldRefusal]:
        yield from _faults_of_names(self.name_kk, self.name_ru, _("Write what is to be done, in Kazakh or in Russian."))
        if self.until is None:
            yield FieldRefusal("until", _("Write the date."))
        elif not today - FURTHEST <= self.until <= today + FURTHEST:
            yield FieldRefusal("until", _("Write a day of the next ten years."))
        if self.done_on is not None:
            yield from _faults_of_day("done_on", self.done_on, today)

    def changes(self, last: Any) -> bool:
        taken_back = last.done_on is not None and last.done_on != self.done_on
        return bool(taken_back or last.until != self.until)


@dataclass(frozen=True, slots=True)
class PaymentDraft(Draft):
    """`amount` in tiyn."""

    model: ClassVar[type[Any]] = Payment
    action: ClassVar[str] = "payment"
    day: date | None
    amount: int | None
    document: str

    def faults(self, today: date) -> Iterator[FieldRefusal]:
        yield from _faults_of_day("day", self.day, today)
        yield from _faults_of_sum(self.amount)
        yield from _faults_of_name("document", self.document, _("Write by which document it was paid."))


@dataclass(frozen=True, slots=True)
class QuantityDraft(Draft):
    """`planned` and `reached` in thousandths of the unit."""

    model: ClassVar[type[Any]] = Quantity
    action: ClassVar[str] = "quantity"
    name_kk: str
    name_ru: str
    unit: str
    planned: int | None
    reached: int | None = 0

    def columns(self) -> dict[str, Any]:
        return super(QuantityDraft, self).columns() | {"reached": self.reached or 0}

    def faults(self, today: date) -> Iterator[FieldRefusal]:  # noqa: ARG002 - of every draft
        yield from _faults_of_names(self.name_kk, self.name_ru, _("Write what is counted, in Kazakh or in Russian."))
        if self.unit not in list(Unit):
            yield FieldRefusal("unit", _("Choose the unit."))
        if not self.planned:
            yield FieldRefusal("planned", _("Write how much is planned."))
        for name, value in (("planned", self.planned), ("reached", self.reached)):
            if value is not None and not 0 <= value <= LARGEST_QUANTITY:
                yield FieldRefusal(name, _("This is more than any project has."))

    def changes(self, last: Any) -> bool:
        """Reaching more is how it goes on."""
        return bool(last.unit != self.unit or last.planned != self.planned or (self.reached or 0) < last.reached)


@dataclass(frozen=True, slots=True)
class ResponsibleDraft(Draft):
    model: ClassVar[type[Any]] = Responsible
    action: ClassVar[str] = "responsible"
    name: str
    post: str

    def faults(self, today: date) -> Iterator[FieldRefusal]:  # noqa: ARG002 - of every draft
        yield from _faults_of_name("name", self.name, _("Write the name."))
        yield from _faults_of_name("post", self.post, _("Write the post."))

    def changes(self, last: Any) -> bool:  # noqa: ARG002 - another person simply takes over
        return False


DRAFTS: Final[Mapping[str, type[Draft]]] = {
    "contracts": ContractDraft,
    "milestones": MilestoneDraft,
    "payments": PaymentDraft,
    "quantities": QuantityDraft,
    "responsible": ResponsibleDraft,
}
"""By the word that stands in addresses."""
FACTS: Final[tuple[type[Fact], ...]] = tuple(draft.model for draft in DRAFTS.values())


def _faults_of_name(field: str, text: str, missing: LazyString, longest: int = LONGEST_NAME) -> Iterator[FieldRefusal]:
    """Nobody's IIN stands in a name: twelve digits are refused wherever a name is asked for."""
    if not one_line(text):
        yield FieldRefusal(field, missing)
    elif len(one_line(text)) > longest:
        yield FieldRefusal(field, _("Use at most %(max)d characters.", max=longest))
    elif field in NAMES and A_NUMBER_OF_TWELVE.search(text.replace(" ", "")):
        yield FieldRefusal(field, _("Write no IIN here: everybody reads it."))


def _faults_of_names(kk: str, ru: str, missing: LazyString) -> Iterator[FieldRefusal]:
    if not one_line(kk) and not one_line(ru):
        yield FieldRefusal("name_kk", missing)
    for field, text in (("name_kk", kk), ("name_ru", ru)):
        if len(one_line(text)) > LONGEST_NAME:
            yield FieldRefusal(field, _("Use at most %(max)d characters.", max=LONGEST_NAME))


def _faults_of_day(field: str, told: date | None, today: date) -> Iterator[FieldRefusal]:
    if told is None:
        yield FieldRefusal(field, _("Write the date."))
    elif told > today:
        yield FieldRefusal(field, _NOT_YET)


def _faults_of_sum(amount: int | None) -> Iterator[FieldRefusal]:
    if not amount:
        yield FieldRefusal("amount", _("Write the sum."))
    elif amount > LARGEST_SUM:
        yield FieldRefusal("amount", _("Write a sum in tenge with digits, for example 2 450 000."))


def _is_address(typed: str) -> bool:
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and len(typed.strip()) <= LONGEST_URL
