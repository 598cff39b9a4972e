"""Builds the application: settings in, a Flask app out that refuses to start with an undecided route."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel
from flask_babel import gettext as _
from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from itsdangerous import Signer
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from pb import formats, tables
from pb.audit import views as audit
from pb.budget import documents as budget_documents
from pb.budget import telling as of_budget
from pb.budget import views as budget
from pb.cards import views as cards
from pb.checks import views as checks
from pb.checks.service import verifying
from pb.citizens import documents as citizens_documents
from pb.citizens import views as citizens
from pb.classification import views as classification
from pb.commission import documents as commission_papers
from pb.commission import telling as of_commission
from pb.commission import views as commission
from pb.cycles import telling as of_cycles
from pb.cycles import views as cycles
from pb.db import Database
from pb.documents import views as documents
from pb.documents.service import papers
from pb.errors import Refusal
from pb.gatherings import documents as gathering_documents
from pb.gatherings import jobs as gathering_jobs
from pb.gatherings import telling as of_gatherings
from pb.gatherings import views as gatherings
from pb.gatherings.documents import extracts as gathering_extracts
from pb.hearings import documents as hearing_papers
from pb.hearings import telling as of_hearings
from pb.hearings import views as hearings
from pb.identity import views as identity
from pb.identity.service import outbox, rotation
from pb.inspections import documents as inspection_papers
from pb.inspections import telling as of_inspections
from pb.inspections import views as inspections
from pb.maslikhat import telling as of_maslikhat
from pb.maslikhat import views as maslikhat
from pb.materials import telling as of_materials
from pb.materials import views as materials
from pb.media import views as media
from pb.media.service import files as media_files
from pb.news import telling as of_news
from pb.news import views as news
from pb.notices import views as notices
from pb.notices.service import contacts, following, reminding, sending
from pb.polls import views as polls
from pb.process import documents as posters
from pb.process import views as process
from pb.process.views import frame
from pb.proposals import telling as of_proposals
from pb.proposals import views as proposals
from pb.receipt import documents as receipt_documents
from pb.receipt import telling as of_receipts
from pb.receipt import views as receipt
from pb.registers import views as registers
from pb.reports import documents as report_documents
from pb.reports import views as reports
from pb.results import documents as result_documents
from pb.results import views as results
from pb.reviews import views as reviews
from pb.roll import jobs as roll_jobs
from pb.roll import telling as of_rolls
from pb.roll import views as roll
from pb.server.requests import LargestBody
from pb.settings import Settings
from pb.surveys import telling as of_surveys
from pb.surveys import views as surveys
from pb.tasks import telling as of_tasks
from pb.tasks import views as tasks
from pb.territory import views as territory
from pb.territory.service import log_checks
from pb.trustees import jobs as trustee_jobs
from pb.trustees import views as trustees
from pb.typesetting import unbroken
from pb.voting import jobs as voting_jobs
from pb.voting import telling as of_voting
from pb.voting import views as voting
from pb.web import (
    access,
    account,
    failures,
    forwarded,
    headers,
    limits,
    logs,
    places,
    refusals,
    remembered,
    settlements,
    wording,
)
from pb.web.requests import shared_context
from pb.web.signing import offer_signing
from pb.winners import documents as winners_documents
from pb.winners import telling as of_winners
from pb.winners import views as winners
from pb.works import telling as of_works
from pb.works import views as works

# What anybody may send is taken apart as a form up to here, whatever else the route takes (ballots are no forms).
LARGEST_PUBLIC_FORM = access.TEXTS
MOST_FIELDS = 2_000
A_YEAR = 31_536_000
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
# Importing them registers what does jobs, builds papers and tells of events, for workers that serve no page too.
REGISTERED = (
    budget_documents,
    winners_documents,
    gathering_documents,
    gathering_extracts,
    gathering_jobs,
    media_files,
    citizens_documents,
    receipt_documents,
    report_documents,
    result_documents,
    outbox,
    papers,
    posters,
    roll_jobs,
    rotation,
    log_checks,
    trustee_jobs,
    voting_jobs,
    contacts,
    following,
    reminding,
    sending,
    of_budget,
    of_winners,
    of_cycles,
    of_gatherings,
    of_commission,
    commission_papers,
    hearing_papers,
    of_hearings,
    inspection_papers,
    of_inspections,
    of_materials,
    of_maslikhat,
    of_news,
    of_proposals,
    of_receipts,
    of_rolls,
    of_surveys,
    of_tasks,
    of_voting,
    of_works,
)
Signer.default_digest_method = staticmethod(hashlib.sha256)  # of the forms' tokens; itsdangerous itself has SHA-1
csrf = CSRFProtect()

# The rooms of the platform in the order of the way through them: one screen that shows what is served.
BLUEPRINTS = (
    process.blueprint,
    identity.blueprint,
    territory.blueprint,
    classification.blueprint,
    cycles.blueprint,
    proposals.blueprint,
    reviews.blueprint,
    gatherings.blueprint,
    hearings.blueprint,
    materials.blueprint,
    tasks.blueprint,
    maslikhat.blueprint,
    commission.blueprint,
    roll.blueprint,
    polls.blueprint,
    cards.blueprint,
    trustees.blueprint,
    voting.blueprint,
    results.blueprint,
    checks.blueprint,
    budget.blueprint,
    winners.blueprint,
    works.blueprint,
    inspections.blueprint,
    receipt.blueprint,
    citizens.blueprint,
    surveys.blueprint,
    registers.blueprint,
    documents.blueprint,
    media.blueprint,
    audit.blueprint,
    notices.blueprint,
    news.blueprint,
    reports.blueprint,
)


class SignedCookies(SecureCookieSessionInterface):
    """Flask's own, signed with HMAC-SHA-256; what every cache may keep for ever has no session and varies by none."""

    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not response.cache_control.immutable:
            super().save_session(app, session, response)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application. Raises RuntimeError for a route without an access decision."""
    app = Flask("pb", static_folder=None)
    app.static_folder = "static"
    app.session_interface = SignedCookies()
    _configure(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.extensions["settings"] = settings
    app.extensions["database"] = database or Database(settings.database_url)
    verifying.set_up(app.extensions["database"].engine, settings)
    logs.configure()
    places.prepare(app)
    app.before_request(_bound_body)
    app.before_request(_refuse_endless_forms)
    app.before_request(_refuse_nul)
    csrf.init_app(app)
    limits.install(app, settings)
    forwarded.install(app, settings)
    refusals.install(app)
    remembered.install(app)
    Compress(app)
    Babel(app, locale_selector=choose_language, default_translation_directories="translations")
    login = LoginManager(app)
    login.session_protection = None  # a phone's address changes along the road
    login.user_loader(account.load)
    _configure_templates(app)
    failures.install(app)
    headers.install(app)
    app.after_request(account.touch)
    app.after_request(_keep_language)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    frame.install(app)
    access.refuse_undecided(app)
    for view in access.called_without_page(app):
        csrf.exempt(view)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    prefix = "__Host-" if settings.secure_cookies else ""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=access.A_FEW_FIELDS,
        MAX_FORM_MEMORY_SIZE=access.A_FEW_FIELDS,
        TRUSTED_HOSTS=settings.hosts,
        # Under this prefix browsers take a cookie by TLS alone, for this host alone and for all of its paths.
        SESSION_COOKIE_NAME=f"{prefix}session",
        SESSION_COOKIE_PATH="/",
        LANGUAGE_COOKIE=f"{prefix}lang",
        OKRUG_COOKIE=f"{prefix}okrug",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
        BABEL_DEFAULT_LOCALE="kk",
        BABEL_DEFAULT_TIMEZONE="Asia/Almaty",
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
    )
    app.url_map.strict_slashes = False


def largest_body(app: Flask) -> LargestBody:
    """Says of a method and a path how many bytes of body the route takes, for the server that reads them.

    What is for those alone who signed in takes of a stranger no more than a file.
    """
    decided_of = _decisions(app)

    def largest(method: str, path: str, known: bool = False) -> int:  # noqa: FBT001, FBT002 - the server's call
        decided = decided_of(method, path)
        if decided is None:
            return 0  # no such page: nothing that is sent to it is read
        most = decided.largest_body
        return most if known or decided.callers.roles is None else min(most, access.A_FILE)

    return largest


def is_dear(app: Flask) -> Callable[[str, str], bool]:
    """Says of a method and a path whether the route hashes a password: the server serves few of those at once."""
    decided_of = _decisions(app)

    def dear(method: str, path: str) -> bool:
        decided = decided_of(method, path)
        return decided is not None and decided.dear

    return dear


def _decisions(app: Flask) -> Callable[[str, str], access.Access | None]:
    """What the route of a path declares for a method that has a body."""
    routes = app.url_map.bind("localhost")

    def decided_of(method: str, path: str) -> access.Access | None:
        if method in WITHOUT_BODY:
            return None
        try:
            endpoint, _arguments = routes.match(path, method)
        except HTTPException:
            return None
        return access.decision(app, endpoint)

    return decided_of


def _bound_body() -> None:
    """By what the route says that it takes, before anybody reads the form."""
    decided = access.decision(current_app, request.endpoint)
    if decided is None:
        return
    public = decided.callers.roles is None
    request.max_content_length = decided.largest_body
    request.max_form_memory_size = min(decided.largest_body, LARGEST_PUBLIC_FORM) if public else decided.largest_body


def _refuse_endless_forms() -> None:
    """Two megabytes of `a&a&a&` took two seconds: a form is measured before it is taken apart."""
    if request.mimetype != "application/x-www-form-urlencoded" or not _has_form():
        return
    if (request.content_length or 0) > (request.max_form_memory_size or 0):
        abort(413)
    if request.get_data(cache=True).count(b"&") >= MOST_FIELDS:
        abort(413)


def _has_form() -> bool:
    """Whether a page of ours may read the body: nobody's form is taken apart for a page that is not there."""
    return request.endpoint is not None and request.method not in WITHOUT_BODY


