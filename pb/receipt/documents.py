"""The receipt on paper, as an office hands it out each quarter: two leaves on a sheet of A4; and as a picture to send.

Beside the plan of the year stands what was paid by the last report: at the year's end that is the year's total.
"""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.budget.models import Version
from pb.classification import service as classification
from pb.core.receipt import Level, Part, divided_up, flat, per_resident
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Leaf
from pb.errors import NotFound
from pb.formats import day, number
from pb.receipt import service
from pb.receipt.service import Receipt
from pb.receipt.service.words import signed
from pb.territory.service import addresses

MOST_DECIDED = 8
NOTHING = "–"


@builds("receipt", page="/{subject}", label=lazy_gettext("Receipt of each resident"))
def of_version(act: Act, subject_id: UUID, language: str, base_url: str) -> Leaf:
    """The receipt of the budget that this version is of, while it is the version that is shown. Raises NotFound."""
    version = act.session.get(Version, subject_id)
    if version is None or version.budget.territory_id != act.territory.id:
        raise NotFound
    receipt = service.of_budget(act, version.budget)
    if receipt is None or receipt.version.id != version.id:
        raise NotFound
    return leaf(act, receipt, language, base_url)


def leaf(act: Act, receipt: Receipt, language: str, base_url: str) -> Leaf:
    """The receipt as a leaf in kk or ru, the language that is spoken now."""
    year = receipt.yearly()
    known = classification.codes(act, receipt.year)
    paid = _paid(act, receipt)
    decided = [part for part in flat(year) if part.row.level is Level.PROJECT]
    whose = _("per resident") if receipt.known else _("the whole okrug")
    return Leaf(
        frame=frame(
            act,
            language,
            _("Receipt of each resident"),
            _("My village"),
            f"{base_url}{addresses.path(act)}/receipt/{receipt.year}",
            f"{receipt.year} · {whose}",
        ),
        heads=(
            _("Plan of the year"),
            _("Paid by %(day)s", day=day(receipt.execution.until, language)) if receipt.execution else _("Paid"),
        ),
        rows=[
            (
                known.name(part.row.key, language) or part.row.key or _("The rest"),
                signed(part.amount),
                signed(paid.get(part.row.key, 0)) if receipt.execution else NOTHING,
            )
            for part in year.of
        ],
        total=(_("Total"), signed(year.amount), signed(sum(paid.values())) if receipt.execution else NOTHING),
        decided_title=_("What residents decided"),
        decided=[
            (receipt.decided[part.row.key].proposal.called(language).text, signed(part.amount), "")
            for part in decided[:MOST_DECIDED]
        ],
        notes=list(_notes(receipt)),
        closing=_("Every row, and a question to the akim's office:"),
    )


def _paid(act: Act, receipt: Receipt) -> dict[str, int]:
    """By group what was paid, for each resident; it adds up to the tiyn like the plan."""
    paid = service.paid_rows(act, receipt)
    whole: Part = divided_up(paid, per_resident(paid.amount, receipt.each))
    return {part.row.key: part.amount for part in whole.of}


def _notes(receipt: Receipt) -> list[str]:
    told = []
    if receipt.people is not None and receipt.known:
        told.append(
            _(
                "%(sum)s of the whole okrug, divided by %(people)s people.",
                sum=signed(receipt.whole.amount),
                people=number(receipt.people.people),
            )
            + " "
            + _(
                "Population at the beginning of %(year)s. Source: %(source)s",
                year=receipt.people.year,
                source=receipt.people.source,
            )
        )
    else:
        told.append(
            _("Nobody has recorded how many people live here, so the receipt shows the sums of the whole okrug.")
        )
    if not receipt.holds:
        told.append(_("This is a draft: the maslikhat has not approved this budget yet."))
    return told
