"""Calls of scripts: JSON in, JSON out, refusals too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import jsonify, request

from pb.errors import FieldRefusal, NotFound, OutOfPhase, Refusal
from pb.web.failures import tell, waiting
from pb.web.requests import Response

LONGEST_WORD = 700  # a public key has 617 digits


def answers_json(view: Callable[..., Response]) -> Callable[..., Response]:
    """Refusals of the script's calls are JSON, with the text that the voter reads."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except (NotFound, OutOfPhase):
            raise  # they have no text of their own: the handlers of all failures give them one
        except Refusal as refusal:
            tell(refusal, None)  # of a voter nothing is known, and an account in the same browser is not the voter
            code = refusal.field if isinstance(refusal, FieldRefusal) else refusal.code or type(refusal).__name__
            error = {"code": code, "message": str(refusal.message)}
            return waiting((jsonify(error=error, **refusal.details), refusal.status), refusal)

    return answered


def json_body() -> dict[str, Any]:
    """The object that the script sent; an empty one for anything else, whose fields are then missing."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # brackets nested thousands deep: `silent` does not know it
        body = None
    return body if isinstance(body, dict) else {}


def word(body: dict[str, Any], name: str) -> str:
    """A short field of printable ASCII, as numbers and nonces are; empty for anything else, which then fits nothing."""
    value = body.get(name)
    fits = isinstance(value, str) and len(value) <= LONGEST_WORD and value.isascii() and value.isprintable()
    return str(value) if fits else ""
