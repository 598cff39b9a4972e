"""Making a threshold key in three steps, and checking what came out (section 4.6 of the specification).

1. Each trustee generates a seed and gives out a certificate: a key for signing and one for receiving messages.
2. Each deals: commits to a polynomial f_i of degree threshold - 1 and sends f_i(j) to each trustee j, sealed.
3. Each opens what was dealt to it, checks it against the commitments, and publishes the key of S_j = Σ f_i(j).

Any `threshold` of the S_j decrypt; fewer know nothing. The seed alone gets everything back: all messages a trustee
needs are public or encrypted for the seed's key. Whoever fails or cheats is named: `ProtocolError.trustee`, the
number in the group, from 1.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from pb.core.belenios import channel
from pb.core.belenios.canonical import (
    Check,
    ProtocolError,
    dump_json,
    fields,
    items,
    parse_exponent,
    parse_json,
    sha256_hex,
    text,
)
from pb.core.belenios.group import Element, Group
from pb.core.belenios.primitives import Proof
from pb.core.belenios.trustee_list import (
    MAX_TRUSTEES,
    Certificate,
    Pedersen,
    SignedMessage,
    VerificationKey,
    coefexps_json,
    parse_coefexps,
)
from pb.core.belenios.trustees import check_trustee_key, trustee_key

SIGNED: Final = "c = H(sigmsg|M|g^r·vk^c)"
"""What holds of a message that its trustee signed."""
SEED_LENGTH: Final = 22
SEED_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def generate_seed() -> str:
    """A trustee's secret for the whole ceremony: 22 random Base58 characters (section 4.6.1)."""
    return "".join(secrets.choice(SEED_ALPHABET) for _ in range(SEED_LENGTH))


def _signing_key(group: Group, seed: str) -> int:
    return int(sha256_hex(f"sk|{seed}"), 16) % group.q


def _decryption_key(group: Group, seed: str) -> int:
    return int(sha256_hex(f"dk|{seed}"), 16) % group.q


def verification_key(group: Group, seed: str) -> Element:
    """The public key that a seed's certificate and messages are signed with."""
    return group.generator.exp(_signing_key(group, seed))


@contextmanager
def _blaming(trustee: int) -> Iterator[None]:
    """What is refused in here is the fault of this trustee."""
    try:
        yield
    except ProtocolError as error:
        raise error.blaming(trustee) from error


def make_certificate(group: Group, seed: str, *, size: int, threshold: int, index: int) -> SignedMessage:
    """Step 1: the certificate of trustee `index` of `size`. Raises ProtocolError (CEREMONY) for impossible numbers."""
    if not 1 <= threshold <= size <= MAX_TRUSTEES or not 1 <= index <= size:
        raise ProtocolError(Check.CEREMONY, "Not a threshold of a group.", equation="1 ≤ threshold ≤ size")
    signing_key, verification = _signing_key(group, seed), verification_key(group, seed)
    encryption = group.generator.exp(_decryption_key(group, seed))
    certificate = Certificate(size, threshold, index, verification, encryption)
    return channel.sign_message(group, signing_key, certificate.to_json(group))


def check_certificates(group: Group, threshold: int, certs: Sequence[SignedMessage]) -> tuple[Certificate, ...]:
    """Check all certificates of a group, as each trustee does before dealing. Raises ProtocolError (TRUSTEES)."""
    certificates: list[Certificate] = []
    for index, signed in enumerate(certs, start=1):
        certificate = check_certificate(group, signed, size=len(certs), threshold=threshold, index=index)
        with _blaming(index):
            if any(certificate.verification == other.verification for other in certificates):
                raise ProtocolError(Check.TRUSTEES, "A certificate has the key of another trustee.")
        certificates.append(certificate)
    return tuple(certificates)


def check_certificate(group: Group, signed: SignedMessage, *, size: int, threshold: int, index: int) -> Certificate:
    """Check one certificate as it arrives. Raises ProtocolError (TRUSTEES, form) naming the trustee `index`."""
    with _blaming(index):
        certificate = Certificate.parse(signed.message, group)
        if (certificate.size, certificate.threshold, certificate.index) != (size, threshold, index):
            raise ProtocolError(Check.TRUSTEES, "A certificate was made for another place or group.")
        if not channel.signature_holds(group, certificate.verification, signed.message, signed.signature):
            raise ProtocolError(Check.TRUSTEES, "A certificate is not signed by its trustee.", equation=SIGNED)
    return certificate


