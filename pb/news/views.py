"""Pages of the news: the list, one piece, and the office's form."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Role
from pb.formats import language
from pb.news import service
from pb.news.forms import NewsForm
from pb.news.models import News
from pb.web import places
from pb.web.access import EVERYBODY, TEXTS, access, allow
from pb.web.numbers import numbered
from pb.web.paging import pager
from pb.web.requests import Response, current_act, notify, page

blueprint = Blueprint("news", __name__)
places.name("news_id", numbered(News, within="territory_id"))
PAGE = 20


@blueprint.get("/<okrug:okrug>/news")
@access(EVERYBODY)
def list_all() -> str:
    act = current_act()
    at_page = pager(service.count(act), PAGE, lambda other: url_for("news.list_all", page=other))
    return page(
        "news/list.html",
        news=service.page(act, at_page.number, PAGE),
        pager=at_page,
        tongue=language() if language() != "en" else "ru",
        may_write=act.holds(Role.OFFICE),
    )


@blueprint.get("/<okrug:okrug>/news/<number:news_id>")
@access(EVERYBODY)
def show(news_id: UUID) -> Response:
    act = current_act()
    item = service.published(act, news_id)
    if item.withdrawn_at is not None:
        return page("news/withdrawn.html", item=item), 410
    tongue = language() if language() != "en" else "ru"
    may_withdraw = act.holds(Role.OFFICE)
    return page("news/show.html", item=item, tongue=tongue, may_withdraw=may_withdraw)


@blueprint.get("/<okrug:okrug>/news/new")
@access(allow(Role.OFFICE))
def new() -> str:
    return page("news/form.html", form=NewsForm())


@blueprint.post("/<okrug:okrug>/news/new")
@access(allow(Role.OFFICE), action=lazy_gettext("publish news"), largest_body=TEXTS)
def publish() -> Response:
    act, form = current_act(), NewsForm()
    item = form.submit(lambda: service.publish(act, form.writing()), faults=lambda: service.faults(form.writing()))
    if item is None:
        return page("news/form.html", form=form), 422
    notify(_("The news is published."))
    return redirect(url_for("news.show", news_id=item.id))


@blueprint.post("/<okrug:okrug>/news/<number:news_id>/withdraw")
@access(allow(Role.OFFICE), action=lazy_gettext("withdraw news"))
def withdraw(news_id: UUID) -> Response:
    act = current_act()
    service.withdraw(act, service.get(act, news_id))
    notify(_("The news is withdrawn: nobody is shown it any more."))
    return redirect(url_for("news.list_all"))
