"""A letter about each change of what opens an account, to its owner; the same stands on the page of sessions."""

from enum import StrEnum

from flask_babel import LazyString, force_locale, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.formats import moment
from pb.identity.models import Person
from pb.identity.service import outbox

LETTER_LANGUAGES = ("kk", "ru_KZ")


class Change(StrEnum):
    """What changed; the value is the action of the log that says so, where there is one."""

    PASSWORD = "identity.password_set"  # noqa: S105 - the name of an action
    FACTOR = "identity.second_factor_set_up"
    INVITATION = "identity.invitation_used"
    NEW_DEVICE = "identity.new_device"
    RENEWED = "identity.account_renewed"
    SUSPENDED = "identity.account_suspended"
    RESUMED = "identity.account_resumed"


TEXTS: dict[Change, LazyString] = {
    Change.PASSWORD: lazy_gettext("The password of your account was set or changed."),
    Change.FACTOR: lazy_gettext("An authenticator app was set up for your account."),
    Change.INVITATION: lazy_gettext("An invitation or a paper code of your account was used."),
    Change.NEW_DEVICE: lazy_gettext("Somebody signed in to your account on a device that was not known."),
    Change.RENEWED: lazy_gettext("The old password and authenticator of your account were put out of force."),
    Change.SUSPENDED: lazy_gettext("Your account was suspended by two bodies."),
    Change.RESUMED: lazy_gettext("Your account was let in again by two bodies."),
}


def send(act: Act, person: Person, *changes: Change) -> None:
    """One letter, in Kazakh and Russian, to somebody who has an address. It holds no name, no link and no secret."""
    subject, body = [], []
    for tongue in LETTER_LANGUAGES:
        with force_locale(tongue):
            subject.append(_("Asar: your account"))
            lines = [str(TEXTS[change]) for change in changes]
            when = _("When: %(moment)s", moment=moment(act.at, tongue[:2]))
            advice = _("If it was not you, tell the akim's office at once and end all sessions on their page.")
            body.append("\n".join([*lines, when, advice]))
    outbox.notify(act, [person], " / ".join(subject), "\n\n".join(body))
