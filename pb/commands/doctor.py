"""`pb doctor`: is this installation sound? A line per check; exit 1 if one fails."""

import platform
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import pb
from pb.commands.installation import Installation, pass_installation
from pb.commands.spoken import gettext, language, said, speaking
from pb.core.findings import Finding
from pb.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from pb.db import Database
    from pb.jobs.service import Troubles

SHOWN = 5  # faults of one check that are named; the others are counted


@click.command()
@speaking
@pass_installation
def doctor(installation: Installation) -> None:
    """Check settings, database, audit log, documents and outside tools."""
    folder, version = Path(pb.__file__).resolve().parents[1], platform.python_version()
    click.echo(" " * 6 + gettext("runs from %(folder)s, Python %(version)s", folder=folder, version=version))
    failed = False
    for name, fault in _checks(installation):
        mark = gettext("FAIL") if fault else gettext("ok")
        click.echo(f"{mark:>4}  {name}{': ' + fault if fault else ''}")
        failed = failed or bool(fault)
    for tool, purpose in (
        ("belenios-tool", gettext("verifying archives independently")),
        ("chromium-headless-shell", gettext("browser tests")),
    ):
        mark = gettext("ok") if shutil.which(tool) else gettext("none")
        click.echo(f"{mark:>4}  {tool} ({purpose})")
    if failed:
        raise SystemExit(1)


def _checks(installation: Installation) -> Iterator[tuple[str, str]]:
    """Each check with what is wrong, or an empty text. Nothing is made or changed."""
    from pb.commands import beside, database_faults
    from pb.db import Database

    try:
        settings = installation.as_it_is
    except click.ClickException as error:
        yield gettext("settings"), error.message
        return
    yield gettext("settings"), ""
    wrong = settings.unnamed_proxy or settings.open_beside_proxy
    yield gettext("proxies"), said(wrong) if wrong else ""
    if warning := settings.forwarded_unbelieved:
        yield gettext("proxies (warning: %(warning)s)", warning=said(warning)), ""
    yield gettext("time zone"), _time_zone()
    if fault := database_faults.absent(settings):
        yield gettext("database"), fault
    else:
        database = Database(settings.database_url)
        try:
            yield from _checks_of(settings, database)
        except database_faults.ERRORS as error:
            yield gettext("database"), database_faults.of_error(error)
        finally:
            database.engine.dispose()
    yield "Redis" if settings.redis_url else _not_set_up("Redis", "REDIS_URL"), beside.redis(settings)
    mail = gettext("mail")
    yield mail if settings.smtp_url else _not_set_up(mail, "ASAR_SMTP_URL"), beside.mail(settings)
    storage = gettext("storage of pictures")
    yield storage if settings.bucket else _not_set_up(storage, "ASAR_MEDIA_S3_ENDPOINT"), beside.storage(settings)
    yield gettext("arithmetic"), _arithmetic()
    yield gettext("documents"), beside.papers(settings)


