"""The tree of territories: read from the classifier, and those that take part, each at an address of its own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pb.act import Act
from pb.audit import service as audit
from pb.core import alphabet
from pb.core.places import slugs
from pb.core.places.classifier import Place
from pb.core.places.kinds import Kind, alone
from pb.core.places.latin import in_latin
from pb.errors import Conflict, FieldRefusal
from pb.territory.models import Settlement, Slug, Territory
from pb.text import one_line

FOUND_AT_ONCE = 50
DEPTH = {Kind.OBLAST: 0, Kind.REPUBLIC_CITY: 0, Kind.RAION: 1, Kind.CITY: 1}  # everything else lies below


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines of the classifier were new, changed, as they were, and kept because their okrug takes part.

    `filled`: settlements of such an okrug that had no code yet, and were known by their name.
    `refused`: the codes of those that a rule of the database keeps as they are, somebody having an office there.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    filled: int = 0
    refused: tuple[str, ...] = ()

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            self.new + other.new,
            self.changed + other.changed,
            self.same + other.same,
            self.kept + other.kept,
            self.filled + other.filled,
            self.refused + other.refused,
        )


def import_places(session: Session, places: Sequence[Place]) -> Imported:
    """Takes the classifier's places in; what is known already is changed, never doubled.

    A territory that takes part keeps its names and settlements: another name is a decision that its own log tells of.
    Its settlements get the codes that they lack.
    """
    ids = {row.kato: row.id for row in session.execute(select(Territory.kato, Territory.id))}
    ids |= {place.kato: uuid4() for place in places if place.kind is not Kind.SETTLEMENT and place.kato not in ids}
    taking_part = set(session.scalars(select(Slug.territory_id)))
    done = Imported()
    for depth in range(3):  # a parent's row stands before those of what lies in it
        level = [place for place in places if place.kind is not Kind.SETTLEMENT and DEPTH.get(place.kind, 2) == depth]
        rows = {
            place.kato: {
                "id": ids[place.kato],
                "kind": str(place.kind),
                "kato_version": place.version,
                "parent_id": ids.get(place.parent),
                **_names(place),
            }
            for place in level
        }
        done += _take_in(session, Territory, rows, kept=taking_part, key="id")
    settlements = {
        place.kato: {"territory_id": ids[place.parent], **_names(place)}
        for place in places
        if place.kind is Kind.SETTLEMENT
    }
    done += Imported(filled=_fill_codes(session, taking_part, settlements))
    return done + _take_in(session, Settlement, settlements, kept=taking_part, key="territory_id")


def _fill_codes(session: Session, taking_part: Collection[UUID], rows: Mapping[str, Mapping[str, Any]]) -> int:
    """Gives settlements without a code the one of the only line of their okrug that has their name; how many."""
    known = set(session.scalars(select(Settlement.kato)))
    free: dict[UUID, list[tuple[str, set[str]]]] = {}
    for kato, row in rows.items():
        if row["territory_id"] in taking_part and kato not in known:
            written = {row["name_kk"].casefold(), row["name_ru"].casefold()}
            free.setdefault(row["territory_id"], []).append((kato, written))
    filled = 0
    for settlement in session.scalars(select(Settlement).where(Settlement.kato.is_(None))).all():
        own = {name.casefold() for name in (settlement.name_kk, settlement.name_ru, *settlement.former)}
        codes = [(kato, written) for kato, written in free.get(settlement.territory_id, ()) if own & written]
        if len(codes) == 1:
            settlement.kato = codes[0][0]
            free[settlement.territory_id].remove(codes[0])
            filled += 1
    session.flush()
    return filled


def _names(place: Place) -> dict[str, str]:
    kk, ru, en, bare = place.names
    if place.kind is Kind.SETTLEMENT:  # rolls, forms and pages have the name alone, without «ауылы» or «село»
        kk, ru, en = bare, alone(ru), in_latin(bare)
    return {"name_kk": kk, "name_ru": ru, "name_en": en}


def _take_in(
    session: Session,
    model: type[Territory] | type[Settlement],
    rows: Mapping[str, Mapping[str, Any]],
    *,
    kept: set[UUID],
    key: str,
) -> Imported:
    """Adds the rows whose code is new and changes those that differ, but for the `kept` ones, told by column `key`.

    What stands in a territory that is kept stays in it, whatever the file says of it.
    """
    columns = [name for name in next(iter(rows.values()), {}) if name != "id"]
    query = select(model.id, model.kato, *(getattr(model, name) for name in columns))
    known = {row.kato: row for row in session.execute(query)}
    missing = [{"id": uuid4(), "kato": kato, **row} for kato, row in rows.items() if kato not in known]
    differing = [
        {**row, "id": known[kato].id, "kato": kato}
        for kato, row in rows.items()
        if kato in known and any(getattr(known[kato], name) != row[name] for name in columns)
    ]
    new = [row for row in missing if row[key] not in kept]
    changed = [row for row in differing if not kept & {row[key], getattr(known[row["kato"]], key)}]
    if new:
        session.execute(insert(model), new)
    refused = _change(session, model, changed)
    same = len(rows) - len(missing) - len(differing)
    held = len(missing) + len(differing) - len(new) - len(changed)
    return Imported(len(new), len(changed) - len(refused), same, held, refused=refused)


def _change(
    session: Session, model: type[Territory] | type[Settlement], rows: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Changes the rows all at once; where a rule of the database refuses that, one by one: the codes of the refused."""
    try:
        if rows:
            with session.begin_nested():
                session.execute(update(model), rows)
    except IntegrityError:
        if len(rows) == 1:
            return (rows[0]["kato"],)
        return tuple(kato for row in rows for kato in _change(session, model, [row]))
    return ()


