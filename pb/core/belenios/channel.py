"""Private messages between trustees while they make a threshold key (sections 4.6.1 and 4.6.3 of the specification).

They go through the server, which can neither read nor alter them, and are never in the archive. Where the
specification encrypts with AES-CCM, here is AES-256-GCM, which browsers have: α = g^r, β = ek^r·g^s, the key is
SHA-256("key|g^s"), the nonce the first 12 bytes of SHA-256("iv|α"), both used once. Sender and recipient are inside.
"""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pb.core.belenios.canonical import Check, ProtocolError, decode_base64, dump_json, encode_base64, fields, parse_json
from pb.core.belenios.group import Element, Group
from pb.core.belenios.primitives import Ciphertext, Proof
from pb.core.belenios.proofs import knowledge_holds, prove_knowledge
from pb.core.belenios.trustee_list import SignedMessage

NONCE_BYTES = 12


def sign(group: Group, signing_key: int, message: str) -> Proof:
    """C = H(sigmsg|M|A), r = w - sk·c (section 4.6.1)."""
    return prove_knowledge(group, signing_key, f"sigmsg|{message}")


def signature_holds(group: Group, verification_key: Element, message: str, signature: Proof) -> bool:
    """Whether the owner of `verification_key`, which must be a member, signed `message`."""
    return knowledge_holds(group, group.ladder(verification_key), f"sigmsg|{message}", signature)


def sign_message(group: Group, signing_key: int, message: str) -> SignedMessage:
    return SignedMessage(message, sign(group, signing_key, message))


def send(group: Group, signing_key: int, recipient: Element, message: str) -> str:
    """A message signed and encrypted for the owner of the encryption key `recipient`."""
    inner = dump_json({"recipient": group.serialise(recipient), "message": message})
    signed = dump_json(sign_message(group, signing_key, inner).to_value())
    r, s = secrets.randbelow(group.q), secrets.randbelow(group.q)
    shared = group.generator.exp(s)
    ciphertext = Ciphertext(group.generator.exp(r), group.mul(group.exp(recipient, r), shared))
    cipher, nonce = _cipher(group, shared, ciphertext.alpha)
    return dump_json(
        {**ciphertext.to_value(group), "data": encode_base64(cipher.encrypt(nonce, signed.encode(), None))}
    )


def receive(group: Group, decryption_key: int, sender: Element, sealed: str) -> str:
    """The message that the owner of the verification key `sender` sent to the owner of `decryption_key`.

    Raises ProtocolError (CEREMONY) for a message that another sent, that is for another, or that was altered, and
    what parsing raises.
    """
    members = fields(parse_json(sealed), "alpha", "beta", "data")
    alpha, beta = group.parse(members["alpha"]), group.parse(members["beta"])
    cipher, nonce = _cipher(group, group.mul(beta, group.inv(group.exp(alpha, decryption_key))), alpha)
    try:
        text = cipher.decrypt(nonce, decode_base64(members["data"], Check.CEREMONY), None)
    except InvalidTag as error:
        raise ProtocolError(Check.CEREMONY, "A private message cannot be decrypted.") from error
    signed = SignedMessage.from_value(parse_json(text), group.q)
    if not signature_holds(group, sender, signed.message, signed.signature):
        raise ProtocolError(
            Check.CEREMONY, "A private message was not signed by its sender.", equation="c = H(sigmsg|M|g^r·vk^c)"
        )
    inner = fields(parse_json(signed.message), "recipient", "message")
    if inner["recipient"] != group.serialise(group.generator.exp(decryption_key)) or not isinstance(
        inner["message"], str
    ):
        raise ProtocolError(Check.CEREMONY, "A private message is for another trustee.")
    return inner["message"]


def _cipher(group: Group, shared: Element, alpha: Element) -> tuple[AESGCM, bytes]:
    key = hashlib.sha256(f"key|{group.serialise(shared)}".encode()).digest()
    return AESGCM(key), hashlib.sha256(f"iv|{group.serialise(alpha)}".encode()).digest()[:NONCE_BYTES]
