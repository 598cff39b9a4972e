"""A sample of those who took part, which anybody draws again who has the list: how many, and who.

The seed is SHA-256 of the text drawn in public (UTF-8) followed by the 32 bytes of the list's commitment. Each number
of the list is then placed by SHA-256 of the seed followed by the number in decimal digits (ASCII); those that come
first are the sample. The list is committed before the text is drawn, so that whoever wrote the list cannot have known
whom the sample would hit.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable

SHARE = 20  # one in twenty: five per cent
CHANCE = 20  # a miss once in twenty times: 95 per cent


def fraud_looked_for(participants: int) -> int:
    """K = ⌈0.05 N⌉: so many false votes a sample of `size` finds at least one of, with 95 per cent certainty."""
    return -(-participants // SHARE)


def size(participants: int) -> int:
    """The least n with C(N-K, n) / C(N, n) ≤ 0.05, where K = ⌈0.05 N⌉; 0 for nobody. Computed in whole numbers."""
    honest = participants - fraud_looked_for(participants)
    missed, ways, sample = 1, 1, 0
    while missed * CHANCE > ways and sample < participants:
        missed *= honest - sample  # becomes 0 when the sample is larger than the honest are
        ways *= participants - sample
        sample += 1
    return sample


def list_text(participants: Iterable[tuple[int, bool]]) -> str:
    """What a list of participants is committed as: a line `[number,signed]` for each, by number, joined by line feeds.

    `number` is the one on the roll; `signed`: the ballot bears its voter's digital signature, so nobody need ask.
    """
    return "\n".join(f"[{number},{'true' if signed else 'false'}]" for number, signed in sorted(participants))


def commitment(text: str, salt: bytes) -> str:
    """HMAC-SHA-256 of a text under its salt (32 bytes), in hexadecimal."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def seed(drawn_text: str, list_commitment: str) -> bytes:
    """SHA-256(text ‖ commitment). Raises ValueError for a commitment that is not hexadecimal."""
    return hashlib.sha256(drawn_text.encode() + bytes.fromhex(list_commitment)).digest()


def draw(numbers: Collection[int], wanted: int, seed_bytes: bytes) -> list[int]:
    """`wanted` of the numbers, in the order in which they are drawn; all of them where there are fewer."""
    return sorted(numbers, key=lambda number: hashlib.sha256(seed_bytes + str(number).encode()).digest())[:wanted]
