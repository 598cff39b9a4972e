"""Pages of people: signing in and out, activation by a paper code, the staff's invitation, registering a resident."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb import clock
from pb.act import Act, Role
from pb.core.national_numbers import IIN, IINError, parse_iin
from pb.errors import NotFound
from pb.formats import language
from pb.identity.forms import ActivationForm, InvitationForm, ResidentForm, SignInForm
from pb.identity.models import Person
from pb.identity.service import acceptance, accounts, invitations
from pb.identity.service.roles import LABELS, STAFF
from pb.identity.views.blueprint import blueprint
from pb.territory.service import addresses
from pb.web import account, sent, settlements
from pb.web.access import EVERYBODY, access, allow
from pb.web.entry import begin_accepting, landing, second_step
from pb.web.form_pages import local_address
from pb.web.guesses import password_guesses, was_right
from pb.web.limits import OWN, SECRETS, count, limited
from pb.web.requests import Response, begin_work, current_act, keys, notify, page, settings
from pb.web.sent import shown_once

RESIDENTS_OFFERED = 5
NO_AUTHENTICATOR = lazy_gettext(
    "This account has no authenticator yet: it is set up with the invitation. Two bodies can invite you again."
)


@blueprint.get("/sign-in")
@access(EVERYBODY)
def sign_in() -> Response:
    """Whoever is signed in and was sent here goes on: a second press was answered before its browser had the cookie."""
    account.refuse_on_shared_device()
    after = local_address(request.args.get("after"))
    if after and current_act().person is not None:
        return redirect(after)
    return _sign_in_page(current_act(), SignInForm())


@blueprint.post("/sign-in")
@password_guesses
@access(EVERYBODY, action=lazy_gettext("sign in"), own_transaction=True, dear=True)
def check_password() -> Response:
    """Nobody waits for the write lock while argon2 runs."""
    with begin_work(writing=False) as act:
        form = SignInForm()
        if not form.validate():
            return _sign_in_page(act, form), 422
        known = accounts.sign_in(act.session, keys(), _iin(form.iin.data), form.password.data)
        if known is None:
            form.form_errors.append(_("The IIN or the password is wrong. Check both and try again."))
            return _sign_in_page(act, form), 422
    was_right()
    with begin_work(writing=True) as act:
        person = act.session.get_one(Person, known.id)
        answer = second_step(act, person, local_address(request.args.get("after")) or landing(act, person))
        if answer is None:
            form.form_errors.append(NO_AUTHENTICATOR)
            return _sign_in_page(act, form), 422
        return answer


@blueprint.post("/sign-out")
@access(EVERYBODY, action=lazy_gettext("sign out"))
def sign_out() -> Response:
    """Ends the session here and on the server. The browser forgets the pages, and keeps what is stored for a device."""
    act = current_act()
    account.end(act)
    answer = redirect(url_for("process.index"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.post("/demo/sign-in")
@access(EVERYBODY, action=lazy_gettext("sign in with one click, in a demonstration only"))
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
    return redirect(local_address(request.args.get("after")) or landing(current_act(), person))


def open_code() -> str | None:
    """The proof of a paper code that waits to be used."""
    return open_secret(accounts.tidy_code(request.form.get("code", "")))


def open_link() -> str | None:
    """The proof of an invitation's link that waits to be used."""
    return open_secret(accounts.tidy_code(request.form.get("code", "").rpartition("#")[2]))


def open_secret(secret: str) -> str | None:
    with begin_work(writing=False) as act:
        return invitations.open_mark(act, secret)


@blueprint.get("/activate")
@access(EVERYBODY)
def activate() -> str:
    return page("identity/activate.html", form=ActivationForm())


@blueprint.post("/activate")
@limited(SECRETS, proof=open_code)
@access(EVERYBODY, action=lazy_gettext("activate an account with a paper code"), own_transaction=True)
def redeem_code() -> Response:
    form = ActivationForm()

    def hashed(act: Act) -> str | None:
        typed = form.code.data or "", form.password.data or "", settings().base_url
        return form.submit(
            lambda: accounts.hashed_with_code(act, keys(), form.iin.iin, *typed),
            faults=lambda: accounts.faults_of_activation(act, keys(), form.iin.known, *typed),
        )

    def activate_account(act: Act, password_hash: str) -> Response | None:
        person = form.submit(lambda: accounts.activate(act, keys(), form.iin.iin, form.code.data, password_hash))
        if person is None:
            return None
        account.begin(act, person)
        notify(_("Your password is set."))
        return redirect(url_for("process.index"))

    return _redeemed(open_code(), hashed, activate_account, lambda: page("identity/activate.html", form=form))


@blueprint.get("/invitation")
@access(EVERYBODY)
def invitation() -> str:
    return page("identity/invitation.html", form=InvitationForm())


