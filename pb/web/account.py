"""Flask-Login's view of a person."""

from uuid import UUID

from flask_login import UserMixin

from pb.identity.models import Person
from pb.web.requests import current_act


class Account(UserMixin):
    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return str(self.person.id)


def load(identifier: str) -> Account | None:
    """The account that the session names, read with the request's own session."""
    person = current_act().session.get(Person, UUID(identifier))
    return Account(person) if person is not None else None