def _refuse_nul() -> None:
    """No person types U+0000, and PostgreSQL's texts cannot hold it: refused before any room sees it."""
    for fields in (request.args, *((request.form,) if _has_form() else ())):
        if any("\0" in name or any("\0" in value for value in values) for name, values in fields.lists()):
            raise Refusal(_("What was sent holds a sign that no keyboard has. Nothing was done: type it anew."))


def choose_language() -> str:
    """The locale of this request: the address, then the cookie, then what the browser asks for, else Kazakh."""
    asked = [tag.partition("-")[0].lower() for tag, _quality in request.accept_languages]  # `ru-RU` is Russian
    for wanted in (request.args.get("lang"), request.cookies.get(current_app.config["LANGUAGE_COOKIE"]), *asked):
        if wanted in formats.LOCALES:
            return formats.LOCALES[wanted]
    return formats.LOCALES["kk"]


def _keep_language(response: Response) -> Response:
    wanted = request.args.get("lang")
    if wanted in formats.LOCALES:
        response.set_cookie(
            current_app.config["LANGUAGE_COOKIE"],
            wanted,
            max_age=A_YEAR,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def _configure_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    version = _static_version(Path(app.static_folder or ""))
    app.add_url_rule(
        "/static/<version>/<path:filename>",
        endpoint="assets",
        view_func=lambda version, filename: _read_whole(app.send_static_file(filename)),  # noqa: ARG005 - the version is for caches
    )
    app.jinja_env.filters["settlement"] = settlements.named
    # Of what people typed, documents and their numbers; a link stays the link that it is.
    app.jinja_env.filters["unbroken"] = lambda told: told if isinstance(told, Markup) else unbroken(told)
    app.jinja_env.filters.update(
        called=wording.called, said=wording.said, said_in=wording.said_in, title_of=wording.title_of
    )
    app.jinja_env.globals.update(
        csv_note=tables.csv_note,
        money=formats.money,
        numbered=formats.numbered,
        number=formats.number,
        day=formats.day,
        leaf=formats.leaf,
        moment=formats.moment,
        hour=formats.hour,
        weekday_and_hour=formats.weekday_and_hour,
        offer_signing=offer_signing,
        static_url=lambda path: url_for("assets", version=version, filename=path),
    )
    app.context_processor(shared_context)


def _read_whole(response: Response) -> Response:
    """A small file in memory: what is streamed would be compressed piece by piece, and its file left open."""
    response.direct_passthrough = False
    response.make_sequence()
    return response


def _static_version(folder: Path) -> str:
    """One short hash over all static files: modules import each other by relative names, so the folder is versioned."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]
