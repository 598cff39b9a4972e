"""Whoever follows a project, its cycle or its okrug is told how it goes on; a resident, what the office answered."""

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import day, language, named
from pb.notices.models import Kind, Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, of_cycle, tells
from pb.proposals.models import Proposal
from pb.works.models import Answer, State, Step

SENTENCES: dict[State, LazyString] = {
    State.DESIGN: lazy_gettext("Design papers of the project are being made."),
    State.REQUEST: lazy_gettext("Money for the project was asked for in the budget."),
    State.TENDER: lazy_gettext("A supplier for the project is being sought."),
    State.CONTRACT: lazy_gettext("The contract for the project is signed."),
    State.WORKS: lazy_gettext("The works on the project have begun."),
    State.ACCEPTED: lazy_gettext("The project is built and accepted."),
    State.MAINTENANCE: lazy_gettext("The project is in use and maintained."),
    State.STOPPED: lazy_gettext("The project was stopped."),
}
REPLIED = lazy_gettext("The akim's office answered what you wrote of a project.")


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    proposal = act.session.get_one(Proposal, event.subject_id)
    followed = of_cycle(act, proposal.cycle_id, Subject(Kind.PROJECT, proposal.id))
    return Concerned(frozenset({proposal.author_id}), followed)


def _words(act: Act, event: AuditEvent) -> Words:
    proposal = act.session.get_one(Proposal, event.subject_id)
    step = act.session.get_one(Step, (proposal.id, event.data["step"]))
    following = ""
    if step.answers_until is not None:
        following = _("Residents say whether it is built as promised. Last day: %(date)s", date=day(step.answers_until))
    return _of(proposal, str(SENTENCES[State(step.state)]), why=step.words, following=following)


def _answerer(act: Act, event: AuditEvent) -> Concerned:
    return Concerned(frozenset({act.session.get_one(Answer, event.subject_id).person_id}))


def _replied(act: Act, event: AuditEvent) -> Words:
    answer = act.session.get_one(Answer, event.subject_id)
    return _of(act.session.get_one(Proposal, answer.proposal_id), str(REPLIED))


def _of(proposal: Proposal, what: str, *, why: str = "", following: str = "") -> Words:
    said = proposal.called(language())
    url = url_for("works.show", cycle_id=proposal.cycle_id, proposal_id=proposal.id)
    return Words(named(proposal.number or "", said.text), what, url, why, following, tongue=said.language)


for _state, _sentence in SENTENCES.items():
    tells(f"work.{_state}", Teller(Topic.PROJECT, (_sentence,), _concerned, _words))
tells("work.replied", Teller(Topic.OWN, (REPLIED,), _answerer, _replied))