@dataclass(frozen=True, slots=True)
class Dealing:
    """What a trustee gives out in step 2. `secrets` holds a sealed message for each trustee, in their order."""

    coefexps: SignedMessage
    signature: Proof
    secrets: tuple[str, ...]

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        members = fields(parse_json(data), "coefexps", "signature", "secrets")
        return cls(
            SignedMessage.from_value(members["coefexps"], group.q),
            Proof.from_value(members["signature"], group.q),
            tuple(text(sealed) for sealed in items(members["secrets"])),
        )

    def to_json(self) -> str:
        return dump_json(
            {
                "coefexps": self.coefexps.to_value(),
                "signature": self.signature.to_value(),
                "secrets": list(self.secrets),
            }
        )


def _certificates_statement(group: Group, certs: Sequence[SignedMessage], coefexps: Sequence[Element]) -> str:
    value = {
        "certs": [cert.to_value() for cert in certs],
        "coefexps": [group.serialise(element) for element in coefexps],
    }
    return f"certs_sig|{dump_json(value)}"


def deal(group: Group, seed: str, *, threshold: int, certs: Sequence[SignedMessage]) -> Dealing:
    """Step 2: a new polynomial, committed to and dealt out. Checks the certificates first.

    Raises ProtocolError: TRUSTEES naming whose certificate is wrong, CEREMONY if the seed's own is missing.
    """
    certificates = check_certificates(group, threshold, certs)
    signing_key = _signing_key(group, seed)
    _own_index(group, seed, certificates)
    polynomial = [secrets.randbelow(group.q) for _ in range(threshold)]
    coefexps = tuple(group.generator.exp(coefficient) for coefficient in polynomial)
    sealed = tuple(
        channel.send(group, signing_key, certificate.encryption, dump_json({"secret": str(share)}))
        for certificate in certificates
        for share in [_evaluate(group, polynomial, certificate.index)]
    )
    return Dealing(
        coefexps=channel.sign_message(group, signing_key, coefexps_json(coefexps, group)),
        signature=channel.sign(group, signing_key, _certificates_statement(group, certs, coefexps)),
        secrets=sealed,
    )


