"""Limits on what strangers may send, none of which one person can fill for another.

Everything is counted by network: an address, or the /64 of an IPv6 one. A whole village may share it; so whoever shows
a proof that no stranger has (a card, a password or a code from a device that signed in before, a one-time secret, a
session, a device that a clerk set up) is counted by that proof instead where the network's share is used up. What is
written, and wrong passwords, are counted by the wide networks around it too, which have some shares more; of these
something trickles on when they are used up. Nothing is counted for all together. Numbers are kept by all processes in
one place (`pb/web/counters.py`, or Redis).
"""

import hashlib
import hmac
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, wraps
from operator import methodcaller
from typing import Any, NamedTuple, TypeVar, cast

import structlog
from flask import Flask, current_app, g, request, session
from flask_babel import format_timedelta
from flask_babel import gettext as _
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from pb.addresses import around, network_of
from pb.db import make_private
from pb.errors import Refusal
from pb.identity.service import sessions
from pb.settings import Settings
from pb.web import counters, places, sent
from pb.web.requests import begin_work, settings

log = structlog.get_logger()
View = Callable[..., Any]
Proof = Callable[[], str | None]
Result = TypeVar("Result")


@dataclass
class Limit:
    """How much of one thing: `rate` as `limits` writes it ("20 per minute").

    `trickle`: what still goes, one by one, where that is used up, so that nobody waits for the end of a long time.
    """

    name: str
    rate: str
    trickle: str = ""


VOTING = Limit("voting", "600 per minute")
KEY_LOOK_UPS = Limit("key-look-ups", "60 per minute")
SIGNATURES = Limit("signatures", "60 per minute")
DEVICE_CODES = Limit("device-codes", "20 per 15 minutes")
SECRETS = Limit("secrets", "120 per minute")
PAPERS = Limit("papers", "60 per minute")
CODE_LOOK_UPS = Limit("code-look-ups", "120 per minute")
SHUFFLES = Limit("shuffles", "120 per minute")
PHOTOS_SENT = Limit("photos", "120 per hour")
PAPERS_SENT = Limit("papers-sent", "20 per hour")
"""What one person sends to be made anew; then the parts in which it comes, and what it weighs in kilobytes."""
PARTS = Limit("parts", "4000 per hour")
KILOBYTES_SENT = Limit("kilobytes-sent", "102400 per day")
WRITING = Limit("writing", "100 per day", trickle="1 per 15 minutes")
"""What strangers write that stays: requests about the roll, objections; each kind in each place."""
REFUSED_WRITING = Limit("refused-writing", "300 per hour", trickle="1 per minute")
"""What they send of that and is not taken: whoever mistypes ten times a day does not notice it."""
SENT_AGAIN = Limit("sent-again", "30 per hour")
"""One form that was taken before and comes again: no neighbour's form is kept out by it."""
OWN = Limit("own", "30 per minute")
"""The share of one proof, where that of its network is used up."""
OWN_WRITING = Limit("own-writing", "20 per day")
SHARES_OF_WIDE_NETWORKS = (10, 3, 1)
"""What a provider's block, a customer's and a network itself have together, in shares of one network."""

SHOWN_IN_SECONDS = 90
LEAST_FREE = 512 * 1024 * 1024  # bytes
REDIS_SECONDS = 1.0  # that a request waits for it
REDIS_AWAY_SECONDS = 10.0  # without asking it again


class TooMany(Refusal):
    """Too much of something: `wait` says for how many seconds."""

    status = 429

    def __init__(self, seconds: float, instead: str = "") -> None:
        """`instead` says where else to turn meanwhile."""
        wait = max(1, math.ceil(seconds))
        in_seconds = wait <= SHOWN_IN_SECONDS
        shown = timedelta(seconds=wait) if in_seconds else timedelta(minutes=math.ceil(wait / 60))
        time_left = format_timedelta(shown, granularity="second" if in_seconds else "minute", threshold=1.5)
        told = _("Too much came from here at once. Try again in: %(time)s.", time=time_left)
        super().__init__(f"{told} {instead}".rstrip())
        self.wait = wait
        self.details = {"wait": wait}


