"""Settlements as the reader's language names them; rows keep the Kazakh name (pb/territory/models.py)."""

from flask import g
from wtforms import SelectChoice, SelectField

from pb.act import Act
from pb.core import alphabet
from pb.core.places import slugs
from pb.formats import language


def named(kept: str) -> str:
    """The present name of the settlement that a row of this okrug keeps, in the reader's language."""
    act: Act | None = g.get("act")
    return act.territory.settlement(kept, language()) if act is not None else kept


def choices(act: Act) -> list[SelectChoice]:
    """The settlements to choose from, by the alphabet of the names that the reader sees."""
    offered = [(kept, act.territory.settlement(kept, language())) for kept in act.territory.settlements]
    return [SelectChoice(kept, label) for kept, label in sorted(offered, key=lambda one: alphabet.key(one[1]))]


def by_word(act: Act) -> dict[str, str]:
    """The names that rows keep, by the word that stands for each in an address: no address holds what is typed."""
    found: dict[str, str] = {}
    for kept in act.territory.settlements:
        word = slugs.slug(kept)
        while word in found:
            word += "-2"
        found[word] = kept
    return found


def offer(field: SelectField, act: Act) -> None:
    """Fills a field in; a row that keeps an earlier name means the settlement that has another one now."""
    field.choices = choices(act)
    if field.data:
        field.data = act.territory.known_settlements().kept(field.data) or field.data
