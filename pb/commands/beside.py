"""What stands beside the platform and is asked whether it is there: Redis, mail, papers, the release of codes."""

import smtplib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from pb.settings import Settings

SECONDS = 5
MAKE_SETUP = "run make setup in the folder of the program"


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
        return (
            f"it does not answer at REDIS_URL ({type(error).__name__}), and limits count there: start it, or take "
            "REDIS_URL out and restart the platform"
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
        return "it refuses name and password: correct them in ASAR_SMTP_URL"
    except (OSError, smtplib.SMTPException) as error:
        return (
            f"it does not answer at ASAR_SMTP_URL, or not under TLS ({type(error).__name__}): start it or correct the "
            "address; letters wait until then"
        )
    return ""


def papers(settings: "Settings") -> str:
    """Why no paper can be made, with the remedy: typst, its fonts, a trial card with the letters of Kazakh."""
    try:
        import typst

        from pb.documents.service import render
        from pb.documents.service.card import Card, render_cards
    except ImportError as error:
        return f"{error.name or 'typst'} cannot be loaded: {MAKE_SETUP}"
    if missing := render.FAMILIES - set(render.FONTS.families()):
        return f"typst comes without the fonts {', '.join(sorted(missing))}: {MAKE_SETUP}"
    try:
        pdf = render_cards([Card("1", "Ә Ғ Қ Ң Ө Ұ Ү Һ І", "—", "0000")], settings.base_url, ("kk", "ru"))
    except (typst.TypstError, OSError) as error:
        return f"typst makes no paper ({type(error).__name__}): {MAKE_SETUP}"
    return "" if pdf.startswith(b"%PDF") else f"typst makes no PDF: {MAKE_SETUP}"


def code_release(session: "Session", settings: "Settings") -> str:
    """Why codes would not be released, with the remedy: nobody answers, another key, another pepper.

    Empty where it is in order, or none is set.
    """
    from pb.cards.service import release
    from pb.codes.service.server import ReleaseUnreachable

    if settings.codes_socket is not None and settings.eds_trust is None:
        return "ASAR_CODES_SOCKET is set and ASAR_EDS_TRUST is not: set the folder of the authority's certificates too"
    if (codes := release.codes_key(settings)) is None:
        return ""
    unanswered = f"nobody answers at {settings.codes_socket}: start pb codes (asar-codes)"
    if not codes.key:
        return unanswered
    if not set(settings.iin_pepper.marks.split(",")) <= set(codes.pepper.split(",")):
        return "pb codes has another ASAR_IIN_PEPPER than the platform: give it the same one and restart it"
    try:
        opens = release.opens(session, settings)
    except ReleaseUnreachable:
        return unanswered
    return (
        ""
        if opens
        else (
            f"pb codes runs with another key ({codes.fingerprint}) than the one that the cards' codes were sealed to: "
            "start it with the key file of that time (ASAR_CODES_KEY)"
        )
    )
