"""What meetings decided is public with what becomes of it, goes out as an extract, and flows on to other rooms."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from pb import clock
from pb.act import Act, Role
from pb.commission.service import seating
from pb.commission.service.seating import Composition
from pb.documents.service.render import render
from pb.errors import NotFound
from pb.gatherings import documents
from pb.gatherings.documents import extracts
from pb.gatherings.models import Gathering, Kind, Matter, Office, Seat
from pb.gatherings.models.referrals import Ruling, Step
from pb.gatherings.service import (
    agenda,
    convening,
    corrections,
    decided,
    elections,
    holding,
    late,
    logged_members,
    meetings,
    members,
    membership,
    minutes,
    officers,
    renewal,
    standing,
)
from pb.gatherings.service.corrections import Mistake
from pb.gatherings.service.late import Late
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from pb.gatherings.service.standing import Way
from pb.identity.models import Person
from pb.maslikhat import service as motions
from pb.maslikhat.service import Sending
from pb.tasks import service as tasks
from pb.tasks.service import Giving, basis, wording
from pb.tasks.service.basis import Basis
from tests.duties import told, waiting
from tests.gatherings.test_documents import text_of
from tests.gatherings.test_duties import act_of
from tests.gatherings.test_holding import assembly, named, raised
from tests.gatherings.test_recorded import NAMES, elected
from tests.gatherings.test_superior import confirmed, row_of, take
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug, open_meeting

__all__ = ["elected"]


@pytest.fixture
def held(okrug: Okrug, elected: tuple[Act, Gathering]) -> Gathering:
    """The gathering that elected a member and decided on a bridge, with confirmed minutes."""
    _office, meeting = elected
    chair, secretary = (okrug.act(person=named(okrug, name)) for name in NAMES[:2])
    officers.accept(chair, meeting, Office.CHAIR)
    officers.accept(secretary, meeting, Office.SECRETARY)
    minutes.draw_up(secretary, meeting, remarks="")
    minutes.confirm(secretary, meeting)
    minutes.confirm(chair, meeting)
    return meeting


def test_every_decision_is_public_with_who_holds_it_now(okrug: Okrug, held: Gathering, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        page = pages.get(f"{HOME}/decisions").text
        assert f'href="{HOME}/decisions"' in page
        for said in ("Асқар: 4", "elected", "Көпір", "The akim", "Wait for the akim"):
            assert said in page
        assert f'href="{HOME}/meetings/{held.number}/minutes#point-2"' in page
        assert f'href="{HOME}/documents/extract/meetings/{held.number}/2/kk"' in page
        pages.get(f"{HOME}/documents/extract/meetings/{held.number}/2/kk")
        pages.get(f"{HOME}/documents/extract/meetings/{held.number}/9/kk", status=404)
        pages.get(f"{HOME}/decisions?page=2", status=404)
    okrug.at += timedelta(days=30)
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        assert "The akim did not answer in time" in pages.get(f"{HOME}/decisions").text
        assert "s answer is late" in pages.get(f"{HOME}/meetings").text


def amended(okrug: Okrug) -> Gathering:
    """An assembly that adopted its point with an amendment, and another as it was; the akim agreed."""
    secretary, meeting = assembly(okrug, Point(Matter.OTHER, "Бір көпір", "kk"), Point(Matter.OTHER, "Саябақ", "kk"))
    point, other = meeting.questions
    first = agenda.amend(secretary, meeting, point, "Екі көпір", "kk", "")
    second = agenda.amend(secretary, meeting, point, "Үш көпір", "kk", "")
    for one, hands in ((first, (5, 0)), (second, (1, 4)), (point, (5, 0)), (other, (5, 0))):
        holding.record_votes(secretary, meeting, one, raised(meeting, *hands))
    minutes.draw_up(secretary, meeting, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), meeting)
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    return meeting


def test_a_decision_stands_in_the_words_that_were_adopted(okrug: Okrug, tmp_path: Path) -> None:
    """Played: the assembly adopted two bridges, and everywhere the decision was one bridge."""
    meeting = amended(okrug)
    point = meeting.questions[0]
    office = okrug.act(Role.OFFICE)
    row = meetings.minutes_of(office, meeting)
    assert row is not None
    [bridges, park] = basis.decisions(office)
    with open_pages(okrug, tmp_path) as pages, pages.client.application.test_request_context("/?lang=en"):
        assert wording.decided(bridges).endswith("Екі көпір"), "a task executes what was adopted"
        assert wording.decided(park).endswith("Саябақ")
        printed = text_of(render(extracts.extract(office, point.id, "kk", "http://localhost")), tmp_path)
        assert printed.index("Екі көпір") < printed.index("Бір көпір"), "what was proposed stays in sight"
        printed = text_of(render(documents.minutes(office, row, "http://localhost")), tmp_path)
        assert "Екі көпір" in printed[printed.index("Шешімдер") :]
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        for path in ("decisions", f"meetings/{meeting.number}/minutes"):
            page = pages.get(f"{HOME}/{path}").text
            assert re.search(r"<h[23]>(1\. )?<[^>]*>Екі көпір", page), path
            assert "Proposed before the amendment: " in page
        assert "With the amendment: " in pages.get(f"{HOME}/meetings/{meeting.number}").text
    assert [one.question.id for one in decided.page_of(office, None, 1, 9)] == [one.id for one in meeting.questions[:2]]


def test_the_vote_on_a_point_is_on_its_amended_words(okrug: Okrug, tmp_path: Path) -> None:
    secretary, meeting = assembly(okrug, Point(Matter.BUDGET, "Бюджет", "kk"))
    one = agenda.amend(secretary, meeting, meeting.questions[0], "Түзетілген бюджет", "kk", "")
    holding.record_votes(secretary, meeting, one, raised(meeting, 5))
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.SECRETARY)
        page = pages.get(f"{HOME}/meetings/{meeting.number}/questions/1").text
        assert "Proposed before the amendment: " in page
        assert "Түзетілген бюджет" in pages.get(f"{HOME}/meetings/{meeting.number}/hall").text
    assert page.index("Түзетілген бюджет") < page.index("Proposed before")


def test_minutes_that_are_kept_here_are_not_of_a_meeting_elsewhere(
    okrug: Okrug, held: Gathering, tmp_path: Path
) -> None:
    """Played: the office typed number and day of minutes with which the akim disagreed, and the task stood at once."""
    office, on = okrug.act(Role.OFFICE), clock.local(held.meets_at).date()

    def why(number: str) -> list[str]:
        return [str(fault.message) for fault in basis.faults(office, Basis(minutes_number=number, minutes_on=on))]

    def offered() -> bool:
        with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
            pages.sign_in(Role.OFFICE)
            found = ["Give a task" in pages.get(f"{HOME}{path}").text for path in ("/decisions", minutes_page)]
        return all(found) if any(found) else False

    minutes_page = f"/meetings/{held.number}/minutes"
    for typed in ("1/2026", "№ 1", "1/26"):
        assert "Wait for the akim" in why(typed)[0]
    assert not offered()
    assert why("4") == []
    minutes.answer(okrug.act(Role.AKIM), held, agrees=True, reason="")
    assert "choose the decision" in why("1/2026")[0]
    assert offered()


def test_a_commission_of_elsewhere_stands_beside_the_one_that_was_elected_here(okrug: Okrug, tmp_path: Path) -> None:
    """Played: who confirmed the office's own commission was not told that the assembly had elected three others."""
    secretary, meeting = assembly(okrug, Point(Matter.ELECTION, "", "", seat=Seat.COMMISSION, places=1))
    point, (first, second) = meeting.questions[0], [row.member for row in meeting.attendances[:2]]
    elections.nominate(secretary, meeting, point, first.name, SETTLEMENTS[0])
    holding.record_votes(secretary, meeting, point, raised(meeting, 0, candidates={1: 5}))
    minutes.draw_up(secretary, meeting, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), meeting)
    assert seating.elected_here(okrug.act()) is None
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    today = clock.local(okrug.at).date()
    other = Composition(frozenset({second.id}), today, today + timedelta(days=300))
    seating.record(okrug.act(Role.OFFICE), other, Basis(minutes_number="7", minutes_on=today))
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        page = pages.get(f"{HOME}/commission").text
    assert "An election of the commission is in force here" in page
    assert first.name in page


