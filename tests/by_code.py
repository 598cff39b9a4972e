"""Opening an account by its code as its page does it: the hash first, and then the code is used."""

from pb.act import Act
from pb.core.national_numbers import IIN
from pb.identity.models import Invitation, Person
from pb.identity.service import acceptance, accounts
from tests.village import KEYS


def activate(act: Act, iin: IIN, code: str, password: str) -> Person:
    return accounts.activate(act, KEYS, iin, code, accounts.hashed_with_code(act, KEYS, iin, code, password))


def begin_accepting(act: Act, secret: str, password: str) -> Invitation:
    return acceptance.begin(act, KEYS, secret, acceptance.hashed_with_code(act, KEYS, secret, password))
