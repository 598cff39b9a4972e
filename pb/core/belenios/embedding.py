"""Small integers as one large number (section 4.11.2 of the specification), the same for every group.

ξ = (((v1·2^κ + v2)·2^κ + ..)·2^κ + vn)·2^padding + ε. Which ε gives a member is for the group to find.
"""

from collections.abc import Sequence

from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.group import Embedding


def _required(name: str, embedding: Embedding | None) -> Embedding:
    if embedding is None:
        raise ProtocolError(Check.UNSUPPORTED, "The group %(group)s carries no whole ballots.", group=name)
    return embedding


def join_integers(name: str, embedding: Embedding | None, integers: Sequence[int]) -> tuple[int, int]:
    """ξ with ε = 0, and the bits that ε may have. Raises ProtocolError (PLAINTEXT, UNSUPPORTED)."""
    form = _required(name, embedding)
    if len(integers) > form.most:
        raise ProtocolError(
            Check.PLAINTEXT, "The group %(group)s carries at most %(most)s numbers.", group=name, most=form.most
        )
    number = 0
    for integer in integers:
        if not 0 <= integer < 1 << form.bits_per_int:
            raise ProtocolError(Check.PLAINTEXT, "A number of an answer is out of range.", equation="0 ≤ v < 2^κ")
        number = number << form.bits_per_int | integer
    return number << form.padding, form.padding


def split_integers(name: str, embedding: Embedding | None, number: int, count: int) -> tuple[int, ...]:
    """The last `count` integers of ξ. Raises ProtocolError (UNSUPPORTED)."""
    form = _required(name, embedding)
    number >>= form.padding
    mask = (1 << form.bits_per_int) - 1
    return tuple(number >> form.bits_per_int * place & mask for place in reversed(range(count)))