class NoRoom(Refusal):
    """The disk is nearly full."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("Nothing more can be kept here at this moment. Please tell it in person at the akimat."))


class Counters:
    """What was counted, by limit and by whom. Keys are hashed: no address and no number of a person stands anywhere."""

    def __init__(self, decided: Settings) -> None:
        self._on = decided.limits
        self._secret = hashlib.sha256(b"asar-limits|" + decided.secret_key.encode()).digest()
        self._file = FixedWindowRateLimiter(storage_from_string(counters.address_of(decided.state_folder)))
        self._redis = _in_redis(decided.redis_url) if decided.redis_url else None
        self._redis_away_until = 0.0

    def tidy(self) -> None:
        """Deletes what is over in the file. A Redis does it by itself."""
        cast("counters.SQLiteCounters", self._file.storage).tidy()

    def has_room(self, limit: Limit, *who: str, shares: int = 1, times: int = 1) -> bool:
        """Whether one more, or so many, may come; nothing is counted."""
        windows = self._windows(limit, who, shares)
        return not self._on or any(self._ask(methodcaller("test", *window, cost=times)) for window in windows)

    def take(self, limit: Limit, *who: str, shares: int = 1, times: int = 1) -> bool:
        """Counts one more, or so many at once; False if it is too many."""
        windows = self._windows(limit, who, shares)
        return not self._on or any(self._ask(methodcaller("hit", *window, cost=times)) for window in windows)

    def forget(self, limit: Limit, *who: str) -> None:
        """Begins to count anew."""
        if self._on:
            self._ask(lambda windows: windows.clear(_item(limit.rate), self._key(limit.name, who)))

    def wait(self, limit: Limit, *who: str, shares: int = 1) -> float:
        """For how many seconds there is no room."""
        windows = self._windows(limit, who, shares)
        ends: list[float] = [self._ask(methodcaller("get_window_stats", *window)).reset_time for window in windows]
        return min(ends) - time.time()

    def _windows(self, limit: Limit, who: tuple[str, ...], shares: int) -> list[tuple[RateLimitItem, str]]:
        """What is counted: the rate, and what trickles beyond it."""
        windows = [(_item(limit.rate, shares), self._key(limit.name, who))]
        if limit.trickle:
            windows.append((_item(limit.trickle, shares), self._key(f"{limit.name}|trickle", who)))
        return windows

    def _ask(self, work: Callable[[FixedWindowRateLimiter], Result]) -> Result:
        """Asks Redis where there is one; while it is away the file of this machine counts, and people vote."""
        if self._redis is not None and time.monotonic() >= self._redis_away_until:
            try:
                return work(self._redis)
            except self._redis.storage.base_exceptions as error:
                self._redis_away_until = time.monotonic() + REDIS_AWAY_SECONDS
                log.warning("redis_away", reason=type(error).__name__, instead=counters.FILE)
        return work(self._file)

    def _key(self, name: str, who: tuple[str, ...]) -> str:
        text = "\0".join((name, *who)).encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:40]


def _in_redis(address: str) -> FixedWindowRateLimiter:
    """Counters in a Redis that is asked once, and not for long."""
    where = f"redis+{address}" if address.startswith("unix:") else address  # as the library calls one at a socket
    patience: dict[str, Any] = {
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    return FixedWindowRateLimiter(storage_from_string(where, **patience))


@lru_cache(maxsize=100)
def _item(rate: str, shares: int = 1) -> RateLimitItem:
    item = parse(rate)
    return type(item)(item.amount * shares, item.multiples, item.namespace)


def install(app: Flask, decided: Settings) -> None:
    """Gives the application its counters."""
    app.extensions["counters"] = Counters(decided)


def counted() -> Counters:
    return cast("Counters", current_app.extensions["counters"])


def network() -> str:
    """The network that the request comes from."""
    return network_of(request.remote_addr or "")


def has_room_around(limit: Limit, *what: str) -> bool:
    """Whether one more may come from this network and from the wide ones around it, which have some shares more.

    Whoever holds a /48 has 65,536 networks, and no 65,536 shares.
    """
    return all(counted().has_room(limit, each, *what, shares=shares) for shares, each in _around())


def take_around(limit: Limit, *what: str) -> bool:
    """Counts one more of this network and those around it; False if it is one too many of any, and then of none."""
    if not has_room_around(limit, *what):
        return False
    return all(counted().take(limit, each, *what, shares=shares) for shares, each in _around())


def wait_around(limit: Limit, *what: str) -> float:
    """For how many seconds there is no room."""
    full = [(shares, each) for shares, each in _around() if not counted().has_room(limit, each, *what, shares=shares)]
    return max((counted().wait(limit, each, *what, shares=shares) for shares, each in full), default=0.0)


def _around() -> list[tuple[int, str]]:
    networks = around(network())
    return [*zip(SHARES_OF_WIDE_NETWORKS[-len(networks) :], networks, strict=True)]


def limited(limit: Limit, *, proof: Proof, unless: Callable[[], bool] | None = None) -> Callable[[View], View]:
    """Counts calls by network. Where its share is used up, whoever has a `proof` is counted by that, as `OWN`.

    Goes above `access`. `proof` gives what to count by, or None; it is asked for in that case alone, may open a reading
    unit of work, and must rest on what strangers do not have. What `unless` says of is not counted: a page that is
    merely read takes nothing from those who send.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if unless is None or not unless():
                _let_in(limit, proof)
            return view(*args, **kwargs)

        return guarded

    return decorate


