"""The settings of the okrug."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.territory import service as territories
from pb.territory.forms import INHERITED, SettingForm
from pb.territory.models import Setting, Territory
from pb.territory.service import tree
from pb.web import requests as web
from pb.web.access import EVERYBODY, access, allow
from pb.web.requests import current_act, notify, page

blueprint = Blueprint("territory", __name__)


@blueprint.get("/<okrug:okrug>/settings")
@access(EVERYBODY)
def okrug() -> str:
    act = current_act()
    return _okrug_page(act, _setting_form(act))


@blueprint.post("/<okrug:okrug>/settings")
@access(allow(Role.OFFICE, Role.ADMINISTRATOR), action=lazy_gettext("record a setting"))
def record_setting() -> web.Response:
    act = current_act()
    form = SettingForm()
    form.submit(lambda: _record(act, form))
    if form.errors:
        return _okrug_page(act, form), 422
    notify(_("The setting is recorded. Cycles opened from its day on follow it."))
    return redirect(url_for("territory.okrug"))


def _record(act: Act, form: SettingForm) -> Setting:
    basis = {"source": form.source.data, "since": form.since.data}
    if form.decided.data == INHERITED:
        return territories.inherit_setting(act, form.name.data, **basis)
    return territories.record_setting(act, form.name.data, form.value.data, **basis)


def _setting_form(act: Act) -> SettingForm | None:
    if not act.holds(Role.OFFICE, Role.ADMINISTRATOR):
        return None
    return SettingForm(data={"since": local(act.at).date()})


def _okrug_page(act: Act, form: SettingForm | None) -> str:
    versions = territories.versions(act)
    in_force: list[dict[str, Any]] = [
        {"label": territories.KINDS[name].label, **origin._asdict()}
        for name, origin in territories.in_force(act).items()
    ]
    return page(
        "territory/okrug.html",
        territory=act.territory,
        populations=tree.populations(act.session, act.territory.id),
        in_force=in_force,
        versions=versions,
        deciders={one.id: one for one in act.session.get_one(Territory, act.territory.id).line},
        labels={name: kind.label for name, kind in territories.KINDS.items()},
        form=form,
    )
