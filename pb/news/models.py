"""News of a place: short, dated, in both languages of the law."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified

LONGEST_TITLE = 100
LONGEST_TEXT = 1000


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
