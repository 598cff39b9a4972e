"""A file that comes with a form: it is judged in no transaction, and goes where no row took it."""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import FileStorage

from pb.errors import FieldRefusal, Refusal
from pb.media.service import files
from pb.media.service.files import NotTaken, Received
from pb.settings import Settings
from pb.web.limits import PAPERS_SENT, PHOTOS_SENT, Limit, count, count_bytes
from pb.web.requests import begin_work, settings

Taken = tuple[Received | None, FieldRefusal | None]


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
