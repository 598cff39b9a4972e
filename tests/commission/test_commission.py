"""The commission of the community: formed by two people, its report signed by its members, answered by the akim."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.clock import local, now
from pb.commands import as_logged
from pb.commission import documents, service
from pb.commission.models import Commission, MonitoringReport, ReportLine, ReportSignature, State
from pb.commission.service import Compared, Findings, following, on_paper, seating
from pb.commission.service.seating import Composition
from pb.commission.views import parts
from pb.documents.service import render
from pb.documents.service.sheets import Monitoring
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Kind, Matter, Member, Office, Question
from pb.gatherings.service import agenda, arrivals, convening, holding, meetings, members, membership, minutes, officers
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from pb.identity.models import Person
from pb.identity.service import duties
from pb.media.service.files import Received
from pb.tasks.service.basis import Basis
from tests.conftest import SignIn
from tests.duties import told
from tests.frozen.world import without_rules
from tests.linting import LintingClient
from tests.village import SETTLEMENTS, Village, without_notice
from tests.web.meetings_held import seat

PAGE = "/krasnoyar/commission"
both = pytest.mark.both_databases


def today() -> date:
    return local(now()).date()


def elsewhere() -> Basis:
    return Basis(minutes_number="4", minutes_on=today() - timedelta(days=1))


def seated(okrug: Village, *names: str) -> list[UUID]:
    """Members of an assembly by these names; the account of the resident is called like the first."""
    term = today() - timedelta(days=900), today() + timedelta(days=400)
    return seat(okrug, *(membership.Election(name, SETTLEMENTS[0], Office.MEMBER, *term, "№ 1") for name in names))


def formed(okrug: Village, *names: str, since: int = 800) -> list[UUID]:
    """A confirmed commission of these members."""
    ids = seated(okrug, *names)
    with okrug.act_as(Role.OFFICE) as act:
        term = today() - timedelta(days=since), today() + timedelta(days=300)
        number = seating.record(act, Composition(frozenset(ids), *term), elsewhere()).id
    with okrug.act_as(Role.CHAIR) as act:
        seating.confirm(act, seating.get(act, number))
    return ids


def findings(half: int | None = 1, **changes: object) -> Findings:
    lines = [Compared("Көше жарығы", "40 шам", "25 шам", 4_000_000_00, 3_900_000_00)]
    whole = {"findings": "Жоспар орындалмады.", "proposals": "Мердігерді ауыстыру.", "language": "kk"}
    return Findings(today().year - 1, half, lines, **{**whole, **changes})  # type: ignore[arg-type]


def named_like(okrug: Village, role: Role) -> str:
    """The name of somebody's account with its words in another order and case."""
    return " ".join(reversed(okrug.people[role].name.upper().split()))


def joined(okrug: Village, member_id: UUID, role: Role) -> Person:
    with okrug.act_as(role) as act:
        members.claim(act, member_id)
    return okrug.people[role]


def written(okrug: Village) -> UUID:
    with okrug.act_as(Role.SECRETARY) as act:
        return service.write(act, findings()).id


def test_the_commission_counts_once_another_person_confirmed_it_and_sits_by_itself(okrug: Village) -> None:
    ids = seated(okrug, "Бірінші Мүше", "Екінші Мүше", "Үшінші Мүше")
    term = today(), today() + timedelta(days=300)
    with okrug.act_as(Role.OFFICE) as act:
        nobody = [fault.field for fault in seating.faults(act, Composition(frozenset(), *term), Basis())]
        assert nobody == ["minutes_number", "minutes_on", "members"]
        commission = seating.record(act, Composition(frozenset(ids[:2]), *term), elsewhere())
        assert seating.current(act) is None
        with pytest.raises(Forbidden):
            seating.confirm(act, commission)
    with okrug.act_as(Role.CHAIR) as act:
        seating.confirm(act, seating.get(act, commission.id))
        with pytest.raises(Conflict):
            seating.confirm(act, seating.get(act, commission.id))
        plan = Plan(Kind.COMMISSION, now() + timedelta(days=11), "Әкімдік", [Point(Matter.EXECUTION, "", "kk")])
        sitting = convening.convene(act, plan)
        assert {row.member_id for row in sitting.attendances} == set(ids[:2])


