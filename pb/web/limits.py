"""Limits on what one address may send. They are generous: a whole village shares one address."""

from collections.abc import Callable
from typing import Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)

# Nothing is ever locked for one person: a lock would let anybody shut a neighbour out, and a code has 115 bits.
AN_ADDRESS_VOTES = "600 per minute"
ALL_VOTE = "6000 per minute"


def limit_voting(view: Callable[..., Any]) -> Callable[..., Any]:
    """The limits of every step of voting: for one address, which a whole village may share, and for all together."""
    shared = limiter.shared_limit(lambda: ALL_VOTE, scope="voting", key_func=lambda: "everybody")
    return limiter.limit(lambda: AN_ADDRESS_VOTES)(shared(view))


per_address = limiter.limit("20/minute")
"""What opens an account, from one address."""
together = limiter.shared_limit("300/minute", scope="passwords", key_func=lambda: "everybody")
"""What opens an account, from everywhere."""
