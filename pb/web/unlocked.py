"""What strangers send is looked at before the database's one write lock is taken: it is for what writes alone.

A refused form held the lock while its page was drawn: 28 empty objections a second kept everybody's writing waiting for
fourteen seconds. So a view runs in a reading unit of work first. What it refuses, or only looks up, is answered so;
where it begins to write, nothing of that run stays and it runs again, from the start, in a unit that has the lock.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from flask import Response, current_app, session
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from pb.web import sent
from pb.web.requests import begin_work


def looked_at(view: Callable[[], Any]) -> Response | None:
    """The answer of a view that writes nothing; None where it would write, and is to be run with the lock.

    A form that was sent before is answered so too: whoever sends one a thousand times keeps nobody waiting.
    """
    cookie, modified = deepcopy(dict(session)), session.modified
    try:
        with begin_work(writing=False) as act:
            event.listen(act.session, "before_flush", _flushes)
            event.listen(act.session, "do_orm_execute", _executes)
            sent.look_only(act)
            return current_app.make_response(sent.again(act) or view())
    except sent.WouldWrite:
        session.clear()
        session.update(cookie)
        session.modified = modified  # what is not changed is not sent: it could take the place of something newer
        return None


def _flushes(_session: Session, _context: object, _instances: object) -> None:
    raise sent.WouldWrite


def _executes(asked: ORMExecuteState) -> None:
    """Rows that are locked are about to be written."""
    if not asked.is_select or getattr(asked.statement, "_for_update_arg", None) is not None:
        raise sent.WouldWrite
