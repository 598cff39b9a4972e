"""Strict DER (X.690): what signatures in CMS are read from, and written with for tests.

Everything that has two encodings is refused: indefinite lengths, long forms of short lengths, padded integers, strings
in pieces. `read` looks over the whole input, without recursion, before anything of it is used: its size, its depth and
the number of its values are bounded. Certificates, lists and answers are parsed by the library `cryptography`; from
here comes only what it does not give of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from pb.core.eds.faults import EDSError, Fault

MAX_DEPTH = 24
MAX_VALUES = 20_000
MAX_OID = 64  # bytes

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTF8_STRING, NUMERIC_STRING, PRINTABLE_STRING, T61_STRING, IA5_STRING = 0x0C, 0x12, 0x13, 0x14, 0x16
UTC_TIME, GENERALIZED_TIME, UNIVERSAL_STRING, BMP_STRING = 0x17, 0x18, 0x1C, 0x1E
SEQUENCE, SET = 0x30, 0x31
_CONSTRUCTED = 0x20
_CLASS = 0xC0
_LONG_TAG = 0x1F
_LONG_LENGTH = 0x80
_SEQUENCE_NUMBER, _SET_NUMBER = 0x10, 0x11
TEXTS = frozenset({UTF8_STRING, PRINTABLE_STRING, UNIVERSAL_STRING, BMP_STRING})
ASCII_TEXTS = frozenset({NUMERIC_STRING, T61_STRING, IA5_STRING})


def context(number: int, *, constructed: bool = True) -> int:
    """The tag of [number]."""
    return 0x80 | (_CONSTRUCTED if constructed else 0) | number


@dataclass(frozen=True)
class Value:
    """One encoded value: its tag octet, its content octets, and both with the length between them (`raw`)."""

    tag: int
    content: bytes
    raw: bytes

    @cached_property
    def children(self) -> tuple["Value", ...]:
        """The values inside. Raises EDSError when this one holds none by its form."""
        if not self.tag & _CONSTRUCTED:
            raise EDSError(Fault.FORM, "a simple value where a compound one belongs")
        return tuple(values(self.content))

    def integer(self) -> int:
        return int.from_bytes(self._of(INTEGER), "big", signed=True)

    def oid(self) -> str:
        """The object identifier in dotted form."""
        return _dotted(self._of(OID))

    def octets(self) -> bytes:
        return self._of(OCTET_STRING)

    def bits(self) -> bytes:
        """A bit string of whole octets."""
        content = self._of(BIT_STRING)
        if content[0] != 0:
            raise EDSError(Fault.FORM, "a bit string of broken octets")
        return content[1:]

    def named_bits(self) -> frozenset[int]:
        """The numbers of the bits that are set (KeyUsage and the like)."""
        content = self._of(BIT_STRING)[1:]
        return frozenset(8 * i + bit for i, octet in enumerate(content) for bit in range(8) if octet & 0x80 >> bit)

    def moment(self) -> datetime:
        """UTCTime or GeneralizedTime, in the only forms that RFC 5280 allows: whole seconds, Z."""
        form = {UTC_TIME: "%y%m%d%H%M%SZ", GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}.get(self.tag)
        length = {UTC_TIME: 13, GENERALIZED_TIME: 15}.get(self.tag)
        try:
            text = self.content.decode("ascii")
            if form is None or len(text) != length or not text[:-1].isdigit():
                raise EDSError(Fault.FORM, "a moment in another form")
            at = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            raise EDSError(Fault.FORM, "not a moment") from None
        if self.tag == UTC_TIME and at.year >= 2050:
            at = at.replace(year=at.year - 100)  # RFC 5280, section 4.1.2.5.1: 50 to 99 are of the 20th century
        return at

    def _of(self, tag: int) -> bytes:
        if self.tag != tag:
            raise EDSError(
                Fault.FORM, "tag %(tag)s where %(expected)s belongs", tag=f"{self.tag:02x}", expected=f"{tag:02x}"
            )
        _check_simple(tag, self.content)
        return self.content


class Fields:
    """Goes through the values inside a compound value, each expected or optional, none left over.

    What is not asked for is not read: a revocation list has millions of values.
    """

    def __init__(self, value: Value, tag: int = SEQUENCE) -> None:
        if value.tag != tag:
            raise EDSError(
                Fault.FORM, "tag %(tag)s where %(expected)s belongs", tag=f"{value.tag:02x}", expected=f"{tag:02x}"
            )
        self._values = values(value.content)
        self._ahead = next(self._values, None)

    def next(self, *tags: int) -> Value:
        """The next value, which must have one of the tags (any tag when none is named)."""
        value = self._ahead
        if value is None:
            raise EDSError(Fault.FORM, "a value is missing")
        if tags and value.tag not in tags:
            raise EDSError(Fault.FORM, "unexpected tag %(tag)s", tag=f"{value.tag:02x}")
        self._ahead = next(self._values, None)
        return value

    def optional(self, *tags: int) -> Value | None:
        """The next value, if there is one and it has one of the tags (any tag when none is named)."""
        return self.next() if self._ahead is not None and (not tags or self._ahead.tag in tags) else None

    def end(self) -> None:
        if self._ahead is not None:
            raise EDSError(Fault.FORM, "values left over")


def read(data: bytes, *, max_size: int) -> Value:
    """The one value that `data` is, after all of it was looked over. Raises EDSError (SIZE, DEPTH, FORM)."""
    value = whole(data, max_size=max_size)
    _look_over(data)
    return value


def whole(data: bytes, *, max_size: int) -> Value:
    """The one value that `data` is; what is inside was not looked over. Raises EDSError (SIZE, FORM)."""
    if len(data) > max_size:
        raise EDSError(Fault.SIZE, "more than %(most)s bytes", most=max_size)
    tag, start, end = _header(data, 0, len(data))
    if end != len(data):
        raise EDSError(Fault.FORM, "bytes after the value")
    return Value(tag, data[start:end], data)


def values(content: bytes) -> Iterator[Value]:
    """The values that stand one after the other in `content`. Raises EDSError on the way."""
    position = 0
    while position < len(content):
        tag, start, end = _header(content, position, len(content))
        yield Value(tag, content[start:end], content[position:end])
        position = end


def _look_over(data: bytes) -> None:
    count = 0
    ends = [len(data)]
    position = 0
    while position < len(data):
        while ends and position == ends[-1]:
            ends.pop()
        tag, start, end = _header(data, position, ends[-1])
        count += 1
        if count > MAX_VALUES:
            raise EDSError(Fault.SIZE, "more than %(most)s values", most=MAX_VALUES)
        if tag & _CONSTRUCTED:
            if len(ends) > MAX_DEPTH:
                raise EDSError(Fault.DEPTH, "nested deeper than %(most)s", most=MAX_DEPTH)
            ends.append(end)
            position = start
        else:
            _check_simple(tag, data[start:end])
            position = end


def _header(data: bytes, position: int, limit: int) -> tuple[int, int, int]:
    """Tag, first octet of the content and the octet after it, of the value at `position`, which ends by `limit`."""
    if position + 2 > limit:
        raise EDSError(Fault.FORM, "cut short")
    tag, length = data[position], data[position + 1]
    start = position + 2
    if tag & _LONG_TAG == _LONG_TAG or tag == 0:
        raise EDSError(Fault.FORM, "a tag that has no place here")
    if length >= _LONG_LENGTH:
        octets = length & 0x7F
        if octets == 0:
            raise EDSError(Fault.FORM, "an indefinite length")
        if octets > 4 or start + octets > limit:
            raise EDSError(Fault.FORM, "a length that cannot be")
        length = int.from_bytes(data[start : start + octets], "big")
        if length < _LONG_LENGTH or length >> 8 * (octets - 1) == 0:
            raise EDSError(Fault.FORM, "a length in a longer form than needed")
        start += octets
    if start + length > limit:
        raise EDSError(Fault.FORM, "cut short")
    if not tag & _CLASS and bool(tag & _CONSTRUCTED) != (tag & _LONG_TAG in {_SEQUENCE_NUMBER, _SET_NUMBER}):
        raise EDSError(Fault.FORM, "a string in pieces, or a sequence that is none")
    return tag, start, start + length


def _check_simple(tag: int, content: bytes) -> None:
    if tag in {INTEGER, ENUMERATED}:
        fine = bool(content) and not (len(content) > 1 and (content[0], content[1] >> 7) in {(0, 0), (0xFF, 1)})
    elif tag == BOOLEAN:
        fine = content in {b"\x00", b"\xff"}
    elif tag == NULL:
        fine = not content
    elif tag == BIT_STRING:
        unused = content[0] if content else 8
        fine = unused == 0 or (unused < 8 and len(content) > 1 and content[-1] & ((1 << unused) - 1) == 0)
    elif tag == OID:
        fine = 0 < len(content) <= MAX_OID and content[-1] < 0x80
    else:
        fine = True
    if not fine:
        raise EDSError(Fault.FORM, "tag %(tag)s with a content that cannot be", tag=f"{tag:02x}")


def _dotted(content: bytes) -> str:
    arcs: list[int] = []
    arc = 0
    for octet in content:
        if arc == 0 and octet == 0x80:
            raise EDSError(Fault.FORM, "an object identifier with padding")
        arc = arc << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def encode(tag: int, *parts: bytes) -> bytes:
    """The value with `tag` and the joined parts as content."""
    content = b"".join(parts)
    length = len(content)
    if length < _LONG_LENGTH:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_LENGTH | len(octets))) + octets + content


def sequence(*parts: bytes) -> bytes:
    return encode(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """A SET OF: DER wants its values in order of their octets."""
    return encode(SET, *sorted(parts))


def encode_integer(number: int) -> bytes:
    bits = number.bit_length() if number >= 0 else (~number).bit_length()  # -128 needs seven and a sign, 128 eight
    return encode(INTEGER, number.to_bytes(bits // 8 + 1, "big", signed=True))


def encode_oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    octets = bytearray()
    for arc in (40 * first + second, *others):
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | arc & 0x7F)
        octets.extend(reversed(group))
    return encode(OID, bytes(octets))


def encode_bits(octets: bytes) -> bytes:
    return encode(BIT_STRING, b"\x00", octets)


def encode_moment(at: datetime) -> bytes:
    """UTCTime up to 2049, GeneralizedTime after (RFC 5280, section 4.1.2.5)."""
    utc = at.astimezone(UTC)
    if utc.year < 2050:
        return encode(UTC_TIME, utc.strftime("%y%m%d%H%M%SZ").encode())
    return encode(GENERALIZED_TIME, utc.strftime("%Y%m%d%H%M%SZ").encode())