def _checks_of(settings: Settings, database: "Database") -> Iterator[tuple[str, str]]:
    """What is checked in the database. Raises what a database raises where it cannot be read."""
    from pb import migrations
    from pb.commands import beside, database_faults
    from pb.commands.keys import with_other_keys
    from pb.db import durability
    from pb.identity.service import key_check
    from pb.jobs import service as jobs
    from pb.keyring import Keys

    migrations.metadata()  # every room's tables: whatever is sealed is looked at
    with database.engine.connect() as connection:
        lossy, fault = durability(connection), database_faults.broken(connection)
    revision = migrations.revision(database.engine)
    yield gettext("database"), fault or (database_faults.writable(database.engine) if revision else "")
    yield gettext("what is committed is on the disk"), _named(lossy)
    yield gettext("migrations"), database_faults.of_revision(revision)
    yield gettext("state folder"), _named(open_to_others(settings.state_folder))
    if revision != migrations.newest():
        return
    with database.engine.connect() as connection:
        yield from _rules(connection)
    with database.work(writing=False) as session:
        yield from _logs(session)
        yield gettext("polls as they were sealed"), _named(_served(session, settings))
        yield gettext("reports on budgets"), _named(_reports(session))
        yield gettext("minutes as they were drawn up"), _named(_minutes(session))
        yield gettext("members of assemblies"), _named(_members(session))
        yield gettext("answers to surveys"), _named(_surveys(session))
        yield gettext("rows as the log tells of them"), _named(_rows(session))
        yield gettext("pictures and papers"), _named(_pictures(session, settings))
        yield (
            gettext("keys"),
            _named([said(one) for one in key_check.faults(session, Keys(settings.iin_pepper, settings.seal_key))]),
        )
        other = with_other_keys(settings)
        yield (
            gettext("keys of what runs"),
            gettext("restart with these settings: %(processes)s", processes="; ".join(other)) if other else "",
        )
        yield gettext("rotation of keys"), said(unfinished) if (unfinished := key_check.unfinished(session)) else ""
        name = gettext("code release")
        yield (
            name if settings.codes_socket else _not_set_up(name, "ASAR_CODES_SOCKET"),
            beside.code_release(session, settings),
        )
    yield gettext("notices"), _telling(database)
    yield from _signatures(settings)
    yield from _jobs(jobs.troubles(database))


def _telling(database: "Database") -> str:
    """Whether the worker's look for who is to be told of something fails: nobody would get a notice any more."""
    from sqlalchemy.exc import SQLAlchemyError

    from pb.notices.service import waking

    try:
        with database.work(writing=False) as session:
            waking.due(session)
    except SQLAlchemyError as error:
        fault = type(error).__name__
        return gettext("nobody is told of anything, the look for it fails (%(fault)s): look into the log", fault=fault)
    return ""


def _jobs(found: "Troubles") -> Iterator[tuple[str, str]]:
    untaken = sorted({*found.untaken, *found.dropped})
    waits = gettext("nobody does it: is a worker running? (%(kinds)s)", kinds=", ".join(untaken)) if untaken else ""
    failed = gettext("given up, look into the log: %(kinds)s", kinds=", ".join(found.failed)) if found.failed else ""
    yield gettext("waiting jobs"), waits
    yield gettext("failed jobs"), failed


def _logs(session: "Session") -> Iterator[tuple[str, str]]:
    from pb import clock
    from pb.act import Act
    from pb.audit import service as audit
    from pb.territory.service import tree

    taking_part = tree.taking_part(session)
    acts = [Act(session, one, None, frozenset(), clock.now()) for one in taking_part]
    faults = [(act.territory.name(language()), fault) for act in acts if (fault := audit.first_fault(act)) is not None]
    yield gettext("okrug"), "" if taking_part else gettext("none recorded: pb territory found")
    yield (
        gettext("audit log"),
        _named([gettext("broken at event %(number)s (%(name)s)", number=fault, name=name) for name, fault in faults]),
    )
    yield gettext("erased files"), _owed(session)


def _served(session: "Session", settings: Settings) -> list[str]:
    """What voters, the tally and the result read of each poll, where its archive or the log hold it otherwise."""
    from pb.voting.service import served

    found = ((poll.uuid, served.differing(session, poll, settings.seal_key)) for poll in served.polls(session))
    return [
        gettext(
            "poll %(poll)s is served otherwise than its archive and the log hold it (%(names)s): stop the platform, "
            "keep its database aside and bring a backup back",
            poll=uuid,
            names=", ".join(names),
        )
        for uuid, names in found
        if names
    ]


def _reports(session: "Session") -> list[str]:
    """Reports on the execution of a budget whose lines are not those that the log tells of."""
    from pb.budget.service import kept

    return [
        gettext(
            "report %(number)s of %(year)s (%(name)s) has other lines than the log says",
            number=report.number,
            year=report.year,
            name=okrug.name(language()),
        )
        for okrug, report in kept.differing_reports(session)
    ]