def test_a_sitting_elects_its_own_chair_and_secretary_whatever_the_assembly_has(okrug: Village) -> None:
    """Played: minutes named nobody, and the assembly's chair, who neither sat there nor came, signed them as chair."""
    ids = formed(okrug, "Бірінші Мүше", "Екінші Мүше", "Үшінші Мүше")
    with okrug.act_as(Role.CHAIR) as act:
        without_notice(act)
        begins = act.at + timedelta(milliseconds=1)
        plan = Plan(Kind.COMMISSION, begins, "Әкімдік", [Point(Matter.OTHER, "Шолу", "kk")])
        number = convening.convene(act, plan).id
    with okrug.act_as(Role.OFFICE) as act:
        assert not officers.keeps_record(act, meetings.get(act, number)), "the commission watches the akim's side"
    with okrug.act_as(Role.SECRETARY) as act:
        sitting = meetings.get(act, number)
        arrivals.mark_present(act, sitting, ids[:2])
        assert officers.missing(sitting) == [Office.CHAIR, Office.SECRETARY]
        with pytest.raises(FieldRefusal, match="Choose somebody who is present"):
            officers.elect(act, sitting, Office.CHAIR, okrug.people[Role.CHAIR].name, Count(2, 0, 0))
        officers.elect(act, sitting, Office.CHAIR, "Бірінші Мүше", Count(2, 0, 0))
        officers.elect(act, sitting, Office.SECRETARY, "Екінші Мүше", Count(2, 0, 0))
        agenda.adopt(act, sitting, Count(2, 0, 0))
        holding.discuss(act, sitting, sitting.questions[0], "", noted=True)
        drawn = minutes.draw_up(act, sitting, remarks="")
        assert [drawn.body[office]["name"] for office in ("chair", "secretary")] == ["Бірінші Мүше", "Екінші Мүше"]
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        minutes.confirm(act, meetings.get(act, number))


