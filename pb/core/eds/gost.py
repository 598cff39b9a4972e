"""GOST 34.10-2015/512: the signature of RFC 7091 on the curve id-tc26-gost-3410-12-512-paramSetA, hash Streebog-512.

Numbers travel little-endian, 64 bytes each: a public key is x‖y, a signature r‖s (the layout of the national CA).
Signing is for tests and throw-away keys alone: it does not hide its timing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from gmpy2 import invert, mpz  # type: ignore[import-untyped]

from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.streebog_fast import streebog512

SIZE = 64  # bytes of a number
P = mpz(2**512 - 569)
A = P - 3
B = mpz(
    "0xe8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265"
    "ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760"
)
Q = mpz(
    "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275"
)
_GX = mpz(3)
_GY = mpz(
    "0x7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921"
    "df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4"
)
_BASE_WINDOW = 8
_KEY_WINDOW = 5

Jacobian = tuple[mpz, mpz, mpz]  # (X, Y, Z) stands for (X/Z², Y/Z³); Z = 0 is the point at infinity
INFINITY: Jacobian = (mpz(1), mpz(1), mpz(0))


@dataclass(frozen=True)
class PublicKey:
    """A point of the curve, checked to be on it; the curve's order is prime, so the point has that order."""

    x: mpz
    y: mpz

    def to_bytes(self) -> bytes:
        return number_to_bytes(self.x) + number_to_bytes(self.y)


def read_public_key(data: bytes) -> PublicKey:
    """The key from its 128 bytes. Raises EDSError: another length, a number not below p, a point off the curve."""
    if len(data) != 2 * SIZE:
        raise EDSError(Fault.ALGORITHM, "a public key has 128 bytes")
    x, y = (mpz(int.from_bytes(half, "little")) for half in (data[:SIZE], data[SIZE:]))
    if x >= P or y >= P:
        raise EDSError(Fault.ALGORITHM, "a coordinate is not below p")
    if (y * y - (x * x * x + A * x + B)) % P != 0:
        raise EDSError(Fault.ALGORITHM, "the point is not on the curve")
    return PublicKey(x, y)


def public_key_of(private: int) -> PublicKey:
    """d·G for a private number. Raises ValueError outside 1 … q-1."""
    if not 0 < private < Q:
        raise ValueError("a private key is between 1 and q-1")
    return PublicKey(*_affine(_multiply(mpz(private), None, mpz(0))))


def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (128 bytes) is the key's over `message` (RFC 7091, section 6.2)."""
    if len(signature) != 2 * SIZE:
        return False
    r, s = (mpz(int.from_bytes(half, "little")) for half in (signature[:SIZE], signature[SIZE:]))
    if not (0 < r < Q and 0 < s < Q):
        return False
    v = invert(_digest_number(message), Q)
    point = _multiply(s * v % Q, key, (Q - r) * v % Q)
    return bool(point[2]) and bool(_affine(point)[0] % Q == r)


def generate_private() -> int:
    """A number between 1 and q-1 by the system's generator."""
    return secrets.randbelow(int(Q) - 1) + 1


def sign(private: int, message: bytes) -> bytes:
    """A signature (128 bytes, RFC 7091 section 6.1) with a fresh random number."""
    e = _digest_number(message)
    while True:
        k = mpz(generate_private())
        r = _affine(_multiply(k, None, mpz(0)))[0] % Q
        s = (r * private + k * e) % Q
        if r and s:
            return number_to_bytes(r) + number_to_bytes(s)


def number_to_bytes(number: mpz | int) -> bytes:
    return int(number).to_bytes(SIZE, "little")


def _digest_number(message: bytes) -> mpz:
    return mpz(int.from_bytes(streebog512(message), "little")) % Q or mpz(1)


def _multiply(base_scalar: mpz, key: PublicKey | None, key_scalar: mpz) -> Jacobian:
    """base_scalar·G + key_scalar·key, both windows run over the same doublings (Shamir's trick)."""
    base_digits = _digits(base_scalar, _BASE_WINDOW)
    key_digits = _digits(key_scalar, _KEY_WINDOW) if key is not None else []
    base_multiples = _base_multiples()
    key_multiples = _odd_multiples((key.x, key.y, mpz(1)), _KEY_WINDOW) if key is not None else ()
    result = INFINITY
    for position in range(max(len(base_digits), len(key_digits)) - 1, -1, -1):
        result = _double(result)
        for digits, multiples in ((base_digits, base_multiples), (key_digits, key_multiples)):
            digit = digits[position] if position < len(digits) else 0
            if digit > 0:
                result = _add(result, multiples[digit >> 1])
            elif digit < 0:
                x, y, z = multiples[-digit >> 1]
                result = _add(result, (x, P - y, z))
    return result


def _digits(scalar: mpz, window: int) -> list[int]:
    """The non-adjacent form of width `window`, lowest digit first: zeros and odd digits below 2^(window-1)."""
    digits = []
    whole = 1 << window
    while scalar:
        digit = 0
        if scalar & 1:
            digit = int(scalar & (whole - 1))
            if digit >= whole >> 1:
                digit -= whole
            scalar -= digit
        digits.append(digit)
        scalar >>= 1
    return digits


@cache
def _base_multiples() -> Sequence[Jacobian]:
    return _odd_multiples((_GX, _GY, mpz(1)), _BASE_WINDOW)


def _odd_multiples(point: Jacobian, window: int) -> Sequence[Jacobian]:
    """1·P, 3·P, 5·P … below 2^(window-1)."""
    twice = _double(point)
    multiples = [point]
    for _step in range((1 << (window - 2)) - 1):
        multiples.append(_add(multiples[-1], twice))
    return multiples


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if not z or not y:
        return INFINITY
    zz, yy = z * z % P, y * y % P
    slope = 3 * (x - zz) * (x + zz) % P  # a = -3
    s = 4 * x * yy % P
    x3 = (slope * slope - 2 * s) % P
    return x3, (slope * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _add(left: Jacobian, right: Jacobian) -> Jacobian:
    x1, y1, z1 = left
    x2, y2, z2 = right
    if not z1:
        return right
    if not z2:
        return left
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * zz2 * z2 % P, y2 * zz1 * z1 % P
    if u1 == u2:
        return _double(left) if s1 == s2 else INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P


def _affine(point: Jacobian) -> tuple[mpz, mpz]:
    inverse = invert(point[2], P)
    square = inverse * inverse % P
    return point[0] * square % P, point[1] * square * inverse % P
