"""Pages of people: signing in and out, activation by a paper code, the staff's invitation, registering a resident."""

from uuid import UUID

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import logout_user
from wtforms import SelectChoice

from pb import clock
from pb.act import Act
from pb.errors import FieldRefusal, NotFound
from pb.identity import service
from pb.identity.entry import local_address, second_step
from pb.identity.forms import ActivationForm, InvitationForm, ResidentForm, SignInForm
from pb.identity.iin import IIN, IINError, parse_iin
from pb.identity.models import Person
from pb.identity.roles import LABELS, STAFF, Role
from pb.web import account
from pb.web.access import allow, everybody, everybody_unlocked
from pb.web.limits import limiter
from pb.web.requests import Response, begin_work, current_act, keys, notify, page, refused, settings

rooms = Blueprint("identity", __name__)
RESIDENTS_OFFERED = 3

per_address = limiter.limit("20/minute")
together = limiter.shared_limit("300/minute", scope="passwords", key_func=lambda: "everybody")


@rooms.get("/sign-in")
@everybody
def sign_in() -> str:
    return _sign_in_page(current_act(), SignInForm())


@rooms.post("/sign-in")
@together
@per_address
@everybody_unlocked
def check_password() -> Response:
    """Nobody waits for the write lock while argon2 runs."""
    with begin_work(writing=False) as act:
        form = SignInForm()
        if not form.validate():
            return _sign_in_page(act, form), 422
        known = service.sign_in(act.session, keys(), _iin(form.iin.data), form.password.data)
        if known is None:
            form.form_errors.append(_("The IIN or the password is wrong. Check both and try again."))
            return _sign_in_page(act, form), 422
    with begin_work(writing=True) as act:
        person = act.session.get_one(Person, known.id)
        return second_step(act, person, local_address(request.args.get("after")) or url_for("home.index"))


@rooms.post("/sign-out")
@everybody
def sign_out() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("home.index"))


@rooms.post("/demo/sign-in")
@everybody
def demo_sign_in() -> Response:
    """One click in a demonstration; production refuses the setting, and without it this address does not exist."""
    if not settings().demo:
        raise NotFound
    try:
        person = current_act().session.get(Person, UUID(request.form.get("person", "")))
    except ValueError:
        raise NotFound from None
    if person is None:
        raise NotFound
    account.begin(current_act(), person)
    return redirect(local_address(request.args.get("after")) or url_for("home.index"))


@rooms.get("/activate")
@everybody
def activate() -> str:
    return page("identity/activate.html", form=ActivationForm())


@rooms.post("/activate")
@together
@per_address
@everybody
def redeem_code() -> Response:
    form = ActivationForm()
    if not form.validate():
        return page("identity/activate.html", form=form), 422
    act = current_act()
    try:
        with act.session.begin_nested():
            person = service.activate(act, keys(), form.iin.iin, form.code.data, form.password.data)
    except FieldRefusal as refusal:
        refused(form, refusal)
        return page("identity/activate.html", form=form), 422
    return _welcome(person)


@rooms.get("/invitation")
@everybody
def invitation() -> str:
    return page("identity/invitation.html", form=InvitationForm())


@rooms.post("/invitation")
@together
@per_address
@everybody
def redeem_invitation() -> Response:
    form = InvitationForm()
    if not form.validate():
        return page("identity/invitation.html", form=form), 422
    act = current_act()
    try:
        with act.session.begin_nested():
            person = service.accept_invitation(act, form.code.data.rpartition("#")[2], form.password.data)
    except FieldRefusal as refusal:
        refused(form, refusal)
        return page("identity/invitation.html", form=form), 422
    return _welcome(person)


@rooms.get("/residents/register")
@allow(Role.CLERK, Role.OFFICE)
def register() -> str:
    return page("identity/register.html", form=_resident_form(current_act()))


@rooms.post("/residents/register")
@allow(Role.CLERK, Role.OFFICE)
def make_code() -> Response:
    """The code stands on this answer alone: it is kept as a hash, and a lost one is replaced by registering again."""
    act = current_act()
    form = _resident_form(act)
    if not form.validate():
        return page("identity/register.html", form=form), 422
    try:
        with act.session.begin_nested():
            code = service.register_resident(
                act,
                keys(),
                iin=form.iin.iin,
                name=form.name.data,
                settlement=form.settlement.data,
                forgotten=form.forgotten.data,
            )
    except FieldRefusal as refusal:
        refused(form, refusal)
        return page("identity/register.html", form=form), 422
    return page(
        "identity/registered.html",
        code=code,
        name=form.name.data,
        masked=form.iin.iin.masked,
        expires=clock.local(act.at + service.ACTIVATION_LIFE).date(),
        address=f"{settings().base_url}{url_for('identity.activate')}",
    )


def _iin(typed: str) -> IIN | None:
    try:
        return parse_iin(typed, clock.local(clock.now()).date())
    except IINError:
        return None


def _welcome(person: Person) -> Response:
    """In with the new password; staff set up their second factor first."""
    answer = second_step(current_act(), person, url_for("home.index"))
    notify(_("Your password is set."))
    return answer


def _resident_form(act: Act) -> ResidentForm:
    form = ResidentForm()
    form.settlement.choices = [SelectChoice(name) for name in act.territory.settlements]
    return form


def _sign_in_page(act: Act, form: SignInForm) -> str:
    after = local_address(request.args.get("after"))
    return page("identity/sign_in.html", form=form, after=after, offered=_offered(act) if settings().demo else [])


def _offered(act: Act) -> list[tuple[Person, str]]:
    """In a demonstration: everybody with an office, by office, and the first few residents."""
    staff: list[tuple[Person, str]] = []
    residents: list[tuple[Person, str]] = []
    for person, roles in service.people_with_roles(act):
        labels = ", ".join(str(LABELS[role]) for role in Role if role in roles)
        (staff if roles & STAFF else residents).append((person, labels))
    return staff + residents[:RESIDENTS_OFFERED]
