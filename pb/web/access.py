"""What every route declares: who may call it, the name of its action, its largest body, what its page may use.

A view without this decorator keeps the application from starting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Role
from pb.errors import Forbidden
from pb.web import sent, unlocked
from pb.web.requests import SignInNeeded, begin_work, current_act

View = TypeVar("View", bound=Callable[..., Any])
UNDECIDED = frozenset({"assets"})
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
A_FEW_FIELDS = 16 * KILOBYTE
"""The usual largest body: a form of short fields, a call with a number or two."""
A_TEXT = 64 * KILOBYTE
"""One text of some thousand letters (six bytes each, as browsers send Kazakh), or a digital signature."""
TEXTS = 128 * KILOBYTE
"""Several such texts, or a line for each of many."""
A_FILE = 2 * MEGABYTE
"""A file, or as much typed."""
PHOTOS = 24 * MEGABYTE
"""Some photos at once, as phones take them, from a browser that does not draw them smaller first."""


@dataclass(frozen=True)
class Callers:
    """Who may call: `roles` None means everybody, empty means anybody who signed in.

    `by_code`: whoever sends a one-time code in the Authorization header, from a program; the view looks the code up.
    A page of another site can neither send that header nor know a code, so no token against forgery is asked for, and
    no cookie counts.

    `by_link`: whoever has a signed link, also from a mail program that opens no page first; the address itself is what
    no other site knows, so no token against forgery is asked for.
    """

    roles: frozenset[Role] | None
    by_code: bool = False
    by_link: bool = False


EVERYBODY = Callers(None)
SIGNED_IN = Callers(frozenset())
BY_CODE = Callers(None, by_code=True)
BY_LINK = Callers(None, by_link=True)


def allow(*roles: Role) -> Callers:
    """People who hold one of these roles in the okrug today."""
    if not roles:
        raise ValueError("name at least one role")
    return Callers(frozenset(roles))


@dataclass(frozen=True)
class Access:
    """The decision that a view carries.

    `action` is what a changing route is called on the page of rights. `own_transaction`: the view opens its own, so
    that proofs are checked before any lock is held. `largest_body` (bytes) is for routes that take more than a
    few fields. `camera`: the page may ask for it. `reads`: a POST that only looks something up, so that what was typed
    stands in no address; it writes nothing. `dear`: it hashes a password, and few of them are served at once.
    """

    callers: Callers
    action: LazyString | None = None
    own_transaction: bool = False
    largest_body: int = A_FEW_FIELDS
    camera: bool = False
    reads: bool = False
    dear: bool = False


def access(
    callers: Callers,
    *,
    action: LazyString | None = None,
    own_transaction: bool = False,
    largest_body: int = A_FEW_FIELDS,
    camera: bool = False,
    reads: bool = False,
    dear: bool = False,
) -> Callable[[View], View]:
    """Lets `callers` in, and no others. The other arguments are those of `Access`."""
    decided = Access(callers, action, own_transaction or callers.by_code, largest_body, camera, reads, dear)
    return lambda view: _guarded(view, decided)


def _guarded(view: View, decided: Access) -> View:
    roles = decided.callers.roles

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if decided.own_transaction:
            if roles is not None:
                with begin_work(writing=False):
                    _require(roles)
            return view(*args, **kwargs)
        writing = not decided.reads and request.method not in {"GET", "HEAD", "OPTIONS"}
        if writing and roles is None and (answer := unlocked.looked_at(lambda: view(*args, **kwargs))) is not None:
            return answer
        with begin_work(writing=writing) as act:
            if roles is not None:
                _require(roles)
            if not writing:
                return view(*args, **kwargs)
            return sent.once(act, lambda: view(*args, **kwargs))

    guarded.access = decided  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _require(roles: frozenset[Role]) -> None:
    act = current_act()
    if act.person is None:
        raise SignInNeeded
    if roles and not act.holds(*roles):
        raise Forbidden(_("Your role does not allow this."))


def refuse_undecided(app: Flask) -> None:
    """Raises when any route lacks an access decision: such an application cannot be deployed, not even by accident."""
    forgotten = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNDECIDED and decision(app, rule.endpoint) is None
    ]
    if forgotten:
        raise RuntimeError(f"no access decision for {', '.join(forgotten)}")


def called_without_page(app: Flask) -> Iterator[Callable[..., Any]]:
    """The views that programs call with a one-time code or a signed link: no page with a token was opened before."""
    for endpoint, view in app.view_functions.items():
        decided = decision(app, endpoint)
        if decided is not None and (decided.callers.by_code or decided.callers.by_link):
            yield view


def decision(app: Flask, endpoint: str | None) -> Access | None:
    """What the route of an endpoint declares; None for a file, or for no route at all."""
    view = app.view_functions.get(endpoint or "")
    decided: Access | None = getattr(view, "access", None)
    return decided
