"""The settings of the okrug."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.territory import service as territories
from pb.territory.forms import SettingForm
from pb.web import requests as web
from pb.web.access import EVERYBODY, access, allow
from pb.web.requests import current_act, notify, page

blueprint = Blueprint("territory", __name__)


@blueprint.get("/okrug")
@access(EVERYBODY)
def okrug() -> str:
    act = current_act()
    return _okrug_page(act, _setting_form(act))


@blueprint.post("/okrug")
@access(allow(Role.OFFICE, Role.ADMINISTRATOR), action=lazy_gettext("record a setting of the okrug"))
def record_setting() -> web.Response:
    act = current_act()
    form = SettingForm()
    form.submit(
        lambda: territories.record_setting(
            act, form.name.data, form.value.data, source=form.source.data, since=form.since.data
        )
    )
    if form.errors:
        return _okrug_page(act, form), 422
    notify(_("The setting is recorded. Cycles opened from its day on follow it."))
    return redirect(url_for("territory.okrug"))


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
        "territory/okrug.html",
        territory=act.territory,
        in_force=in_force,
        versions=versions,
        labels={name: kind.label for name, kind in territories.KINDS.items()},
        form=form,
    )
