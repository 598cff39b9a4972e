"""Who may call a route. A view without one of these decorators keeps the application from starting."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _

from pb.errors import Forbidden
from pb.identity.roles import Role
from pb.web.requests import SignInNeeded, begin_work, current_act

View = TypeVar("View", bound=Callable[..., Any])
UNDECIDED = frozenset({"assets"})


@dataclass(frozen=True)
class Access:
    """The decision that a view carries: `roles` None means everybody, empty means anybody who signed in.

    `by_code`: whoever sends a one-time code, which the view itself looks up. No cookie counts.
    """

    roles: frozenset[Role] | None
    own_transaction: bool = False
    by_code: bool = False


def everybody(view: View) -> View:
    """Public: a written decision, visible in a diff."""
    return _guarded(view, Access(None))


def signed_in(view: View) -> View:
    """Anybody with an account."""
    return _guarded(view, Access(frozenset()))


def allow(*roles: Role) -> Callable[[View], View]:
    """People who hold one of these roles in the okrug today."""
    if not roles:
        raise ValueError("name at least one role")
    return lambda view: _guarded(view, Access(frozenset(roles)))


def everybody_unlocked(view: View) -> View:
    """Public, and the view opens its own transactions: proofs are checked before any lock is held."""
    return _guarded(view, Access(None, own_transaction=True))


def by_code(view: View) -> View:
    """Whoever sends a one-time code in the Authorization header, from a program: the view looks the code up.

    A page of another site can neither send that header nor know a code, so no token against forgery is asked for.
    """
    return _guarded(view, Access(None, own_transaction=True, by_code=True))


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if access.own_transaction:
            return view(*args, **kwargs)
        with begin_work(writing=request.method not in {"GET", "HEAD", "OPTIONS"}):
            if access.roles is not None:
                act = current_act()
                if act.person is None:
                    raise SignInNeeded
                if access.roles and not act.holds(*access.roles):
                    raise Forbidden(_("Your role does not allow this."))
            answer = current_app.make_response(view(*args, **kwargs))
            if answer.status_code >= 400:
                current_act().session.rollback()
            return answer

    guarded.access = access  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def refuse_undecided(app: Flask) -> None:
    """Raises when any route lacks an access decision: such an application cannot be deployed, not even by accident."""
    forgotten = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNDECIDED and not isinstance(decision(app, rule.endpoint), Access)
    ]
    if forgotten:
        raise RuntimeError(f"no access decision for {', '.join(forgotten)}")


def called_by_code(app: Flask) -> Iterator[Callable[..., Any]]:
    """The views that programs call with a one-time code."""
    for endpoint, view in app.view_functions.items():
        if (found := decision(app, endpoint)) is not None and found.by_code:
            yield view


def decision(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions[endpoint], "access", None)
