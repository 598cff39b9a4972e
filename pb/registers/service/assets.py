"""The register of communal property: an object enters and changes by a decision, and its former states stay."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.db import by_id
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.gatherings.models import Gathering
from pb.registers.models import GONE, MOST_OBJECTS, Change, Condition, Object, Sort, State, Unit
from pb.registers.service import objects, require_writing
from pb.registers.service.objects import COLUMNS, Named, Shape, Thing
from pb.registers.service.reading import Cells, LineFault, Row
from pb.tasks.service import basis
from pb.tasks.service.basis import Basis, Decision

THE_OFFICE: Final = _("The akim's office keeps the register of communal property.")
MOST_STATES: Final = 100
MOVES: Final[Mapping[bool, frozenset[Change]]] = {
    False: frozenset({Change.LET, Change.REPAIRED, Change.SOLD, Change.WRITTEN_OFF}),
    True: frozenset({Change.RETURNED, Change.REPAIRED, Change.SOLD, Change.WRITTEN_OFF}),
}
"""What can be decided of an object, by whether it is let out."""


class Kept(NamedTuple):
    """An object with all its states, the first first."""

    thing: Object
    states: Sequence[State]

    @property
    def last(self) -> State:
        return self.states[-1]

    @property
    def let(self) -> bool:
        """Whether it is let out now."""
        said = [state.change for state in self.states if state.change in {Change.LET, Change.RETURNED}]
        return bool(said) and said[-1] == Change.LET and not self.last.gone


class Incoming(NamedTuple):
    """A line of a file that was read: the object that it names, if one is kept, and what the line says of it."""

    line: int
    number: int | None
    thing: Thing
    shape: Shape
    decision: Named


def enter(act: Act, thing: Thing, shape: Shape, decision: Basis | Named, wrong: Sequence[FieldRefusal] = ()) -> Object:
    """An object that was received. `wrong`: what reading found. Raises Forbidden, Conflict, FieldRefusal."""
    require_writing(act, THE_OFFICE)
    audit.take_turn(act)
    _require_room(act, 1)
    refuse_all([*wrong, *faults_of_decision(act, decision)])
    number = _last_number(act) + 1
    row = Object(id=uuid4(), territory_id=act.territory.id, number=number, **_columns(thing))
    _add(act, row, [], shape, decision)
    return row


def change(act: Act, kept: Kept, shape: Shape, decision: Basis | Named, wrong: Sequence[FieldRefusal] = ()) -> State:
    """A decision changes an object; what it was stays. Raises Forbidden, Conflict, FieldRefusal."""
    require_changing(act, kept)
    audit.take_turn(act)
    now = find(act, kept.thing.id)
    require_changing(act, now)
    refuse_all([*wrong, *_faults_of_move(now, shape.change), *faults_of_decision(act, decision)])
    return _add(act, now.thing, now.states, shape, decision)


def require_changing(act: Act, kept: Kept) -> None:
    """Raises Forbidden, Conflict (it is no property any more, or was changed too often)."""
    require_writing(act, THE_OFFICE)
    if kept.last.gone:
        raise Conflict(_("This object left the register: nothing of it changes any more."))
    if len(kept.states) >= MOST_STATES:
        raise Conflict(_("This object was changed a hundred times: no more changes are taken."))


def faults(act: Act, kept: Kept | None, shape: Shape, decision: Basis | Named) -> Iterator[FieldRefusal]:
    """What `enter` or `change` would find wrong beside what reading found."""
    if kept is not None:
        yield from _faults_of_move(kept, shape.change)
    yield from faults_of_decision(act, decision)


def faults_of_decision(act: Act, decision: Basis | Named) -> Iterator[FieldRefusal]:
    """Of a point of a meeting: that it was not adopted here. Number and day were judged as they were read."""
    if isinstance(decision, Basis):
        yield from basis.faults(act, decision)


def judge(act: Act, rows: Sequence[Row], tongue: str) -> tuple[list[Incoming], list[LineFault]]:
    """The lines of a file that bring something new, and the faults of all of them; nothing is written."""
    present = {kept.thing.number: kept for kept in every(act)}
    told = names_of(act, present.values())
    found: list[Incoming] = []
    wrong: list[LineFault] = []
    lines: dict[int, int] = {}
    for row in rows:
        incoming, faults_of_line = _judged(act, row, present, told)
        number = incoming.number
        if number is not None and (before := lines.setdefault(number, row.line)) != row.line:
            twice = gettext("This number stands in line %(line)s already.", line=before)
            faults_of_line = [*faults_of_line, FieldRefusal("number", twice)]
        wrong += [LineFault(row.line, getattr(COLUMNS[one.field], tongue), str(one.message)) for one in faults_of_line]
        if number not in present or not _same(present[number], incoming, told):
            found.append(incoming)
    return found, wrong


def take_in(act: Act, incoming: Sequence[Incoming], *, sha256: str) -> tuple[int, int]:
    """Takes in what a file brings: how many objects are new, and how many changed. Raises Forbidden, Conflict.

    The log tells the file, and then each object as one that is typed: so the database takes none beside them.
    """
    require_writing(act, THE_OFFICE)
    audit.take_turn(act)
    present = {kept.thing.number: kept for kept in every(act)}
    fresh = [one for one in incoming if one.number not in present]
    _require_room(act, len(fresh))
    data = {"objects": len(fresh), "changes": len(incoming) - len(fresh), "sha256": sha256}
    audit.record(act, "property.imported", subject=act.territory.id, data=data)
    number = max([*present, *(one.number or 0 for one in incoming)], default=0)
    for one in incoming:
        if one.number in present:
            kept = present[one.number]
            _add(act, kept.thing, kept.states, one.shape, one.decision)
            continue
        number += one.number is None
        told = {"number": one.number or number, **_columns(one.thing)}
        row = Object(id=uuid4(), territory_id=act.territory.id, **told)
        _add(act, row, [], one.shape, one.decision)
    return len(fresh), len(incoming) - len(fresh)


def every(act: Act) -> list[Kept]:
    """All objects that are or were in the register, by their number."""
    of_here = Object.territory_id == act.territory.id
    things = act.session.scalars(select(Object).where(of_here).order_by(Object.number)).all()
    query = select(State).join(Object, Object.id == State.object_id).where(of_here)
    states: dict[UUID, list[State]] = {}
    for state in act.session.scalars(query.order_by(State.object_id, State.number)):
        states.setdefault(state.object_id, []).append(state)
    return [Kept(thing, states[thing.id]) for thing in things]


def find(act: Act, object_id: UUID) -> Kept:
    """Raises NotFound."""
    thing = act.session.get(Object, object_id)
    if thing is None or thing.territory_id != act.territory.id:
        raise NotFound
    query = select(State).where(State.object_id == thing.id).order_by(State.number)
    return Kept(thing, act.session.scalars(query).all())


def decisions_of(act: Act, some: Iterable[Kept]) -> Mapping[UUID, Decision]:
    """The points of meetings on which states of these objects rest."""
    return basis.of(act, [state.question_id for kept in some for state in kept.states])


def names_of(act: Act, some: Iterable[Kept]) -> Mapping[UUID, Named]:
    """The same as a file names them: number of the meeting and place of the point, and the day."""
    points = decisions_of(act, some)
    meetings = by_id(act.session, Gathering, (point.gathering_id for point in points.values()))
    return {
        question: Named(f"{meetings[point.gathering_id].number}-{point.position}", point.day)
        for question, point in points.items()
    }


def in_cells(kept: Kept, told: Mapping[UUID, Named]) -> dict[str, str]:
    """An object as it stands, as a file has it but for the words of its lists."""
    return objects.in_cells(kept.thing.number, _thing(kept.thing), _shape(kept.last), named(kept.last, told))


def named(state: State, told: Mapping[UUID, Named]) -> Named:
    """The decision by number and day."""
    point = told.get(state.question_id) if state.question_id is not None else None
    return point or Named(state.decision_number, state.decision_on)


def _judged(
    act: Act, row: Row, present: Mapping[int, Kept], told: Mapping[UUID, Named]
) -> tuple[Incoming, list[FieldRefusal]]:
    cells = Cells(row.cells)
    number = cells.whole("number", objects.LARGEST_NUMBER)
    thing = objects.read_thing(act, cells, row.cells)
    shape, decision = objects.read_shape(cells), objects.read_named(act, cells)
    incoming = Incoming(row.line, number, thing, shape, decision)
    kept = present.get(number) if number is not None else None
    if kept is None or cells.faults or _same(kept, incoming, told):
        return incoming, cells.faults
    for name, value in asdict(thing).items():
        if getattr(kept.thing, name) != value:
            cells.refuse(name, _("Another object has this number here: what it is and where stays."))
    if cells.faults:
        return incoming, cells.faults
    if named(kept.last, told) == decision:
        cells.refuse("decision_number", _("It stands otherwise in the register: a change needs a decision of its own."))
    else:
        cells.faults += _faults_of_move(kept, shape.change)
    return incoming, cells.faults


def _same(kept: Kept, incoming: Incoming, told: Mapping[UUID, Named]) -> bool:
    stands = (_thing(kept.thing), _shape(kept.last), named(kept.last, told))
    return stands == (incoming.thing, incoming.shape, incoming.decision)


def _faults_of_move(kept: Kept, told: Change) -> Iterator[FieldRefusal]:
    if kept.last.gone:
        yield FieldRefusal("change", _("This object left the register: nothing of it changes any more."))
    elif told not in MOVES[kept.let]:
        yield FieldRefusal("change", _("This cannot be decided of the object as it stands now."))


def _add(act: Act, thing: Object, before: Sequence[State], shape: Shape, decision: Basis | Named) -> State:
    """The next state with its event; the first one with its object."""
    if act.person is None:
        raise ValueError("nobody keeps the register")
    rests: dict[str, object] = {"question_id": None, "decision_number": "", "decision_on": None}
    if isinstance(decision, Named):
        rests |= {"decision_number": decision.number, "decision_on": decision.on}
    else:
        rests["question_id"] = decision.question_id
    state = State(
        object_id=thing.id, number=len(before) + 1, **_columns(shape), **rests, at=act.at, by_id=act.person.id
    )
    action = "property.changed" if before else "property.entered"
    data = {"object": thing.number, "change": shape.change.value, "number": state.number}
    audit.record(act, action, subject=thing.id, data={**data, "digest": fingerprints.of_row(state)})
    if not before:
        act.session.add(thing)
        act.session.flush()
    act.session.add(state)
    act.session.flush()
    return state


def _columns(what: Thing | Shape) -> dict[str, object]:
    return {name: getattr(value, "value", value) for name, value in asdict(what).items()}


def _thing(row: Object) -> Thing:
    return Thing(Sort(row.sort), row.name_kk, row.name_ru, row.settlement, row.place)


def _shape(row: State) -> Shape:
    return Shape(Change(row.change), Condition(row.condition), row.size, Unit(row.unit), row.income)


def _last_number(act: Act) -> int:
    return act.session.scalar(select(func.max(Object.number)).where(Object.territory_id == act.territory.id)) or 0


def _require_room(act: Act, more: int) -> None:
    there = act.session.scalar(select(func.count()).select_from(Object).where(Object.territory_id == act.territory.id))
    if (there or 0) + more > MOST_OBJECTS:
        raise Conflict(_("The register has %(most)s objects at most.", most=MOST_OBJECTS))


def present(some: Sequence[Kept]) -> list[Kept]:
    """What is property now."""
    return [kept for kept in some if kept.last.change not in GONE]
