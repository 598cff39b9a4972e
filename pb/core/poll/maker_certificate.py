"""An electronic digital signature (EDS) in place of the maker's own key: what is published of it, for all to check.

A certificate holds its owner's IIN, and a CMS holds the certificate. So the CMS is for auditors, and the public gets
what a signature consists of beside it: the public key (SubjectPublicKeyInfo, in the poll's terms), the SHA-256 of the
certificate, the signed attributes (DER, base64) and the signature value. With these anybody verifies that the owner of
this key signed this text. That the key is the registrar's, by a certificate of the national authority that was valid
then, needs the CMS: the platform says it, auditors check it.

The signed attributes are published only if each is of a known kind that names nobody.
"""

from typing import Final

from pb.core.belenios.canonical import Check, ProtocolError, decode_base64, encode_base64
from pb.core.eds import EDSError, der, keys, oids
from pb.core.eds.certificates import MAX_CERTIFICATE, Certificate, from_pem, read_certificate
from pb.core.eds.signed_data import SignedData, read_attributes, read_signed_data

MAX_ATTRIBUTES: Final = 8_192  # bytes
NAMELESS: Final = frozenset(
    {
        oids.CONTENT_TYPE,
        oids.MESSAGE_DIGEST,
        oids.SIGNING_TIME,
        oids.SIGNING_CERTIFICATE,
        oids.SIGNING_CERTIFICATE_V2,
        oids.ALGORITHM_PROTECTION,
        oids.CAPABILITIES,
    }
)


def read(data: bytes) -> Certificate:
    """The maker's certificate from a file, PEM or DER. Raises ProtocolError (CARDS)."""
    try:
        found = [read_certificate(block) for block in from_pem(data, "CERTIFICATE")]
        certificate = found[0]
        _ = certificate.public_key
    except EDSError as error:
        raise ProtocolError(
            Check.CARDS, "This is not a certificate that we can read: %(why)s", why=error.finding
        ) from error
    if oids.EMAIL_PROTECTION not in certificate.extended_usages:
        raise ProtocolError(Check.CARDS, "This certificate is not for signatures: choose the one for signing.")
    if certificate.authority:
        raise ProtocolError(Check.CARDS, "This is an authority's certificate: choose your own, for signing.")
    return certificate


def key_of(certificate: Certificate) -> str:
    """The certificate's SubjectPublicKeyInfo in base64: a key without a name."""
    return encode_base64(certificate.key_info.raw)


def check_key(key: str) -> None:
    """Check that it is a sound key of a known kind. Raises ProtocolError (CARDS)."""
    _public_key(key)


def bare_signature(cms: bytes, fingerprint: str, key: str) -> tuple[str, str]:
    """Signed attributes and signature value of the CMS, in base64: what is published of it.

    `fingerprint` and `key` are those that the maker stated. Whether the signature holds is for `is_signed`. Raises
    ProtocolError (CARDS): no CMS, several signers, another certificate, attributes that could name somebody.
    """
    try:
        signed = read_signed_data(cms)
    except EDSError as error:
        raise ProtocolError(
            Check.CARDS, "This is not a signature that we can read: %(why)s", why=error.finding
        ) from error
    if len(signed.signer_infos) != 1:
        raise ProtocolError(Check.CARDS, "Several people signed: the maker signs alone.")
    if not _signed_by(signed, fingerprint, key):
        raise ProtocolError(Check.CARDS, "The signature is by another certificate than the one that was stated.")
    info = signed.signer_infos[0]
    if unknown := sorted(info.attributes.keys() - NAMELESS):
        raise ProtocolError(
            Check.CARDS, "The signature has attributes that cannot be published: %(attribute)s.", attribute=unknown[0]
        )
    return encode_base64(info.attributes_raw), encode_base64(info.signature)


def is_signed(text: bytes, key: str, attributes: str, signature: str) -> bool:
    """Whether `signature` is that of `key` over these attributes, and they are about `text`.

    All but the text in base64. Raises ProtocolError (CARDS) for what cannot be read.
    """
    public = _public_key(key)
    raw = decode_base64(attributes, Check.CARDS)
    value = decode_base64(signature, Check.CARDS)
    try:
        signed = read_attributes(der.read(raw, max_size=MAX_ATTRIBUTES))
        about = signed[oids.CONTENT_TYPE].oid(), signed[oids.MESSAGE_DIGEST].octets()
    except EDSError as error:
        raise ProtocolError(Check.CARDS, "The signed attributes cannot be read: %(why)s", why=error.finding) from error
    if not signed.keys() <= NAMELESS or about != (oids.DATA, keys.digest(public.algorithm, text)):
        return False
    # RFC 5652, section 5.4: the signature is over the attributes with the tag of a SET.
    return public.verifies(bytes((der.SET,)) + raw[1:], value)


def _signed_by(signed: SignedData, fingerprint: str, key: str) -> bool:
    """Whether the one signer is named by the stated certificate, and that has the stated key."""
    info = signed.signer_infos[0]
    return any(
        certificate.fingerprint == fingerprint
        and key_of(certificate) == key
        and (
            (certificate.issuer, certificate.serial) == info.issuer_and_serial
            or (info.key_id is not None and info.key_id == certificate.key_id)
        )
        for certificate in signed.certificates
    )


def _public_key(key: str) -> keys.PublicKey:
    data = decode_base64(key, Check.CARDS)
    try:
        return keys.read_public_key(der.read(data, max_size=MAX_CERTIFICATE))
    except EDSError as error:
        raise ProtocolError(Check.CARDS, "The maker's public key cannot be read: %(why)s", why=error.finding) from error
