"""What is new for whoever is signed in, and how they want to be told."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.formats import language
from pb.notices.forms import ChoicesForm
from pb.notices.models import CHANNEL_LABELS, Channel, Kind
from pb.notices.service import calendars, choices, contacts, follows, inbox, telling
from pb.notices.views.blueprint import blueprint
from pb.web.access import SIGNED_IN, access
from pb.web.paging import pager
from pb.web.requests import Response, begin_work, current_act, keys, notify, page


@blueprint.get("/notices")
@access(SIGNED_IN)
def show() -> str:
    act = current_act()
    at_page = pager(inbox.count(act), inbox.PAGE, lambda other: url_for("notices.show", page=other))
    told = inbox.page(act, at_page.number)
    return page(
        "notices/inbox.html",
        told=[(one, one.place.name(language())) for one in told],
        unread=inbox.unread(act),
        pager=at_page,
    )


@blueprint.get("/notices/<uuid:notice_id>")
@access(SIGNED_IN, own_transaction=True)
def open_one(notice_id: UUID) -> Response:
    """Leads to what a notice tells, which is new no more then.

    It writes although it is a link: nothing but that its reader opened it. A browser that only fetches ahead has not.
    """
    ahead = request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", "")
    ahead = ahead or request.headers.get("Purpose") == "prefetch" or request.headers.get("X-Moz") == "prefetch"
    with begin_work(writing=not ahead) as act:
        url = inbox.leads_to(act, notice_id)
        if not ahead:
            inbox.read(act, notice_id)
        return redirect(url)


@blueprint.post("/notices/read")
@access(SIGNED_IN, action=lazy_gettext("mark one's own notices as read"))
def read_all() -> Response:
    inbox.read_all(current_act())
    return redirect(url_for("notices.show"))


@blueprint.get("/notices/choices")
@access(SIGNED_IN)
def choose() -> str:
    act = current_act()
    form = ChoicesForm()
    form.show(choices.of_actor(act))
    return _choices_page(act, form)


@blueprint.post("/notices/choices")
@access(SIGNED_IN, action=lazy_gettext("choose how one is told"))
def keep_choices() -> Response:
    act, form = current_act(), ChoicesForm()
    if form.submit(lambda: choices.choose(act, form.wish())) is None:
        return _choices_page(act, form), 422
    notify(_("Your choice holds from now on."))
    return redirect(url_for("notices.choose"))


def _choices_page(act: Act, form: ChoicesForm) -> str:
    ways = [
        (str(CHANNEL_LABELS[channel]), _reached(act, channel), url_for("notices.show_address", channel=channel.value))
        for channel in Channel
    ]
    return page("notices/choices.html", form=form, ways=ways, followed=_followed(act), has_link=calendars.has_link(act))


def _reached(act: Act, channel: Channel) -> str:
    used, waiting, ring = contacts.in_use(act, channel), contacts.waiting(act, channel), keys().seal
    told = [contacts.opened(used, ring)] if used is not None else []
    if waiting is not None:
        waits = _("not shown to be yours yet")
        told.append(f"{contacts.opened(waiting, ring)} ({waits})")
    return "; ".join(told) or str(_("no address yet"))


def _followed(act: Act) -> list[tuple[str, str, str]]:
    """Name, address and what ends it, of all that the actor follows."""
    rows = follows.of_actor(act)
    found: dict[str, tuple[str, str]] = {}
    for kind in Kind:
        ids = [row.subject_id for row in rows if row.kind == kind]
        found |= {f"{kind}{one}": named for one, named in telling.named(act, kind, ids).items()}
    return [(*found[key], row.id.hex) for row in rows if (key := f"{row.kind}{row.subject_id}") in found]
