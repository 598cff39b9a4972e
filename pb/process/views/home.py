"""The first page, help, how to verify a vote, who can do what, and the health of the platform."""

from typing import Any

from flask import Response, current_app, jsonify, redirect, request, url_for

from pb import migrations
from pb.act import Act, Role
from pb.core.places import slugs
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles import service as cycles
from pb.cycles.models import NOW, ORDER, PHASE_LABELS
from pb.formats import language
from pb.identity.service import accounts, duties, holdings
from pb.identity.service.roles import APPOINTING, ICONS, LABELS, REACHING_DOWN, STAFF
from pb.news import service as news
from pb.process.service import choosing
from pb.process.views import front, raion
from pb.process.views import permissions as rights
from pb.process.views.blueprint import blueprint
from pb.surveys.service import finding as surveys
from pb.surveys.service.finding import State as SurveyState
from pb.territory import service as territories
from pb.territory.models import Territory
from pb.territory.service import addresses
from pb.web import requests as web
from pb.web.access import EVERYBODY, access
from pb.web.remembered import made_once
from pb.web.requests import current_act, database, page

LONGEST_NAME = 60
A_YEAR = 31_536_000  # seconds


@blueprint.get("/")
@access(EVERYBODY)
def index() -> web.Response:
    """Where one chooses the okrug; with a single one, the way to it."""
    session = current_act().session
    if (only := addresses.only(session)) is not None:
        return redirect(url_for("process.okrug", okrug=only.slug))
    typed = request.args.get("q", "").strip()[:LONGEST_NAME]
    found = choosing.groups(session, typed, language())
    return page(
        "process/places.html",
        typed=typed,
        longest=LONGEST_NAME,
        nothing=not found,
        groups=found or choosing.groups(session, "", language()),
        last=choosing.remembered(session, _last_visited()),
    )


def _last_visited() -> str | None:
    """The address that this browser keeps; whoever sends something else is told nothing."""
    kept = request.cookies.get(current_app.config["OKRUG_COOKIE"], "")
    return kept if slugs.is_slug(kept) else None


def _remember(response: Response, slug: str) -> Response:
    """Lets the browser keep where its reader lives, the address alone: the server's first page offers it."""
    response.set_cookie(
        current_app.config["OKRUG_COOKIE"],
        slug,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


@blueprint.get("/<okrug:okrug>/")
@access(EVERYBODY)
def okrug() -> web.Response:
    act = current_act()
    territory = act.session.get_one(Territory, act.territory.id)
    if territory.kind not in FOURTH_LEVEL:
        return raion.show(act, territory)
    every = cycles.all_of(act)
    running = cycles.going_on(act)
    figures, projects = front.seen_now(act, running[0]) if running else (None, [])
    shown = page(
        "process/index.html",
        running=[front.card(act, cycle) for cycle in running],
        earlier=[front.card(act, cycle) for cycle in every if cycle not in running],
        figures=figures,
        projects=projects,
        came_of=front.came_of(act, [cycle for cycle in every if cycle not in running[:1]]),
        news=[(item, item.title(_tongue())) for item in news.page(act, 1)],
        tongue=_tongue(),
        meetings=front.next_meetings(act),
        surveys=[survey for survey in surveys.opened(act) if surveys.state(act, survey) is SurveyState.OPEN],
        steps=front.STEPS,
        who_decides=front.who_decides(),
        may_open=act.holds(Role.OFFICE),
        waiting=duties.here(act),
        raion=territory.above,
        raion_slug=_slug_of(act, territory.above),
    )
    return _remember(current_app.make_response(shown), addresses.path(act).removeprefix("/"))


def _tongue() -> str:
    """The language of what is written in two: Russian to who reads English."""
    return language() if language() != "en" else "ru"


def _slug_of(act: Act, territory: Territory | None) -> str | None:
    """What leads to a territory's page; None where it takes no part."""
    place = addresses.of(act.session, territory.id) if territory is not None else None
    return place.slug if place is not None else None


@blueprint.get("/guide")
@access(EVERYBODY)
def guide() -> str:
    return page("process/guide.html", phases=[(phase.value, PHASE_LABELS[phase], NOW[phase]) for phase in ORDER])


@blueprint.get("/<okrug:okrug>/verification")
@access(EVERYBODY)
def verification() -> str:
    return page("process/verification.html", cycles=cycles.all_of(current_act()))


@blueprint.get("/<okrug:okrug>/permissions")
@access(EVERYBODY)
@made_once
def permissions() -> str:
    """Read off the routes' own decisions: the page cannot say anything else than what is enforced."""
    return page(
        "process/permissions.html",
        public=rights.public(current_app),
        roles=_roles(current_act()),
        may_appoint=current_act().holds(*APPOINTING),
        appointments=rights.appointments(),
        excluding=rights.excluding(),
        reaching=", ".join(str(LABELS[role]) for role in Role if role in REACHING_DOWN),
        above={one.id: one.name(language()) for one in holdings.above(current_act())},
        cooling_days=territories.setting(current_act(), "cooling_days"),
        addresses=[(right.call, rights.in_words(right.callers)) for right in rights.every(current_app)],
    )


def _roles(act: Act) -> list[dict[str, Any]]:
    """Each role with what it may do and who holds it on which document; residents are a number without names."""
    actions = rights.by_role(current_app)
    staff = holdings.of_staff(act)
    return [
        {
            "label": LABELS[role],
            "icon": ICONS[role],
            "actions": actions[role],
            "holders": [(grant, person.name) for grant, person in staff if grant.role == role],
            "count": 0 if role in STAFF else len(accounts.holders(act, role)),
        }
        for role in Role
    ]


@blueprint.get("/health")
@access(EVERYBODY, own_transaction=True)
def health() -> Response:
    """Answers before the okrug is set up too: the database is reached, and which migration it stands at."""
    return jsonify(status="ok", migration=migrations.revision(database().engine))
