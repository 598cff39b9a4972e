"""Following a project, a meeting, a cycle, an okrug, and leaving it."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import NotFound
from pb.formats import language
from pb.notices.models import Follow, Kind
from pb.notices.service import follows, telling
from pb.notices.service.telling import Named, Subject
from pb.notices.views.blueprint import blueprint
from pb.territory.models import Territory
from pb.territory.service import tree
from pb.web.access import SIGNED_IN, access
from pb.web.requests import Response, current_act, notify

PAGES = {
    Kind.OKRUG: "process.okrug",
    Kind.CYCLE: "process.show",
    Kind.PROJECT: "proposals.show",
    Kind.MEETING: "gatherings.show",
}


class Box(NamedTuple):
    """The button of a page: where it leads, and whether its reader follows already."""

    url: str
    followed: bool


def box(kind: str, **where: Any) -> Box:
    """The button for the thing that the last of these arguments of the page names; without any, for the okrug."""
    act, of = current_act(), Kind(kind)
    subject = Subject(of, next(reversed(where.values())) if where else act.territory.id)
    return Box(url_for(f"notices.follow_{of}", **where), follows.follows(act, subject))


blueprint.add_app_template_global(box, "follow_box")


@blueprint.post("/<okrug:okrug>/follow")
@access(SIGNED_IN, action=lazy_gettext("follow a place"))
def follow_okrug() -> Response:
    return _change(Kind.OKRUG, current_act().territory.id)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/follow")
@access(SIGNED_IN, action=lazy_gettext("follow a cycle"))
def follow_cycle(cycle_id: UUID) -> Response:
    return _change(Kind.CYCLE, cycle_id, cycle_id=cycle_id)


# By number alone: a draft has none, and nobody but its author knows of it.
@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<number:proposal_id>/follow")
@access(SIGNED_IN, action=lazy_gettext("follow a project"))
def follow_project(cycle_id: UUID, proposal_id: UUID) -> Response:
    return _change(Kind.PROJECT, proposal_id, cycle_id=cycle_id, proposal_id=proposal_id)


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/follow")
@access(SIGNED_IN, action=lazy_gettext("follow a meeting"))
def follow_meeting(gathering_id: UUID) -> Response:
    return _change(Kind.MEETING, gathering_id, gathering_id=gathering_id)


@blueprint.post("/notices/follows/<uuid:follow_id>/end")
@access(SIGNED_IN, action=lazy_gettext("follow something no more"))
def leave(follow_id: UUID) -> Response:
    act = current_act()
    row = act.session.get(Follow, follow_id)
    if row is None or row.person_id != follows.owner(act):
        raise NotFound
    follows.leave(act, Subject(Kind(row.kind), row.subject_id))
    notify(_("You do not follow it any more."))
    return redirect(url_for("notices.choose"))


def _change(kind: Kind, subject_id: UUID, **where: Any) -> Response:
    """Follows it, or with `leave` in the form follows it no more."""
    act, subject = current_act(), Subject(kind, subject_id)
    if kind is not Kind.OKRUG:
        telling.require(act, kind, where)
    if "leave" in request.form:
        follows.leave(act, subject)
        notify(_("You do not follow it any more."))
    else:
        follows.follow(act, subject)
        notify(_("You follow it: what happens to it will stand in your notices."))
    return redirect(url_for(PAGES[kind], **where))


def _okrugs(act: Act, ids: list[UUID]) -> Named:
    found: dict[UUID, tuple[str, str]] = {}
    for territory_id in ids:
        territory, slug = act.session.get(Territory, territory_id), tree.slug_of(act.session, territory_id)
        if territory is not None and slug:
            found[territory_id] = territory.name(language()), url_for("process.okrug", okrug=slug)
    return found


telling.names(Kind.OKRUG, _okrugs)
