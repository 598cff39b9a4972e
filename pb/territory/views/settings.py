"""The settings of the okrug, how many people live in it, and its emblem."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.clock import local
from pb.core import alphabet
from pb.core.pictures import Square
from pb.core.places import slugs
from pb.errors import FieldRefusal, NotFound
from pb.formats import language
from pb.territory import service as territories
from pb.territory.forms import INHERITED, EmblemForm, OfficeForm, PopulationForm, SettingForm, SettlementForm
from pb.territory.models import Setting, Settlement, Territory
from pb.territory.service import emblems, office, populations, settlements
from pb.territory.views.blueprint import blueprint
from pb.web import places
from pb.web import requests as web
from pb.web.access import EVERYBODY, MEGABYTE, access, allow
from pb.web.acted_as import acted_as
from pb.web.limits import Limit, count
from pb.web.requests import begin_work, current_act, database, notify, page
from pb.web.sent import once

PICTURES = Limit("pictures", "30 per hour")


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
    form.submit(lambda: _record(act, form), faults=lambda: _faults(act, form))
    if form.errors:
        return _okrug_page(act, form), 422
    notify(_told(form.name.data))
    return redirect(url_for("territory.okrug"))


def _told(name: str) -> str:
    """From when on, and for what, a recorded setting holds."""
    if name in territories.AT_ONCE:
        return str(_("The setting is recorded, and holds at once."))
    if name in territories.OF_CYCLES:
        return str(_("The setting is recorded. Cycles opened from its day on follow it."))
    if name in territories.OF_MEETINGS:
        return str(_("The setting is recorded. Meetings convened from its day on follow it, of cycles too."))
    if name in territories.OF_BOTH:
        return str(_("The setting is recorded. Cycles opened and other meetings convened from its day on follow it."))
    return str(_("The setting is recorded, and holds from its day on."))


@blueprint.get("/<okrug:okrug>/population")
@access(EVERYBODY)
def population() -> str:
    act = current_act()
    return _population_page(act, _population_form(act) if act.holds(Role.OFFICE) else None)


@blueprint.post("/<okrug:okrug>/population")
@access(allow(Role.OFFICE), action=lazy_gettext("record how many people live here"))
def record_population() -> web.Response:
    act = current_act()
    form = _population_form(act)
    counted = form.submit(
        lambda: populations.record_by_office(
            act,
            form.year.data,
            form.people.data,
            source=form.source.data,
            settlement_id=UUID(form.place.data) if form.place.data else None,
        ),
        faults=lambda: populations.faults(
            act, form.year.data, form.people.data, form.source.data or "", settlement=bool(form.place.data)
        ),
    )
    if counted is None:
        return _population_page(act, form), 422
    notify(_("The number is recorded."))
    return redirect(url_for("territory.population"))


@blueprint.get("/<okrug:okrug>/contact")
@access(allow(Role.OFFICE, Role.ADMINISTRATOR))
def change_contact() -> str:
    act = current_act()
    office.refuse_others(act)
    territory = act.session.get_one(Territory, act.territory.id)
    return page("territory/contact.html", form=_office_form(act, obj=territory))


@blueprint.post("/<okrug:okrug>/contact")
@access(
    allow(Role.OFFICE, Role.ADMINISTRATOR),
    action=lazy_gettext("record whom people ask, where they vote, and the number of the akim's apparatus"),
)
def record_contact() -> web.Response:
    act = current_act()
    form = _office_form(act)

    def typed() -> dict[str, str]:
        return {name: form[name].data or "" for name in office.asked(act.territory.kind)}

    def record() -> bool:
        office.change_by_office(act, typed())
        return True

    if form.submit(record, faults=lambda: office.faults(typed())) is None:
        return page("territory/contact.html", form=form), 422
    notify(_("It is recorded, and stands under every page."))
    return redirect(url_for("territory.okrug"))


@blueprint.get("/<okrug:okrug>/settlements")
@access(EVERYBODY)
def list_settlements() -> str:
    act = current_act()
    if not act.holds(Role.OFFICE):
        return _settlements_page(act, None)
    form = _settlement_form(act)
    chosen = _by_word(act).get(request.args.get("place", ""))
    if chosen is not None:
        form.process(place=str(chosen.id), name_kk=chosen.name_kk, name_ru=chosen.name_ru, name_en=chosen.name_en)
    return _settlements_page(act, form)


@blueprint.post("/<okrug:okrug>/settlements")
@access(allow(Role.OFFICE), action=lazy_gettext("record the names of a settlement"))
def record_settlement() -> web.Response:
    act = current_act()
    form = _settlement_form(act)

    def told() -> tuple[Act, settlements.Names, UUID | None]:
        names = settlements.Names(form.name_kk.data or "", form.name_ru.data or "", form.name_en.data or "")
        return act, names, UUID(form.place.data) if form.place.data else None

    def faults() -> list[FieldRefusal]:
        return [] if form.place.errors else settlements.faults(*told())

    if form.submit(lambda: settlements.record_by_office(*told()), faults=faults) is None:
        return _settlements_page(act, form), 422
    notify(_("The names are recorded."))
    return redirect(url_for("territory.list_settlements"))


@blueprint.get("/<okrug:okrug>/emblem")
@access(allow(Role.OFFICE))
def choose_emblem() -> str:
    return page("territory/emblem.html", form=EmblemForm())


@blueprint.post("/<okrug:okrug>/emblem")
@access(allow(Role.OFFICE), action=lazy_gettext("choose the emblem"), largest_body=MEGABYTE, own_transaction=True)
def record_emblem() -> web.Response:
    """The file is drawn anew before the transaction; each try counts, also of a file that is refused at its end."""
    place = places.here()
    if place is None:
        raise NotFound
    count(PICTURES, str(place.id))
    form = EmblemForm()
    png = form.submit(lambda: emblems.drawn(form.file.data.read()))
    with begin_work(writing=True) as act:
        return once(act, lambda: _record_emblem(act, form, png))


def _record_emblem(act: Act, form: EmblemForm, png: Square | None) -> web.Response:
    if png is None or form.submit(lambda: emblems.record(act, png)) is None:
        return page("territory/emblem.html", form=form), 422
    notify(_("The emblem is recorded."))
    return redirect(url_for("territory.okrug"))


@blueprint.get("/<okrug:okrug>/emblem/<word:digest>.png")
@access(EVERYBODY, own_transaction=True)
def emblem(digest: str) -> Response:
    """Its address says what it holds: a new emblem has another, and this one may be kept by everybody.

    So nobody's cookie is looked at.
    """
    place = places.here()
    with database().work(writing=False) as session:
        png = emblems.find(session, place.id, digest) if place is not None else None
    if png is None:
        raise NotFound
    return Response(png, mimetype="image/png")


def _record(act: Act, form: SettingForm) -> Setting:
    basis = {"source": form.source.data, "since": form.since.data}
    if form.decided.data == INHERITED:
        return territories.inherit_setting(act, form.name.data, **basis)
    return territories.record_setting(act, form.name.data, form.value.data, **basis)


def _faults(act: Act, form: SettingForm) -> Iterator[FieldRefusal]:
    basis = {"source": form.source.data or "", "since": form.since.data}
    if form.decided.data == INHERITED:
        return territories.faults_of_inheriting(act, form.name.data or "", **basis)
    return territories.faults_of_setting(act, form.name.data or "", form.value.data, **basis)


def _in_words(name: str, value: int | None) -> str:
    """A setting's value as people read it; a version without one goes back to what was decided above."""
    if value is None:
        return str(_("as decided above, by the raion or city, else by the model regulation"))
    kind = territories.KINDS.get(name)
    if kind is not None and kind.yes_or_no:
        return str(_("yes") if value else _("no"))
    return str(value)


