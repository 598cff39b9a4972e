"""An edition as files beside its page: tables for a spreadsheet, and its text as DOCX, in Kazakh and Russian."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask_babel import force_locale

from pb import child, tables
from pb.citizens import documents, service
from pb.citizens.service import Content, editions, sheets
from pb.citizens.views.blueprint import blueprint
from pb.citizens.views.pages import OF_YEAR, budget_of
from pb.documents.service.papers import LANGUAGES, PRINTING_SECONDS
from pb.documents.service.word import as_word
from pb.errors import NotFound
from pb.web import downloads
from pb.web.access import EVERYBODY, access
from pb.web.limits import PAPERS, limited, signed_in
from pb.web.requests import current_act, settings

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ONE = f"{OF_YEAR}/<word:edition>"


@blueprint.get(f"{ONE}/tables-<any(kk, ru):tongue>.xlsx")
@limited(PAPERS, proof=signed_in)
@access(EVERYBODY)
def workbook(budget_id: UUID, edition: str, tongue: str) -> FlaskResponse:
    act = current_act()
    content = _content(budget_id, edition)
    address = documents.address_of(act, content.budget, content.edition, settings().base_url)
    with force_locale(LANGUAGES[tongue]):
        found = sheets.of_content(content, documents.names(act, content.year, tongue), tongue, address)
    data = child.run(tables.as_workbook, found, processor_seconds=PRINTING_SECONDS)
    return downloads.attachment(data, downloads.WORKBOOK, f"citizens-{content.year}-{edition}-{tongue}.xlsx")


@blueprint.get(f"{ONE}/text-<any(kk, ru):tongue>.docx")
@limited(PAPERS, proof=signed_in)
@access(EVERYBODY)
def text(budget_id: UUID, edition: str, tongue: str) -> FlaskResponse:
    content = _content(budget_id, edition)
    with force_locale(LANGUAGES[tongue]):
        paper = documents.as_text(current_act(), content, tongue, settings().base_url)
    data = child.run(as_word, paper, processor_seconds=PRINTING_SECONDS)
    return downloads.attachment(data, WORD, f"citizens-{content.year}-{edition}-{tongue}.docx")


def _content(budget_id: UUID, called: str) -> Content:
    """What an edition tells. Raises NotFound."""
    act = current_act()
    budget = budget_of(act, budget_id)
    edition = editions.find(editions.of_budget(act, budget), called)
    if edition is None:
        raise NotFound
    return service.of_edition(act, budget, edition)
