"""A link that ends one channel for one person, without signing in: signed, so that nobody makes one for another."""

import hashlib
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from pb.notices.models import Channel
from pb.settings import Settings

_SALT = "asar-unsubscribe"


def link(settings: Settings, person_id: UUID, channel: Channel) -> str:
    """The whole address. It does not end: an old letter's link works too."""
    return f"{settings.base_url}/unsubscribe/{_serializer(settings).dumps([person_id.hex, channel.value])}"


def read(settings: Settings, token: str) -> tuple[UUID, Channel] | None:
    """Whose link it is and of which channel; None where it is none of ours."""
    try:
        person, channel = _serializer(settings).loads(token)
        return UUID(person), Channel(channel)
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def _serializer(settings: Settings) -> URLSafeSerializer:
    options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(settings.secret_key, salt=_SALT, signer_kwargs=options)
