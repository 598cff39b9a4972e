"""A village whose people are told of things: who follows what, where they are reached, and what came there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from pb import clock
from pb.act import Role
from pb.core.poll.bilingual import Bilingual
from pb.cycles.models import ORDER, Phase
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.jobs import service as jobs
from pb.keyring import seal_bytes
from pb.notices.models import CONTACT_CONTEXT, Channel, Choices, Contact, Follow, Kind, Sending
from pb.notices.service import choices, waking
from pb.proposals.models import Verdict
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from pb.settings import Settings
from tests.village import KEYS, SETTLEMENTS, Village, content, findings, invented_iin

NOON = datetime(2026, 11, 21, 7, tzinfo=UTC)
"""Twelve o'clock in Almaty."""
MAIL = {"author": "author@example.kz", "neighbour": "neighbour@example.kz", "weary": "weary@example.kz"}
PHONE = {"author": "+77010000001", "neighbour": "+77010000002", "weary": "+77010000003"}


@dataclass
class Told:
    """The author of a project, a neighbour who follows it, and a weary one who followed it and unsubscribed."""

    okrug: Village
    app: Flask
    settings: Settings
    author: Person
    cycle_id: UUID
    project: UUID

    def resident(self, number: int) -> Person:
        with self.okrug.act_as() as act:
            iin = invented_iin(number)
            person = accounts.add_person(act, KEYS, iin=iin, name=f"Resident {number}", settlement=SETTLEMENTS[0])
            accounts.admit_resident(act, person, basis="test")
            return person

    def reach(self, person: Person, channel: Channel, address: str) -> None:
        """A person's address that was shown to be theirs."""
        with self.okrug.act_as() as act:
            sealed = seal_bytes(address.encode(), KEYS.seal, CONTACT_CONTEXT)
            contact = Contact(person_id=person.id, channel=channel, address_sealed=sealed, tries=0)
            contact.verified_at = clock.now()
            act.session.add(contact)

    def choose(self, person: Person, **wishes: object) -> None:
        """What a person chose; all topics by all channels, at once and without quiet hours, where nothing else is."""
        with self.okrug.act_as() as act:
            row = act.session.get(Choices, person.id) or choices.usual(person.id)
            row.sms, row.quiet_from, row.quiet_until = row.mail, 0, 0
            for name, value in wishes.items():
                setattr(row, name, value)
            act.session.merge(row)

    def follow(self, person: Person, kind: Kind, subject: UUID) -> None:
        with self.okrug.act_as() as act:
            row = Follow(person_id=person.id, territory_id=act.territory.id, kind=kind, subject_id=subject)
            row.since = clock.now()
            act.session.add(row)

    def review(self, verdict: Verdict = Verdict.ACCEPT, **changes: object) -> None:
        with self.okrug.in_cycle(self.cycle_id, Role.OFFICE) as (act, cycle):
            proposal = proposals.get(act, cycle, self.project)
            named = Bilingual(proposal.title, proposal.title)
            reviews.review(act, cycle, proposal, findings(verdict=verdict, titles=named, **changes))

    def review_again(self) -> None:
        """The author answers, and the office accepts."""
        with self.okrug.in_cycle(self.cycle_id, Role.RESIDENT) as (act, cycle):
            proposals.amend(act, cycle, proposals.get(act, cycle, self.project), content(title="Lamps"), "Ten.")
        self.review()

    def work(self) -> None:
        """What the worker does every other second, until nothing is left."""
        with self.app.app_context():
            while waking.wake(self.okrug.database) or jobs.run_all(self.okrug.database, self.settings):
                pass

    @property
    def folder(self) -> Path:
        return self.settings.state_folder / "outbox"

    def mails(self) -> list[EmailMessage]:
        """The letters so far, oldest first."""
        files = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]  # type: ignore[misc]

    def texts(self) -> list[tuple[str, str]]:
        """Number and text of each SMS so far, oldest first."""
        files = sorted(self.folder.glob("*.sms"), key=lambda path: path.stat().st_mtime_ns)
        return [tuple(path.read_text().rstrip("\n").split("\n", 1)) for path in files]  # type: ignore[misc]

    def sendings(self) -> list[Sending]:
        with self.okrug.act_as() as act:
            return list(act.session.scalars(select(Sending)))


def a_project(okrug: Village, app: Flask, settings: Settings) -> Told:
    """A project that its author submitted, and the office is to review."""
    author = okrug.people[Role.RESIDENT]
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        project = proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(title="Lamps"))).id
        for step in ORDER[1 : ORDER.index(Phase.REVIEW) + 1]:
            cycle.phase = step
            act.session.flush()
    return Told(okrug, app, settings, author, cycle_id, project)


def in_a_while(**time: float) -> datetime:
    return clock.now() + timedelta(**time)
