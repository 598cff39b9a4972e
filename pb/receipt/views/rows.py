"""The rows of the receipt of an okrug of this server: names from its classification, projects with their pages."""

from flask import url_for
from markupsafe import Markup

from pb.act import Act
from pb.classification import service as classification
from pb.core.receipt import Row
from pb.formats import language
from pb.receipt.service import Receipt, asking
from pb.receipt.service.rows import Shown, rows
from pb.web.wording import called
from pb.winners.models import SOURCE_LABELS


def shown(act: Act, receipt: Receipt) -> list[Shown]:
    """The rows below the whole."""
    known = classification.codes(act, receipt.year)
    tongue = language()

    def named(row: Row) -> tuple[str | Markup, str]:
        decided = receipt.decided.get(row.key)
        if decided is None:
            return known.name(row.key, tongue) or row.key, ""
        url = url_for("proposals.show", cycle_id=decided.cycle_id, proposal_id=decided.proposal.id)
        return called(decided.proposal), url

    def told(row: Row) -> str:
        return str(SOURCE_LABELS[receipt.decided[row.key].source])

    return rows(receipt.yearly(), receipt.monthly(), named, told, asking.counts(act, receipt.year))
