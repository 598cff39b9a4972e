"""Trustees hand in their public keys and confirm them."""

from collections.abc import Mapping
from hashlib import sha256

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.belenios import possession, trustees
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.messages import Proof, TrusteeKey, trustees_json
from pb.core.belenios.trustee_list import Trustees
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal
from pb.polls.models import Poll
from pb.polls.service import state
from pb.trustees.models import PollTrustee
from pb.trustees.service import places


def hand_in_key(act: Act, cycle: Cycle, poll: Poll, key_json: str) -> PollTrustee:
    """A trustee hands in a public key with its proof of possession; until the last key is in, it can be replaced.

    Raises OutOfPhase, Forbidden, Conflict (all keys are in, or t of n), FieldRefusal (not a key, or its proof fails).
    """
    state.require_preparing(act, cycle, poll, Role.TRUSTEE)
    place, group = places.own(act, poll), state.group_of(poll)
    if poll.threshold is not None:
        raise Conflict(_("In this poll the trustees make their keys together, in three steps."))
    if poll.trustees_json is not None:
        raise Conflict(_("All keys are in: the list of trustees is fixed."))
    try:
        key = TrusteeKey.parse(key_json, group)
        trustees.check_trustee_key(group, key)
    except ProtocolError as error:
        raise FieldRefusal("trustee", _("This is not a valid public key.")) from error
    place.key_json = key.to_json(group)
    act.session.flush()
    everyone = places.all_of(act, poll)
    data = {"poll": poll.uuid, "trustee": place.position, "fingerprint": trustees.fingerprint(group, key)}
    audit.record(act, "poll.trustee_key", subject=cycle.id, data=data)
    if all(trustee.key_json for trustee in everyone):
        keys = [TrusteeKey.parse(trustee.key_json or "", group) for trustee in everyone]
        if len({trustees.fingerprint(group, key) for key in keys}) != len(keys):
            raise FieldRefusal("trustee", _("Another trustee handed in the same key."))
        poll.trustees_json = trustees_json(keys, group)
        data = {"poll": poll.uuid, "sha256": trustees_digest(poll)}
        audit.record(act, "poll.trustees_fixed", subject=cycle.id, data=data)
    return place


def confirm_key(act: Act, cycle: Cycle, poll: Poll, proof: Mapping[str, str]) -> PollTrustee:
    """A trustee proves that the key file opens the key that stands for them in trustees.json.

    Raises OutOfPhase, Forbidden, Conflict (keys are missing), FieldRefusal (the proof fails).
    """
    state.require_preparing(act, cycle, poll, Role.TRUSTEE)
    place = places.own(act, poll)
    if poll.trustees_json is None:
        raise Conflict(_("Not all trustees have made their keys yet."))
    group = state.group_of(poll)
    key = Trustees.parse(poll.trustees_json, group).keys[place.position - 1]
    try:
        possession.check_confirmation(
            group,
            key.public_key,
            Proof.from_value(dict(proof), group.q),
            uuid=poll.uuid,
            trustees_sha256=trustees_digest(poll),
        )
    except ProtocolError as error:
        raise FieldRefusal("proof", _("The key file does not open the key that stands for you.")) from error
    place.confirmed_at = act.at
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position}
    audit.record(act, "poll.trustee_confirmed", subject=cycle.id, data=data)
    return place


def trustees_digest(poll: Poll) -> str:
    """SHA-256, in hexadecimal, of the poll's trustees.json: what a trustee's confirmation is bound to."""
    return sha256((poll.trustees_json or "").encode()).hexdigest()
