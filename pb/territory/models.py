"""A rural okrug, its settlements and what its maslikhat lets it decide."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified


class Territory(Identified, Base):
    """`kato`: nine digits of the classifier, text because of leading zeros. The parent is a raion or a city."""

    __tablename__ = "territories"
    __table_args__ = FROZEN

    kato: Mapped[str] = mapped_column(String(9), unique=True)
    name_kk: Mapped[str] = mapped_column(String(120))
    name_ru: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    parent_kk: Mapped[str] = mapped_column(String(120))
    parent_ru: Mapped[str] = mapped_column(String(120))
    parent_en: Mapped[str] = mapped_column(String(120))
    settlements: Mapped[list[str]] = mapped_column(JSON)
    paper_place: Mapped[str] = mapped_column(String(200))

    def name(self, language: str) -> str:
        return {"kk": self.name_kk, "ru": self.name_ru}.get(language, self.name_en)

    def parent(self, language: str) -> str:
        return {"kk": self.parent_kk, "ru": self.parent_ru}.get(language, self.parent_en)


class Setting(Identified, Base):
    """One version of a setting: the latest `since` that is not in the future holds; `source` names the decision."""

    __tablename__ = "territory_settings"
    __table_args__ = FROZEN

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    since: Mapped[date]
    recorded_at: Mapped[datetime]