def test_a_member_joins_the_own_account_by_the_name_that_a_document_gave_it(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    ids = seated(okrug, named_like(okrug, Role.RESIDENT), "Басқа Адам")
    with okrug.act_as(Role.RESIDENT) as act, pytest.raises(Forbidden):
        members.claim(act, ids[1])
    with okrug.act_as(Role.RESIDENT) as act, pytest.raises(DatabaseError), act.session.begin_nested():
        act.session.execute(update(Member).where(Member.id == ids[1]).values(person_id=okrug.people[Role.CHAIR].id))
    resident = sign_in(Role.RESIDENT)
    assert "I am this member" in resident.get("/krasnoyar/assembly").text
    assert "I am this member" not in client.get("/krasnoyar/assembly").text
    assert "The log tells it" in resident.post("/krasnoyar/assembly/1/claim").text
    resident.post("/krasnoyar/assembly/1/claim", data={"confirmed": "y"})
    assert "this is you" in resident.get("/krasnoyar/assembly").text
    with okrug.act_as(Role.RESIDENT) as act:
        assert members.own(act) is not None
        with pytest.raises(Conflict):
            members.claim(act, ids[0])


@both
def test_a_report_goes_from_its_signatures_to_the_akims_conclusion(okrug: Village, sign_in: SignIn) -> None:
    ids = formed(okrug, named_like(okrug, Role.RESIDENT), "Екінші Мүше", named_like(okrug, Role.SECRETARY))
    for member_id, role in ((ids[0], Role.RESIDENT), (ids[2], Role.SECRETARY)):
        joined(okrug, member_id, role)
    report_id = written(okrug)
    with okrug.act_as(Role.SECRETARY) as act:
        report = service.get(act, report_id)
        with pytest.raises(FieldRefusal):
            service.write(act, findings())
        service.correct(act, report, findings(findings="Жоспар жартылай орындалды."))
        service.sign(act, report, service.digest(report))
        with pytest.raises(Conflict):
            service.correct(act, report, findings())
        assert following.standing(act, report).state is State.SIGNING
    with okrug.act_as(Role.RESIDENT) as act:
        report = service.get(act, report_id)
        with pytest.raises(Conflict):
            service.sign(act, report, "0" * 64)
        service.sign(act, report, service.digest(report))
        assert [member.name for member in service.unsigned(report, seating.get(act, report.commission_id))] == [
            "Екінші Мүше"
        ]
    with okrug.act_as(Role.CHAIR) as act:
        report = service.get(act, report_id)
        with pytest.raises(FieldRefusal, match="signed later"):  # of yesterday, when nobody had signed
            following.decide(act, report, "Мердігер ауыстырылсын.", "kk", elsewhere())
        today_s = Basis(minutes_number="5", minutes_on=today())
        asked = {"minutes_number": "5", "minutes_on": today().isoformat(), "words": "Ауыстырылсын.", "language": "kk"}
    confirming = (
        sign_in(Role.CHAIR).post(f"{PAGE}/reports/1/decision", data=asked).text.replace("\N{NO-BREAK SPACE}", " ")
    )
    assert "Minutes № 5 of a meeting held elsewhere" in confirming, "played: nothing named the decision it is tied to"
    assert "<dd>Ауыстырылсын.</dd>" in confirming
    with okrug.act_as(Role.CHAIR) as act:
        report = service.get(act, report_id)
        following.decide(act, report, "Мердігер ауыстырылсын.", "kk", today_s)
        assert following.standing(act, report).due is None
        plan = Plan(Kind.ASSEMBLY, now() + timedelta(days=11), "Әкімдік", [Point(Matter.EARLIER, "", "kk")])
        meeting = convening.convene(act, plan)
        assert following.standing(act, report).due == local(meeting.meets_at).date()
        with pytest.raises(Forbidden):
            following.conclude(act, report, "Келісемін.", "kk")
    with okrug.act_as(Role.AKIM, at=now() + timedelta(days=14)) as act:
        one = following.standing(act, service.get(act, report_id))
        assert (one.state, one.late) == (State.RECOMMENDED, 3)
    with okrug.act_as(Role.AKIM) as act:
        following.conclude(act, service.get(act, report_id), "Мердігер ауыстырылды.", "kk")
        assert following.standing(act, service.get(act, report_id)).state is State.CONCLUDED


def test_the_next_assembly_asks_what_became_of_the_recommendations(okrug: Village, app: Flask) -> None:
    ids = formed(okrug, named_like(okrug, Role.RESIDENT))
    joined(okrug, ids[0], Role.RESIDENT)
    report_id = written(okrug)
    with okrug.act_as(Role.RESIDENT) as act:
        service.sign(act, service.get(act, report_id), service.digest(service.get(act, report_id)))

    def heard() -> str:
        with okrug.act_as() as act, app.test_request_context("/krasnoyar/?lang=en"):
            g.act = act
            return parts.recommended(act, Question())

    assert heard() == "", "the assembly has not decided on it"
    with okrug.act_as(Role.CHAIR) as act:
        decision = Basis(minutes_number="5", minutes_on=today())
        following.decide(act, service.get(act, report_id), "Мердігер ауыстырылсын.", "kk", decision)
    assert "a reasoned conclusion at the next meeting" in heard()
    with okrug.act_as(Role.AKIM) as act:
        following.conclude(act, service.get(act, report_id), "Мердігер ауыстырылды.", "kk")
    assert "The akim gave a conclusion" in heard()


def test_what_was_signed_stays_and_nobody_signs_for_another(okrug: Village) -> None:
    ids = formed(okrug, named_like(okrug, Role.SECRETARY), "Екінші Мүше")
    joined(okrug, ids[0], Role.SECRETARY)
    report_id = written(okrug)
    with okrug.act_as(Role.SECRETARY) as act:
        report = service.get(act, report_id)
        service.sign(act, report, service.digest(report))
        person, at = okrug.people[Role.SECRETARY].id, act.at
        forged = {"report_id": report_id, "member_id": ids[1], "at": at, "by_id": person, "sha256": "0" * 64}
        for statement in (
            insert(ReportSignature).values(**forged),
            update(MonitoringReport).values(findings="Бәрі жақсы."),
            update(ReportLine).values(reached=1),
            delete(ReportLine),
            update(Commission).values(term_until=today()),
            text("DELETE FROM monitoring_signatures"),
        ):
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(statement)
        assert as_logged.differing(act.session) == []
    with without_rules(okrug.database.engine) as connection:
        connection.execute(update(ReportLine).values(reached=1))
    with okrug.act_as() as act:
        found = [(one.table, one.row) for one in as_logged.differing(act.session)]
    assert found == [("monitoring_reports", str(report_id))]


def test_a_half_year_without_a_report_is_seen_by_everybody(
    okrug: Village, app: Flask, client: LintingClient, sign_in: SignIn
) -> None:
    formed(okrug, "Бірінші Мүше", "Екінші Мүше")
    year = today().year - 1
    assert f"First half of {year}" in client.get(PAGE).text
    with okrug.act_as(Role.SECRETARY) as act:
        assert following.Half(year, 1) in following.missing(act)
    assert "Write the report of the commission" in told(app, okrug.act_as)[Role.SECRETARY]
    secretary = sign_in(Role.SECRETARY)
    assert secretary.get(f"{PAGE}/reports/new").status_code == 200
    wrong = secretary.post(f"{PAGE}/reports/new", data={"half": f"{year}-1", "planned_2": "x", "language": "kk"})
    assert wrong.status_code == 422
    typed = {"name_2": "Көше жарығы", "planned_2": "4 000 000", "findings": "Жоспар орындалмады.", "language": "kk"}
    sent = secretary.post(f"{PAGE}/reports/new", data={"half": f"{year}-1", **typed})
    assert sent.headers["Location"] == f"{PAGE}/reports/1"
    page = client.get(f"{PAGE}/reports/1").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "4 000 000 ₸" in page
    assert "Have not signed" in page
    assert sign_in(Role.OFFICE).get(f"{PAGE}/reports/1/paper").status_code == 403, "it is about their own budget"
    assert secretary.get(f"{PAGE}/reports/1/paper").status_code == 200
    assert secretary.get(f"{PAGE}/reports/1/correct").status_code == 200


SCAN = "d" * 64


@both
def test_signatures_on_paper_count_once_a_deputy_or_an_auditor_has_confirmed_the_scan(okrug: Village) -> None:
    """Played: the secretary alone ticked all members, with the PDF of some minutes, and the report stood."""
    ids = formed(okrug, "Бірінші Мүше", named_like(okrug, Role.DEPUTY), "Үшінші Мүше")
    report_id, all_of_them = written(okrug), frozenset(ids[:1] + ids[2:])
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Forbidden):
        on_paper.bring(act, service.get(act, report_id), all_of_them, today(), received())
    with okrug.act_as(Role.SECRETARY) as act:
        report = service.get(act, report_id)
        on_paper.bring(act, report, all_of_them, today(), received())
        assert following.standing(act, report).signed == 0
        assert len(service.unsigned(report, seating.get(act, report.commission_id))) == 3
        scan = on_paper.scan_of(act, on_paper.waiting(report))
        scan.state, scan.pages, scan.size, scan.digest = "ready", 1, 9, "e" * 64
        with pytest.raises(Conflict):
            on_paper.bring(act, report, all_of_them, today(), received("9" * 64))
    for role in (Role.SECRETARY, Role.CHAIR, Role.AKIM, Role.OFFICE):
        with okrug.act_as(role) as act:
            with pytest.raises(Forbidden):
                on_paper.confirm(act, service.get(act, report_id), SCAN)
            told = {"scan": SCAN, "as": "auditor"}
            audit.record(act, "commission.paper_confirmed", subject=report_id, data=told)
            forged = {"confirmed_at": act.at, "confirmed_by": okrug.people[role].id}
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(update(ReportSignature).values(forged))
    with okrug.act_as(Role.AUDITOR) as act:
        report = service.get(act, report_id)
        on_paper.confirm(act, report, SCAN)
        assert (following.standing(act, report).signed, on_paper.waiting(report)) == (2, [])
        with pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(delete(ReportSignature))


