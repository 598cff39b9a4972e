"""Asking the authority's OCSP responder whether a certificate was revoked, when no list at hand says so.

Whatever goes wrong on the way is no answer: the setting for unknown certificates decides. What is answered is judged by
its own signature. A responder that sends us on to another address is not followed: who is asked stands in the settings.
"""

from http.client import HTTPException
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog

from pb.core.eds.certificates import Certificate
from pb.core.eds.ocsp import MAX_RESPONSE, make_request
from pb.core.eds.revocation import Fetch

TIME_OUT = 4  # seconds
log = structlog.get_logger()


class _NoRedirection(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def responder(address: str) -> Fetch:
    """Asks at `address`, which the settings have checked to be http or https."""
    opener = build_opener(_NoRedirection)

    def fetch(certificate: Certificate, issuer: Certificate) -> bytes | None:
        request = Request(  # noqa: S310 - the settings allow http and https alone
            address,
            data=make_request(certificate, issuer),
            headers={"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"},
        )
        try:
            with opener.open(request, timeout=TIME_OUT) as response:
                answer: bytes = response.read(MAX_RESPONSE + 1)
        except (OSError, HTTPException) as error:
            log.warning("ocsp_not_answered", reason=type(error).__name__)
            return None
        return answer if len(answer) <= MAX_RESPONSE else None

    return fetch