def find(session: Session, told: str) -> Territory | None:
    """The territory with this code or this address, also an earlier one."""
    query = select(Territory).outerjoin(Slug, Slug.territory_id == Territory.id)
    return session.scalars(query.where(or_(Territory.kato == told, Slug.slug == told))).unique().first()


def search(session: Session, text: str) -> Sequence[Territory]:
    """Territories whose code, or a name in any language, begins with the text, by the alphabet.

    Where there are more than `FOUND_AT_ONCE`, one more than that.
    """
    begins = one_line(text).casefold()
    rows = session.execute(
        select(Territory.id, Territory.name_kk, Territory.name_ru, Territory.name_en, Territory.kato)
    )
    found = [row for row in rows if any(name.casefold().startswith(begins) for name in row[1:])]
    found.sort(key=lambda row: alphabet.key(row.name_kk))
    query = select(Territory).where(Territory.id.in_([row.id for row in found[: FOUND_AT_ONCE + 1]]))
    return sorted(session.scalars(query), key=lambda one: alphabet.key(one.name_kk))


def taking_part(session: Session) -> Sequence[Territory]:
    """The territories that have an address, by code."""
    query = select(Territory).where(Territory.id.in_(select(Slug.territory_id)))
    return session.scalars(query.order_by(Territory.kato)).all()


def proposed_slug(session: Session, territory: Territory) -> str:
    """The address that the classifier's names give; another may be chosen by hand."""
    rows = session.execute(
        select(Territory.id, Territory.kato, Territory.kind, Territory.name_kk, Territory.parent_id)
    ).all()
    katos = {row.id: row.kato for row in rows}
    named = [slugs.Named(row.kato, Kind(row.kind), _alone(row.name_kk), katos.get(row.parent_id, "")) for row in rows]
    return slugs.propose(named)[territory.kato]


def _alone(name_kk: str) -> str:
    for word in ("атындағы ауылдық округі", "ауылдық округі", "ауданы", "облысы", "қаласы", "кенті", "ауылы"):
        name_kk = name_kk.removesuffix(f" {word}")
    return name_kk


@dataclass(frozen=True, slots=True)
class Described:
    """A territory as somebody writes it down where the classifier was not read: code, kind, names kk, ru and en.

    Its settlements have three names too, or one alone: the Kazakh.
    """

    kato: str
    kind: Kind
    names: tuple[str, str, str]
    settlements: Sequence[str | tuple[str, str, str]] = ()
    paper_place: str = ""
    paper_place_ru: str = ""
    paper_place_en: str = ""


def describe(session: Session, described: Described, parent: Described | None = None) -> Territory:
    """The territory of this code, made where it is not known yet, with what it lies in and its settlements."""
    territory = find(session, described.kato)
    if territory is None:
        above = describe(session, parent) if parent is not None else None
        kk, ru, en = described.names
        territory = Territory(
            kato=described.kato, kind=described.kind, name_kk=kk, name_ru=ru, name_en=en, above=above, places=[]
        )
        session.add(territory)
    for name in ("paper_place", "paper_place_ru", "paper_place_en"):
        setattr(territory, name, getattr(described, name) or getattr(territory, name) or "")
    if not territory.places:
        territory.places = [_settlement(written) for written in described.settlements]
    session.flush()
    return territory


def _settlement(written: str | tuple[str, str, str]) -> Settlement:
    kk, ru, en = (written, written, in_latin(written)) if isinstance(written, str) else written
    return Settlement(name_kk=kk, name_ru=ru, name_en=en, former=[])


def slug_of(session: Session, territory_id: UUID) -> str | None:
    """The territory's address, the latest it was given; None where it takes no part."""
    query = select(Slug.slug).where(Slug.territory_id == territory_id).order_by(Slug.since.desc())
    return session.scalars(query.limit(1)).first()


def give_address(act: Act, slug: str, *, reserved: Iterable[str] = ()) -> Slug:
    """The act's territory gets an address, and takes part from then on; an earlier one goes on leading to it.

    Raises FieldRefusal (no address, or a word that the server's own pages begin with), Conflict (another's).
    """
    if not slugs.is_slug(slug):
        raise FieldRefusal("slug", _("An address has 3 to 40 of a-z, 0-9 and hyphens, and begins with a letter."))
    if slug in slugs.RESERVED.union(reserved):
        raise FieldRefusal("slug", _("The platform's own pages have this address."))
    held = act.session.get(Slug, slug)
    if held is not None:
        raise Conflict(_("This address was given already, and is never given twice."))
    # The event comes first: a trigger refuses an address that the log does not know.
    event = audit.record(act, "territory.address_given", subject=act.territory.id, data={"slug": slug})
    row = Slug(slug=slug, territory_id=act.territory.id, since=act.at, event=event.hash)
    act.session.add(row)
    act.session.flush()
    return row