def test_a_member_lets_go_of_a_scan_that_names_them_and_signs_by_the_own_press(okrug: Village) -> None:
    ids = formed(okrug, named_like(okrug, Role.RESIDENT), "Екінші Мүше")
    joined(okrug, ids[0], Role.RESIDENT)
    report_id = written(okrug)
    with okrug.act_as(Role.SECRETARY) as act:
        report = service.get(act, report_id)
        on_paper.bring(act, report, frozenset(ids), today(), received())
        known = on_paper.scan_of(act, on_paper.waiting(report)).sha256
    with okrug.act_as(Role.DEPUTY) as act:
        okrug.people[Role.DEPUTY].name = "Екінші Мүше"
        deputy = act.session.merge(okrug.people[Role.DEPUTY])
        assert not on_paper.may_confirm(replace(act, person=deputy), service.get(act, report_id)), "named on it"
    with okrug.act_as(Role.RESIDENT) as act:
        report = service.get(act, report_id)
        assert not service.may_sign(act, report)
        with pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(delete(ReportSignature))
        on_paper.let_go(act, report)
        service.sign(act, report, service.digest(report))
    with okrug.act_as(Role.SECRETARY) as act:
        report = service.get(act, report_id)
        on_paper.bring(act, report, frozenset(ids[1:]), today(), received())
        with pytest.raises(Conflict):
            on_paper.bring(act, report, frozenset(ids[1:]), today(), received())
        assert known == SCAN
        other = service.write(act, findings(2))
        with pytest.raises(FieldRefusal) as refused:
            on_paper.bring(act, other, frozenset(ids), today(), received())
        assert refused.value.field == "paper", "this very file was brought for another report"


