"""What programs subscribe to: the feed of an okrug, its calendar, and a person's own under a secret address."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.errors import NotFound
from pb.notices.service import calendars, feed
from pb.notices.views.blueprint import blueprint
from pb.web import requests as web
from pb.web.access import EVERYBODY, SIGNED_IN, access
from pb.web.downloads import CALENDAR
from pb.web.remembered import made_once
from pb.web.requests import current_act, page, settings

ATOM = "application/atom+xml"


@blueprint.get("/<okrug:okrug>/feed.xml")
@access(EVERYBODY)
@made_once
def atom() -> Response:
    home = url_for("process.okrug")
    return Response(feed.of_place(current_act(), settings().base_url, request.path, home), mimetype=ATOM)


@blueprint.get("/<okrug:okrug>/calendar.ics")
@access(EVERYBODY)
@made_once
def calendar() -> Response:
    return Response(calendars.of_place(current_act(), settings().base_url), content_type=CALENDAR)


@blueprint.get("/<okrug:okrug>/calendar")
@access(EVERYBODY)
def about_calendar() -> str:
    """A file that a telephone only saves helps nobody: the page says how it comes into the calendar."""
    return _calendar_page(url_for("notices.calendar"), own=False)


@blueprint.get("/calendar/<token>.ics")
@access(EVERYBODY)
def own_calendar(token: str) -> Response:
    """A calendar program signs in nowhere: the secret word is in the address, and its owner ends it."""
    act = current_act()
    person = calendars.owner_of(act.session, token)
    if person is None:
        raise NotFound
    answer = Response(calendars.of_person(act.session, person, act.at, settings().base_url), content_type=CALENDAR)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/notices/calendar")
@access(SIGNED_IN, action=lazy_gettext("make an address for one's own calendar"))
def make_link() -> str:
    """The address is shown once; another one ends it."""
    token = calendars.make_link(current_act())
    path = url_for("notices.own_calendar", token=token)
    return _calendar_page(path, own=True)


@blueprint.post("/notices/calendar/end")
@access(SIGNED_IN, action=lazy_gettext("end the address of one's own calendar"))
def end_link() -> web.Response:
    calendars.end_link(current_act())
    web.notify(_("The address of your calendar leads nowhere any more."))
    return redirect(url_for("notices.choose"))


def _calendar_page(path: str, *, own: bool) -> str:
    address = f"{settings().base_url}{path}"
    return page("notices/calendar.html", address=address, subscribing=calendars.subscribing(address), own=own)