def _minutes(session: "Session") -> list[str]:
    """The minutes whose text, digest, latest version and event in the log are not one and the same."""
    from pb import clock
    from pb.act import Act
    from pb.gatherings.service import integrity
    from pb.territory.service import tree

    acts = [Act(session, one, None, frozenset(), clock.now()) for one in tree.taking_part(session)]
    return [
        gettext("%(number)s (%(name)s) differ from the log", number=number, name=act.territory.name(language()))
        for act in acts
        for number in integrity.faults(act)
    ]


def _members(session: "Session") -> list[str]:
    """Members of whom the log says nothing, or something else than the database."""
    from pb.gatherings.service import logged_members
    from pb.territory.models import Territory

    return [
        gettext(
            "member № %(number)s (%(name)s) stands otherwise in the log, or not at all",
            number=member.number,
            name=session.get_one(Territory, member.territory_id).name(language()),
        )
        for member in logged_members.differing(session)
    ]


def _surveys(session: "Session") -> list[str]:
    """Surveys whose answers do not agree with each other, or with how many the log says answered."""
    from pb.surveys.service import agreeing

    return [
        gettext(
            "the answers of survey № %(number)s (%(name)s) do not agree with each other or with the log",
            number=survey.number,
            name=okrug.name(language()),
        )
        for okrug, survey in agreeing.differing(session)
    ]


def _rows(session: "Session") -> list[str]:
    """Rows of any room that the log tells of otherwise, or not at all; and those that are gone."""
    from pb.commands import as_logged

    return [
        gettext("%(table)s: %(count)s that the log tells of are gone", table=one.table, count=one.gone)
        if one.gone
        else gettext("%(table)s %(row)s: otherwise than the log tells, or unknown to it", table=one.table, row=one.row)
        for one in as_logged.differing(session)
    ]


def _pictures(session: "Session", settings: Settings) -> list[str]:
    """The files that rows name and that are not there, or are not what they were."""
    from pb.backup.service.pictures import look_at
    from pb.media.service import sweeping
    from pb.media.service.away import Unreachable
    from pb.media.service.store import store_of

    store = store_of(settings)
    try:
        found = [(digest, look_at(store, digest)[1]) for digest in sorted(sweeping.named(session))]
    except Unreachable:
        return [gettext("the storage does not answer")]
    return [_differing(f"{fault}: {digest}") for digest, fault in found if fault]


def _arithmetic() -> str:
    from pb.core.belenios.groups import BELENIOS_2048

    generator = BELENIOS_2048.parse(BELENIOS_2048.serialise(BELENIOS_2048.g))
    return "" if BELENIOS_2048.exp(generator, BELENIOS_2048.q) == BELENIOS_2048.exp(generator, 0) else gettext("wrong")


def _time_zone() -> str:
    """Whether the system's clock reads as ours: its timers and its logs go by its own data of time zones."""
    from pb import clock

    now = clock.now()
    ours = now.astimezone(clock.ALMATY)
    try:
        zone = clock.of_the_system()
    except (ValueError, OSError) as error:
        return gettext(
            "the system's data of %(zone)s cannot be read: %(error)s", zone=clock.NAME, error=type(error).__name__
        )
    theirs = now.astimezone(zone) if zone else ours
    if theirs.utcoffset() == ours.utcoffset():
        return ""
    return gettext(
        "the system's data put Almaty at %(theirs)s, the pinned ones at %(ours)s: dates of the platform are right, "
        "timers and logs of the system are not; update the system's package tzdata",
        theirs=_offset(theirs),
        ours=_offset(ours),
    )


def _offset(moment: "datetime") -> str:
    return f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:]


def _rules(connection: "Connection") -> Iterator[tuple[str, str]]:
    """Whether tables and triggers are those of the migrations, and whether this role could take one away."""
    from pb import schema

    yield gettext("tables and triggers"), _named([_differing(one) for one in schema.differences(connection)])
    yield gettext("the database's role"), _named(schema.powers(connection))