def _office_form(act: Act, **told: Any) -> OfficeForm:
    form = OfficeForm(**told)
    for name in office.FIELDS:
        if name not in office.asked(act.territory.kind):
            del form[name]
    return form


def _setting_form(act: Act) -> SettingForm | None:
    if not act.holds(Role.OFFICE, Role.ADMINISTRATOR):
        return None
    return SettingForm(data={"since": local(act.at).date()})


def _okrug_page(act: Act, form: SettingForm | None) -> str:
    versions = territories.versions(act)
    in_force: list[dict[str, Any]] = [
        {
            "label": territories.KINDS[name].label,
            "source": territories.KINDS[name].source,
            **origin._asdict(),
            "value": _in_words(name, origin.value),
        }
        for name, origin in territories.in_force(act).items()
    ]
    return page(
        "territory/okrug.html",
        territory=act.territory,
        populations=populations.of_territory(act.session, act.territory.id),
        may_count=act.holds(Role.OFFICE),
        may_change=office.may_change(act),
        asked=office.asked(act.territory.kind),
        in_force=in_force,
        versions=versions,
        deciders={one.id: one for one in act.session.get_one(Territory, act.territory.id).line},
        in_words=_in_words,
        recorded_as={version: acted_as(roles) for version, roles in territories.recorded_as(act).items()},
        labels={name: kind.label for name, kind in territories.KINDS.items()},
        not_during_a_poll=territories.KINDS[territories.NOT_DURING_A_POLL].label,
        at_once=[territories.KINDS[name].label for name in territories.KINDS if name in territories.AT_ONCE],
        form=form,
    )


def _population_form(act: Act) -> PopulationForm:
    form = PopulationForm(data={"year": local(act.at).year})
    form.place.choices = [
        SelectChoice("", act.territory.name(language())),
        *(SelectChoice(str(place.id), place.name(language())) for place in _by_name(act)),
    ]
    return form


def _settlement_form(act: Act) -> SettlementForm:
    form = SettlementForm()
    form.place.choices = [
        SelectChoice("", _("A settlement that is not listed yet")),
        *(SelectChoice(str(place.id), place.name(language())) for place in _by_name(act)),
    ]
    return form


def _by_name(act: Act) -> list[Settlement]:
    found = act.session.get_one(Territory, act.territory.id).places
    return sorted(found, key=lambda place: alphabet.key(place.name(language())))


def _by_word(act: Act) -> dict[str, Settlement]:
    """The settlements by the word that stands for each in an address."""
    found: dict[str, Settlement] = {}
    for place in _by_name(act):
        word = slugs.slug(place.name_kk)
        while word in found:
            word += "-2"
        found[word] = place
    return found


def _settlements_page(act: Act, form: SettlementForm | None) -> str:
    return page("territory/settlements.html", places=_by_word(act), form=form)


def _population_page(act: Act, form: PopulationForm | None) -> str:
    return page(
        "territory/population.html",
        counts=populations.of_territory(act.session, act.territory.id),
        settlements=[
            (place.name(language()), [count for _place, count in counts])
            for place, counts in groupby(populations.of_settlements(act.session, act.territory.id), itemgetter(0))
        ],
        form=form,
    )
