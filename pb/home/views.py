"""The first page, help, how to verify a vote, who can do what, the okrug's settings, and the health of the platform."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, url_for
from flask_babel import gettext as _

from pb import migrations
from pb.act import Act
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import NOW, PHASE_LABELS, Phase
from pb.errors import FieldRefusal
from pb.home import permissions as rights
from pb.home.forms import SettingForm
from pb.identity import holdings
from pb.identity import service as identity
from pb.identity.roles import LABELS, STAFF, Role
from pb.territory import service as territories
from pb.web import requests as web
from pb.web import stepper
from pb.web.access import allow, everybody, everybody_unlocked
from pb.web.requests import current_act, database, notify, page, refused

rooms = Blueprint("home", __name__)


@rooms.get("/")
@everybody
def index() -> str:
    act = current_act()
    shown = [
        {
            "cycle": cycle,
            "steps": stepper.steps(act, cycle),
            "phase": PHASE_LABELS[Phase(cycle.phase)],
            "now": NOW[Phase(cycle.phase)],
        }
        for cycle in cycles.all_of(act)
    ]
    running = [one for one in shown if one["cycle"].phase != Phase.WORKS] or shown[:1]
    running.sort(key=lambda one: one["cycle"].phase != Phase.VOTING)  # an open vote cannot wait
    earlier = [one for one in shown if one not in running]
    return page("home/index.html", running=running, earlier=earlier, may_open=act.holds(Role.OFFICE))


@rooms.get("/guide")
@everybody
def guide() -> str:
    return page("home/guide.html", phases=[(PHASE_LABELS[phase], NOW[phase]) for phase in Phase])


@rooms.get("/verification")
@everybody
def verification() -> str:
    return page("home/verification.html", cycles=cycles.all_of(current_act()))


@rooms.get("/permissions")
@everybody
def permissions() -> str:
    """Read off the routes' own decisions: the page cannot say anything else than what is enforced."""
    return page(
        "home/permissions.html",
        public=rights.public(current_app),
        roles=_roles(current_act()),
        may_appoint=current_act().holds(*holdings.APPOINTING),
        addresses=[(right.call, rights.told(right)) for right in rights.every(current_app)],
    )


def _roles(act: Act) -> list[dict[str, Any]]:
    """Each role with what it may do and who holds it on which document; residents are a number without names."""
    deeds = rights.by_role(current_app)
    staff = holdings.of_staff(act)
    return [
        {
            "label": LABELS[role],
            "deeds": deeds[role],
            "holders": [(grant, person.name) for grant, person in staff if grant.role == role],
            "count": 0 if role in STAFF else len(identity.holders(act, role)),
        }
        for role in Role
    ]


@rooms.get("/okrug")
@everybody
def okrug() -> str:
    act = current_act()
    return _okrug_page(act, _setting_form(act))


@rooms.post("/okrug")
@allow(Role.OFFICE, Role.ADMINISTRATOR)
def record_setting() -> web.Response:
    act = current_act()
    form = SettingForm()
    if not form.validate():
        return _okrug_page(act, form), 422
    try:
        territories.record_setting(act, form.name.data, form.value.data, source=form.source.data, since=form.since.data)
    except FieldRefusal as refusal:
        refused(form, refusal)
        return _okrug_page(act, form), 422
    notify(_("The setting is recorded. Cycles opened from its day on follow it."))
    return redirect(url_for("home.okrug"))


@rooms.get("/health")
@everybody_unlocked
def health() -> Response:
    """Answers before the okrug is set up too: the database is reached, and which migration it stands at."""
    return jsonify(status="ok", migration=migrations.revision(database().engine))


def _setting_form(act: Act) -> SettingForm | None:
    if not act.holds(Role.OFFICE, Role.ADMINISTRATOR):
        return None
    return SettingForm(data={"since": local(act.at).date()})


def _okrug_page(act: Act, form: SettingForm | None) -> str:
    versions = territories.versions(act)
    holding = {version.name: version for version in reversed(versions) if version.since <= local(act.at).date()}
    in_force: list[dict[str, Any]] = [
        {"label": kind.label, "value": territories.setting(act, name), "version": holding.get(name)}
        for name, kind in territories.KINDS.items()
    ]
    return page(
        "home/okrug.html",
        territory=act.territory,
        in_force=in_force,
        versions=versions,
        labels={name: kind.label for name, kind in territories.KINDS.items()},
        form=form,
    )
