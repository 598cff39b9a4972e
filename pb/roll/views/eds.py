"""Signing in with an electronic signature, and proving by one again who one is."""

from flask import jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.errors import FieldRefusal, NotFound
from pb.identity.service import accounts
from pb.roll.service import eds_entry
from pb.roll.views.blueprint import blueprint
from pb.web import account
from pb.web.access import A_TEXT, EVERYBODY, access
from pb.web.entry import landing
from pb.web.form_pages import local_address
from pb.web.limits import SIGNATURES, limited
from pb.web.requests import Response, begin_work, keys, settings
from pb.web.signing import ask_to_sign_in, signer_here, use_signature


@blueprint.post("/sign-in/eds/text", endpoint="ask_to_sign_in")
@access(EVERYBODY, action=lazy_gettext("ask for a text to sign in with"), own_transaction=True)
def ask_for_text() -> Response:
    """It costs no more than a page, and leaves nothing behind: no limit is needed."""
    if settings().eds_trust is None:
        raise NotFound
    return jsonify(text=ask_to_sign_in())


@blueprint.post("/sign-in/eds")
@limited(SIGNATURES, proof=signer_here)
@access(
    EVERYBODY, action=lazy_gettext("sign in with an electronic signature"), own_transaction=True, largest_body=A_TEXT
)
def sign_in_by_eds() -> Response:
    iin, signer = use_signature()
    with begin_work(writing=True) as act:
        person = eds_entry.admit(act, keys(), iin, signer)
        account.begin(act, person)
        return jsonify(next=local_address(request.args.get("after")) or landing(act, person))


@blueprint.post("/prove/eds")
@limited(SIGNATURES, proof=signer_here)
@access(
    EVERYBODY,
    action=lazy_gettext("show again by an electronic signature that it is you"),
    own_transaction=True,
    largest_body=A_TEXT,
)
def prove_by_eds() -> Response:
    iin, _signer = use_signature()
    with begin_work(writing=True) as act:
        person = accounts.find(act.session, iin, keys())
        if act.person is None or person is not act.person:
            raise FieldRefusal("eds", _("This is the signature of another person."))
        account.prove_again(act)
    return jsonify(next=local_address(request.args.get("after")) or url_for("process.index"))
