"""News of a place: short, dated, in both languages of the law."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified

LONGEST_TITLE = 100
LONGEST_TEXT = 1000
LONGEST_ALT = 200


class News(Identified, Base):
    """One piece of news; `pinned` ones stand first. What was withdrawn is shown no more, and keeps its number."""

    __tablename__ = "news"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("title_kk <> '' AND title_ru <> '' AND text_kk <> '' AND text_ru <> ''", name="both_languages"),
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    title_kk: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    title_ru: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    text_kk: Mapped[str] = mapped_column(Text)
    text_ru: Mapped[str] = mapped_column(Text)
    pinned: Mapped[bool]
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    def title(self, tongue: str) -> str:
        """In Kazakh to who reads Kazakh, in Russian to all others."""
        return self.title_kk if tongue == "kk" else self.title_ru

    def text(self, tongue: str) -> str:
        """The same."""
        return self.text_kk if tongue == "kk" else self.text_ru


class NewsPicture(Base):
    """The picture of a piece of news, with what it shows in words; it goes when the news is withdrawn."""

    __tablename__ = "news_pictures"
    __table_args__ = (
        UniqueConstraint("picture_id"),
        CheckConstraint("alt_kk <> '' AND alt_ru <> ''", name="both_languages"),
        FROZEN,
    )

    news_id: Mapped[UUID] = mapped_column(ForeignKey("news.id"), primary_key=True)
    picture_id: Mapped[UUID] = mapped_column(ForeignKey("pictures.id"))
    alt_kk: Mapped[str] = mapped_column(String(LONGEST_ALT))
    alt_ru: Mapped[str] = mapped_column(String(LONGEST_ALT))