def test_an_extract_says_whether_the_decision_is_in_force(okrug: Okrug, held: Gathering, tmp_path: Path) -> None:
    """Played: an extract of what the akim had disagreed with said that it was approved, and nothing else."""

    def said() -> str:
        with open_pages(okrug, tmp_path) as pages, pages.client.application.test_request_context():
            paper = extracts.extract(okrug.act(), held.questions[1].id, "kk", "http://localhost")
        return " | ".join(f"{name}: {told}" for name, told in paper.facts)

    assert "Күшінде емес. Әкімнің жауабын күтіп тұр, мерзімі" in said()
    disputed = {held.questions[1].id}
    minutes.answer(okrug.act(Role.AKIM), held, agrees=False, reason="Ақша жоқ.", disputed=disputed)
    assert "Күшінде емес. Әкім келіспеді" in said()


def test_an_extract_says_the_decision_and_what_was_corrected_since(
    okrug: Okrug, held: Gathering, tmp_path: Path
) -> None:
    row = row_of(okrug, held)
    secretary, chair = (
        okrug.act(person=okrug.session.get_one(Person, row_id)) for row_id in (row.secretary_id, row.chair_id)
    )
    drawn = corrections.write(secretary, row, Mistake("Көпір Абай көшесінде.", "kk", "Қате", position=2))
    for signer in (secretary, chair):
        minutes.confirm(signer, held, drawn)
    point = held.questions[1].id
    with open_pages(okrug, tmp_path) as pages:
        assert drawn.number.split("/")[0] in pages.get(f"{HOME}/decisions").text
        with pages.client.application.test_request_context():
            paper = extracts.extract(okrug.act(), point, "kk", "http://localhost")
            with pytest.raises(NotFound):
                extracts.extract(okrug.act(), held.id, "kk", "http://localhost")
    assert paper.frame.address == f"http://localhost{HOME}/meetings/{held.number}/minutes/verify"
    printed = text_of(render(paper), tmp_path).replace("\u00a0", " ")
    for said in ("Көпір", "1/2026", "Көпір Абай көшесінде.", *NAMES[:2]):
        assert said in printed, said


