"""Two okrugs on one server: jobs, papers and the clock's work are each one's own, and each is called what it is."""

from uuid import uuid4

import pytest
from flask import Flask
from flask_babel import force_locale, lazy_gettext
from sqlalchemy import select

from pb import clock
from pb.act import Act
from pb.audit.models import AuditEvent
from pb.core.places.kinds import Kind
from pb.db import Database
from pb.documents.models import Printed
from pb.documents.service import papers
from pb.documents.service.render import Document
from pb.errors import NotFound
from pb.jobs import service as jobs
from pb.settings import Settings
from pb.territory.service import tree
from pb.territory.service.words import WORDS, word
from pb.voting import jobs as voting_jobs
from tests.village import Village, sole

# Before the village's own code: whoever asks for "the only territory" gets this one.
OTHER = tree.Described(
    "111000100", Kind.KENT, ("Станционный кенті", "посёлок Станционный", "Stantsionny"), ("Станционный",)
)
gathered: list[str] = []


@papers.builds("test.where", page="/{subject}", label=lazy_gettext("Where"))
def _where(act: Act, _subject: object, _language: str, _prefix: str) -> Document:
    gathered.append(act.territory.kato)
    raise NotFound


def other_act(act: Act) -> Act:
    other = tree.describe(act.session, OTHER)
    there = Act(act.session, other, None, frozenset(), act.at)
    if tree.slug_of(act.session, other.id) is None:
        tree.give_address(there, "stantsionny")
    return there


@pytest.mark.both_databases
def test_a_job_is_of_its_okrug(okrug: Village) -> None:
    subject = uuid4()
    with okrug.act_as() as act:
        other = other_act(act)
        ours, theirs = jobs.ask(act, "poll.verify", subject), jobs.ask(other, "poll.verify", subject)
        assert ours.id != theirs.id
        assert jobs.find(act, "poll.verify", subject) is ours
        assert jobs.find(other, "poll.verify", subject) is theirs


def test_a_paper_is_gathered_in_the_okrug_that_asked(
    okrug: Village, database: Database, settings: Settings, app: Flask
) -> None:
    """Played: a second okrug with a lower code took part, and the first one's papers were gathered as the second's."""
    with okrug.act_as() as act:
        assert sole(act.session).id == act.territory.id
        other_act(act)
        jobs.ask(act, "documents.build", uuid4(), "test.where/kk")
        ours = act.territory.kato
    gathered.clear()
    with app.app_context():
        jobs.run_all(database, settings)
    assert gathered == [ours]


@pytest.mark.both_databases
def test_a_paper_of_one_okrug_is_not_found_in_another(okrug: Village) -> None:
    subject = uuid4()
    with okrug.act_as() as act:
        other = other_act(act)
        row = {"kind": "minutes", "subject_id": subject, "language": "kk", "made_at": act.at, "sha256": "0", "pdf": b""}
        act.session.add(Printed(territory_id=other.territory.id, **row))
        act.session.flush()
        assert papers.find(act, "minutes", subject, "kk") is None
        assert papers.find(other, "minutes", subject, "kk") is not None


def test_no_day_goes_by_without_an_event_in_either_log(okrug: Village, database: Database) -> None:
    with okrug.act_as() as act:
        other_act(act)
        katos = {act.territory.kato, OTHER.kato}
    voting_jobs.keep_day(database)
    with okrug.act_as() as act:
        today = clock.local(clock.now()).date()
        for territory in tree.taking_part(act.session):
            last = (
                select(AuditEvent.at)
                .where(AuditEvent.territory_id == territory.id)
                .order_by(AuditEvent.position.desc())
            )
            assert clock.local(act.session.scalars(last.limit(1)).one()).date() >= today
            katos.discard(territory.kato)
        assert not katos


@pytest.mark.parametrize(
    ("kind", "kk", "ru"),
    [
        (Kind.OKRUG, "Ауылдық округ", "Сельский округ"),
        (Kind.VILLAGE, "Ауыл", "Село"),
        (Kind.KENT, "Кент", "Посёлок"),
        (Kind.TOWN, "Қала", "Город"),
        (Kind.RAION, "Аудан", "Район"),
        (Kind.OBLAST, "Аумақ", "Территория"),
    ],
)
def test_a_place_is_called_what_it_is(app: Flask, kind: Kind, kk: str, ru: str) -> None:
    with app.test_request_context():
        with force_locale("kk"):
            assert word(kind, "kind") == kk
        with force_locale("ru_KZ"):
            assert word(kind, "kind") == ru
            others = {word(kind, name, year=2027, sum="1 ₸") for name in WORDS}
    assert kind is Kind.OKRUG or not any("округ" in text for text in others)
