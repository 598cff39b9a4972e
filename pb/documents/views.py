"""A document's page: built at the first asking, then downloaded."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask import Response as FlaskResponse
from flask_babel import lazy_gettext

from pb.documents.service import papers
from pb.errors import NotFound
from pb.web.access import EVERYBODY, access
from pb.web.limits import PAPERS, limited, signed_in
from pb.web.remembered import looked_once
from pb.web.requests import Response, current_act, page

blueprint = Blueprint("documents", __name__)


@blueprint.get("/<okrug:okrug>/documents/<kind>/<paper:subject_id>/<any(kk, ru):language>")
@access(EVERYBODY)
def show(kind: str, subject_id: UUID, language: str) -> Response:
    act = current_act()
    papers.require_kind(kind)
    job = papers.state(act, kind, subject_id, language)
    printed = papers.find(act, kind, subject_id, language)
    if printed is None and job is None:
        # Nobody asked for it so far: the whole paper is gathered to see whether it can be made, for whoever asks.
        looked_once(lambda: papers.require(act, kind, subject_id, language), kind, subject_id, language)
    label, of_page = papers.labels(kind)
    return page(
        "documents/show.html",
        kind=kind,
        label=label,
        label_of_page=of_page,
        subject_id=subject_id,
        language=language,
        job=job,
        printed=printed,
        current=language in papers.ready(act, kind, subject_id),
        page_of_it=_page_of_it(kind, subject_id),
    )


@blueprint.post("/<okrug:okrug>/documents/<kind>/<paper:subject_id>/<any(kk, ru):language>")
@limited(PAPERS, proof=signed_in)
@access(EVERYBODY, action=lazy_gettext("have a document made for printing"))
def ask(kind: str, subject_id: UUID, language: str) -> Response:
    papers.ask(current_act(), kind, subject_id, language)
    return redirect(url_for("documents.show", kind=kind, subject_id=subject_id, language=language))


@blueprint.get("/<okrug:okrug>/documents/<kind>/<paper:subject_id>/<any(kk, ru):language>.pdf")
@access(EVERYBODY)
def download(kind: str, subject_id: UUID, language: str) -> FlaskResponse:
    printed = papers.find(current_act(), kind, subject_id, language)
    if printed is None:
        raise NotFound
    name = f"asar-{kind}-{language}.pdf"
    return FlaskResponse(
        printed.pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{printed.sha256}"'},
    )


@blueprint.app_template_global()
def paper_url(kind: str, subject_id: UUID, language: str) -> str:
    """Where a link to a paper leads: to the file, if nothing has changed since, else to the page that makes it."""
    made = language in papers.ready(current_act(), kind, subject_id)
    endpoint = "documents.download" if made else "documents.show"
    return url_for(endpoint, kind=kind, subject_id=subject_id, language=language)


def _page_of_it(kind: str, subject_id: UUID) -> str:
    """Where the same is read on the screen."""
    own = url_for("documents.show", kind=kind, subject_id=subject_id, language="kk")
    okrug, _between, subject = own.removesuffix("/kk").partition(f"/documents/{kind}/")
    return okrug + papers.page_of(kind, subject)
