"""The three steps in which the trustees make a key of which any `threshold` of them decrypt.

Each step begins when the step before is done by all; until then a message may be replaced. Each message is checked as
it arrives by what is public, and each trustee's program checks what is sealed to it. If a share does not fit, that
program complains: the dealer gives a new certificate, and all deal again, since a dealing is bound to all certificates.
Nobody else can see which of the two is right. So a complaint is told as what one trustee says of another, and each says
it of each other once: a group of n begins again n (n - 1) times at most, then somebody is replaced.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.belenios import threshold, trustees
from pb.core.belenios.canonical import ProtocolError, dump_json, parse_json
from pb.core.belenios.threshold import Dealing
from pb.core.belenios.trustee_list import Certificate, SignedMessage, Trustees, VerificationKey
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal
from pb.polls.models import Poll
from pb.polls.service import state
from pb.trustees.models import Fault, PollComplaint, PollTrustee
from pb.trustees.service import places


class Step(StrEnum):
    """The step that the group is in."""

    CERTIFICATE = "certificate"
    DEALING = "dealing"
    SHARE = "share"
    DONE = "done"


def step_of(poll: Poll, everyone: Sequence[PollTrustee]) -> Step:
    """Which step the group takes now: the first that not all have done."""
    if poll.trustees_json is not None:
        return Step.DONE
    if not all(trustee.certificate_json for trustee in everyone):
        return Step.CERTIFICATE
    return Step.SHARE if all(trustee.dealing_json for trustee in everyone) else Step.DEALING


def done(place: PollTrustee, step: Step) -> bool:
    """Whether this trustee's message of the step is in."""
    return {
        Step.CERTIFICATE: place.certificate_json is not None,
        Step.DEALING: place.dealing_json is not None,
        Step.SHARE: place.share_json is not None,
        Step.DONE: True,
    }[step]


def certificates(poll: Poll, everyone: Sequence[PollTrustee]) -> list[SignedMessage]:
    """All certificates, in the trustees' order; all must be in."""
    q = state.group_of(poll).q
    return [SignedMessage.from_value(parse_json(trustee.certificate_json or ""), q) for trustee in everyone]


def dealings(poll: Poll, everyone: Sequence[PollTrustee]) -> list[Dealing]:
    """All dealings, in the trustees' order; all must be in."""
    group = state.group_of(poll)
    return [Dealing.parse(trustee.dealing_json or "", group) for trustee in everyone]


def listed(messages: Sequence[str | None]) -> str:
    """Messages as one JSON array, as the trustees' programs take them."""
    return f"[{','.join(message or 'null' for message in messages)}]"


def _begin(act: Act, cycle: Cycle, poll: Poll, step: Step) -> tuple[PollTrustee, Sequence[PollTrustee], int]:
    """The actor's place, all places and the threshold. Raises Conflict unless the group is in this step."""
    state.require_preparing(act, cycle, poll, Role.TRUSTEE)
    place, everyone = places.own(act, poll), places.all_of(act, poll)
    if poll.threshold is None:
        raise Conflict(_("In this poll every trustee makes a key alone."))
    now = step_of(poll, everyone)
    if now is Step.DONE:
        raise Conflict(_("All keys are in: the list of trustees is fixed."))
    if now is not step:
        raise Conflict(_("This step is not the one that the trustees take now. Load the page again."))
    return place, everyone, poll.threshold


def _keep(act: Act, cycle: Cycle, poll: Poll, place: PollTrustee, step: Step) -> None:
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position}
    audit.record(act, f"poll.trustee_{step}", subject=cycle.id, data=data)


def hand_in_certificate(act: Act, cycle: Cycle, poll: Poll, text: str) -> PollTrustee:
    """Step 1: the certificate of this trustee's keys for signing and receiving.

    Raises OutOfPhase, Forbidden, Conflict (another step, or n of n), FieldRefusal (not this place's certificate).
    """
    place, everyone, needed = _begin(act, cycle, poll, Step.CERTIFICATE)
    group = state.group_of(poll)
    try:
        signed = SignedMessage.from_value(parse_json(text), group.q)
        certificate = threshold.check_certificate(
            group, signed, size=len(everyone), threshold=needed, index=place.position
        )
    except ProtocolError as error:
        raise FieldRefusal("certificate", _("This is not a certificate for your place among the trustees.")) from error
    for other in everyone:
        if other is not place and other.certificate_json is not None:
            taken = SignedMessage.from_value(parse_json(other.certificate_json), group.q)
            if Certificate.parse(taken.message, group).verification == certificate.verification:
                raise FieldRefusal("certificate", _("Another trustee handed in the same key."))
    place.certificate_json = dump_json(signed.to_value())
    _keep(act, cycle, poll, place, Step.CERTIFICATE)
    return place


