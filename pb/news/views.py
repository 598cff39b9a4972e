"""Pages of the news: the list, one piece, and the office's form."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.errors import FieldRefusal, refuse_all
from pb.formats import language
from pb.media.service.files import FAULTS, Received
from pb.news import service
from pb.news.forms import NewsForm
from pb.news.models import News
from pb.news.service import pictures
from pb.web import places, received
from pb.web.access import EVERYBODY, PHOTOS, access, allow
from pb.web.numbers import numbered
from pb.web.paging import pager
from pb.web.requests import Response, current_act, notify, page, settings

blueprint = Blueprint("news", __name__)
places.name("news_id", numbered(News, within="territory_id"))
PAGE = 20


@blueprint.get("/<okrug:okrug>/news")
@access(EVERYBODY)
def list_all() -> str:
    act = current_act()
    at_page = pager(service.count(act), PAGE, lambda other: url_for("news.list_all", page=other))
    news = service.page(act, at_page.number, PAGE)
    return page(
        "news/list.html",
        news=news,
        photos=pictures.of(act, news),
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
    return page(
        "news/show.html",
        item=item,
        photo=pictures.of(act, [item]).get(item.id),
        faults={fault.value: told for fault, told in FAULTS.items()},
        tongue=tongue,
        may_withdraw=act.holds(Role.OFFICE),
        site=settings().base_url,
        address=f"{settings().base_url}{request.path}",
    )


@blueprint.get("/<okrug:okrug>/news/new")
@access(allow(Role.OFFICE))
def new() -> str:
    return page("news/form.html", form=NewsForm())


@blueprint.post("/<okrug:okrug>/news/new")
@access(allow(Role.OFFICE), action=lazy_gettext("publish news"), largest_body=PHOTOS, own_transaction=True)
def publish() -> Response:
    form = NewsForm()
    return received.with_file(form.photo, received.photo, lambda act, photo, fault: _published(act, form, photo, fault))


def _published(act: Act, form: NewsForm, photo: Received | None, fault: FieldRefusal | None) -> Response:
    chosen = photo is not None or fault is not None

    def faults() -> list[FieldRefusal]:
        return [*service.faults(form.writing(), with_photo=chosen), *([fault] if fault else [])]

    def publish() -> News:
        refuse_all(faults())
        return service.publish(act, form.writing(), photo)

    item = form.submit(publish, faults=faults)
    if item is None:
        if photo is not None:
            form.refuse(FieldRefusal("photo", service.CHOOSE_AGAIN))
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
