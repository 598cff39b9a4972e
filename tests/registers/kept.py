"""A programme with tasks and objects of property, as an office types them."""

from datetime import date, datetime, timedelta
from uuid import UUID

from pb.act import Act, Role
from pb.clock import local, now
from pb.registers.models import Programme
from pb.registers.service import assets, objects, programmes, tasks
from pb.registers.service.assets import Kept
from pb.registers.service.reading import Cells
from pb.tasks.service.basis import Basis
from tests.village import SETTLEMENTS, Village

FIRST = 2026
TASK = {
    "text_kk": "Көшелерді жарықтандыру",
    "text_ru": "Освещение улиц",
    "indicator_kk": "Жарықтандырылған көшелер",
    "indicator_ru": "Освещённые улицы",
    "unit_kk": "көше",
    "unit_ru": "улица",
    "start": "3",
    "target": "12",
    "until": f"{FIRST + 1}-10-01",
    "executor_kk": "Әкім аппараты",
    "executor_ru": "Аппарат акима",
    "source": "okrug",
    "amount": "2 450 000,50",
}
HALL = {
    "sort": "culture",
    "name_kk": "Ауылдық клуб",
    "name_ru": "Сельский клуб",
    "settlement": SETTLEMENTS[0],
    "place": "Абай көшесі, 12",
    "condition": "fair",
    "size": "240,5",
    "unit": "m2",
    "income": "",
    "decision_number": "17",
    "decision_on": "2020-03-02",
}


def elsewhere(at: datetime | None = None, number: str = "5") -> Basis:
    return Basis(None, number, local(at or now()).date() - timedelta(days=20))


def begun(act: Act, first: int = FIRST) -> Programme:
    return programmes.begin(act, first, first + 2)


def written(act: Act, programme: Programme, **changes: str) -> None:
    entry, wrong = tasks.read(programme, {**TASK, **changes})
    programmes.write_task(act, programme, entry, wrong)


def approved(okrug: Village, *some: dict[str, str], first: int = FIRST) -> UUID:
    """A programme that the assembly approved at a meeting held elsewhere."""
    with okrug.act_as(Role.OFFICE) as act:
        programme = begun(act, first)
        for changes in some or ({},):
            written(act, programme, **changes)
        programmes.approve(act, programme, elsewhere())
        return programme.id


def entered(act: Act, **changes: str) -> Kept:
    """An object that was received by a decision of 2020."""
    typed = {**HALL, **changes}
    cells = Cells(typed)
    thing, shape = objects.read_thing(act, cells, typed), objects.read_shape(cells, assets.Change.RECEIVED)
    decision = objects.read_named(act, cells)
    return assets.find(act, assets.enter(act, thing, shape, decision, cells.faults).id)


def decided(act: Act, kept: Kept, **changes: str) -> Kept:
    """What a decision changes of an object."""
    typed = {**assets.in_cells(kept, assets.names_of(act, [kept])), **changes}
    cells = Cells(typed)
    shape, decision = objects.read_shape(cells), objects.read_named(act, cells)
    assets.change(act, kept, shape, decision, cells.faults)
    return assets.find(act, kept.thing.id)


def today() -> date:
    return local(now()).date()
