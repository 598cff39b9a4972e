"""What stands beside the platform and is asked whether it is there: Redis, mail, papers, the release of codes."""

import smtplib
from typing import TYPE_CHECKING

from pb.commands.spoken import gettext

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from pb.settings import Settings

SECONDS = 5


def redis(settings: "Settings") -> str:
    """Why Redis does not serve, with the remedy; empty where it does, or none is set."""
    import redis

    if settings.redis_url is None:
        return ""
    try:
        with redis.Redis.from_url(
            settings.redis_url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as connection:
            connection.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        return gettext(
            "it does not answer at REDIS_URL (%(error)s), and limits count there: start it, or take REDIS_URL out and "
            "restart the platform",
            error=type(error).__name__,
        )
    return ""


def mail(settings: "Settings") -> str:
    """Why the mail server does not take letters, with the remedy; empty where it does, or none is set."""
    from pb.identity.service import outbox

    if settings.smtp_url is None:
        return ""
    try:
        outbox.greet(settings.smtp_url, SECONDS)
    except smtplib.SMTPAuthenticationError:
        return gettext("it refuses name and password: correct them in ASAR_SMTP_URL")
    except (OSError, smtplib.SMTPException) as error:
        return gettext(
            "it does not answer at ASAR_SMTP_URL, or not under TLS (%(error)s): start it or correct the address; "
            "letters wait until then",
            error=type(error).__name__,
        )
    return ""


def storage(settings: "Settings") -> str:
    """Why pictures and papers cannot be kept in the bucket, with the remedy; empty where they can, or none is set."""
    if settings.bucket is None:
        return ""
    from pb.media.service.bucket import BucketStore, Trouble

    told = {
        Trouble.NO_BUCKET: gettext("there is no bucket %(name)s: make it, private", name=settings.bucket.name),
        Trouble.REFUSED: gettext("it refuses us: correct ASAR_MEDIA_S3_KEY and ASAR_MEDIA_S3_SECRET"),
        Trouble.AWAY: gettext(
            "it does not answer at ASAR_MEDIA_S3_ENDPOINT: correct the address; pages stand without pictures until then"
        ),
    }
    return told.get(BucketStore(settings.bucket).trouble(), "")


def papers(settings: "Settings") -> str:
    """Why no paper can be made, with the remedy: typst, its fonts, a trial card with the letters of Kazakh."""
    try:
        import typst

        from pb.documents.service import render
        from pb.documents.service.card import Card, render_cards
    except ImportError as error:
        name = error.name or "typst"
        return gettext("%(name)s cannot be loaded: run make setup in the folder of the program", name=name)
    if missing := render.FAMILIES - set(render.FONTS.families()):
        return gettext(
            "typst comes without the fonts %(fonts)s: run make setup in the folder of the program",
            fonts=", ".join(sorted(missing)),
        )
    try:
        pdf = render_cards([Card("1", "Ә Ғ Қ Ң Ө Ұ Ү Һ І", "—", "0000")], settings.base_url, ("kk", "ru"))
    except (typst.TypstError, OSError) as error:
        return gettext(
            "typst makes no paper (%(error)s): run make setup in the folder of the program", error=type(error).__name__
        )
    if pdf.startswith(b"%PDF"):
        return ""
    return gettext("typst makes no PDF: run make setup in the folder of the program")


def _without_trust(settings: "Settings") -> str:
    if settings.codes_socket is None or settings.eds_trust is not None:
        return ""
    return gettext(
        "ASAR_CODES_SOCKET is set and ASAR_EDS_TRUST is not: set the folder of the authority's certificates too"
    )


def code_release(session: "Session", settings: "Settings") -> str:
    """Why codes would not be released, with the remedy: nobody answers, another key, another pepper.

    Empty where it is in order, or none is set.
    """
    from pb.cards.service import release
    from pb.codes.service.server import ReleaseUnreachable

    codes = release.codes_key(settings)
    if codes is None or (settings.codes_socket is not None and settings.eds_trust is None):
        return _without_trust(settings)
    unanswered = gettext("nobody answers at %(socket)s: start pb codes (asar-codes)", socket=settings.codes_socket)
    if not codes.key:
        return unanswered
    if not set(settings.iin_pepper.marks.split(",")) <= set(codes.pepper.split(",")):
        return gettext("pb codes has another ASAR_IIN_PEPPER than the platform: give it the same one and restart it")
    try:
        if release.opens(session, settings):
            return ""
    except ReleaseUnreachable:
        return unanswered
    return gettext(
        "pb codes runs with another key (%(fingerprint)s) than the one that the cards' codes were sealed to: start it "
        "with the key file of that time (ASAR_CODES_KEY)",
        fingerprint=codes.fingerprint,
    )
