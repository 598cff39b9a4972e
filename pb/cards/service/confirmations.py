"""What the maker of the cards confirms after the opening: that the published list is the one that was made.

Signed by the maker's own program with the own key, or with the registrar's electronic digital signature (EDS). Of an
EDS the public gets what names nobody (pb/core/poll/maker_certificate.py) and the verdict; the CMS, which holds the
IIN, stands among the signatures for auditors and the signer.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import MakerConfirmation
from pb.clock import local
from pb.core.belenios.canonical import ProtocolError
from pb.core.eds import Purpose
from pb.core.poll.card_confirmation import LARGEST, Confirmation, check_confirmation, with_cms
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.identity.models import Signature
from pb.identity.service import accounts, signatures
from pb.keyring import Keys
from pb.polls.models import Poll
from pb.polls.service import state
from pb.settings import Settings

KIND = "asar-cards-confirmed"
LONGEST = LARGEST + 1  # bytes of a confirmation that are read; longer ones are refused
LONGEST_CMS = signatures.LONGEST_CMS + 1
SIGNED_WITHIN = timedelta(days=1)  # the text is signed on the maker's machine and carried here
PURPOSES = (Purpose.INDIVIDUAL, Purpose.HEAD, Purpose.RIGHT_TO_SIGN)


class Lack(StrEnum):
    """What the maker has not done yet."""

    NOT_CONFIRMED = "not_confirmed"
    NOT_COMPARED = "not_compared"


LACKS: dict[str, LazyString] = {
    Lack.NOT_CONFIRMED: _("The maker of the cards has not confirmed the published list."),
    Lack.NOT_COMPARED: _(
        "The maker of the cards has not compared the numbers of the cards with those of the platform."
    ),
}


def find(act: Act, poll: Poll) -> MakerConfirmation | None:
    """The confirmation that counts: the one with compared numbers, if there are two."""
    query = select(MakerConfirmation).where(MakerConfirmation.poll_id == poll.id)
    rows = act.session.scalars(query.order_by(MakerConfirmation.numbers_compared.desc())).all()
    # A row is the word of whoever wrote it: what the maker's key did not sign counts for nothing, and stops nobody.
    return next((row for row in rows if _is_signed(poll, row)), None)


def _is_signed(poll: Poll, row: MakerConfirmation) -> bool:
    try:
        return _check(poll, row.confirmation.encode()).numbers_compared == row.numbers_compared
    except ProtocolError:
        return False


def read(row: MakerConfirmation) -> Confirmation:
    """What the row's file says: who signed it with what."""
    return Confirmation.parse(row.confirmation)


def lack(act: Act, poll: Poll) -> Lack | None:
    """What the maker has not done yet for the list of an opened poll; nothing before the opening.

    It is a fault of the checks, for which the adoption waits (pb/checks/service/faults.py): a maker who lost the key
    stops no village for ever, but the minutes then say why nobody confirmed the list, and the chair agrees.
    """
    if poll.election_json is None:
        return None
    row = find(act, poll)
    if row is None:
        return Lack.NOT_CONFIRMED
    return None if row.numbers_compared else Lack.NOT_COMPARED


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """The file of an EDS as it came, empty where none was chosen, with what judges it and whose IIN it holds."""

    cms: bytes
    settings: Settings
    keys: Keys


def confirm(act: Act, cycle: Cycle, poll: Poll, data: bytes, eds: SignatureFile | None = None) -> None:
    """The registrar hands in the confirmation that the own program signed; it is checked and never changes.

    `eds`: the signature itself, where the maker stated one. A confirmation that says that the numbers were compared may
    follow one that does not. Raises Forbidden, Conflict (not opened, confirmed already), FieldRefusal (`confirmation`:
    of another poll or list, another key; `cms`: missing, or it does not hold, or is another person's).
    """
    if act.person is None or not act.holds(Role.REGISTRAR):
        raise Forbidden(_("Only the registrar does this."))
    if poll.election_json is None:
        raise Conflict(_("The poll is not open yet."))
    confirmation = _checked(poll, data)
    before = find(act, poll)
    if before is not None and (before.numbers_compared or not confirmation.numbers_compared):
        raise Conflict(_("The maker of the cards has confirmed the list already."))
    signature = _signature(act, poll, confirmation, eds) if confirmation.certificate else None
    text = confirmation.to_json()
    compared = confirmation.numbers_compared
    digest = sha256(text.encode()).hexdigest()
    signed = {"certificate": confirmation.certificate} if signature is not None else {}
    what = {"poll": poll.uuid, "confirmation": digest, "numbers_compared": compared, **signed}
    # The event first: triggers take no signature of which the log's last event does not tell.
    audit.record(act, "poll.cards_confirmed", subject=cycle.id, data=what)
    act.session.add(
        MakerConfirmation(
            poll_id=poll.id, numbers_compared=compared, confirmation=text, at=act.at, person_id=act.person.id
        )
    )
    if signature is not None:
        act.session.add(signature)
    act.session.flush()


