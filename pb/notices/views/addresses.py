"""Where a person is reached: given, shown to be theirs by a code, forgotten."""

from datetime import timedelta

from flask import redirect, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb import clock
from pb.errors import FieldRefusal, Refusal
from pb.formats import moment
from pb.notices.forms import AddressForm, CodeForm
from pb.notices.models import Channel
from pb.notices.service import contacts
from pb.notices.views.blueprint import blueprint
from pb.web.access import SIGNED_IN, access
from pb.web.form_pages import local_address
from pb.web.limits import Limit, counted
from pb.web.requests import Response, current_act, keys, notify, page

CODES = Limit("contact-codes", "5 per day")
"""Codes that one person has sent: an SMS costs money, and rings at somebody's."""
CODES_TO_ONE = Limit("contact-codes-to-one", "3 per day")
"""Codes of one person to one address."""
CODES_TO = Limit("contact-codes-to", "15 per day")
FIRST_TO_ONE = Limit("contact-codes-first-to-one", "1 per day")
FIRST_CODES_TO = Limit("contact-codes-first-to", "30 per day")
"""Codes of all to one address: a person's first of a day passes beyond the others, up to so many; else two or three
people would take the codes of whose address it is."""
YOURS_USED_UP = lazy_gettext("Your codes for a day are used up. Ask for the next one after this: %(moment)s")
TO_IT_USED_UP = lazy_gettext("The codes to this address are used up. Ask for the next one after this: %(moment)s")

TITLES = {
    Channel.MAIL: lazy_gettext("Your mail address"),
    Channel.SMS: lazy_gettext("Your telephone"),
}


@blueprint.get("/notices/<any(mail, sms):channel>")
@access(SIGNED_IN)
def show_address(channel: str) -> str:
    return _page(Channel(channel))


@blueprint.post("/notices/<any(mail, sms):channel>")
@access(SIGNED_IN, action=lazy_gettext("give an address for one's own notices"))
def ask_code(channel: str) -> Response:
    act, way = current_act(), Channel(channel)
    form = AddressForm()

    def ask() -> object:
        address = contacts.normal(way, form.address.data or "")
        _count_code(way, str(act.person.id if act.person else ""), contacts.box(address))
        return contacts.ask_code(act, keys(), way, address)

    try:
        asked = form.submit(ask)
    except CodesUsedUp as refusal:
        form.refuse(FieldRefusal("address", refusal.message))
        return _page(way, address_form=form), refusal.status
    if asked is None:
        return _page(way, address_form=form), 422
    notify(_("A code was sent there. Write it here within half an hour."))
    return redirect(url_for("notices.show_address", channel=channel, after=_after()))


@blueprint.post("/notices/<any(mail, sms):channel>/code")
@access(SIGNED_IN, action=lazy_gettext("show that an address is one's own"))
def verify(channel: str) -> Response:
    act, way = current_act(), Channel(channel)
    form = CodeForm()
    if not form.validate():
        return _page(way, code_form=form), 422
    if not contacts.verify(act, keys(), way, form.code.data or ""):
        wrong = (
            _("Too many wrong codes: this one opens nothing any more. Have a new code sent.")
            if contacts.used_up(act, way)
            else _(
                "This code is not the one that was sent, or it is too old. Look at it again, or have another one sent."
            )
        )
        form.refuse(FieldRefusal("code", wrong))
        return _page(way, code_form=form)  # no 422, which would keep nothing of the wrong try
    notify(_("The address is yours: notices go there from now on."))
    return redirect(_after() or url_for("notices.choose"))


@blueprint.post("/notices/<any(mail, sms):channel>/forget")
@access(SIGNED_IN, action=lazy_gettext("delete an address for one's own notices"))
def forget(channel: str) -> Response:
    act, way = current_act(), Channel(channel)
    if "waiting" in request.form:
        contacts.forget(act, way, waiting_alone=True)
        notify(_("The address that waited for its code is deleted."))
        return redirect(url_for("notices.show_address", channel=channel, after=_after()))
    contacts.forget(act, way)
    notify(_("The address is deleted. It is told so there once; nothing else is sent there any more."))
    return redirect(url_for("notices.choose"))


class CodesUsedUp(Refusal):
    """There is no code for now: `told` says of what too many were asked for."""

    status = 429

    def __init__(self, told: LazyString, seconds: float) -> None:
        super().__init__(str(told) % {"moment": moment(clock.now() + timedelta(seconds=seconds + 60))})


def _count_code(way: Channel, person: str, box: str) -> None:
    """Counts a code of this person to this address. Raises CodesUsedUp, which takes nothing of what is left."""
    is_first = counted().has_room(FIRST_TO_ONE, person, box)
    for limit, who, told in (
        (CODES, (person, way.value), YOURS_USED_UP),
        (CODES_TO_ONE, (person, box), TO_IT_USED_UP),
        (FIRST_CODES_TO if is_first else CODES_TO, (box,), TO_IT_USED_UP),
    ):
        if not counted().has_room(limit, *who):
            raise CodesUsedUp(told, counted().wait(limit, *who))
    counted().take(CODES, person, way.value)
    for limit in (CODES_TO_ONE, FIRST_TO_ONE):
        counted().take(limit, person, box)
    for limit in (CODES_TO, FIRST_CODES_TO):
        counted().take(limit, box)


def _after() -> str | None:
    """The page that asked for an address, to which one comes back: the vote's, for who wants to be reminded."""
    return local_address(request.args.get("after"))


def _page(channel: Channel, address_form: AddressForm | None = None, code_form: CodeForm | None = None) -> str:
    act = current_act()
    ring = keys().seal
    used, waiting = contacts.in_use(act, channel), contacts.waiting(act, channel)
    return page(
        "notices/address.html",
        title=TITLES[channel],
        channel=channel.value,
        used=contacts.opened(used, ring) if used is not None else "",
        waiting=contacts.opened(waiting, ring) if waiting is not None else "",
        address_form=address_form or AddressForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
        after=_after(),
        other=[(way.value, TITLES[way]) for way in Channel if way is not channel],
        wrong=address_form or code_form or AddressForm(formdata=None),
    )
