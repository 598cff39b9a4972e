"""The papers of a version: the draft decision with its annexes, the comparison table, the explanatory note."""

from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.budget.models import Kind, Version
from pb.budget.service import amending, package, wording
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import ActPaper, Block, Signature
from pb.errors import NotFound
from pb.territory.service import addresses

Content = Callable[[Act, Version, str], list[Block]]
# Each by what it is called in addresses: what writes it, and what people call it.
DECISION: Final = "budget-decision"
CHANGES: Final = "budget-changes"
PAPERS: Final[dict[str, tuple[Content, LazyString]]] = {
    DECISION: (package.decision, lazy_gettext("Draft decision with annexes")),
    CHANGES: (amending.comparison, lazy_gettext("Comparison table")),
    "budget-note": (package.note, lazy_gettext("Explanatory note")),
}


def paper_of(kind: str, act: Act, subject_id: UUID, language: str, base_url: str) -> ActPaper:
    """A paper of the version. Raises NotFound for what is none of the act's territory."""
    version = act.session.get(Version, subject_id)
    if version is None or version.budget.territory_id != act.territory.id or version.kind == Kind.PAPER:
        raise NotFound  # what was taken in from paper has its decision: none is drafted here
    content, label = PAPERS[kind]
    year = version.budget.first_year
    title = wording.title(act, version, language)
    signs = _("Akim") if version.kind in wording.BY_THE_AKIM else _("Chair of the maslikhat")
    return ActPaper(
        frame=frame(
            act,
            language,
            str(label),
            f"{label}: {title}" if kind != DECISION else title,
            f"{base_url}{addresses.path(act)}/budget/{year}/versions/{version.number}",
            act.territory.parent(language),
        ),
        blocks=content(act, version, language),
        signatures=[Signature(signs, "", _("signature, date"))] if kind == DECISION else [],
    )


for _kind, (_content, _label) in PAPERS.items():
    builds(_kind, page="/{subject}", label=_label)(partial(paper_of, _kind))