@blueprint.post("/invitation")
@limited(SECRETS, proof=open_link)
@access(EVERYBODY, action=lazy_gettext("accept an invitation"), own_transaction=True)
def redeem_invitation() -> Response:
    form = InvitationForm()
    secret = (form.code.data or "").rpartition("#")[2]
    typed = form.password.data or "", settings().base_url

    def hashed(act: Act) -> str | None:
        return form.submit(
            lambda: acceptance.hashed_with_code(act, keys(), secret, *typed),
            faults=lambda: acceptance.faults(act, keys(), secret, *typed),
        )

    def begin(act: Act, password_hash: str) -> Response | None:
        begun = form.submit(lambda: acceptance.begin(act, keys(), secret, password_hash))
        return begin_accepting(act, begun) if begun is not None else None

    return _redeemed(open_link(), hashed, begin, lambda: page("identity/invitation.html", form=form))


def _redeemed(
    proof: str | None,
    hashed: Callable[[Act], str | None],
    redeem: Callable[[Act, str], Response | None],
    refused: Callable[[], str],
) -> Response:
    """Hashes the password of whoever has the right code, and only then takes the write lock and uses the code.

    Without the server's bound on strangers (`dear`): a wrong code costs no hash. A right one has a share of its own.
    """
    if proof is not None:
        count(OWN, "hashes", proof)
    with begin_work(writing=False) as act:
        password_hash = hashed(act)
        if password_hash is None:
            # What was sent before leads to where it led, though its code is used by now.
            return sent.again(act) or (refused(), 422)
    with begin_work(writing=True) as act:

        def use() -> Response:
            answer = redeem(act, password_hash)
            return answer if answer is not None else (refused(), 422)

        return sent.once(act, use)


@blueprint.get("/<okrug:okrug>/residents/register")
@access(allow(Role.CLERK, Role.OFFICE))
def register() -> str:
    return page("identity/register.html", form=_resident_form(current_act()))


@blueprint.post("/<okrug:okrug>/residents/register")
@access(allow(Role.CLERK, Role.OFFICE), action=lazy_gettext("register a resident"))
def make_code() -> Response:
    """The code stands on this answer alone: it is kept as a hash, and a lost one is replaced by registering again."""
    act = current_act()
    form = _resident_form(act)
    stood = False

    def register_resident() -> str:
        nonlocal stood
        stood = accounts.find(act.session, form.iin.iin, keys()) is not None
        with act.session.begin_nested():
            return accounts.register_resident(
                act,
                keys(),
                iin=form.iin.iin,
                name=form.name.data,
                settlement=form.settlement.data,
                forgotten=form.forgotten.data,
                correct=form.correct.data,
            )

    code = form.submit(
        register_resident,
        faults=lambda: accounts.faults_of_resident(
            act, keys(), form.iin.known, form.settlement.data or "", forgotten=form.forgotten.data
        ),
    )
    if code is None:
        return page("identity/register.html", form=form), 422
    shown_once(
        url_for("identity.register"),
        _("Registered. The code stood in the first answer alone. If you did not see it, register again."),
    )
    return page(
        "identity/registered.html",
        code=code,
        stood=stood,
        name=form.name.data,
        masked=form.iin.iin.masked,
        expires=clock.local(act.at + accounts.ACTIVATION_LIFE).date(),
        address=f"{settings().base_url}{url_for('identity.activate')}",
    )


def _iin(typed: str) -> IIN | None:
    try:
        return parse_iin(typed, clock.local(clock.now()).date())
    except IINError:
        return None


def _resident_form(act: Act) -> ResidentForm:
    form = ResidentForm()
    settlements.offer(form.settlement, act)
    return form


def _sign_in_page(act: Act, form: SignInForm) -> str:
    after = local_address(request.args.get("after"))
    return page(
        "identity/sign_in.html",
        form=form,
        after=after,
        again="again" in request.args,
        offered=_offered(act) if settings().demo else [],
    )


class Offered(NamedTuple):
    """The people of one place who may be looked around as: everybody with an office, and the first few residents."""

    name: str
    url: str
    people: list[tuple[Person, str, bool]]


def _offered(act: Act) -> list[Offered]:
    """In a demonstration: by place, in each by office."""
    return [
        Offered(territory.name(language()), f"/{place.slug}/", found)
        for place, territory in addresses.every(act.session)
        if (found := _people_of(replace(act, territory=territory)))
    ]


def _people_of(act: Act) -> list[tuple[Person, str, bool]]:
    """Each with the roles in words, and whether they are of the staff: these begin at their work."""
    found = [
        (person, ", ".join(str(LABELS[role]) for role in Role if role in roles), bool(roles & STAFF))
        for person, roles in accounts.people_with_roles(act)
    ]
    residents = [one for one in found if not one[2]]
    return [one for one in found if one[2]] + residents[:RESIDENTS_OFFERED]
