"""What every page shows: where its cycle is, the links to the rooms, the answer out of phase."""

from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from pb.act import SERVER, Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles.models import DECIDERS, ORDER, PHASE_LABELS, Cycle, Phase
from pb.cycles.service import all_of, get
from pb.errors import OutOfPhase
from pb.formats import language
from pb.identity.service import reach
from pb.identity.service.roles import APPOINTING, REACHING_DOWN, Level, level_of
from pb.notices.service import inbox
from pb.process.views import menu, phase_bar
from pb.territory.models import Territory
from pb.territory.service import addresses, office
from pb.territory.service.words import word
from pb.web import failures, places
from pb.web.requests import Response, current_act


def footer_links() -> list[dict[str, str]]:
    """The same on every page of an okrug; the server's own pages have the help alone."""
    help_page = {"label": _("Help"), "url": url_for("process.guide")}
    if places.here() is None:
        return [help_page]
    act: Act | None = g.get("act")
    with_assembly = act is None or act.territory.kind in FOURTH_LEVEL  # a raion or city has none
    return [
        help_page,
        {"label": _("How to verify a vote"), "url": url_for("process.verification")},
        {"label": _("Audit log"), "url": url_for("audit.log")},
        *(_of_the_assembly() if with_assembly else []),
        *([] if with_assembly else [{"label": _("Budgets of the okrugs"), "url": url_for("budget.of_raion")}]),
        {"label": _("Maslikhat"), "url": url_for("maslikhat.list_all")},
        *([{"label": _("Reports of the akim's office"), "url": url_for("reports.overview")}] if with_assembly else []),
        {"label": _("Who can do what here"), "url": url_for("process.permissions")},
    ]


def _of_the_assembly() -> list[dict[str, str]]:
    return [
        {"label": _("Budget"), "url": url_for("budget.list_all")},
        {"label": _("Where the money goes"), "url": url_for("receipt.latest")},
        {"label": _("Assembly"), "url": url_for("gatherings.list_members")},
        {"label": _("Decisions of meetings"), "url": url_for("gatherings.list_decisions")},
        {"label": _("Tasks of the assembly"), "url": url_for("tasks.list_all")},
    ]


def room_links(act: Act) -> list[dict[str, str]]:
    """The places of the signed-in person's roles that belong to no single cycle."""
    links = []
    if act.holds(Role.OFFICE, Role.AKIM):
        links.append({"label": _("What people are told"), "url": url_for("notices.overview")})
    if act.holds(Role.OFFICE):
        links.append({"label": _("Open a cycle"), "url": url_for("cycles.new")})
        links.append({"label": word(act.territory.kind, "settings"), "url": url_for("territory.okrug")})
    if office.may_change(act):
        links.append({"label": _("Whom to ask and where to vote"), "url": url_for("territory.change_contact")})
    if act.holds(*APPOINTING):
        links.append({"label": _("Give and end roles"), "url": url_for("identity.list_roles")})
    if act.holds(Role.REGISTRAR) and (running := _at_the_vote(act)) is not None:
        links.append({"label": _("Roll of voters"), "url": url_for("roll.show", cycle_id=running.id)})
    if act.holds(Role.OFFICE, Role.CLERK):
        links.append({"label": _("Register a resident"), "url": url_for("identity.register")})
    return links + _raion_links(act)


def _own_link(act: Act | None) -> list[dict[str, Any]]:
    """On every page, also the server's own: what waits for whoever is signed in."""
    if act is None or act.person is None:
        return []
    staff = reach.is_staff(act.session, act.person.id, local(act.at).date())
    label = _("My work") if staff else _("My page")
    unread = inbox.unread(act)
    notices = _("Notices: %(number)s", number=unread) if unread else _("Notices")
    return [
        {"label": label, "url": url_for("process.my_work"), "here": request.endpoint == "process.my_work"},
        {"label": notices, "url": url_for("notices.show"), "here": request.endpoint == "notices.show"},
    ]


def _at_the_vote(act: Act) -> Cycle | None:
    """The latest cycle that is in the phase of the vote: the one whose roll is worked on."""
    return next((cycle for cycle in all_of(act) if cycle.phase == Phase.VOTING), None)


def _raion_links(act: Act) -> list[dict[str, str]]:
    """Who holds a role of the raion finds its page from every okrug, and its administrator its settings."""
    if act.person is None or not act.holds(*REACHING_DOWN):
        return []
    links: dict[str, str] = {}
    for territory in act.session.get_one(Territory, act.territory.id).line:  # nothing of another okrug is read
        if level_of(territory.kind) is not Level.RAION:
            continue
        held = reach.roles_of(act.session, act.person.id, territory.id, local(act.at).date())
        place = addresses.of(act.session, territory.id) if held else None
        if place is None:
            continue
        links[url_for("process.okrug", okrug=place.slug)] = territory.name(language())
        if Role.ADMINISTRATOR in held:
            label = _("Settings: %(name)s", name=territory.name(language()))
            links[url_for("territory.okrug", okrug=place.slug)] = label
    return [{"label": label, "url": url} for url, label in links.items()]


def install(app: Flask) -> None:
    """Lets every page show where its cycle is and the links, and answers requests that are out of phase."""
    app.jinja_env.globals["phase_bar_of"] = lambda cycle: phase_bar.of_cycle(current_act(), cycle)
    app.jinja_env.globals["menu_of"] = _menu
    app.context_processor(_links)
    app.register_error_handler(OutOfPhase, _out_of_phase)


def _menu(cycle: Cycle | None) -> list[menu.Row]:
    """Asked for while a page is drawn; an answer without a unit of work has no menu."""
    act: Act | None = g.get("act")
    return menu.rows(act, cycle) if act is not None else []


def _links() -> dict[str, Any]:
    act: Act | None = g.get("act")
    here = act if act and act.territory is not SERVER else None
    return {
        "footer_links": footer_links(),
        "own_link": _own_link(act),
        "room_links": room_links(here) if here else [],
        "office": here.territory if here else None,
    }


def _out_of_phase(error: OutOfPhase) -> Response:
    cycle: Cycle = error.cycle
    phase, cycle_id = Phase(cycle.phase), cycle.id
    following = ORDER[ORDER.index(phase) + 1] if not cycle.over else None
    return failures.answer(
        409,
        str(error.message),
        template="errors/out_of_phase.html",
        cycle_id=cycle_id,
        phase=str(PHASE_LABELS[phase]),
        who=str(DECIDERS[phase]) if phase is not Phase.VOTING else "",  # the cycle's page knows who, and when it ended
        until=cycle.until(phase),
        following=str(PHASE_LABELS[following]) if following else None,
        # The row of the failed unit of work can be asked for nothing more: the page's own reads it anew.
        ended=(lambda: get(current_act(), cycle_id)) if phase is Phase.ENDED else None,
    )