def test_no_report_is_written_of_a_half_year_before_the_commission(okrug: Village) -> None:
    formed(okrug, "Бірінші Мүше", "Екінші Мүше", since=1)
    with okrug.act_as(Role.SECRETARY) as act, pytest.raises(FieldRefusal) as refused:
        service.write(act, findings())
    assert refused.value.field == "half"


def received(sha256: str = SCAN) -> Received:
    return Received(uuid4(), "scan", sha256, is_paper=True)


def test_a_report_is_printed_to_be_signed_by_hand_and_its_scan_waits_for_somebody_until_a_day(
    okrug: Village, app: Flask, client: LintingClient
) -> None:
    """Played: nothing to print, a scan in nobody's work, and "the members hold it" without a day."""
    ids = formed(okrug, "Бірінші Мүше", "Екінші Мүше")
    report_id = written(okrug)
    until = date(today().year - 1, 6, 30) + timedelta(days=30)
    with okrug.act_as() as act, app.test_request_context("/?lang=en"):
        report = service.get(act, report_id)
        assert following.standing(act, report).due == until
        paper = documents.report(act, report_id, "kk", "https://asar.kz")
        assert isinstance(paper, Monitoring)
        assert [one.name for one in paper.signatures] == ["Бірінші Мүше", "Екінші Мүше"]
        assert paper.sections == [
            ("What the commission found", "Жоспар орындалмады."),
            ("What it proposes to recommend", "Мердігерді ауыстыру."),
        ]
        assert paper.lines[0].name == "Көше жарығы"
        assert render.render(paper).startswith(b"%PDF")
    page = client.get(f"{PAGE}/reports/1").text
    assert "Report to print and sign by hand" in page
    for language in ("kk", "ru"):
        printed = f"/krasnoyar/documents/monitoring/commission/reports/1/{language}"
        assert f'href="{printed}"' in page
        assert client.get(printed).status_code == 200, "played: both links to the paper led nowhere"
    assert "The members of the commission: they sign" in page
    assert "To be signed by" in page
    with okrug.act_as(Role.SECRETARY) as act:
        on_paper.bring(act, service.get(act, report_id), frozenset(ids), today(), received())
    assert "compares the scan with the report" in client.get(f"{PAGE}/reports/1").text
    for role in (Role.DEPUTY, Role.AUDITOR):
        with okrug.act_as(role) as act, app.test_request_context("/?lang=en"):
            g.act = act
            assert [(one.deed, one.until) for one in duties.here(act) if "scan" in one.deed] == [
                ("Confirm the scan of a signed report", until)
            ]
    with okrug.act_as(Role.SECRETARY) as act, app.test_request_context("/?lang=en"):
        g.act = act
        (one,) = (one for _there, one in duties.everywhere([act]) if "scan" in one.deed)
        assert (one.deed, one.of_others) == ("A scan of the report waits for a deputy or the auditor", True)