def _check(poll: Poll, data: bytes) -> Confirmation:
    """The confirmation of the list that was opened, by the maker whom the terms name. Raises ProtocolError."""
    terms = state.terms_of(poll)
    confirmation = Confirmation.parse(data)
    check_confirmation(
        confirmation,
        election=poll.uuid,
        election_hash=state.election_of(poll.election_json or "").hash,
        published=terms.maker.list if terms and terms.maker else "",
        maker=terms.maker if terms else None,
    )
    return confirmation


def _checked(poll: Poll, data: bytes) -> Confirmation:
    try:
        confirmation = _check(poll, data)
    except ProtocolError as error:
        raise FieldRefusal(
            "confirmation", _("This is not the confirmation of this list by its maker's key.")
        ) from error
    return confirmation


def _signature(act: Act, poll: Poll, confirmation: Confirmation, eds: SignatureFile | None) -> Signature:
    """The row to keep: the chain, the owner, and that it is the CMS of which the confirmation is made, are judged."""
    if eds is None or not eds.cms:
        raise FieldRefusal("cms", _("The maker stated a digital signature: choose its file too."))
    text = confirmation.signed_text().decode()
    try:
        same = with_cms(confirmation, eds.cms) == confirmation
    except ProtocolError as error:
        raise FieldRefusal("cms", _("This is not the signature of this confirmation.")) from error
    if not same:
        raise FieldRefusal("cms", _("This is not the signature of this confirmation."))
    try:
        pem = signatures.in_pem(eds.cms)
        signer = signatures.verify(eds.settings, pem, text, act.at, *PURPOSES, within=SIGNED_WITHIN)
        iin = signatures.iin_of(eds.settings, signer, local(act.at).date())
    except FieldRefusal as refusal:
        raise FieldRefusal("cms", refusal.message) from refusal
    person = accounts.find(act.session, iin, eds.keys)
    if person is None or person is not act.person:
        raise FieldRefusal("cms", _("This is the signature of another person."))
    return Signature(
        kind=KIND,
        subject_id=poll.id,
        role=_role(numbers_compared=confirmation.numbers_compared),
        person_id=person.id,
        text=text,
        cms=pem.encode(),
        algorithm=signer.algorithm,
        certificate=signer.fingerprint,
        organization_bin=signer.bin,
        signed_at=act.at,
    )


def _role(*, numbers_compared: bool) -> str:
    return Role.REGISTRAR if numbers_compared else f"{Role.REGISTRAR}, list"


def signature_of(act: Act, row: MakerConfirmation) -> Signature | None:
    """The kept signature of a confirmation; None where the maker's own key signed."""
    role = _role(numbers_compared=row.numbers_compared)
    query = select(Signature).where(Signature.kind == KIND, Signature.subject_id == row.poll_id, Signature.role == role)
    return act.session.scalars(query).one_or_none()


def may_take_cms(act: Act, signature: Signature) -> bool:
    """Auditors and the signer."""
    return act.person is not None and (act.person.id == signature.person_id or act.holds(Role.AUDITOR))


def take_cms(act: Act, cycle: Cycle, poll: Poll) -> bytes:
    """The CMS in PEM; that it was taken stands in the audit log, for it holds an IIN. Raises NotFound, Forbidden."""
    row = find(act, poll)
    signature = signature_of(act, row) if row is not None else None
    if signature is None:
        raise NotFound
    if not may_take_cms(act, signature):
        raise Forbidden(_("The signature holds the signer's IIN: it is for the auditor and the signer."))
    audit.record(act, "poll.confirmation_signature_taken", subject=cycle.id, data={"poll": poll.uuid})
    return signature.cms