def _evaluate(group: Group, polynomial: Sequence[int], at: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = (value * at + coefficient) % group.q
    return value


def _own_index(group: Group, seed: str, certificates: Sequence[Certificate]) -> int:
    own = verification_key(group, seed)
    for certificate in certificates:
        if certificate.verification == own:
            return certificate.index
    raise ProtocolError(Check.CEREMONY, "This key's certificate is not among the certificates.")


def check_dealing(
    group: Group, threshold: int, certs: Sequence[SignedMessage], index: int, dealing: Dealing
) -> tuple[Element, ...]:
    """Check what all can see of a dealing; the commitments. Raises ProtocolError naming the trustee `index`."""
    with _blaming(index):
        if len(dealing.secrets) != len(certs):
            raise ProtocolError(Check.TRUSTEES, "A trustee did not deal to each trustee.")
        verification = Certificate.parse(certs[index - 1].message, group).verification
        return _check_coefexps(group, threshold, certs, verification, dealing.coefexps, dealing.signature)


def _check_coefexps(
    group: Group,
    threshold: int,
    certs: Sequence[SignedMessage],
    verification: Element,
    signed: SignedMessage,
    signature: Proof,
) -> tuple[Element, ...]:
    if not channel.signature_holds(group, verification, signed.message, signed.signature):
        raise ProtocolError(Check.TRUSTEES, "A polynomial is not signed by its trustee.", equation=SIGNED)
    coefexps = parse_coefexps(signed.message, group)
    if len(coefexps) != threshold:
        raise ProtocolError(Check.TRUSTEES, "A polynomial has another degree than the threshold asks for.")
    if not channel.signature_holds(group, verification, _certificates_statement(group, certs, coefexps), signature):
        raise ProtocolError(Check.TRUSTEES, "The list is not signed by its trustee.", equation=SIGNED)
    return coefexps


def _share_in_the_exponent(group: Group, coefexps: Sequence[Element], at: int) -> Element:
    """g^f(at) from the commitments: Π A_k^(at^k)."""
    return group.product_of_powers(coefexps, [pow(at, power, group.q) for power in range(len(coefexps))])


def accept_shares(
    group: Group, seed: str, *, threshold: int, certs: Sequence[SignedMessage], dealings: Sequence[Dealing]
) -> tuple[int, VerificationKey]:
    """Step 3: this trustee's private key S_j, and the public part to be handed in.

    Raises ProtocolError naming the trustee who dealt wrongly: CEREMONY for a secret that cannot be read or does not
    fit the commitments, TRUSTEES for what all can see.
    """
    certificates = check_certificates(group, threshold, certs)
    own = _own_index(group, seed, certificates)
    if len(dealings) != len(certs):
        raise ProtocolError(Check.CEREMONY, "Not every trustee has dealt.")
    private_key = 0
    for dealer, dealing in zip(certificates, dealings, strict=True):
        coefexps = check_dealing(group, threshold, certs, dealer.index, dealing)
        with _blaming(dealer.index):
            sealed = dealing.secrets[own - 1]
            message = channel.receive(group, _decryption_key(group, seed), dealer.verification, sealed)
            secret = parse_exponent(fields(parse_json(message), "secret")["secret"], group.q)
            if group.generator.exp(secret) != _share_in_the_exponent(group, coefexps, own):
                raise ProtocolError(
                    Check.CEREMONY, "A secret does not fit its dealer's polynomial.", equation="g^s = ΠA_k^(j^k)"
                )
        private_key = (private_key + secret) % group.q
    public = trustee_key(group, private_key)
    signature = channel.sign(group, _signing_key(group, seed), group.serialise(public.public_key))
    return private_key, VerificationKey(public, signature)


def assemble(
    group: Group,
    *,
    threshold: int,
    certs: Sequence[SignedMessage],
    dealings: Sequence[Dealing],
    verification_keys: Sequence[VerificationKey],
) -> Pedersen:
    """The group's entry of trustees.json from the three steps, checked. Raises ProtocolError (TRUSTEES)."""
    if not len(certs) == len(dealings) == len(verification_keys):
        raise ProtocolError(Check.TRUSTEES, "Not every trustee has taken each step.")
    pedersen = Pedersen(
        threshold,
        tuple(certs),
        tuple(dealing.coefexps for dealing in dealings),
        tuple(dealing.signature for dealing in dealings),
        tuple(verification_keys),
    )
    check_pedersen(group, pedersen)
    return pedersen


def check_pedersen(group: Group, pedersen: Pedersen) -> None:
    """Check everything about a group of trustees that does not need a secret. Raises ProtocolError naming a trustee.

    TRUSTEES: a certificate, polynomial or key that is not signed, was made for another place, or does not fit.
    """
    certificates = check_certificates(group, pedersen.threshold, pedersen.certs)
    rows = []
    for certificate, signed, signature in zip(certificates, pedersen.coefexps, pedersen.signatures, strict=True):
        with _blaming(certificate.index):
            coefexps = _check_coefexps(
                group, pedersen.threshold, pedersen.certs, certificate.verification, signed, signature
            )
        rows.append(coefexps)
    for certificate, entry in zip(certificates, pedersen.verification_keys, strict=True):
        _check_share(group, certificate, rows, entry)


def check_share(
    group: Group, certs: Sequence[SignedMessage], dealings: Sequence[Dealing], index: int, entry: VerificationKey
) -> None:
    """Check the key of step 3 as it arrives, where certificates and dealings were checked before.

    Raises ProtocolError (TRUSTEES, form) naming the trustee `index`.
    """
    rows = [parse_coefexps(dealing.coefexps.message, group) for dealing in dealings]
    _check_share(group, Certificate.parse(certs[index - 1].message, group), rows, entry)


def _check_share(
    group: Group, certificate: Certificate, rows: Sequence[Sequence[Element]], entry: VerificationKey
) -> None:
    """`rows` are the commitments of each dealer: their products commit to the polynomial that X_j lies on."""
    total = [group.one] * certificate.threshold
    for coefexps in rows:
        total = [group.mul(product, element) for product, element in zip(total, coefexps, strict=True)]
    with _blaming(certificate.index):
        check_trustee_key(group, entry.key)
        if entry.key.public_key != _share_in_the_exponent(group, total, certificate.index):
            raise ProtocolError(Check.TRUSTEES, "A key does not fit the polynomials.", equation="X_j = ΠΠA_ik^(j^k)")
        serialised = group.serialise(entry.key.public_key)
        if not channel.signature_holds(group, certificate.verification, serialised, entry.signature):
            raise ProtocolError(Check.TRUSTEES, "A key is not signed by its trustee.", equation=SIGNED)
