"""Digital signatures as the rooms ask for them: verified against this installation's trust, refused in plain words."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from pb.config import Settings
from pb.core.eds import EDSError, Purpose, Signer, verify_cms
from pb.errors import FieldRefusal
from pb.identity.eds_files import load_revocations, load_trust


def verify(settings: Settings, cms: str, text: str, at: datetime, purpose: Purpose) -> Signer:
    """The one signer of `text`. Raises FieldRefusal."""
    if settings.eds_trust is None:
        raise FieldRefusal("eds", _("The signature is not right."))
    try:
        verdict = verify_cms(
            cms.encode(),
            data=text.encode(),
            trust=load_trust(settings.eds_trust),
            at=at,
            revocations=load_revocations(settings.eds_crl),
            purpose=purpose,
        )
    except EDSError as error:
        raise FieldRefusal("eds", _("The signature is not right.")) from error
    if not verdict.ok or len(verdict.signers) != 1:
        raise FieldRefusal("eds", _("The signature is not right."))
    return verdict.signers[0]
