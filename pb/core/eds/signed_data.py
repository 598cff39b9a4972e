"""CMS SignedData (RFC 5652), read strictly.

What is demanded beyond the RFC: the content is plain data; signed attributes are there (without them a signature over
attributes could be passed off as one over a content), each once and with one value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pb.core.eds import der, oids
from pb.core.eds.certificates import Certificate, certificate_of, from_pem
from pb.core.eds.faults import EDSError, Fault

MAX_CMS = 4_000_000  # bytes
MAX_SIGNERS = 8
MAX_CERTIFICATES = 16
MAX_TIMESTAMPS = 4  # of one signature
_VERSIONS = (1, 3, 4)


@dataclass(frozen=True)
class SignerInfo:
    """A SignerInfo that was read; `attributes_raw` are the octets of the signed attributes as they stand.

    `timestamps` are tokens of time-stamping authorities over the signature (RFC 3161, appendix A), not yet judged.
    """

    issuer_and_serial: tuple[bytes, int] | None
    key_id: bytes | None
    digest_algorithm: der.Value
    attributes: Mapping[str, der.Value]
    attributes_raw: bytes
    signature_algorithm: der.Value
    signature: bytes
    timestamps: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class SignedData:
    content: bytes | None
    certificates: tuple[Certificate, ...]
    signer_infos: tuple[SignerInfo, ...]


def read_signed_data(cms: bytes, content_type: str = oids.DATA) -> SignedData:
    """The parts of a CMS SignedData, PEM, bare base64 or DER. Raises EDSError, also for another type of content."""
    if len(cms) > 2 * MAX_CMS:
        raise EDSError(Fault.SIZE, "too long for a signature")
    blocks = list(from_pem(cms, "CMS", "PKCS7", "PKCS #7 SIGNED DATA"))
    if len(blocks) != 1:
        raise EDSError(Fault.FORM, "more than one signature in a file")
    info = der.Fields(der.read(blocks[0], max_size=MAX_CMS))
    if info.next(der.OID).oid() != oids.SIGNED_DATA:
        raise EDSError(Fault.FORM, "not signed data")
    wrapped = der.Fields(info.next(der.context(0)), der.context(0))
    fields = der.Fields(wrapped.next(der.SEQUENCE))
    info.end()
    wrapped.end()
    if fields.next(der.INTEGER).integer() not in _VERSIONS:
        raise EDSError(Fault.FORM, "a version that is not known")
    fields.next(der.SET)
    content = _content(fields.next(der.SEQUENCE), content_type)
    bundle = fields.optional(der.context(0))
    fields.optional(der.context(1))
    infos = fields.next(der.SET).children
    fields.end()
    if not infos:
        raise EDSError(Fault.NO_SIGNER, "nobody signed")
    certificates = bundle.children if bundle else ()
    if len(infos) > MAX_SIGNERS or len(certificates) > MAX_CERTIFICATES:
        raise EDSError(Fault.SIZE, "too many signers or certificates")
    return SignedData(content, tuple(map(certificate_of, certificates)), tuple(map(_signer_info, infos)))


def _content(value: der.Value, content_type: str) -> bytes | None:
    fields = der.Fields(value)
    if fields.next(der.OID).oid() != content_type:
        if content_type == oids.DATA:
            raise EDSError(Fault.CONTENT, "the content is not plain data")
        raise EDSError(Fault.CONTENT, "the content is of another type")
    carried = fields.optional(der.context(0))
    fields.end()
    if carried is None:
        return None
    inner = der.Fields(carried, der.context(0))
    content = inner.next(der.OCTET_STRING).octets()
    inner.end()
    return content


def _signer_info(value: der.Value) -> SignerInfo:
    fields = der.Fields(value)
    fields.next(der.INTEGER)
    named = fields.optional(der.SEQUENCE)
    key_id = None if named else fields.next(der.context(0, constructed=False)).content
    digest_algorithm = fields.next(der.SEQUENCE)
    attributes = fields.optional(der.context(0))
    signature_algorithm = fields.next(der.SEQUENCE)
    signature = fields.next(der.OCTET_STRING).octets()
    unsigned = fields.optional(der.context(1))
    fields.end()
    if attributes is None:
        raise EDSError(Fault.ATTRIBUTES, "a signature without signed attributes is not accepted")
    return SignerInfo(
        issuer_and_serial=_issuer_and_serial(named) if named else None,
        key_id=key_id,
        digest_algorithm=digest_algorithm,
        attributes=read_attributes(attributes),
        attributes_raw=attributes.raw,
        signature_algorithm=signature_algorithm,
        signature=signature,
        timestamps=_timestamps(unsigned) if unsigned else (),
    )


def _timestamps(unsigned: der.Value) -> tuple[bytes, ...]:
    """The tokens among the unsigned attributes, of which the others say nothing that is relied on. Raises EDSError."""
    found: list[bytes] = []
    for attribute in unsigned.children:
        fields = der.Fields(attribute)
        oid, values = fields.next(der.OID).oid(), fields.next(der.SET)
        if oid == oids.TIMESTAMPED:
            found.extend(each.raw for each in values.children)
    if len(found) > MAX_TIMESTAMPS:
        raise EDSError(Fault.SIZE, "too many timestamps")
    return tuple(found)


def _issuer_and_serial(value: der.Value) -> tuple[bytes, int]:
    fields = der.Fields(value)
    issuer, serial = fields.next(der.SEQUENCE).raw, fields.next(der.INTEGER).integer()
    fields.end()
    return issuer, serial


def read_attributes(value: der.Value) -> Mapping[str, der.Value]:
    """The single value of each signed attribute. Raises EDSError when one stands twice or has several values."""
    found: dict[str, der.Value] = {}
    for attribute in value.children:
        fields = der.Fields(attribute)
        oid, attribute_values = fields.next(der.OID).oid(), fields.next(der.SET).children
        fields.end()
        if oid in found or len(attribute_values) != 1:
            raise EDSError(
                Fault.ATTRIBUTES, "signed attribute %(attribute)s stands twice or has not one value", attribute=oid
            )
        found[oid] = attribute_values[0]
    if not {oids.CONTENT_TYPE, oids.MESSAGE_DIGEST} <= found.keys():
        raise EDSError(Fault.ATTRIBUTES, "content type or message digest is not among the signed attributes")
    return found
