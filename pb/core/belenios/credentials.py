"""Credentials and the voter's code they are derived from (section 4.8 of the specification; the code is Asar's own).

The code on a voter's card is 24 symbols of Crockford's base 32, `0123456789ABCDEFGHJKMNPQRSTVWXYZ`: 23 random symbols
(115 bits) and one check symbol, printed in groups of four.

The check symbol. A symbol is an element of GF(32) = GF(2)[x]/(x^5 + x^2 + 1): its value 0..31 in the alphabet, bit i
being the coefficient of x^i. Start with 0 and take the symbols from left to right: multiply by x, add (XOR) the
symbol. A code is right when 0 remains. Multiplying v by x: shift left by one bit; if that gives 32 or more, XOR with
37. So the check symbol is x times what remains of the first 23. Symbol number i carries the weight x^(24-i); as x
generates the 31 units of GF(32), all 24 weights differ and none is zero: every wrong symbol and every exchange of two
different symbols, adjacent or not, is caught.

Normalising what was typed: drop spaces and dashes (`SEPARATORS`), make upper case, replace by `LOOKALIKES`.
"""

import secrets
from typing import Final

from pb.core.belenios.canonical import Check, ProtocolError, sha256_hex
from pb.core.belenios.groups import Group

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 24
GROUP_LENGTH: Final = 4

_UNSEEN: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
SEPARATORS: Final = " \t\r\n\u00a0\u2009\u202f-\u2010\u2011\u2012\u2013\u2014\u2212_." + _UNSEEN
"""What may stand between symbols: spaces (no-break, thin), hyphens, dashes, minus, underscore, full stop, and marks
that nobody sees (soft hyphen, joiners, spaces without a width)."""

LOOKALIKES: Final = {
    "O": "0",  # Latin letters that Crockford's alphabet leaves out
    "I": "1",
    "L": "1",
    "А": "A",  # Cyrillic letters that look like Latin ones, Kazakh ones among them
    "В": "B",
    "Е": "E",
    "Ё": "E",
    "З": "3",
    "К": "K",
    "Қ": "K",
    "М": "M",
    "Н": "H",
    "Һ": "H",
    "Ң": "H",
    "О": "0",
    "Ө": "0",
    "Р": "P",
    "С": "C",
    "Т": "T",
    "У": "Y",
    "Ү": "Y",
    "Ұ": "Y",
    "Х": "X",
    "І": "1",
    "Ѕ": "S",
    "Ј": "J",
}
"""Upper-case letter → symbol of the alphabet."""

_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}


def normalise_symbols(typed: str) -> str:
    """What was typed, without separators, in upper case, look-alikes replaced. Other characters stay as they are."""
    symbols = "".join(character for character in typed if character not in SEPARATORS)
    return "".join(LOOKALIKES.get(character, character) for character in symbols.upper())


def group_symbols(symbols: str) -> str:
    """Symbols in groups of four with dashes between them."""
    return "-".join(symbols[start : start + GROUP_LENGTH] for start in range(0, len(symbols), GROUP_LENGTH))


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ 37 if doubled & 32 else doubled


def _remainder(symbols: str) -> int:
    remainder = 0
    for symbol in symbols:
        remainder = _times_x(remainder) ^ _VALUES[symbol]
    return remainder


def check_symbol(symbols: str) -> str:
    """The check symbol of 23 symbols of the alphabet."""
    return ALPHABET[_times_x(_remainder(symbols))]


def generate_code() -> str:
    """A new code, normalised: 23 symbols from the system's randomness (115 bits) and the check symbol."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return symbols + check_symbol(symbols)


def normalise_code(typed: str) -> str:
    """The 24 symbols of a code that somebody typed.

    Raises ProtocolError (CODE) for a wrong length, a character outside the alphabet or a wrong check symbol; the
    message never repeats what was typed.
    """
    code = normalise_symbols(typed)
    if len(code) != LENGTH:
        raise ProtocolError(Check.CODE, "A code has %(length)s symbols.", length=LENGTH)
    if not set(code) <= _VALUES.keys():
        raise ProtocolError(Check.CODE, "A code has digits and Latin letters only, without I, L, O and U.")
    if _remainder(code):
        raise ProtocolError(Check.CODE, "The code has a typing error.")
    return code


def format_code(code: str) -> str:
    """A normalised code as it is printed: XXXX-XXXX-XXXX-XXXX-XXXX-XXXX."""
    return group_symbols(code)


def derive(group: Group, uuid: str, code: str) -> int:
    """The secret exponent s of a code in the election `uuid`.

    x_i = hex SHA-256("derive_credential|uuid|i|code") for i = 0, 1; s = the number x_0 x_1 in base 16, modulo q: the
    form that belenios-tool 2.0 gives its own codes. Raises ProtocolError (CODE) for a code that is not right.
    """
    code = normalise_code(code)
    digits = "".join(sha256_hex(f"derive_credential|{uuid}|{index}|{code}") for index in (0, 1))
    return int(digits, 16) % group.q


def public_credential(group: Group, secret: int) -> str:
    """The serialised public credential g^s."""
    return group.serialise(group.generator.exp(secret))
