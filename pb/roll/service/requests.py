"""«I am not on the roll»: residents ask, with an account or without; the registrar answers with a reason."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, and_, func, or_, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.national_numbers import IIN
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.identity.service import iin as numbers
from pb.identity.service.accounts import SYMBOLS, tidy_code
from pb.keyring import Keys
from pb.roll.models import Request, RequestKind
from pb.roll.service import entries

LONGEST_TEXT = 1_000
SECRET_SYMBOLS = 12  # 60 bits
TAKEN_OVER = ("secret_hash", "person_id", "kind", "iin_sealed", "name", "settlement", "contact", "text")
LARGEST_NUMBER = 2**31 - 1  # that a column holds


def submit(
    act: Act,
    cycle: Cycle,
    keys: Keys,
    *,
    kind: RequestKind,
    iin: IIN,
    name: str,
    settlement: str,
    contact: str,
    text: str,
) -> tuple[Request, str]:
    """A request with its number, and the secret that shows its answer to whoever made it.

    There is no most of them: five hundred invented ones shut no honest one out. What one network or person writes in a
    day is limited before. After the opening it is late: kept for the next roll. Raises OutOfPhase, Conflict (the IINs
    were erased), FieldRefusal.
    """
    cycles.require(act, cycle, Phase.VOTING)
    entries.refuse_erased(act, cycle)
    if settlement not in act.territory.settlements:
        raise FieldRefusal("settlement", _("Choose the settlement."))
    if len(text) > LONGEST_TEXT:
        raise FieldRefusal("text", _("Use at most 1000 characters."))
    number = _next_number(act, cycle)
    secret = "".join(secrets.choice(SYMBOLS) for _symbol in range(SECRET_SYMBOLS))
    request = Request(
        cycle_id=cycle.id,
        number=number,
        secret_hash=_hash(secret),
        person_id=act.person.id if act.person else None,
        kind=kind,
        iin_sealed=numbers.seal(iin, keys.seal),
        name=" ".join(name.split()),
        settlement=settlement,
        contact=" ".join(contact.split()),
        text=text.strip(),
        made_at=act.at,
        late=entries.is_frozen(act, cycle),
        answer="",
    )
    act.session.add(request)
    act.session.flush()
    audit.record(act, "roll.requested", subject=cycle.id, data={"number": request.number})
    return request, "-".join(secret[i : i + 4] for i in range(0, SECRET_SYMBOLS, 4))


def answer(act: Act, cycle: Cycle, request: Request, *, granted: bool, text: str) -> None:
    """The registrar's answer with its reason, once; a refusal also after the opening, so that nobody goes without one.

    Raises OutOfPhase and Conflict (granted when the roll can no longer change; answered), Forbidden, FieldRefusal.
    """
    if act.person is None or not act.holds(Role.REGISTRAR):
        raise Forbidden(_("Only the registrar changes the roll."))
    if granted:
        entries.require_registrar(act, cycle)
    if request.answered_at is not None:
        raise Conflict(_("This request is answered already."))
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise FieldRefusal("answer", _("Write the answer with its reason, in at most 1000 characters."))
    request.granted, request.answer = granted, text.strip()
    request.answered_at, request.answered_by = act.at, act.person.id
    act.session.flush()
    audit.record(act, "roll.request_answered", subject=cycle.id, data={"number": request.number, "granted": granted})


def find(act: Act, cycle: Cycle, number: int, secret: str) -> Request | None:
    """The request of this number, for whoever has its secret; None as much for a wrong number as for a wrong secret."""
    query = select(Request).where(Request.cycle_id == cycle.id, Request.number == number)
    request = act.session.scalars(query).one_or_none()
    tidy = tidy_code(secret)
    kept = request.secret_hash if request is not None else b""
    return request if hmac.compare_digest(_hash(tidy), kept) else None


def get(act: Act, cycle: Cycle, request_id: UUID) -> Request:
    """A request of this cycle. Raises NotFound."""
    request = act.session.get(Request, request_id)
    if request is None or request.cycle_id != cycle.id:
        raise NotFound
    return request


def by_number(act: Act, cycle: Cycle, number: int) -> Request:
    """A request of the cycle by its number. Raises NotFound."""
    in_range = number if 0 < number <= LARGEST_NUMBER else 0
    found = act.session.scalars(select(Request).where(Request.cycle_id == cycle.id, Request.number == in_range)).first()
    if found is None:
        raise NotFound
    return found


def count(act: Act, cycle: Cycle, *, waiting: bool = False) -> int:
    """How many requests a cycle has, or how many of them wait for an answer."""
    query = select(func.count()).select_from(Request).where(Request.cycle_id == cycle.id)
    return act.session.scalar(query.where(Request.answered_at.is_(None)) if waiting else query) or 0


def one_page(act: Act, cycle: Cycle, number: int, size: int) -> Sequence[Request]:
    """The requests of a cycle on page `number`, from 1: those that wait first, then by number."""
    query = select(Request).where(Request.cycle_id == cycle.id)
    query = query.order_by(Request.answered_at.is_not(None), Request.number)
    return act.session.scalars(query.offset((number - 1) * size).limit(size)).all()


def count_too_late(act: Act, cycle: Cycle) -> int:
    """How many requests `take_over` may bring: strangers may have sent thousands, and none of them is read."""
    return act.session.scalar(select(func.count()).select_from(_too_late_before(act, cycle).subquery())) or 0


def too_late(act: Act, cycle: Cycle, number: int, size: int) -> Sequence[Request]:
    """The `number`-th page (from 1) of what `take_over` may bring, the earliest first."""
    query = _too_late_before(act, cycle).order_by(Request.made_at, Request.id)
    return act.session.scalars(query.offset((number - 1) * size).limit(size)).all()


def take_over(act: Act, cycle: Cycle, chosen: Collection[UUID]) -> int:
    """Takes chosen late requests of earlier votes over to this roll, under new numbers and the same codes; how many.

    The others stay where they are. Raises OutOfPhase, Forbidden, Conflict (frozen, or none of them is chosen).
    """
    entries.require_registrar(act, cycle)
    number = _next_number(act, cycle)
    query = _too_late_before(act, cycle).where(Request.id.in_(chosen))
    late = act.session.scalars(query.order_by(Request.made_at, Request.id)).all()
    if not late:
        raise Conflict(_("Choose the requests that are to be taken over."))
    for taken in late:
        kept = {name: getattr(taken, name) for name in TAKEN_OVER}
        act.session.add(
            Request(**kept, cycle_id=cycle.id, number=number, made_at=act.at, late=False, taken_from_id=taken.id)
        )
        number += 1
    act.session.flush()
    audit.record(act, "roll.requests_taken_over", subject=cycle.id, data={"count": len(late)})
    return len(late)


def taken_over(act: Act, requests: Sequence[Request]) -> Mapping[UUID, tuple[Cycle, Request]]:
    """Where requests that came too late were taken over to, by their own id."""
    query = select(Cycle, Request).join(Request, Request.cycle_id == Cycle.id)
    rows = act.session.execute(query.where(Request.taken_from_id.in_([request.id for request in requests])))
    return {request.taken_from_id: (cycle, request) for cycle, request in rows if request.taken_from_id is not None}


def own(act: Act, cycle: Cycle) -> Sequence[Request]:
    """The requests that the signed-in person made."""
    if act.person is None:
        return []
    query = select(Request).where(Request.cycle_id == cycle.id, Request.person_id == act.person.id)
    return act.session.scalars(query.order_by(Request.number)).all()


def own_anywhere(act: Act) -> Sequence[tuple[Cycle, Request]]:
    """The requests that the signed-in person made in any cycle of any okrug, the latest first."""
    if act.person is None:
        return []
    query = select(Cycle, Request).join(Cycle, Cycle.id == Request.cycle_id)
    rows = act.session.execute(query.where(Request.person_id == act.person.id).order_by(Request.made_at.desc()))
    return [(cycle, request) for cycle, request in rows]


def iin_of(request: Request, keys: Keys) -> str:
    """The digits that the requester gave: for looking the entry up, never for a page but masked."""
    return numbers.unseal(request.iin_sealed, keys.seal)


def _too_late_before(act: Act, cycle: Cycle) -> Select[Request]:
    """What came too late for an earlier vote of the okrug, whose IIN is still kept and that no roll has taken over."""
    taken = select(Request.taken_from_id).where(Request.taken_from_id.is_not(None))
    query = select(Request).join(Cycle, Cycle.id == Request.cycle_id)
    earlier = or_(
        Cycle.fiscal_year < cycle.fiscal_year,
        and_(Cycle.fiscal_year == cycle.fiscal_year, Cycle.attempt < cycle.attempt),
    )
    query = query.where(Cycle.territory_id == act.territory.id, earlier, Request.id.not_in(taken))
    return query.where(Request.late, Request.granted.is_not(True), Request.iin_sealed.is_not(None))


def _next_number(act: Act, cycle: Cycle) -> int:
    act.session.get_one(Cycle, cycle.id, with_for_update=True)  # numbers are given one after the other
    return count(act, cycle) + 1


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"asar-roll-request|" + secret.encode()).digest()
