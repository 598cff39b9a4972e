"""Actions that cannot be undone ask for a proof of identity again, unless one was given a few minutes ago."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect, request, url_for

from pb.web.account import proved_recently
from pb.web.form_pages import page_of_the_form
from pb.web.requests import Response
from pb.web.sent import not_taken


def fresh_proof(page: str, *, arguments: bool = True) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Goes below `access`; `page` is the endpoint to come back to, with the same `arguments` unless it takes none.

    The page with the form carries it too, so that nothing typed is lost on the way.
    """

    def proved(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            if proved_recently():
                return view(*args, **kwargs)
            query = request.query_string.decode(errors="replace")
            after = url_for(page, **((request.view_args if arguments else None) or {})) + (f"?{query}" if query else "")
            if request.method == "GET":
                return redirect(url_for("identity.prove", after=after))
            not_taken()
            return redirect(url_for("identity.prove", after=page_of_the_form() or after, again=1))

        return guarded

    return proved
