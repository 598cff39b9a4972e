"""Public pages and files that cost much to make: made once for each state of what they show, and remembered.

Everybody who is not signed in gets the same, so a flood costs one making for each process and not one for each call.
The state is the end of the audit log, of the place and of what it lies in: what changes writes an event. What changes
without one (a ballot, the outcome of a job, a row that somebody changed past the program) is seen after `SECONDS`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, current_app, redirect, request

from pb.audit import service as audit
from pb.formats import language
from pb.identity.service import reach
from pb.web.requests import current_act, settings

SECONDS = 5.0
MOST = 64
MOST_FACTS = 1000
MOST_BYTES = 1024 * 1024  # of one answer; what is larger is made each time
LOCKS = 16
View = Callable[..., Any]


@dataclass
class Made:
    """One answer, and when it was made."""

    at: float
    body: bytes
    headers: list[tuple[str, str]]


class Memory:
    """The newest answers of one process."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._looked: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _each in range(LOCKS)]

    def get(self, key: Hashable, make: Callable[[], Response]) -> Response:
        """The answer of the key, made if it is not there or too old; who asks meanwhile waits for the one making."""
        with self._making[hash(key) % LOCKS]:
            made = self._made.get(key)
            if made is None or time.monotonic() - made.at > SECONDS:
                answer = make()
                body = answer.get_data()
                if answer.status_code != 200 or len(body) > MOST_BYTES:
                    return answer
                made = Made(time.monotonic(), body, list(answer.headers))
                self._keep(key, made)
        return Response(made.body, headers=made.headers)

    def look(self, key: Hashable, look: Callable[[], None]) -> None:
        """Looks, unless it was found in order for this key before. Raises what `look` raises, each time anew."""
        with self._making[hash(key) % LOCKS]:
            if key in self._looked:
                return
            look()
            with self._lock:
                self._looked[key] = None
                while len(self._looked) > MOST_FACTS:
                    self._looked.popitem(last=False)

    def _keep(self, key: Hashable, made: Made) -> None:
        with self._lock:
            self._made[key] = made
            self._made.move_to_end(key)
            while len(self._made) > MOST:
                self._made.popitem(last=False)


def install(app: Flask) -> None:
    """Gives the application its memory, where it counts calls at all."""
    app.extensions["remembered"] = Memory()


def looked_once(look: Callable[[], None], *key: Hashable) -> None:
    """Looks at what costs much, once for each state of the place. Raises what `look` raises."""
    if not settings().limits:
        look()
        return
    act = current_act()
    state = audit.ends(act, reach.line(act.session, act.territory.id))
    cast("Memory", current_app.extensions["remembered"]).look((*key, state), look)


def made_once(view: View) -> View:
    """Goes below `access` of a public page that shows strangers the same whatever their cookies, without arguments.

    An address with arguments would be another one each time: who is not signed in is led to the one without.
    """

    @wraps(view)
    def remembering(*args: Any, **kwargs: Any) -> Any:
        act = current_act()
        if act.person is not None or not settings().limits:
            return view(*args, **kwargs)
        if set(request.args) - {"lang"}:
            return redirect(request.path)
        key = (request.path, language(), audit.ends(act, reach.line(act.session, act.territory.id)))
        memory = cast("Memory", current_app.extensions["remembered"])
        return memory.get(key, lambda: current_app.make_response(view(*args, **kwargs)))

    return remembering
