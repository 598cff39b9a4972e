"""The pictures of news: one of a piece, for as long as it stands."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.media.models import Picture, State
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen
from pb.news.models import News, NewsPicture
from pb.text import one_line


class Photo(NamedTuple):
    """A picture with what it shows in words, in each language."""

    picture: Picture
    alt_kk: str
    alt_ru: str

    @property
    def ready(self) -> bool:
        return self.picture.state == State.READY

    def alt(self, tongue: str) -> str:
        """In Kazakh to who reads Kazakh, in Russian to all others."""
        return self.alt_kk if tongue == "kk" else self.alt_ru


def of(act: Act, news: Iterable[News]) -> dict[UUID, Photo]:
    """The pictures of these pieces that have one; those too that are not drawn yet, or could not be."""
    query = (
        select(NewsPicture.news_id, Picture, NewsPicture.alt_kk, NewsPicture.alt_ru)
        .join(Picture, Picture.id == NewsPicture.picture_id)
        .where(NewsPicture.news_id.in_([item.id for item in news]))
    )
    return {row[0]: Photo(*row[1:]) for row in act.session.execute(query)}


def add(act: Act, item: News, received: Received, alt_kk: str, alt_ru: str) -> None:
    """Gives a piece that is being published its picture."""
    picture = files.add_picture(act, item.author_id, received)
    link = NewsPicture(news_id=item.id, picture_id=picture.id, alt_kk=one_line(alt_kk), alt_ru=one_line(alt_ru))
    act.session.add(link)
    act.session.flush()


def drop(act: Act, item: News) -> None:
    """It goes with the piece that was withdrawn."""
    link = act.session.get(NewsPicture, item.id)
    if link is None:
        return
    picture = act.session.get_one(Picture, link.picture_id)
    act.session.delete(link)
    act.session.flush()
    files.drop(act, picture)


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """What stands everybody sees."""
    query = select(News.id).join(NewsPicture, NewsPicture.news_id == News.id)
    standing = query.where(NewsPicture.picture_id.in_(ids), News.withdrawn_at.is_(None)).limit(1)
    return Seen.EVERYBODY if act.session.scalars(standing).first() else Seen.NOBODY
