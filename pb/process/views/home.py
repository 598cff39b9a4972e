"""The first page, help, how to verify a vote, who can do what, and the health of the platform."""

from typing import Any

from flask import Response, current_app, jsonify

from pb import migrations
from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import NOW, PHASE_LABELS, Phase
from pb.identity.service import accounts, holdings
from pb.identity.service.roles import APPOINTING, LABELS, STAFF
from pb.process.views import permissions as rights
from pb.process.views import stepper
from pb.process.views.blueprint import blueprint
from pb.territory import service as territories
from pb.web.access import EVERYBODY, access
from pb.web.requests import current_act, database, page


@blueprint.get("/")
@access(EVERYBODY)
def index() -> str:
    act = current_act()
    cards = [
        {
            "cycle": cycle,
            "steps": stepper.steps(act, cycle),
            "phase": PHASE_LABELS[Phase(cycle.phase)],
            "now": NOW[Phase(cycle.phase)],
        }
        for cycle in cycles.all_of(act)
    ]
    running = [card for card in cards if card["cycle"].phase != Phase.WORKS] or cards[:1]
    running.sort(key=lambda card: card["cycle"].phase != Phase.VOTING)  # an open vote cannot wait
    earlier = [card for card in cards if card not in running]
    return page("process/index.html", running=running, earlier=earlier, may_open=act.holds(Role.OFFICE))


@blueprint.get("/guide")
@access(EVERYBODY)
def guide() -> str:
    return page("process/guide.html", phases=[(PHASE_LABELS[phase], NOW[phase]) for phase in Phase])


@blueprint.get("/verification")
@access(EVERYBODY)
def verification() -> str:
    return page("process/verification.html", cycles=cycles.all_of(current_act()))


@blueprint.get("/permissions")
@access(EVERYBODY)
def permissions() -> str:
    """Read off the routes' own decisions: the page cannot say anything else than what is enforced."""
    return page(
        "process/permissions.html",
        public=rights.public(current_app),
        roles=_roles(current_act()),
        may_appoint=current_act().holds(*APPOINTING),
        appointments=rights.appointments(),
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
