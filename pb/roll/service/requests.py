"""«I am not on the roll»: residents ask, with an account or without; the registrar answers with a reason."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

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
    day is limited before. Raises OutOfPhase, Conflict (the poll was opened), FieldRefusal.
    """
    cycles.require(act, cycle, Phase.VOTING)
    entries.refuse_frozen(act, cycle)
    if settlement not in act.territory.settlements:
        raise FieldRefusal("settlement", _("Choose the settlement."))
    if len(text) > LONGEST_TEXT:
        raise FieldRefusal("text", _("Use at most 1000 characters."))
    act.session.get_one(Cycle, cycle.id, with_for_update=True)  # numbers are given one after the other
    every = select(func.count()).select_from(Request).where(Request.cycle_id == cycle.id)
    secret = "".join(secrets.choice(SYMBOLS) for _symbol in range(SECRET_SYMBOLS))
    request = Request(
        cycle_id=cycle.id,
        number=(act.session.scalar(every) or 0) + 1,
        secret_hash=_hash(secret),
        person_id=act.person.id if act.person else None,
        kind=kind,
        iin_sealed=numbers.seal(iin, keys.seal),
        name=" ".join(name.split()),
        settlement=settlement,
        contact=" ".join(contact.split()),
        text=text.strip(),
        made_at=act.at,
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


def every(act: Act, cycle: Cycle) -> Sequence[Request]:
    """All requests of a cycle: those that wait first, then by number."""
    query = select(Request).where(Request.cycle_id == cycle.id)
    return act.session.scalars(query.order_by(Request.answered_at.is_not(None), Request.number)).all()


def own(act: Act, cycle: Cycle) -> Sequence[Request]:
    """The requests that the signed-in person made."""
    if act.person is None:
        return []
    query = select(Request).where(Request.cycle_id == cycle.id, Request.person_id == act.person.id)
    return act.session.scalars(query.order_by(Request.number)).all()


def iin_of(request: Request, keys: Keys) -> str:
    """The digits that the requester gave: for looking the entry up, never for a page but masked."""
    return numbers.unseal(request.iin_sealed, keys.seal)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"asar-roll-request|" + secret.encode()).digest()