def is_read() -> bool:
    """Whether the page is asked for, and nothing sent."""
    return request.method in {"GET", "HEAD", "OPTIONS"}


def _let_in(limit: Limit, proof: Proof) -> None:
    if counted().take(limit, network()):
        return
    shown = proof()
    if shown is None:
        raise TooMany(counted().wait(limit, network()))
    count(OWN, limit.name, shown)


class Share(NamedTuple):
    """Of which limit, of what, and whose: the network's and those around it, or one proof's own."""

    limit: Limit
    what: tuple[str, ...]
    owner: str | None = None


def limited_writing(proof: Proof) -> Callable[[View], View]:
    """Limits what strangers write that stays, by what was written: the view calls `written` in its unit of work.

    Goes above `access`. A form that was refused takes nothing of that; such forms have a limit of their own, and so has
    each form that was sent before. A network has its share of each kind in each place, and wide networks have some
    more; where it is used up, whoever has a `proof` has one of their own, and others find one more place every few
    minutes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            what, form = _what_is_written(), request.form.get(sent.FIELD, "")
            if not counted().has_room(SENT_AGAIN, form):
                raise TooMany(counted().wait(SENT_AGAIN, form))
            if not has_room_around(REFUSED_WRITING, *what):
                if (shown := proof()) is None:
                    raise _too_much_written(wait_around(REFUSED_WRITING, *what))
                count(OWN, REFUSED_WRITING.name, shown)
            g.share = _share_with_room(proof)
            taken = False
            try:
                answer = current_app.make_response(view(*args, **kwargs))
                taken = answer.status_code < 400
                return answer
            finally:
                if sent.was_before():
                    counted().take(SENT_AGAIN, form)
                elif not taken:
                    take_around(REFUSED_WRITING, *what)

        return guarded

    return decorate


def _what_is_written() -> tuple[str, str]:
    place = places.here()
    return request.endpoint or "", str(place.id) if place is not None else ""


def _share_with_room(proof: Proof) -> Share:
    what = _what_is_written()
    if has_room_around(WRITING, *what):
        return Share(WRITING, what)
    shown = proof()
    if shown is None:
        raise _too_much_written(wait_around(WRITING, *what))
    if not counted().has_room(OWN_WRITING, shown, *what):
        raise _too_much_written(counted().wait(OWN_WRITING, shown, *what))
    return Share(OWN_WRITING, what, shown)


def written() -> None:
    """Counts what the view has just written. Raises TooMany, with which nothing stays of it: others were quicker."""
    limit, what, owner = g.share
    if owner is not None:
        count(limit, owner, *what)
    elif not take_around(limit, *what):
        raise _too_much_written(wait_around(limit, *what))


def _too_much_written(seconds: float) -> TooMany:
    return TooMany(seconds, _("You need not wait for it: tell it in person at the akimat, or bring it there on paper."))


def count(limit: Limit, *who: str) -> None:
    """Counts one more, of whom it is known. Raises TooMany."""
    if not counted().take(limit, *who):
        raise TooMany(counted().wait(limit, *who))


def count_bytes(size: int, person: str) -> None:
    """Counts what somebody sends today. Raises TooMany; what is refused takes nothing of the rest."""
    kilobytes = max(1, math.ceil(size / 1024))
    if not counted().has_room(KILOBYTES_SENT, person, times=kilobytes):
        raise TooMany(counted().wait(KILOBYTES_SENT, person))
    counted().take(KILOBYTES_SENT, person, times=kilobytes)


def if_there_is_room(proof: Proof) -> Callable[[View], View]:
    """Goes above `access` of what strangers may write: while the disk is nearly full it waits, and the vote goes on.

    Whoever has the proof may write then too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not _has_room() and proof() is None:
                raise NoRoom
            return view(*args, **kwargs)

        return guarded

    return decorate


def _has_room() -> bool:
    return shutil.disk_usage(make_private(settings().state_folder)).free >= LEAST_FREE


def signed_in() -> str | None:
    """The person who is signed in, asked of the server: a session that ended proves nothing, a new one no new share."""
    token = session.get("_user_id")
    if not token:
        return None
    with begin_work(writing=False) as act:
        row = sessions.find(act.session, str(token), act.at)
        return str(row.person_id) if row is not None else None


def half_way_in() -> str | None:
    """The proof of a browser that gave a right password, or a right invitation, and goes on."""
    begun = session.get("half") or session.get("accepting")
    return str(begun.get("person") or begun.get("invitation")) if isinstance(begun, dict) else signed_in()
