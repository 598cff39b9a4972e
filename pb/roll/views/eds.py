"""Signing in with an electronic signature, and proving by one again who one is."""

from flask import jsonify, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.clock import local
from pb.core.eds import Signer
from pb.core.eds.statements import Kind
from pb.core.national_numbers import IIN
from pb.errors import FieldRefusal, NotFound
from pb.identity.service import accounts, nonces, signatures
from pb.roll.service import eds_entry
from pb.roll.views.blueprint import blueprint
from pb.web import account
from pb.web.access import EVERYBODY, access
from pb.web.entry import local_address
from pb.web.limits import per_address, together
from pb.web.requests import Response, begin_work, current_act, keys, settings
from pb.web.signing import sent_cms


@blueprint.post("/sign-in/eds/text")
@together
@per_address
@access(EVERYBODY, action=lazy_gettext("ask for a text to sign in with"))
def ask_to_sign_in() -> Response:
    """The text to sign. Its nonce stays in this browser's session: a signature made for another counts nothing here."""
    if settings().eds_trust is None:
        raise NotFound
    nonce = eds_entry.ask(current_act(), settings().base_url)
    session["eds"] = nonce.nonce
    return jsonify(text=nonce.text)


@blueprint.post("/sign-in/eds")
@together
@per_address
@access(EVERYBODY, action=lazy_gettext("sign in with an electronic signature"), own_transaction=True)
def sign_in_by_eds() -> Response:
    iin, signer = _signer_of_text()
    with begin_work(writing=True) as act:
        account.begin(act, eds_entry.admit(act, keys(), iin, signer))
    return jsonify(next=_next_address())


@blueprint.post("/prove/eds")
@together
@per_address
@access(EVERYBODY, action=lazy_gettext("show again by an electronic signature that it is you"), own_transaction=True)
def prove_by_eds() -> Response:
    iin, _signer = _signer_of_text()
    with begin_work(writing=True) as act:
        person = accounts.find(act.session, iin, keys())
        if act.person is None or person is not act.person:
            raise FieldRefusal("eds", _("This is the signature of another person."))
        account.prove_again(act)
    return jsonify(next=_next_address())


def _signer_of_text() -> tuple[IIN, Signer]:
    """Whoever signed the text that this browser was given. The nonce is used up first, whatever comes out then."""
    with begin_work(writing=True) as act:
        text = nonces.redeem(act, Kind.SIGN_IN, str(session.pop("eds", "")))
        at = act.at
    if text is None:
        raise FieldRefusal("eds", _("This took too long, or was sent before. Try again."))
    signer = signatures.verify(settings(), sent_cms(), text, at)
    return signatures.iin_of(settings(), signer, local(at).date()), signer


def _next_address() -> str:
    return local_address(request.args.get("after")) or url_for("process.index")
