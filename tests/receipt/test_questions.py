"""A resident asks of a line of the receipt, the office answers in its term, and what may be published is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.budget.service import steps
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.service.duties import Duty
from pb.receipt import service
from pb.receipt.models import LineQuestion
from pb.receipt.service import asking
from pb.receipt.service.words import signed
from pb.receipt.views.duties import of_questions
from pb.territory.service import populations, working_days
from tests.budget.world import FIRST, begun
from tests.pages import Pages, open_pages
from tests.village import HOME, Okrug

HERE = f"{HOME}/receipt"
LIGHTING = "07.0.124.008"
WORDS = "Абай көшесінде шам жоқ. Ақша қайда?"


@pytest.fixture
def receipt(okrug: Okrug) -> service.Receipt:
    version = begun(okrug)
    steps.put(okrug.act(Role.OFFICE), version)
    populations.record(okrug.act(Role.OFFICE), 2026, 1_200, source="stat.gov.kz")
    okrug.session.commit()
    found = service.of_budget(okrug.act(), version.budget)
    assert found is not None
    return found


@pytest.fixture
def pages(okrug: Okrug, tmp_path: Path) -> Iterator[Pages]:
    with open_pages(okrug, tmp_path) as found:
        yield found


@pytest.mark.usefixtures("receipt")
def test_a_question_goes_to_the_office_with_its_line_and_comes_back_answered(okrug: Okrug, pages: Pages) -> None:
    asked = f"{HERE}/{FIRST}/ask?code={LIGHTING}"
    assert asked in pages.get(f"{HERE}/{FIRST}").text
    pages.get(asked, status=302)  # to sign in
    pages.sign_in(Role.OFFICE)
    assert "/ask?" not in pages.get(f"{HERE}/{FIRST}").text, "a link that only refuses leads nowhere"
    pages.post(asked, {"words": WORDS, "language": "kk"}, status=403)
    pages.sign_in(Role.RESIDENT)
    assert "10\u00a0000\u00a0₸" in pages.get(asked).text, "12 000 thousand for 1 200 people"
    pages.post(asked, {"words": "", "language": "kk"}, status=422)
    pages.get(f"{HERE}/{FIRST}/ask?code=07.0.124.999", status=404)
    pages.post(asked, {"words": WORDS, "language": "kk", "allowed": "y"}, status=302)
    pages.sign_out()
    assert WORDS not in pages.get(f"{HERE}/questions").text
    pages.get(f"{HERE}/questions/1", status=404)
    assert "1 was asked" in pages.get(f"{HERE}/{FIRST}").text
    pages.sign_in(Role.DEPUTY)
    assert WORDS in pages.get(f"{HERE}/questions").text
    pages.post(f"{HERE}/questions/1", {"words": "Жоқ", "language": "kk"}, status=403)
    pages.sign_in(Role.OFFICE)
    assert "Answer a resident" in pages.get("/my-work").text
    pages.post(f"{HERE}/questions/1", {"words": " ", "language": "kk"}, status=422)
    given = {"words": "Шам тамызда орнатылады.", "language": "kk", "published": "y"}
    pages.post(f"{HERE}/questions/1", given)
    pages.post(f"{HERE}/questions/1", {"words": "Екінші", "language": "kk"}, status=409)
    pages.sign_out()
    told = pages.get(f"{HERE}/questions").text
    assert WORDS in told
    assert "Шам тамызда орнатылады." in told
    assert okrug.people[Role.RESIDENT].name not in told


def test_terms_limits_and_whose_work_it_is(okrug: Okrug, receipt: service.Receipt, pages: Pages) -> None:
    resident = okrug.act(Role.RESIDENT)
    with pytest.raises(Forbidden, match="Residents ask"):
        asking.ask(okrug.act(Role.OFFICE), receipt, LIGHTING, WORDS, "kk", allowed=True)
    with pytest.raises(Conflict, match="no such line"):
        asking.ask(resident, receipt, "07.0.124.999", WORDS, "kk", allowed=True)
    with pytest.raises(FieldRefusal, match="at most 2000"):
        asking.ask(resident, receipt, LIGHTING, "а" * 2001, "kk", allowed=True)
    question = asking.ask(resident, receipt, LIGHTING, WORDS, "kk", allowed=False)
    assert (question.code, question.year, signed(question.per_resident or 0)) == (LIGHTING, FIRST, "10\u00a0000\u00a0₸")
    assert question.due == working_days.last_day(resident, okrug.at, 15)
    asking.ask(resident, receipt, "", WORDS, "kk", allowed=True)
    asking.ask(resident, receipt, "07", WORDS, "kk", allowed=True)
    with pytest.raises(Conflict, match="Three of your questions wait"):
        asking.ask(resident, receipt, "07", WORDS, "kk", allowed=True)
    assert asking.counts(resident, FIRST) == {LIGHTING: 1, "": 1, "07": 1}
    with pages.client.application.test_request_context(HERE):
        assert list(of_questions(okrug.act(Role.DEPUTY))) == []
        okrug.at += timedelta(days=40)
        [duty] = of_questions(okrug.act(Role.DEPUTY))
    assert isinstance(duty, Duty)
    assert "3" in duty.deed
    late = asking.overdue(okrug.act(), asking.waiting(okrug.act()))
    assert len(late) == 3
    asking.answer(okrug.act(Role.OFFICE), question, "Жауап", "kk", published=True)
    assert not question.published, "who asked did not allow it"
    assert not asking.may_read(okrug.act(Role.CHAIR), question)
    assert asking.may_read(okrug.act(Role.RESIDENT), question)
    assert [event.action for event in audit.of_subject(resident, question.id)] == ["receipt.asked", "receipt.answered"]
    without = receipt._replace(people=None)
    assert asking.ask(okrug.act(Role.RESIDENT), without, "01", WORDS, "kk", allowed=True).per_resident is None


def test_the_database_keeps_what_was_asked_and_its_one_answer(okrug: Okrug, receipt: service.Receipt) -> None:
    question = asking.ask(okrug.act(Role.RESIDENT), receipt, LIGHTING, WORDS, "kk", allowed=False)
    okrug.session.commit()
    answered = {"answer": "Жауап", "answered_at": okrug.at, "answered_by": okrug.people[Role.OFFICE].id}
    for change in (
        update(LineQuestion).values(words="Басқа"),
        update(LineQuestion).values(due=question.due + timedelta(days=30)),
        update(LineQuestion).values(**answered),
        delete(LineQuestion),
    ):
        with pytest.raises(DatabaseError):
            okrug.session.execute(change)
        okrug.session.rollback()
    asking.answer(okrug.act(Role.OFFICE), question, "Жауап", "kk", published=False)
    okrug.session.commit()
    with pytest.raises(DatabaseError):
        okrug.session.execute(update(LineQuestion).values(answer="Басқа жауап"))
    okrug.session.rollback()
