"""Flask-Login's view of a person."""

from uuid import UUID

from flask import g
from flask_login import UserMixin

from pb.act import Act
from pb.identity.models import Person


class Account(UserMixin):
    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return str(self.person.id)


def load(identifier: str) -> Account | None:
    """The account that the session names, read with the request's own session.

    Nobody where there is no unit of work: the page of a failure is drawn without a database.
    """
    act: Act | None = g.get("act")
    if act is None:
        return None
    try:
        person = act.session.get(Person, UUID(identifier))
    except ValueError:
        return None
    return Account(person) if person is not None else None
