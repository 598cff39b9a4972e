"""The account's own pages: where one is signed in, what changed of the account, and a new password."""

from datetime import datetime
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.errors import NotFound
from pb.formats import language
from pb.identity.forms import OwnPasswordForm
from pb.identity.service import accounts, holdings, notices, own_log, sessions
from pb.identity.service.roles import LABELS
from pb.identity.views.blueprint import blueprint
from pb.territory.models import Territory
from pb.territory.service import tree
from pb.web import account
from pb.web.access import SIGNED_IN, access
from pb.web.guesses import own_guesses, was_right
from pb.web.proof import fresh_proof
from pb.web.requests import Response, begin_work, current_act, keys, notify, page, settings

NOTICES_SHOWN = 30


@blueprint.get("/account")
@access(SIGNED_IN)
def show_account() -> str:
    act = current_act()
    here, person = account.current(), accounts.own(act)
    return page(
        "identity/account.html",
        sets_password=person is not None and not accounts.password_is_of_invitation(act, person),
        live=sessions.mine(act),
        proved=account.proved_recently(),
        here=here.id if here is not None else None,
        notices=_notices(act),
        places=_places(act),
    )


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@access(SIGNED_IN, action=lazy_gettext("end a session of one's own account"))
@fresh_proof("identity.show_account", arguments=False)
def end_session(session_id: UUID) -> Response:
    act = current_act()
    here = account.current()
    if here is not None and here.id == session_id:
        account.end(act)
        return redirect(url_for("process.index"))
    sessions.end_mine(act, session_id)
    _record_ended(act, 1)
    notify(_("The session has ended."))
    return redirect(url_for("identity.show_account"))


@blueprint.post("/account/sessions/end-others")
@access(SIGNED_IN, action=lazy_gettext("end all other sessions of one's own account"))
@fresh_proof("identity.show_account")
def end_other_sessions() -> Response:
    act, here = current_act(), account.current()
    if act.person is None or here is None:
        raise NotFound
    ended = sessions.end_all(act, act.person.id, but=here.id)
    if ended:
        _record_ended(act, ended)
    notify(_("All other sessions have ended."))
    return redirect(url_for("identity.show_account"))


@blueprint.get("/account/password")
@access(SIGNED_IN)
@fresh_proof("identity.ask_password")
def ask_password() -> Response:
    act = current_act()
    if (person := accounts.own(act)) is not None:
        accounts.refuse_password_of_invitation(act, person)
    return page("identity/password.html", form=_form(act))


@blueprint.post("/account/password")
@own_guesses
@access(SIGNED_IN, action=lazy_gettext("change one's own password"), own_transaction=True, dear=True)
@fresh_proof("identity.ask_password")
def change_password() -> Response:
    """Nobody waits for the write lock while argon2 runs. The session goes on under a new token, all others end."""
    with begin_work(writing=False) as act:
        form = _form(act)
        person = accounts.own(act)
        before = person.password_hash if person is not None else None

        current = (form.current.data or "") if form.current else ""
        typed = current, form.password.data or "", settings().base_url
        password_hash = form.submit(
            lambda: accounts.changed_password(act, keys(), *typed),
            faults=lambda: accounts.faults_of_change(act, keys(), *typed),
        )
        if password_hash is None:
            return page("identity/password.html", form=form), 422
    with begin_work(writing=True) as act:
        account.begin(act, accounts.change_password(act, password_hash, before=before))
    if form.current is not None:
        was_right()
    notify(_("Your password is changed. All other sessions have ended."))
    return redirect(url_for("identity.show_account"))


def _places(act: Act) -> list[tuple[str, str | None, str]]:
    """Where the owner has roles: its name, its address and the roles; one account serves for all of them."""
    if act.person is None:
        return []
    labels: dict[Territory, list[str]] = {}
    for role, territory in holdings.of_person(act.session, act.person.id, local(act.at).date()):
        labels.setdefault(territory, []).append(str(LABELS[role]))
    return [
        (territory.name(language()), tree.slug_of(act.session, territory.id), ", ".join(those))
        for territory, those in labels.items()
    ]


def _form(act: Act) -> OwnPasswordForm:
    form = OwnPasswordForm()
    person = accounts.own(act)
    if person is None or person.password_hash is None:
        del form.current
    return form


def _record_ended(act: Act, number: int) -> None:
    """Of staff alone: when a resident signs in and out is nobody else's business."""
    if act.person is not None and holdings.ever_staff(act.session, act.person.id):
        own = own_log.of(act, act.person.id)
        audit.record(own, "identity.sessions_ended", subject=act.person.id, data={"number": number})


def _notices(act: Act) -> list[tuple[datetime, str, str]]:
    """Moment, what changed, and the device where it is one; the latest first."""
    if act.person is None:
        return []
    found = [
        (event.at, str(notices.TEXTS[notices.Change(event.action)]), "")
        for event in own_log.events(act, act.person.id)
        if event.action in set(notices.Change)
    ]
    found += [
        (row.made_at, str(notices.TEXTS[notices.Change.NEW_DEVICE]), row.device)
        for row in sessions.recent(act)
        if row.new_device
    ]
    return sorted(found, key=lambda one: one[0], reverse=True)[:NOTICES_SHOWN]
