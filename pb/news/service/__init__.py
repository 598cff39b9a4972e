"""Publishing news of a place, and withdrawing what is wrong or over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.media.service.files import Received
from pb.news.models import LONGEST_ALT, LONGEST_TEXT, LONGEST_TITLE, News
from pb.news.service import pictures
from pb.text import one_line

MOST_PINNED = 3
ON_THE_FIRST_PAGE = 3
CHOOSE_AGAIN = _("Choose the photo once more: its file is not kept while the form is put right.")


@dataclass(frozen=True)
class Writing:
    """What the office writes: title and text in each language, and what the photo shows, where there is one."""

    title_kk: str
    title_ru: str
    text_kk: str
    text_ru: str
    pinned: bool = False
    alt_kk: str = ""
    alt_ru: str = ""


def publish(act: Act, writing: Writing, photo: Received | None = None) -> News:
    """Publishes it at once; its photo is shown when it is drawn.

    Raises Forbidden, FieldRefusal, Conflict (too much is pinned).
    """
    person = _writer(act)
    refuse_all(faults(writing, with_photo=photo is not None))
    standing = select(func.count()).select_from(News).where(*_standing(act), News.pinned.is_(True))
    if writing.pinned and (act.session.scalar(standing) or 0) >= MOST_PINNED:
        raise Conflict(_("Three pieces of news are pinned already: withdraw one first."))
    item = News(
        territory_id=act.territory.id,
        number=0,
        author_id=person,
        title_kk=one_line(writing.title_kk),
        title_ru=one_line(writing.title_ru),
        text_kk=writing.text_kk.strip(),
        text_ru=writing.text_ru.strip(),
        pinned=writing.pinned,
        published_at=act.at,
    )
    taken = select(func.max(News.number)).where(News.territory_id == act.territory.id)
    item.number = (act.session.scalar(taken) or 0) + 1
    act.session.add(item)
    act.session.flush()
    if photo is not None:
        pictures.add(act, item, photo, writing.alt_kk, writing.alt_ru)
    audit.record(act, "news.published", subject=item.id, data={"number": item.number})
    return item


def withdraw(act: Act, item: News) -> None:
    """Nobody is shown it any more, and its picture goes. Raises Forbidden, Conflict (withdrawn before)."""
    _writer(act)
    act.session.refresh(item, with_for_update=True)
    if item.withdrawn_at is not None:
        raise Conflict(_("This piece of news was withdrawn already."))
    item.withdrawn_at = act.at
    act.session.flush()
    pictures.drop(act, item)
    audit.record(act, "news.withdrawn", subject=item.id, data={"number": item.number})


def get(act: Act, news_id: UUID) -> News:
    """What stands in the act's territory. Raises NotFound, of what was withdrawn too."""
    item = published(act, news_id)
    if item.withdrawn_at is not None:
        raise NotFound
    return item


def published(act: Act, news_id: UUID) -> News:
    """The same, or what was withdrawn: links to it went out. Raises NotFound."""
    item = act.session.get(News, news_id)
    if item is None or item.territory_id != act.territory.id:
        raise NotFound
    return item


def count(act: Act) -> int:
    """How many pieces stand."""
    return act.session.scalar(select(func.count()).select_from(News).where(*_standing(act))) or 0


def page(act: Act, number: int, size: int = ON_THE_FIRST_PAGE) -> Sequence[News]:
    """One page of what stands, from 1: pinned ones first, then the latest."""
    query = select(News).where(*_standing(act)).order_by(News.pinned.desc(), News.number.desc())
    return act.session.scalars(query.offset((number - 1) * size).limit(size)).all()


def faults(writing: Writing, *, with_photo: bool = False) -> Iterable[FieldRefusal]:
    """What is wrong with the texts: both languages are asked for, of a photo's too."""
    for name, longest in (("title", LONGEST_TITLE), ("text", LONGEST_TEXT)):
        for tongue in ("kk", "ru"):
            text = str(getattr(writing, f"{name}_{tongue}")).strip()
            if not text:
                yield FieldRefusal(f"{name}_{tongue}", _("Write it in both languages: people read one or the other."))
            elif len(text) > longest:
                yield FieldRefusal(f"{name}_{tongue}", _("Use at most %(max)d characters.", max=longest))

    alts = {"alt_kk": one_line(writing.alt_kk), "alt_ru": one_line(writing.alt_ru)}
    if not with_photo and any(alts.values()):
        yield FieldRefusal("photo", CHOOSE_AGAIN)
    for name, alt in alts.items():
        if with_photo and not alt:
            yield FieldRefusal(name, _("Say what the photo shows, for those who do not see it."))
        elif len(alt) > LONGEST_ALT:
            yield FieldRefusal(name, _("Use at most %(max)d characters.", max=LONGEST_ALT))


def _standing(act: Act) -> tuple[ColumnElement[bool], ...]:
    return News.territory_id == act.territory.id, News.withdrawn_at.is_(None)


def _writer(act: Act) -> UUID:
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office writes the news."))
    return act.person.id
