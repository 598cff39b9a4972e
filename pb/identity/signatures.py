"""Digital signatures as the rooms ask for them: verified against this installation's trust, refused in plain words."""

from datetime import datetime
from pathlib import Path

from flask_babel import lazy_gettext as _

from pb.config import Settings
from pb.core.eds import EDSError, Purpose, Revocations, Signer, Trust, verify_cms
from pb.errors import FieldRefusal


def verify(settings: Settings, cms: str, text: str, at: datetime, purpose: Purpose) -> Signer:
    """The one signer of `text`. Raises FieldRefusal."""
    if settings.eds_trust is None:
        raise FieldRefusal("eds", _("The signature is not right."))
    try:
        verdict = verify_cms(
            cms.encode(),
            data=text.encode(),
            trust=Trust.from_files(_files(settings.eds_trust)),
            at=at,
            revocations=Revocations.from_files(_files(settings.eds_crl) if settings.eds_crl else []),
            purpose=purpose,
        )
    except EDSError as error:
        raise FieldRefusal("eds", _("The signature is not right.")) from error
    if not verdict.ok or len(verdict.signers) != 1:
        raise FieldRefusal("eds", _("The signature is not right."))
    return verdict.signers[0]


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
