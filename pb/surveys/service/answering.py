"""Somebody answers a survey, once and for good: nobody knows afterwards whose an answer is, so that none is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.survey import HARD
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.gatherings.models import Gathering
from pb.hearings import service as hearings
from pb.hearings.models import MOST_OF_ONE
from pb.hearings.service import Words
from pb.hearings.service import finding as of_hearings
from pb.proposals.service import contents
from pb.surveys.models import LONGEST_TEXT, Audience, Kind, Participation, Question, Sheet, Survey, Text, Tick
from pb.surveys.service import finding
from pb.surveys.service.finding import State


@dataclass(frozen=True, slots=True)
class Answers:
    """What was chosen and written, by questions; `opinions` are those whose text goes to the hearing as well.

    `blank`: whoever answers nothing says so, and is counted. Were it refused, everybody who left a question out would
    have answered another, and a small count that is hidden could be worked out from the other question's.
    """

    ticks: Mapping[int, frozenset[int]] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    language: str = "kk"
    opinions: frozenset[int] = frozenset()
    blank: bool = False

    @property
    def written(self) -> dict[int, str]:
        return {number: text.strip() for number, text in self.texts.items() if text.strip()}


def hearing_for(act: Act, survey: Survey) -> Gathering | None:
    """The hearing on the survey's draft that still takes opinions of whoever is signed in."""
    if survey.gathering_id is None or act.person is None:
        return None
    gathering = of_hearings.stands(act, act.session.get_one(Gathering, survey.gathering_id))
    return gathering if hearings.takes_opinions(act, gathering) else None


def may_answer(act: Act, survey: Survey) -> bool:
    if finding.state(act, survey) is not State.OPEN:
        return False
    if survey.audience == Audience.EVERYBODY:
        return True
    return act.person is not None and act.holds(Role.RESIDENT) and not finding.took_part(act, survey)


def require_answering(act: Act, survey: Survey) -> None:
    """Raises Conflict (not open; answered already), Forbidden (no resident)."""
    if finding.state(act, survey) is not State.OPEN:
        raise Conflict(_("This survey is not open: its page says when it is answered."))
    if survey.audience == Audience.EVERYBODY:
        return
    if act.person is None or not act.holds(Role.RESIDENT):
        raise Forbidden(_("Residents of this place answer, each with the own account."))
    if finding.took_part(act, survey):
        raise Conflict(_("You have answered this survey. Nobody knows which answer is yours, so it stays as it is."))


def give(act: Act, survey: Survey, answers: Answers) -> None:
    """Answers a survey. What goes to the hearing is sent there in the actor's name, as any opinion.

    The log knows that somebody answered and how many did by then, and nobody's name. Raises Conflict, Forbidden,
    FieldRefusal (`faults`).
    """
    require_answering(act, survey)
    audit.take_turn(act)  # two at once would count as one
    require_answering(act, survey)
    questions = finding.questions(act, survey)
    refuse_all(faults(act, survey, questions, answers))
    nobody = replace(act, person=None, roles=frozenset())
    number = finding.answered(act, survey) + 1
    audit.record(nobody, "survey.answered", subject=survey.id, data={"survey": survey.number, "answer": number})
    if survey.audience == Audience.RESIDENTS and act.person is not None:
        act.session.add(Participation(survey_id=survey.id, person_id=act.person.id))
        act.session.flush()
    _keep(act, survey, answers)
    _send(act, survey, answers)


def faults(act: Act, survey: Survey, questions: Sequence[Question], answers: Answers) -> Iterator[FieldRefusal]:
    """What `give` would refuse; fields are `question_1` and so on, `opinion_1` where a text goes to the hearing."""
    known = {question.number: question for question in questions}
    for number in sorted({*answers.ticks, *answers.texts} - known.keys()):
        raise ValueError(f"no question {number}")
    for number, question in known.items():
        yield from _faults_of_one(question, answers.ticks.get(number, frozenset()), answers.written.get(number, ""))
    nothing = not any(answers.ticks.values()) and not answers.written
    if nothing and not answers.blank:
        told = _("Answer a question, or mark below that you leave all of them out.")
        yield FieldRefusal(f"question_{min(known)}", told)
    if answers.blank and not nothing:
        yield FieldRefusal("blank", _("You have answered a question: take this mark off, or the answer."))
    yield from _faults_of_opinions(act, survey, answers)
    if answers.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def _faults_of_one(question: Question, ticks: frozenset[int], text: str) -> Iterator[FieldRefusal]:
    name = f"question_{question.number}"
    if question.kind == Kind.TEXT:
        if len(text) > LONGEST_TEXT:
            yield FieldRefusal(name, _("Use at most %(max)d characters.", max=LONGEST_TEXT))
        if ticks:
            yield FieldRefusal(name, _("Choose from the list alone."))
        return
    if text or not ticks <= {HARD, *question.places}:
        yield FieldRefusal(name, _("Choose from the list alone."))
    elif len(ticks) > 1 and question.kind != Kind.SEVERAL:
        yield FieldRefusal(name, _("Choose one answer."))
    elif len(ticks) > 1 and HARD in ticks:
        yield FieldRefusal(name, _("Choose answers, or that it is hard to answer: not both."))


def _faults_of_opinions(act: Act, survey: Survey, answers: Answers) -> Iterator[FieldRefusal]:
    if not answers.opinions:
        return
    gathering = hearing_for(act, survey)
    for number in sorted(answers.opinions):
        if gathering is None:
            yield FieldRefusal(f"opinion_{number}", _("The hearing takes no opinions any more."))
        elif number not in answers.written:
            yield FieldRefusal(f"question_{number}", _("Write what you think of the draft."))
    if gathering is not None and of_hearings.own(act, gathering) + len(answers.opinions) > MOST_OF_ONE:
        told = _("You have written %(number)s opinions: nobody writes more.", number=of_hearings.own(act, gathering))
        yield FieldRefusal(f"opinion_{min(answers.opinions)}", told)


def _keep(act: Act, survey: Survey, answers: Answers) -> None:
    """Ticks first: the database takes none for a sheet that is there. Texts are of no sheet."""
    sheet: UUID = uuid4()
    for number, places in sorted(answers.ticks.items()):
        for place in sorted(places):
            act.session.add(Tick(survey_id=survey.id, question=number, sheet_id=sheet, place=place))
            act.session.flush()
    for number, text in answers.written.items():
        act.session.add(Text(id=uuid4(), survey_id=survey.id, question=number, text=text, language=answers.language))
    act.session.flush()
    act.session.add(Sheet(id=sheet, survey_id=survey.id))
    act.session.flush()


def _send(act: Act, survey: Survey, answers: Answers) -> None:
    gathering = hearing_for(act, survey)
    if gathering is None:
        return
    for number in sorted(answers.opinions):
        hearings.give(act, gathering, Words(answers.written[number], answers.language))
