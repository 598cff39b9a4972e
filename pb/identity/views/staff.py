"""After the password: the second factor of staff, and proving again who one is before what cannot be undone."""

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import FieldRefusal
from pb.identity.forms import ProofForm, SecondFactorForm
from pb.identity.models import Invitation, Person
from pb.identity.service import acceptance, accounts, second_factor
from pb.identity.views.blueprint import blueprint
from pb.identity.views.drawings import qr_code
from pb.web import account, sent
from pb.web.access import EVERYBODY, SIGNED_IN, access
from pb.web.entry import accepting, half_way, landing
from pb.web.form_pages import local_address
from pb.web.guesses import device_tries_code, own_guesses, was_right
from pb.web.limits import SECRETS, half_way_in, limited
from pb.web.requests import Response, begin_work, current_act, keys, notify, page, settings


@blueprint.get("/second-factor")
@access(EVERYBODY)
def ask_second_factor() -> Response:
    person = half_way(current_act())
    if person is None:
        return redirect(url_for("identity.sign_in"))
    return page("identity/second_factor.html", form=SecondFactorForm())


@blueprint.post("/second-factor")
@limited(SECRETS, proof=half_way_in)
@access(EVERYBODY, action=lazy_gettext("sign in: the code of the authenticator app"), own_transaction=True)
def check_second_factor() -> Response:
    """A wrong code stays counted; a right one that is sent twice is right once, and no wrong one the second time."""
    with begin_work(writing=True) as act:
        return sent.once(act, lambda: _second_factor_looked_at(act, SecondFactorForm()), refused_stays=True)


def _second_factor_looked_at(act: Act, form: SecondFactorForm) -> Response:
    person = half_way(act)
    if person is None:
        return redirect(url_for("identity.sign_in"))
    if form.validate() and _is_right(act, person, form):
        after = str(session["half"]["after"])
        account.begin(act, person)
        return redirect(after)
    return page("identity/second_factor.html", form=form), 422


@blueprint.get("/invitation/authenticator")
@access(EVERYBODY)
def ask_first_code() -> Response:
    begun = accepting(current_act())
    if begun is None:
        return redirect(url_for("identity.invitation"))
    return _first_code_page(*begun, SecondFactorForm())


@blueprint.post("/invitation/authenticator")
@limited(SECRETS, proof=half_way_in)
@access(EVERYBODY, action=lazy_gettext("finish accepting an invitation: the authenticator's first code"))
def finish_accepting() -> Response:
    """Only now the account is open, and the invitation used."""
    act = current_act()
    begun = accepting(act)
    if begun is None:
        return redirect(url_for("identity.invitation"))
    form = SecondFactorForm()
    person = form.submit(lambda: acceptance.finish(act, keys(), begun[0], form.code.data))
    if person is None:
        return _first_code_page(*begun, form), 422
    account.begin(act, person)
    notify(_("Your password is set."))
    return redirect(landing(act, person))


@blueprint.get("/prove")
@access(SIGNED_IN)
def prove() -> Response:
    return _proof_page(_proof_form(current_act()))


@blueprint.post("/prove")
@own_guesses
@access(
    EVERYBODY,
    action=lazy_gettext("show again who one is, before what cannot be undone"),
    own_transaction=True,
    dear=True,
)
def check_proof() -> Response:
    """Password and code again; in a demonstration, where nobody has either, one click."""
    after = local_address(request.args.get("after")) or url_for("process.index")
    with begin_work(writing=False) as act:
        person = accounts.own(act)
        if person is None:
            return redirect(url_for("identity.sign_in", after=after))
        form = _proof_form(act)
        if not settings().demo and not _has_password(person, form):
            return _proof_page(form), 422
    with begin_work(writing=True) as act:
        person = accounts.own(act)
        if person is not None and form.code and not settings().demo and not _is_right(act, person, form):
            return _proof_page(form), 422
        account.prove_again(act)
        was_right()
        return redirect(after)


def _proof_form(act: Act) -> ProofForm:
    form = ProofForm()
    person = accounts.own(act)
    if person is not None and not second_factor.is_set_up(act.session, person):
        del form.code
    return form


def _has_password(person: Person, form: ProofForm) -> bool:
    if not form.validate():
        return False
    if not accounts.has_password(person, form.password.data):
        form.password.errors = [_("The password is wrong.")]
        return False
    return True


def _is_right(act: Act, person: Person, form: SecondFactorForm | ProofForm) -> bool:
    try:
        if second_factor.check(act, person, keys(), form.code.data or "", known_device=device_tries_code(act, person)):
            return True
    except FieldRefusal as refusal:
        form.code.errors = [str(refusal.message)]
        return False
    form.code.errors = [_("This code is not right. Write the six digits that the app shows now.")]
    return False


def _first_code_page(invitation: Invitation, person: Person, form: SecondFactorForm) -> str:
    secret = acceptance.secret_of(invitation, keys())
    host = settings().base_url.partition("://")[2]
    return page(
        "identity/second_factor_set_up.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        drawing=qr_code(second_factor.address(secret, person, host), _("QR code for the authenticator")),
    )


def _proof_page(form: ProofForm) -> str:
    return page(
        "identity/prove.html",
        form=form,
        after=local_address(request.args.get("after")),
        again="again" in request.args,
    )