def hand_in_dealing(act: Act, cycle: Cycle, poll: Poll, text: str) -> PollTrustee:
    """Step 2: this trustee's commitments, and a secret sealed to each trustee.

    Raises OutOfPhase, Forbidden, Conflict (another step), FieldRefusal (what all can see of it is wrong).
    """
    place, everyone, needed = _begin(act, cycle, poll, Step.DEALING)
    group = state.group_of(poll)
    try:
        dealing = Dealing.parse(text, group)
        threshold.check_dealing(group, needed, certificates(poll, everyone), place.position, dealing)
    except ProtocolError as error:
        raise FieldRefusal("dealing", _("This is not a dealing for these certificates with your key.")) from error
    place.dealing_json, place.fault = dealing.to_json(), Fault.NONE
    _keep(act, cycle, poll, place, Step.DEALING)
    return place


def hand_in_share(act: Act, cycle: Cycle, poll: Poll, text: str) -> PollTrustee:
    """Step 3: the public key of this trustee's share; with the last one the list of trustees is fixed.

    Raises OutOfPhase, Forbidden, Conflict (another step), FieldRefusal (it does not fit what was dealt).
    """
    place, everyone, needed = _begin(act, cycle, poll, Step.SHARE)
    group = state.group_of(poll)
    certs, dealt = certificates(poll, everyone), dealings(poll, everyone)
    try:
        share = VerificationKey.from_value(parse_json(text), group)
        threshold.check_share(group, certs, dealt, place.position, share)
    except ProtocolError as error:
        raise FieldRefusal("share", _("This key does not fit what was dealt to you.")) from error
    place.share_json, place.key_json = dump_json(share.to_value(group)), share.key.to_json(group)
    _keep(act, cycle, poll, place, Step.SHARE)
    if all(trustee.share_json for trustee in everyone):
        shares = [VerificationKey.from_value(parse_json(trustee.share_json or ""), group) for trustee in everyone]
        group_key = threshold.assemble(group, threshold=needed, certs=certs, dealings=dealt, verification_keys=shares)
        poll.trustees_json = Trustees((group_key,)).to_json(group)
        act.session.flush()
        fixed = {
            "poll": poll.uuid,
            "sha256": sha256(poll.trustees_json.encode()).hexdigest(),
            "fingerprints": [trustees.fingerprint(group, key) for key in group_key.keys],
        }
        audit.record(act, "poll.trustees_fixed", subject=cycle.id, data=fixed)
    return place


def complain(act: Act, cycle: Cycle, poll: Poll, dealer: int) -> None:
    """A trustee's program found that what the trustee number `dealer` dealt does not fit; both stand in the audit log.

    The dealer gives a new certificate, and all deal again. Raises OutOfPhase, Forbidden, Conflict (another step, said
    already), FieldRefusal (no such trustee, or oneself).
    """
    place, everyone, _needed = _begin(act, cycle, poll, Step.SHARE)
    if not 1 <= dealer <= len(everyone) or dealer == place.position:
        raise FieldRefusal("dealer", _("Write the number of another trustee."))
    named = everyone[dealer - 1]
    if act.session.get(PollComplaint, (poll.id, place.person_id, named.person_id)) is not None:
        raise Conflict(
            _("You said this of the same trustee before. Tell the akim's office: it replaces one of you two.")
        )
    row = PollComplaint(poll_id=poll.id, person_id=place.person_id, dealer_id=named.person_id, made_at=act.at)
    act.session.add(row)
    for trustee in everyone:
        trustee.dealing_json = trustee.share_json = trustee.key_json = None
    named.certificate_json, named.fault = None, Fault.DEALING
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position, "dealer": dealer}
    audit.record(act, "poll.trustee_complaint", subject=cycle.id, data=data)


def complaints(act: Act, poll: Poll, everyone: Sequence[PollTrustee]) -> list[tuple[int, int]]:
    """Who of the present trustees said it of whom, by their numbers, in the order in which they did."""
    numbers = {trustee.person_id: trustee.position for trustee in everyone}
    query = select(PollComplaint).where(PollComplaint.poll_id == poll.id).order_by(PollComplaint.made_at)
    return [
        (numbers[complaint.person_id], numbers[complaint.dealer_id])
        for complaint in act.session.scalars(query)
        if {complaint.person_id, complaint.dealer_id} <= numbers.keys()
    ]
