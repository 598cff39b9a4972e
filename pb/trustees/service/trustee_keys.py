"""Trustees hand in their public keys and confirm them."""

from collections.abc import Mapping
from hashlib import sha256

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.belenios import possession, trustees
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import Group
from pb.core.belenios.messages import Proof, TrusteeKey, trustees_json
from pb.core.belenios.trustee_list import Trustees
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Person
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
    everyone = places.all_of(act, poll)
    _refuse_colleagues(act, group, key, [other for other in everyone if other.position != place.position])
    place.key_json = key.to_json(group)
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position, "fingerprint": trustees.fingerprint(group, key)}
    audit.record(act, "poll.trustee_key", subject=cycle.id, data=data)
    if all(trustee.key_json for trustee in everyone):
        keys = [TrusteeKey.parse(trustee.key_json or "", group) for trustee in everyone]
        poll.trustees_json = trustees_json(keys, group)
        data = {"poll": poll.uuid, "sha256": trustees_digest(poll)}
        audit.record(act, "poll.trustees_fixed", subject=cycle.id, data=data)
    return place


def _refuse_colleagues(act: Act, group: Group, key: TrusteeKey, others: list[PollTrustee]) -> None:
    """Raises FieldRefusal for a key that stands for another trustee: told at once, to whoever hands it in second."""
    given = trustees.fingerprint(group, key)
    for other in others:
        if other.key_json and trustees.fingerprint(group, TrusteeKey.parse(other.key_json, group)) == given:
            name = act.session.get_one(Person, other.person_id).name
            raise FieldRefusal(
                "trustee",
                _(
                    "This key was handed in before. It stands for the trustee: %(name)s. Choose the file of your own "
                    "key; if this is your own, that trustee took the wrong file and replaces it.",
                    name=name,
                ),
            )


def confirm_key(
    act: Act, cycle: Cycle, poll: Poll, proof: Mapping[str, str], made_for: str | None = None
) -> PollTrustee:
    """A trustee proves that the key file opens the key that stands for them in trustees.json.

    `made_for` is the poll that a file names. Raises OutOfPhase, Forbidden, Conflict (keys are missing), FieldRefusal
    (of another poll, or the proof fails).
    """
    state.require_preparing(act, cycle, poll, Role.TRUSTEE)
    place = places.own(act, poll)
    if poll.trustees_json is None:
        raise Conflict(_("Not all trustees have made their keys yet."))
    if made_for is not None and made_for != poll.uuid:
        raise FieldRefusal(
            "proof",
            _(
                "This confirmation is of another poll: %(found)s. This poll: %(poll)s. Make it anew with the command "
                "on this page.",
                found=made_for[:64],
                poll=poll.uuid,
            ),
        )
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
