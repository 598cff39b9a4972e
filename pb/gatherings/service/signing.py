"""Electronic signatures under minutes and under the akim's answer: optional, kept for good, shown with the minutes.

Whoever confirmed the minutes, holder of a standing role or elected at the meeting, signs the bytes of their PDF. The
akim signs a short text, which names the answer and the SHA-256 of that PDF.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.eds import Purpose, Signer
from pb.core.eds.statements import Kind, akim_text
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.gatherings.models import Answer, Minutes, Paper, Record
from pb.gatherings.service import disagreements, meetings
from pb.gatherings.service.minutes import paper_of
from pb.identity.models import Signature
from pb.identity.service import accounts, signatures
from pb.keyring import Keys
from pb.settings import Settings

FILE: Final = "minutes-file"
"""The kind of a signature over the bytes of the PDF; those over a text have that of its statement."""
SIGNATURES_OF_OFFICE = (Purpose.HEAD, Purpose.RIGHT_TO_SIGN)


@dataclass(frozen=True)
class ToSign:
    """What a person may sign now, and as whom: a text; or a file, of which the text then gives name and SHA-256.

    `pdf`: SHA-256 (hexadecimal) of the PDF of the minutes.
    """

    kind: str
    role: str
    text: str
    pdf: str
    file: bytes | None = None


def waiting(act: Act, minutes: Record, origin: str) -> Iterator[ToSign]:
    """What the person of this act confirmed or answered and has not signed yet.

    Nothing before the minutes are confirmed, and nothing while their PDF is made.
    """
    paper = paper_of(act, minutes) if minutes.confirmed else None
    if paper is None:
        return
    signed = {(signature.kind, signature.role) for signature in of_minutes(act, minutes)}
    answer = _answer_to(act, minutes)
    for role, person_id in _signers(minutes, answer):
        if act.person is None or act.person.id != person_id:
            continue
        to_sign = _answer(act, minutes, answer, paper, origin) if role == Role.AKIM else _file(minutes, paper, role)
        if (to_sign.kind, role) not in signed:
            yield to_sign


def sign(act: Act, settings: Settings, keys: Keys, minutes: Record, role: str, cms: str) -> Signature:
    """Keeps the signature of what the person of this act confirmed as chair or secretary, or answered as akim.

    The certificate must be theirs; the akim's that of the head, or of the right to sign, of the apparatus. Raises
    Forbidden (nothing of theirs waits), FieldRefusal (the signature does not hold, another IIN, another BIN).
    """
    wanted = next((each for each in waiting(act, minutes, settings.base_url) if each.role == role), None)
    if wanted is None or act.person is None:
        raise Forbidden(_("There is nothing here that waits for your signature."))
    purposes = SIGNATURES_OF_OFFICE if wanted.kind is Kind.AKIM_ANSWER else (Purpose.INDIVIDUAL,)
    content = wanted.text if wanted.file is None else wanted.file
    signer = signatures.verify(settings, cms, content, act.at, *purposes)
    _must_be_theirs(act, settings, keys, signer)
    if wanted.kind is Kind.AKIM_ANSWER and act.territory.bin not in {"", signer.bin}:
        raise FieldRefusal("eds", _("This key is of another organization."))
    # The event first: triggers take no signature of which the log's last event does not tell.
    told = {"as": role, "certificate": signer.fingerprint, "sha256": minutes.sha256, "pdf": wanted.pdf}
    audit.record(act, f"{minutes.kind}.signed", subject=minutes.gathering_id, data=told)
    signature = Signature(
        kind=wanted.kind,
        subject_id=minutes.id,
        role=role,
        person_id=act.person.id,
        text=wanted.text,
        cms=cms.encode(),
        algorithm=signer.algorithm,
        certificate=signer.fingerprint,
        organization_bin=signer.bin,
        signed_at=act.at,
    )
    act.session.add(signature)
    act.session.flush()
    return signature


def of_minutes(act: Act, minutes: Record) -> Sequence[Signature]:
    """The signatures under these minutes and under the answer to them, in the order in which they came."""
    query = select(Signature).where(Signature.subject_id == minutes.id).order_by(Signature.signed_at)
    return act.session.scalars(query).all()


def get(act: Act, minutes: Record, signature_id: UUID) -> Signature:
    """A signature under these minutes. Raises NotFound."""
    signature = act.session.get(Signature, signature_id)
    if signature is None or signature.subject_id != minutes.id:
        raise NotFound
    return signature


def take_cms(act: Act, minutes: Record, signature: Signature) -> bytes:
    """The CMS in PEM; that it was taken stands in the audit log, for it holds the signer's IIN. Raises Forbidden."""
    if not may_take_cms(act, signature):
        raise Forbidden(_("The signature holds the signer's IIN: it is for the auditor and the signer."))
    audit.record(act, f"{minutes.kind}.signature_taken", subject=minutes.gathering_id, data={"as": signature.role})
    return signature.cms


def may_take_cms(act: Act, signature: Signature) -> bool:
    """Auditors and the signer."""
    return act.person is not None and (act.person.id == signature.person_id or act.holds(Role.AUDITOR))


def content_of(act: Act, minutes: Record, signature: Signature, origin: str) -> bytes | None:
    """What a signature under these minutes must be over: their PDF, or the text of the answer that was given.

    None where nothing of that kind stands, or it was confirmed or answered by somebody else.
    """
    paper, answer = paper_of(act, minutes), _answer_to(act, minutes)
    if paper is None or not minutes.confirmed or (signature.role, signature.person_id) not in _signers(minutes, answer):
        return None
    if signature.kind == FILE and signature.role != Role.AKIM:
        return paper.pdf
    if signature.kind == Kind.AKIM_ANSWER and signature.role == Role.AKIM:
        return _answer(act, minutes, answer, paper, origin).text.encode()
    return None


def _answer_to(act: Act, minutes: Record) -> Answer | None:
    """The akim answers minutes, and no correction of them."""
    return meetings.answer_to(act, minutes) if isinstance(minutes, Minutes) else None


def _signers(minutes: Record, answer: Answer | None) -> Iterator[tuple[str, UUID | None]]:
    yield Role.CHAIR, minutes.chair_id
    yield Role.SECRETARY, minutes.secretary_id
    if answer is not None:
        yield Role.AKIM, answer.akim_id


def _file(minutes: Record, paper: Paper, role: str) -> ToSign:
    """Its text is a line as `sha256sum` writes it."""
    return ToSign(FILE, role, f"{paper.sha256}  {minutes.file_name}", paper.sha256, paper.pdf)


def _answer(act: Act, minutes: Record, answer: Answer | None, paper: Paper, origin: str) -> ToSign:
    if answer is None:
        raise Conflict(_("The akim has not answered yet."))
    told = disagreements.of_many(act, [minutes.id]).get(minutes.id)
    given = " ".join(("disagreed", *map(str, told.disputed))) if told is not None else "agreed"
    text = akim_text(origin, str(minutes.id), paper.sha256, given)
    return ToSign(Kind.AKIM_ANSWER, Role.AKIM, text, paper.sha256)


def _must_be_theirs(act: Act, settings: Settings, keys: Keys, signer: Signer) -> None:
    iin = signatures.iin_of(settings, signer, local(act.at).date())
    if accounts.find(act.session, iin, keys) is not act.person:
        raise FieldRefusal("eds", _("This is the signature of another person."))
