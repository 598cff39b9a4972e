"""Papers of a version as files to go on writing in: DOCX by the program's child process, for those who work with it."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask_babel import force_locale

from pb import child
from pb.budget.documents import PAPERS, paper_of
from pb.budget.views.blueprint import blueprint
from pb.budget.views.steps import ONE
from pb.budget.views.versions import TAKING_FILES, version_in
from pb.documents.service.papers import LANGUAGES, PRINTING_SECONDS
from pb.documents.service.word import as_word
from pb.errors import NotFound
from pb.web.access import access, allow
from pb.web.limits import PAPERS as PAPERS_MADE
from pb.web.limits import limited, signed_in
from pb.web.requests import current_act, settings

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get(f"{ONE}/<kind>-<any(kk, ru):language>.docx")
@limited(PAPERS_MADE, proof=signed_in)
@access(allow(*TAKING_FILES))
def word_file(budget_id: UUID, version_id: UUID, kind: str, language: str) -> FlaskResponse:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    if kind not in PAPERS:
        raise NotFound
    with force_locale(LANGUAGES[language]):
        paper = paper_of(kind, act, version.id, language, settings().base_url)
    data = child.run(as_word, paper, processor_seconds=PRINTING_SECONDS)
    name = f"{kind}-{version.budget.first_year}-{version.number}-{language}.docx"
    return FlaskResponse(data, mimetype=WORD, headers={"Content-Disposition": f'attachment; filename="{name}"'})