def test_what_was_corrected_stands_where_the_decision_is_carried_on(
    okrug: Okrug, held: Gathering, tmp_path: Path
) -> None:
    """Played: the akim's page that asks and the form of the task had the old words, and nothing of the correction."""
    row, right = row_of(okrug, held), "Көпір Абай көшесінде."
    secretary, chair = (
        okrug.act(person=okrug.session.get_one(Person, row_id)) for row_id in (row.secretary_id, row.chair_id)
    )
    drawn = corrections.write(secretary, row, Mistake(right, "kk", "Қате", position=2))
    for signer in (secretary, chair):
        minutes.confirm(signer, held, drawn)
    said = f"Corrected, minutes № {drawn.number}: {right}"
    told = []
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        pages.sign_in(Role.AKIM)
        answer = f"{HOME}/meetings/{held.number}/answer"
        told.append(pages.post(answer, {"agrees": "yes", "reason": ""}, status=200).text)
        pages.post(answer, {"agrees": "yes", "reason": "", "confirmed": "y"})
        pages.sign_in(Role.SECRETARY)
        told += [pages.get(f"{HOME}/{room}/new?question={held.number}-2").text for room in ("tasks", "maslikhat")]
        assert right not in pages.get(f"{HOME}/tasks/new?question={held.number}-1").text
    for each in told:
        assert said in each.replace("\u00a0", " ")


