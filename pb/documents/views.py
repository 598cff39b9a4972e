"""A document's page: built at the first asking, then downloaded."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask import Response as FlaskResponse

from pb.documents import service
from pb.errors import NotFound
from pb.web.access import everybody
from pb.web.limits import limiter
from pb.web.requests import Response, current_act, page

rooms = Blueprint("documents", __name__)


@rooms.get("/documents/<kind>/<uuid:subject_id>/<any(kk, ru):language>")
@everybody
def show(kind: str, subject_id: UUID, language: str) -> Response:
    act = current_act()
    service.require_kind(kind)
    job = service.state(act, kind, subject_id, language)
    printed = service.find(act, kind, subject_id, language)
    return page("documents/show.html", kind=kind, subject_id=subject_id, language=language, job=job, printed=printed)


@rooms.post("/documents/<kind>/<uuid:subject_id>/<any(kk, ru):language>")
@limiter.limit("60 per minute")
@everybody
def ask(kind: str, subject_id: UUID, language: str) -> Response:
    service.ask(current_act(), kind, subject_id, language)
    return redirect(url_for("documents.show", kind=kind, subject_id=subject_id, language=language))


@rooms.get("/documents/<kind>/<uuid:subject_id>/<any(kk, ru):language>.pdf")
@everybody
def download(kind: str, subject_id: UUID, language: str) -> FlaskResponse:
    printed = service.find(current_act(), kind, subject_id, language)
    if printed is None:
        raise NotFound
    name = f"asar-{kind}-{language}.pdf"
    return FlaskResponse(
        printed.pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{printed.sha256}"'},
    )
