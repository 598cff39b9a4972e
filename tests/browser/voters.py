"""Voters without a browser: ballots encrypted here and cast over HTTP, as the page's script casts them."""

import html
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import APIRequestContext

from pb.core.belenios import ballots, credentials, possession
from pb.core.belenios.messages import Election
from pb.core.national_numbers import IIN


def election_in(content: str) -> Election:
    """The election that a voting page holds."""
    (found,) = re.findall(r'data-election="([^"]*)"', content)
    return Election.parse(html.unescape(found))


def cast(visitor: APIRequestContext, poll: str, iin: IIN, code: str, numbers: Sequence[int]) -> str:
    """Votes at the poll of this address with a card: the numbers for the answers. The ballot's tracker."""
    content = visitor.get(f"{poll}/vote").text()
    (token,) = re.findall(r'name="csrf-token" content="([^"]*)"', content)
    election = election_in(content)
    group = election.group

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = visitor.post(f"{poll}/{path}", data=body, headers={"X-CSRFToken": token})
        assert answer.ok, answer.text()
        told: dict[str, Any] = answer.json()
        return told

    secret = credentials.derive(group, election.uuid, code)
    address = urlsplit(poll)
    nonce = post("challenge", {})["nonce"]
    proof = possession.prove_login(
        group, secret, origin=f"{address.scheme}://{address.netloc}", uuid=election.uuid, nonce=nonce
    )
    public = credentials.public_credential(group, secret)
    post("voter", {"iin": iin.text, "credential": public, "nonce": nonce, "proof": proof.to_value()})
    ballot = ballots.encrypt_ballot(election, secret, [list(numbers)]).to_json(group)
    return str(post("ballots", {"ballot": ballot})["receipt"]["tracker"])
