"""The voter whom a browser proved to be: what its cookie keeps, and what that is worth as a share of the limits."""

from datetime import timedelta
from uuid import UUID

from flask import request, session
from flask_babel import lazy_gettext as _

from pb import clock
from pb.act import Act
from pb.cards.service import cards
from pb.errors import Refusal
from pb.polls.models import Poll
from pb.polls.service import state
from pb.voting.service import casting
from pb.web.limits import signed_in
from pb.web.requests import SignInAgain, begin_work

ON_A_SHARED_DEVICE = timedelta(minutes=20)
"""Its page empties itself after five minutes without a touch; this ends it also where no script runs."""


def remember(poll: Poll, voter: casting.Voter, act: Act) -> None:
    life = ON_A_SHARED_DEVICE if "kiosk" in session else casting.SESSION_LIFE
    session["voter"] = {
        "poll": poll.uuid,
        "entry": str(voter.entry_id),
        "key": voter.public_key,
        "until": int((act.at + life).timestamp()),
    }


def remembered(poll: Poll) -> casting.Voter:
    """The voter whom this browser proved to be. Raises SignInAgain when nobody did, or too long ago."""
    voter = session.get("voter") or {}
    if voter.get("poll") != poll.uuid or voter.get("until", 0) < clock.now().timestamp():
        raise SignInAgain(_("You signed in too long ago. Sign in again: your choices are still here."))
    return casting.Voter(UUID(voter["entry"]), voter["key"])


def voter_here() -> str | None:
    """The proof of a browser that showed a card of the poll of this address, or of whoever is signed in.

    The cookie is signed and was given for a valid proof; it counts for two hours, and while the card stands: a copy
    of an old one, of another poll's or of a card that was withdrawn since has no share of its own.
    """
    if "voter" in session:
        try:
            with begin_work(writing=False) as act:
                _cycle, poll = state.of_cycle(act, (request.view_args or {})["cycle_id"])
                voter = remembered(poll)
                if cards.standing(act, poll, voter.entry_id).public_key == voter.public_key:
                    return voter.public_key
        except Refusal:
            pass  # no card of this poll: whoever is signed in beside it counts as that
    return signed_in()


def voter_or_kiosk_here() -> str | None:
    """The proof of `voter_here`, or of a device that a clerk set up for the poll of this address: it has one share.

    Whoever leaves the ballot there is signed out by that, and objects as somebody at the device.
    """
    return voter_here() or _kiosk_here()


def _kiosk_here() -> str | None:
    device = session.get("kiosk") or {}
    if "name" not in device:
        return None
    with begin_work(writing=False) as act:
        _cycle, poll = state.of_cycle(act, (request.view_args or {})["cycle_id"])
        return str(device["name"]) if device["poll"] == poll.uuid else None