def test_many_minutes_stand_as_each_of_them_does(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    okrug.accept_two()
    first = confirmed(okrug)
    minutes.answer(okrug.act(Role.AKIM), first, agrees=False, reason="Ақша жоқ.")
    second = confirmed(okrug, first)
    minutes.answer(okrug.act(Role.AKIM), second, agrees=False, reason="Ақша жоқ.")
    rows = [row_of(okrug, first), row_of(okrug, second)]
    together = standing.of_many(okrug.act(), rows)
    assert [together[row.id].way for row in rows] == [Way.DISCUSSED, Way.DISAGREED]
    assert together == {row.id: standing.standing(okrug.act(), row) for row in rows}


def test_lists_ask_the_database_as_often_for_many_meetings_as_for_one(okrug: Okrug, tmp_path: Path) -> None:
    okrug.seat_assembly(5)
    okrug.accept_two()

    def asked() -> list[int]:
        counts = []
        with open_pages(okrug, tmp_path) as pages:
            pages.sign_in(Role.OFFICE)
            for path in (f"{HOME}/decisions", f"{HOME}/meetings", f"{HOME}/2027/meetings", f"{HOME}/assembly"):
                pages.get(path)
                statements: list[str] = []

                def note(_connection: object, _cursor: object, told: str, *_rest: object, to: list[str]) -> None:
                    to.append(told)

                engine = pages.client.application.extensions["database"].engine
                listener = partial(note, to=statements)
                event.listen(engine, "before_cursor_execute", listener)
                pages.get(path)
                event.remove(engine, "before_cursor_execute", listener)
                counts.append(len(statements))
        return counts

    first = confirmed(okrug)
    minutes.answer(okrug.act(Role.AKIM), first, agrees=False, reason="Ақша жоқ.")
    second = confirmed(okrug, first)
    minutes.answer(okrug.act(Role.AKIM), second, agrees=False, reason="Ақша жоқ.")
    few = asked()
    third = confirmed(okrug, above_rejected(okrug, second))
    minutes.answer(okrug.act(Role.AKIM), third, agrees=False, reason="Ақша жоқ.")
    assert asked() == few


def above_rejected(okrug: Okrug, meeting: Gathering) -> Gathering:
    """The superior akim rejected what this meeting decided; the assembly may discuss it again."""
    for step in (Step.SENT, Step.DISCUSSED, Step.DECIDED, Step.CONFIRMED):
        take(okrug, meeting, step, **({"outcome": Ruling.REJECTED} if step is Step.DECIDED else {}))
    return meeting


def test_a_meeting_without_minutes_after_the_term_is_late(
    okrug: Okrug, elected: tuple[Act, Gathering], tmp_path: Path
) -> None:
    _office, meeting = elected
    assert late.of_many(okrug.act(), [meeting]) == {}
    okrug.at += timedelta(days=30)
    assert late.of_many(okrug.act(), [meeting]) == {meeting.id: Late.MINUTES}
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        form = pages.get(f"{HOME}/meetings/{meeting.number}/minutes").text
        assert "Guests, and whatever belongs to no point" in form
        assert "fingerprints" not in form, "no trustees are of this meeting"


def test_who_was_elected_is_recorded_by_one_press_and_the_form_filled_in(
    okrug: Okrug, held: Gathering, tmp_path: Path
) -> None:
    assert decided.not_recorded(okrug.act()) == []
    [(waiting, stands)] = decided.not_in_force(okrug.act())
    assert (waiting.candidate.name, stands.way) == ("Асқар", Way.AKIM)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        assert "Wait for the akim" in pages.get(f"{HOME}/assembly").text
    minutes.answer(okrug.act(Role.AKIM), held, agrees=True, reason="")
    [one] = decided.not_recorded(okrug.act())
    assert one.candidate.name == "Асқар"
    assert decided.not_in_force(okrug.act()) == []
    with open_pages(okrug, tmp_path) as pages:
        assert "Elected, not recorded yet" not in pages.get(f"{HOME}/assembly").text
        pages.sign_in(Role.OFFICE)
        form = f"{HOME}/assembly?elected={held.number}-1-1"
        assert form in pages.get(f"{HOME}/assembly").text
        page = pages.get(form).text.replace("\u00a0", " ")
    assert 'value="Асқар"' in page
    assert "№ 1/2026, " in page
    filled = {"settlement": one.candidate.settlement, "office": Office.MEMBER, "electing_document": "№ 1/2026"}
    begins = held.meets_at.date()
    term = {"term_from": begins, "term_until": membership.longest(okrug.act(), begins)}
    early = membership.Election(name="Асқар", **filled, **{**term, "term_from": begins - timedelta(days=1)})
    assert {"term_from"} <= {fault.field for fault in membership.faults(okrug.act(Role.OFFICE), early)}
    membership.record(okrug.act(Role.OFFICE), membership.Election(name="Асқар", **filled, **term))
    assert decided.not_recorded(okrug.act()) == []


TWICE = ("Қайрат Жакупов", "жакупов  Қайрат")


def test_a_new_composition_is_recorded_and_confirmed_in_one_step(
    okrug: Okrug, held: Gathering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: nine were elected for four years, and the eleven before them stayed until each was ended by hand."""
    okrug.seat_assembly(3)
    minutes.answer(okrug.act(Role.AKIM), held, agrees=True, reason="")
    election, office = held.questions[0], okrug.act(Role.OFFICE)
    begins, before = held.meets_at.date(), members.current(office)
    assert not renewal.is_whole(office, election), "one place of three: nobody's term ends by it unless marked"
    asked = renewal.Renewal(frozenset({1}), frozenset(one.id for one in before), begins, begins, "")
    assert [fault.field for fault in renewal.faults(office, election, asked)] == ["term_until", "document"]
    early = renewal.Renewal(frozenset({1}), frozenset(), begins - timedelta(days=75), begins, "№ 1/2026")
    assert [fault.field for fault in renewal.faults(office, election, early)] == ["term_from"]
    elections = [membership.Election(name, "Ақсу", Office.MEMBER, begins, begins, "№ 1") for name in TWICE]
    monkeypatch.setattr(renewal, "_elections", lambda *_some: elections)
    twice = renewal.Renewal(frozenset({1, 2}), frozenset(), begins, membership.longest(office, begins), "№ 1/2026")
    assert [fault.field for fault in renewal.faults(office, election, twice)] == ["chosen"]
    monkeypatch.undo()
    path = f"{HOME}/meetings/{held.number}/questions/1/elected"
    form = {"chosen": "1", "ending": [one.id.hex for one in before], "document": "№ 1/2026"}
    form |= {"term_from": begins.isoformat(), "term_until": membership.longest(office, begins).isoformat()}
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        assert f'href="{path}"' in pages.get("/my-work").text
        assert f'href="{path}"' in pages.get(f"{HOME}/assembly").text
        monkeypatch.setattr(renewal, "is_whole", lambda act, question: True)  # noqa: ARG005 - one signature
        assert pages.get(path).text.count(" checked") == 1 + len(before)
        assert "Choose the members." in pages.post(path, data={**form, "chosen": []}, status=422).text
        pages.post(path, data=form)
        assert "3 members" in pages.get(f"{HOME}/assembly").text
        pages.sign_in(Role.CHAIR)
        assert "Confirm all that was recorded in one step: 4" in pages.get(f"{HOME}/assembly").text
        asked_first = pages.post(f"{HOME}/assembly/4/confirm", status=200).text
        assert all(one.name in asked_first for one in before)
        pages.post(f"{HOME}/assembly/4/confirm", data={"confirmed": "y"})
        page = pages.get(f"{HOME}/assembly").text
        assert "1 member" in page
        assert "Waits for confirmation" not in page
    okrug.session.expire_all()
    assert {one.term_until for one in before} == {begins - timedelta(days=1)}
    assert logged_members.differing(okrug.session) == []


def test_a_budget_is_agreed_once_the_akim_has_approved_what_the_meeting_decided(okrug: Okrug) -> None:
    secretary, held = assembly(okrug, Point(Matter.BUDGET, "", ""))
    holding.record_votes(secretary, held, held.questions[0], raised(held, 5))
    minutes.draw_up(secretary, held, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), held)
    year = held.meets_at.year
    assert decided.agreed_budget(okrug.act(), year) is None
    minutes.answer(okrug.act(Role.AKIM), held, agrees=True, reason="")
    agreed = decided.agreed_budget(okrug.act(), year)
    assert agreed is not None
    assert agreed.question.id == held.questions[0].id
    assert decided.agreed_budget(okrug.act(), year + 1) is None
    assert meetings.in_force_since(okrug.act(), agreed.minutes, agreed.question) is not None


def test_what_was_decided_waits_for_who_carries_it_on_with_the_form_filled_in(
    okrug: Okrug, tmp_path: Path, app: Flask
) -> None:
    """Played: a proposal to the maslikhat and an election of the commission were in nobody's list of work."""
    points = [
        Point(Matter.MASLIKHAT, "Көпір салу", "kk"),
        Point(Matter.ELECTION, "", "", seat=Seat.COMMISSION, places=2),
        Point(Matter.AKIMAT, "Қар тазалау", "kk"),
        Point(Matter.BUDGET, "", ""),
        Point(Matter.RELEASE, "", ""),
    ]
    secretary, meeting = assembly(okrug, *points)
    motion, election, *others = meeting.questions
    names = [row.member.name for row in meeting.attendances[:2]]
    for name in names:
        elections.nominate(secretary, meeting, election, name, SETTLEMENTS[0])
    holding.record_votes(secretary, meeting, election, raised(meeting, 0, candidates={1: 5, 2: 4}))
    for point in (motion, *others):
        holding.record_votes(secretary, meeting, point, raised(meeting, 5))
    minutes.draw_up(secretary, meeting, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), meeting)
    assert told(app, act_of(okrug)) == {Role.AKIM: ["Answer the minutes"]}
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    at = f"?question={meeting.number}"
    found = {role: {duty.deed: duty.url for duty in duties} for role, duties in waiting(app, act_of(okrug)).items()}
    send = {"Send a proposal to the maslikhat": f"{HOME}/maslikhat/new{at}-1"}
    give = {"Give the task that was decided": f"{HOME}/tasks/new{at}-3"}
    record = {"Record the commission that was elected": f"{HOME}/commission/new{at}-2"}
    assert found == {Role.CHAIR: send, Role.SECRETARY: send | give, Role.OFFICE: give | record}
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        pages.sign_in(Role.SECRETARY)
        assert "Көпір салу</textarea>" in pages.get(f"{HOME}/maslikhat/new{at}-1").text
        assert "Қар тазалау</textarea>" in pages.get(f"{HOME}/tasks/new{at}-3").text
        page = pages.get(f"{HOME}/decisions").text
        assert page.count(f'href="{HOME}/maslikhat/new') == 2  # the proposal, and the release of the akim
        assert f'<p><a href="{HOME}/budget">' in page
        pages.sign_in(Role.OFFICE)
        form = pages.get(f"{HOME}/commission/new{at}-2").text
        assert form.count("checked") == len(names)
        assert f'value="{clock.local(meeting.meets_at).date()}"' in form
    day = clock.local(okrug.at).date()
    rests = [Basis(question_id=point.id) for point in (motion, others[0], election)]
    motions.send(okrug.act(Role.CHAIR), Sending("Көпір салу", "", day, "12"), rests[0])
    tasks.give(okrug.act(Role.OFFICE), Giving("Қар тазалау", "", day + timedelta(days=30), executor_kk="ЖШС"), rests[1])
    chosen = frozenset(row.member_id for row in meeting.attendances[:2])
    seating.record(okrug.act(Role.OFFICE), Composition(chosen, day, day + timedelta(days=300)), rests[2])
    left = told(app, act_of(okrug))
    assert Role.OFFICE not in left
    assert left[Role.CHAIR] == ["Confirm the commission of the community"]


def test_a_meeting_asks_first_what_became_of_earlier_decisions(okrug: Okrug, tmp_path: Path) -> None:
    """Played: three assemblies were convened and held without it, and nobody asked."""
    office, bridge = okrug.act(Role.OFFICE), Point(Matter.OTHER, "Көпір", "kk")
    plan = Plan(Kind.ASSEMBLY, okrug.at + timedelta(days=11), "Клуб", [bridge])
    assert convening.agenda_of(office, plan) == [bridge], "nothing was decided before"
    before = amended(okrug)
    late_one = [bridge, Point(Matter.EARLIER, "", "")]
    plan = Plan(Kind.ASSEMBLY, okrug.at + timedelta(days=11), "Клуб", late_one)
    meeting = convening.convene(okrug.act(Role.CHAIR), plan)
    assert [row.matter for row in meeting.questions] == [Matter.EARLIER, Matter.OTHER]
    sent = Sending("Саябақ", "", clock.local(okrug.at).date(), "12")
    motions.send(okrug.act(Role.CHAIR), sent, Basis(question_id=before.questions[1].id))
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        day = (okrug.at + timedelta(days=11)).date().isoformat()
        typed = {"meets_on": day, "meets_time": "10:00", "place": "Клуб", "matter_1": "other", "text_1": "Көпір"}
        page = pages.post(f"{HOME}/meetings/convene/gathering", typed | {"entitled": "50", "language": "kk"}, 200).text
        assert "it is put in" in page
        assert '<option selected value="earlier">' in pages.get(f"{HOME}/meetings/convene/gathering").text
    okrug.at = meeting.meets_at
    secretary = okrug.act(Role.SECRETARY)
    open_meeting(secretary, meeting)
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.SECRETARY)
        page = pages.get(f"{HOME}/meetings/{meeting.number}/questions/1").text
        assert f'href="{HOME}/meetings/{before.number}/minutes#point-1"' in page
        assert "Approved by the akim: executed" in page
        assert f'href="{HOME}/maslikhat/1"' in page
    agenda.remove(secretary, meeting, meeting.questions[0], Count(5, 0, 0))
    assert meeting.questions[0].removed


def test_an_election_that_the_akim_disagreed_with_is_not_shown_as_if_it_held(
    okrug: Okrug, held: Gathering, tmp_path: Path
) -> None:
    """Played: the superior akim had rejected the decisions, and "elected" stood there in green."""
    minutes.answer(
        okrug.act(Role.AKIM), held, agrees=False, reason="Қайта сайлау керек.", disputed={held.questions[0].id}
    )
    with open_pages(okrug, tmp_path) as pages:
        for page in (f"{HOME}/decisions", f"{HOME}/meetings/{held.number}"):
            told = pages.get(page).text
            assert "elected, but the decision does not hold" in told
            assert ">elected<" not in told
