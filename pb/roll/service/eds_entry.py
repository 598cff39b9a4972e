"""Who may come in by an electronic signature: whoever has an account, and whoever stands on a roll of an okrug."""

from dataclasses import replace

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.core.eds import Signer
from pb.core.national_numbers import IIN
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal
from pb.identity.models import Person
from pb.identity.service import accounts, holdings
from pb.keyring import Keys
from pb.roll.service import entries
from pb.territory.models import Territory


def admit(act: Act, keys: Keys, iin: IIN, signer: Signer) -> Person:
    """The account of whoever signed. Somebody on a roll without one, or whose has no role yet, gets a resident's.

    It rests on the signature, and its name is the roll's.

    Raises FieldRefusal for an IIN that is not known here.
    """
    person = accounts.find(act.session, iin, keys)
    if person is not None and holdings.ever_held(act.session, person.id):
        return person
    entry = entries.find_in_any_okrug(act.session, iin, keys)
    if entry is None and person is not None:
        return person
    if entry is None:
        raise FieldRefusal(
            "eds",
            _("This IIN is not known here: it has no account and is on no roll of the okrug. Ask at the akimat."),
        )
    okrug = act.session.get_one(Territory, act.session.get_one(Cycle, entry.cycle_id).territory_id)
    act = replace(act, territory=okrug, roles=frozenset())
    person = accounts.add_person(act, keys, iin=iin, name=entry.name, settlement=entry.settlement)
    accounts.admit_resident(act, person, basis=f"electronic signature, certificate {signer.fingerprint}")
    return person
