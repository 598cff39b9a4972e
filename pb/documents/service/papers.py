"""Documents are built by jobs: asked for on a page, computed without a transaction, kept as a PDF."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from flask import current_app
from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb import child, clock
from pb.act import Act
from pb.audit import service as audit
from pb.documents.models import Printed
from pb.documents.service.render import Document, render
from pb.documents.service.sheets import Frame
from pb.errors import NotFound
from pb.jobs import service as jobs
from pb.jobs.models import Job
from pb.territory.models import Territory

LANGUAGES = {"kk": "kk", "ru": "ru_KZ"}
PAUSE = timedelta(seconds=30)
PRINTING_SECONDS = 60
# What papers print of their okrug: its names and places, whom to ask, its address.
OF_TERRITORY = ("territory.office", "territory.settlement", "territory.address_given")
Builder = Callable[[Act, UUID, str, str], Document]
_builders: dict[str, Builder] = {}
_pages: dict[str, str] = {}
_labels: dict[str, tuple[LazyString, LazyString]] = {}
_changed_by: dict[str, tuple[str, ...]] = {}


def frame(act: Act, language: str, document: str, title: str, address: str, subtitle: str | None = None) -> Frame:
    """What each sheet of a paper of the okrug shows, with its name under the title where nothing else stands there."""
    okrug = act.territory.name(language)
    return Frame(
        language=language,
        okrug=okrug,
        document=document,
        title=title,
        address=address,
        page=_("Page"),
        subtitle=okrug if subtitle is None else subtitle,
    )


def builds(
    kind: str, page: str, label: LazyString, of_page: LazyString | None = None, changed_by: Sequence[str] = ()
) -> Callable[[Builder], Builder]:
    """Registers what gathers a kind's data: (act, subject, language, prefix of the QR's address) → Document.

    `page` is the address below the okrug where the same is read on the screen, with `{subject}` in it. `label` is
    what people call the paper, `of_page` that page, where it has another name. `changed_by` are the actions of the
    log after which it would be made otherwise, whatever they are about, beside all that is about its subject.
    """

    def register(builder: Builder) -> Builder:
        _builders[kind], _pages[kind], _labels[kind] = builder, page, (label, of_page or label)
        _changed_by[kind] = tuple(changed_by)
        return builder

    return register


def require_kind(kind: str) -> None:
    """Raises NotFound for a kind of document that no room builds."""
    if kind not in _builders:
        raise NotFound


def labels(kind: str) -> tuple[LazyString, LazyString]:
    """What people call a paper, and the page that it is printed from."""
    return _labels[kind]


def page_of(kind: str, subject: str) -> str:
    """The address below the okrug of the page that a paper is printed from, for what the subject is called there."""
    return _pages[kind].format(subject=subject)


def ask(act: Act, kind: str, subject_id: UUID, language: str) -> Job:
    """Asks for a document to be built anew, at most once in half a minute.

    It is gathered once here: raises NotFound for what cannot be printed, so that nothing waits in the queue in vain.
    """
    require(act, kind, subject_id, language)
    printed = find(act, kind, subject_id, language)
    rested = printed.made_at + PAUSE if printed else None
    return jobs.ask(act, "documents.build", subject_id, f"{kind}/{language}", not_before=rested)


def require(act: Act, kind: str, subject_id: UUID, language: str) -> None:
    """Gathers a paper and keeps nothing of it. Raises NotFound for what cannot be printed."""
    require_kind(kind)
    if language not in LANGUAGES:
        raise NotFound
    with force_locale(LANGUAGES[language]):
        _builders[kind](act, subject_id, language, "")


def state(act: Act, kind: str, subject_id: UUID, language: str) -> Job | None:
    return jobs.find(act, "documents.build", subject_id, f"{kind}/{language}")


def find(act: Act, kind: str, subject_id: UUID, language: str) -> Printed | None:
    query = select(Printed).where(
        Printed.territory_id == act.territory.id,
        Printed.kind == kind,
        Printed.subject_id == subject_id,
        Printed.language == language,
    )
    return act.session.scalars(query).one_or_none()


def ready(act: Act, kind: str, subject_id: UUID) -> frozenset[str]:
    """The languages in which a paper stands as it would be made now.

    Nothing happened since to its subject, nor to what papers print of the okrug.
    """
    actions = (*OF_TERRITORY, *_changed_by.get(kind, ()))
    query = select(Printed.language).where(
        Printed.territory_id == act.territory.id,
        Printed.kind == kind,
        Printed.subject_id == subject_id,
        ~audit.anything_since(Printed.territory_id, Printed.subject_id, Printed.made_at, actions),
    )
    return frozenset(act.session.scalars(query))


@jobs.handles("documents.build", jobs.Priority.PAPERS)
def build(work: jobs.Work) -> str:
    """Gathers the data in a reading transaction, sets the page in none, keeps it in a third."""
    kind, _, language = work.argument.partition("/")
    # The catalogues belong to an application: the one that the worker owns.
    with current_app.test_request_context(base_url=work.settings.base_url), force_locale(LANGUAGES[language]):
        with work.database.work(writing=False) as session:
            act = _act(session, work.territory_id)
            gathered_at = act.at
            document = _builders[kind](act, work.subject_id, language, work.settings.base_url)
        pdf = child.run(render, document, processor_seconds=PRINTING_SECONDS, beat=work.still_at_work)
    with work.database.work() as session:
        act = _act(session, work.territory_id)
        printed = find(act, kind, work.subject_id, language)
        if printed is None:
            printed = Printed(territory_id=act.territory.id, kind=kind, subject_id=work.subject_id, language=language)
            session.add(printed)
        printed.made_at, printed.pdf, printed.sha256 = gathered_at, pdf, hashlib.sha256(pdf).hexdigest()
    return str(len(pdf))


def _act(session: Session, territory_id: UUID) -> Act:
    """The act of the platform itself, on the territory of the job."""
    return Act(session, session.get_one(Territory, territory_id), None, frozenset(), clock.now())
