"""A file that comes with a form: it is judged in no transaction, and goes where no row took it."""

from collections.abc import Callable
from typing import Any, cast

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage

from pb.act import Act
from pb.errors import FieldRefusal, Refusal, refuse_all
from pb.media.service import files
from pb.media.service.files import NotTaken, Received
from pb.settings import Settings
from pb.web import sent
from pb.web.limits import PAPERS_SENT, PHOTOS_SENT, Limit, count, count_bytes
from pb.web.requests import Response, begin_work, settings

Taken = tuple[Received | None, FieldRefusal | None]
Judge = Callable[[Any, str], Taken]
CHOOSE = _("Choose a file.")


def with_file(
    field: Any,
    judge: Judge,
    record: Callable[[Act, Received | None, FieldRefusal | None], Response],
    allowed: Callable[[Act], object] | None = None,
) -> Response:
    """What `record` answers in a writing transaction, once, to a form with a file in `field`.

    `allowed` raises where the actor may not send it at all. The file is judged (`photo`, `paper`) in no transaction,
    before the words: so `record` tells all that is wrong at once. What no row took goes.
    """
    with begin_work(writing=False) as act:
        if allowed is not None:
            if (before := sent.again(act)) is not None:  # pressed twice: what it did forbids it a second time
                return before
            allowed(act)
        person = str(act.person.id) if act.person else ""
    file, fault = judge(field, person)
    try:
        with begin_work(writing=True) as act:
            return sent.once(act, lambda: record(act, file, fault))
    finally:
        let_go_unless_known(file)


def missing(file: Received | None, fault: FieldRefusal | None) -> list[FieldRefusal]:
    """What is wrong with the paper without which nothing is recorded."""
    if fault is not None:
        return [fault]
    return [FieldRefusal("paper", CHOOSE)] if file is None else []


def needed(file: Received | None, fault: FieldRefusal | None) -> Received:
    """The paper without which nothing is recorded. Raises FieldRefusal (`missing`)."""
    refuse_all(missing(file, fault))
    return cast("Received", file)


def photo(field: Any, person: str) -> Taken:
    """The photo that came in a field of a form, if one did, or what is wrong with it."""
    return _taken(field, person, files.take_picture, PHOTOS_SENT)


def paper(field: Any, person: str) -> Taken:
    """The same of a PDF."""
    return _taken(field, person, files.take_paper, PAPERS_SENT)


def let_go_unless_known(*received: Received | None) -> None:
    """Of a form that was refused, or sent before, the files go."""
    for file in received:
        if file is None:
            continue
        with begin_work(writing=False) as act:
            known = files.is_known(act, file)
        if not known:
            files.let_go(settings(), file)


def _taken(field: Any, person: str, take: Callable[[Settings, bytes, str], Received], limit: Limit) -> Taken:
    file = field.data
    if not isinstance(file, FileStorage) or not file.filename:
        return None, None
    try:
        data = file.read()
        count_bytes(len(data), person)
        count(limit, person)
        return take(settings(), data, file.filename), None
    except NotTaken as refused:
        return None, FieldRefusal(field.name, refused.told)
    except Refusal as refusal:  # too many of them
        return None, FieldRefusal(field.name, refusal.message)