def _differing(found: str) -> str:
    """`missing: trigger polls.frozen_polls_update`, in words; the names are those of the listing."""
    how, _colon, name = found.partition(": ")
    words = {
        "missing": gettext("missing: %(name)s", name=name),
        "changed": gettext("changed: %(name)s", name=name),
        "added": gettext("added: %(name)s", name=name),
    }
    return words.get(how, found)


def _source(source: Finding | str) -> str:
    return said(source) if isinstance(source, Finding) else source


def _not_set_up(name: str, setting: str) -> str:
    return gettext("%(name)s (not set up: %(setting)s)", name=name, setting=setting)


def _owed(session: "Session") -> str:
    """Whether the files still hold what was erased: nothing was in the way when they were last written anew."""
    from pb import clock
    from pb.act import Act
    from pb.erasure import service
    from pb.territory.service import tree

    acts = [Act(session, one, None, frozenset(), clock.now()) for one in tree.taking_part(session)]
    if all(service.owed(act) is None for act in acts):
        return ""
    return gettext("they still hold what was erased: pb erase --due")


def open_to_others(folder: Path) -> list[str]:
    """The state folder and what lies in it that not its owner alone can read, with the mode of each."""
    there = [folder, *sorted(folder.rglob("*"))] if folder.exists() else []
    wide = [(path, stat.S_IMODE(path.lstat().st_mode)) for path in there if not path.is_symlink()]
    return [gettext("%(path)s is %(mode)s", path=path, mode=f"{mode:04o}") for path, mode in wide if mode & 0o077]


def _named(faults: list[str]) -> str:
    more = [gettext("and %(number)s more", number=len(faults) - SHOWN)] if len(faults) > SHOWN else []
    return "; ".join([*faults[:SHOWN], *more])


def _signatures(settings: Settings) -> Iterator[tuple[str, str]]:
    """Whether electronic signatures can be verified: anchors that hold, and for each authority something fresh."""
    from pb import clock
    from pb.core.eds import EDSError
    from pb.core.eds.oids import COMMON_NAME
    from pb.core.eds.revocation import State
    from pb.identity.service import signatures

    if settings.eds_trust is None:
        yield _not_set_up(gettext("electronic signatures"), "ASAR_EDS_TRUST"), ""
        return
    try:
        standing = signatures.installed_trust(settings)
    except (EDSError, OSError) as error:
        yield (
            gettext("electronic signatures"),
            gettext(
                "trust or lists cannot be read: %(why)s",
                why=said(error.finding) if isinstance(error, EDSError) else error,
            ),
        )
        return
    if standing is None:
        return
    trust, revocations = standing
    now = clock.now()
    aside = [str(each) for each in (*trust.unread, *revocations.unread)]
    yield (
        gettext("files of electronic signatures"),
        gettext("set aside, cannot be read: %(files)s", files=_named(aside)) if aside else "",
    )
    for certificate in (*trust.anchors, *trust.intermediates):
        holder = certificate.name(COMMON_NAME)
        path = trust.path(certificate, (), now)
        expired = (
            "" if certificate.valid_at(now) else gettext("held until %(day)s", day=f"{certificate.not_after:%Y-%m-%d}")
        )
        yield gettext("certificate: %(name)s", name=holder), expired or (said(path.problem) if path.problem else "")
        for issuer in path.certificates[1:2]:
            state = revocations.status(certificate, issuer, now)
            yield (
                gettext("revocation: %(name)s", name=holder),
                "" if state.state is State.GOOD else _source(state.source),
            )
    for listed in revocations.lists:
        fresh = listed.this_update <= now <= listed.next_update
        yield (
            gettext("revocation list, %(day)s", day=f"{listed.this_update:%Y-%m-%d}"),
            "" if fresh else gettext("due %(day)s", day=f"{listed.next_update:%Y-%m-%d}"),
        )
