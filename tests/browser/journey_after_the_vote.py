"""The journey's end: the assembly adopts, winners become lines of the budget, the maslikhat decides, anybody checks."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from pb import clock
from pb.act import Act, Role
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.budget.service import Sum, steps, writing
from pb.clock import ALMATY
from pb.core.budget.codes import Part
from pb.demo.okrug import act_of
from pb.gatherings.models import Kind, Matter
from pb.gatherings.service import convening
from pb.winners.service import budgeting
from tests.browser import journey_before_the_vote as before
from tests.browser.journey import fill, press, press_finally, told
from tests.browser.journey_of_the_people import Okrug
from tests.browser.journey_to_the_opening import HANDED_OVER, Vote
from tests.budget.world import PLAN, TRANSFER, line
from tests.tools import require_tool


def the_commission_checks(vote: Vote) -> None:
    """The paper lists are counted twice, what nobody took is opened, and everybody of the sample says they voted."""
    okrug, path = vote.okrug, f"{vote.path}/checks"
    for who in ("clerk", "auditor"):
        page = okrug.at(who, path)
        unfold(page, "count")
        _type(page, "paper", signatures=str(HANDED_OVER), cards=f"1-{HANDED_OVER}")
        press(page, "Look the count over")
        press(page, "Record")
        told(page, "The count is entered.")
    page = okrug.at("secretary", path)
    okrug.camera.take(page, "checks")
    page = okrug.at("secretary", f"{path}/cards")
    _type(page, "choice", minutes_number="7")
    press(page, "Record which cards are opened")
    press_finally(okrug.at("deputy", f"{path}/cards"), "Confirm this choice")
    page = okrug.at("secretary", f"{path}/cards")
    okrug.camera.take(page, "cards-to-open")
    _type(page, "cards", cards="\n".join(page.locator("main .worklist li").all_text_contents()))
    press(page, "Look the lines over")
    press(page, "Record")
    page = okrug.at("deputy", f"{path}/cards")
    press_finally(page, "Confirm these lines")
    told(page, "Confirmed.")
    page = okrug.at("secretary", path)
    unfold(page, "drawing", "sample")
    commitment = re.search(r"\b[0-9a-f]{64}\b", page.locator("main").inner_text())
    assert commitment is not None
    _type(page, "draw", text="7 41 3 12 88 20", minutes_number="7", copied=commitment[0][:32])
    press(page, "Look the drawing over")
    press(page, "Record")
    told(page, "Recorded. A second member, of another body, must confirm.")
    press_finally(okrug.at("auditor", path), "Confirm these numbers")
    page = okrug.at("deputy", f"{path}/sample")
    press(page, "Show the list")
    expect(page.get_by_role("button", name="Look the answers over")).to_be_visible()  # below the list
    okrug.camera.take(page, "sample")
    for person in page.locator("main select[name=answers]").all():
        person.select_option(index=1)
    press(page, "Look the answers over")
    press(page, "Record")
    page = okrug.at("chair", f"{path}/sample")
    press(page, "Show the list")
    expect(page.get_by_role("button", name="Confirm the marked answers")).to_be_visible()
    for box in page.locator("input[name=answers]").all():
        box.check()
    press(page, "Confirm the marked answers")
    press(page, "Confirm these answers")
    expect(okrug.at("office", path).get_by_text("All checks are done.")).to_be_visible()


def unfold(page: Page, *parts: str) -> None:
    """Opens parts of the page of the checks that are folded."""
    for part in parts:
        if not page.locator(f"details#{part}[open]").count():
            page.locator(f"details#{part} > summary").click()


def _type(page: Page, form: str, **values: str) -> None:
    """Several forms of the page have fields of one name: their ids begin with the form's."""
    for name, value in values.items():
        page.locator(f"#{form}-{name}").fill(value)


def the_assembly_adopts(vote: Vote) -> None:
    okrug = vote.okrug
    meeting = before.the_chair_convenes(okrug, "Convene a meeting")
    okrug.installation.pass_days(11, hour=12)
    before.a_meeting_opens(okrug, meeting, present=4)
    before.record_votes(okrug, meeting, 1, 4, 0)
    page = okrug.at("office", f"{okrug.cycle}/winners")
    expect(page.get_by_role("button", name="Make the budget lines")).to_have_count(0)
    before.minutes_are_confirmed_and_answered(okrug, meeting)


def winners_become_budget_lines(vote: Vote) -> None:
    okrug = vote.okrug
    before.the_office_moves_on(okrug, "Budget")
    page = okrug.at("office", f"{okrug.cycle}/winners")
    press_finally(page, "Make the budget lines")
    told(page, "The budget lines are made.")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(3)
    for row, amount in zip(lines.all(), ("30\xa0000,0", "9\xa0000,0", "2\xa0400,0"), strict=True):
        expect(row).to_contain_text(amount)
    expect(page.locator("tfoot")).to_contain_text("41\xa0400,0")
    the_deputy_records_the_maslikhats_decision(okrug, the_budget_is_considered(okrug))
    before.a_document_is_printed(okrug, f"{okrug.cycle}/winners")
    before.a_document_is_printed(okrug, f"{okrug.cycle}/result")
    before.the_office_moves_on(okrug, "Works")


def the_budget_is_considered(okrug: Okrug) -> str:
    """The office writes the okrug's budget with the winners in it, the assembly agrees it; the page of its version."""
    with _acting(okrug, Role.OFFICE) as act:
        year = int(okrug.cycle.rpartition("/")[2])
        version = budgets.begin(act, year)
        lines = [line(code, told, at) for at in range(year, year + 3) for code, told in PLAN.items()]
        writing.replace_lines(act, version, lines, sha256="0" * 64)
        budgeting.put_into(act, version)
        for at in version.budget.years:
            statement = budgets.statement(budgets.lines(act, version, at))
            held = next(one.amount for one in lines if (one.year, one.code) == (at, TRANSFER))
            writing.set_line(act, version, Sum(at, Part.TRANSFERS, TRANSFER, held - statement.difference))
        steps.put(act, version)
        noon = datetime.combine(okrug.installation.today() + timedelta(days=11), time(12), ALMATY)
        point = convening.Point(Matter.BUDGET, "", "")
        meeting = convening.convene(act, convening.Plan(Kind.ASSEMBLY, noon, "Мәдениет үйі", [point]))
        version_id, path = version.id, f"/krasnoyar/meetings/{meeting.number}"
    okrug.installation.pass_days(11, hour=13)
    before.a_meeting_opens(okrug, path, present=4)
    for position in (1, 2):  # what became of earlier decisions stands first
        before.record_votes(okrug, path, position, 4, 0)
    before.minutes_are_confirmed_and_answered(okrug, path)
    with _acting(okrug, Role.OFFICE) as act:
        version = act.session.get_one(Version, version_id)
        steps.settle(act, version, steps.points_on(act, version)[0].id)
        steps.send(act, version, okrug.installation.today(), "12-05/77")
    with _acting(okrug, Role.DEPUTY) as act:
        steps.consider(act, act.session.get_one(Version, version_id), okrug.installation.today())
    return f"/krasnoyar/budget/{year}/versions/1"


def the_deputy_records_the_maslikhats_decision(okrug: Okrug, version: str) -> None:
    """The raion of this okrug takes no part: its maslikhat has no secretary here."""
    page = okrug.at("deputy", version)
    page.get_by_role("link", name="Record a decision of the maslikhat").click()
    okrug.camera.take(page, "budget-deputy")
    fill(page, reference="", day=okrug.installation.today())
    press(page, "Record the decision")
    expect(page.locator("[name=reference]")).to_have_attribute("aria-invalid", "true")
    fill(page, reference="41-3")
    press(page, "Record the decision")
    told(page, "The decision is recorded: this version is in force.")


@contextmanager
def _acting(okrug: Okrug, role: Role) -> Iterator[Act]:
    """The holder of a role at this moment, in a transaction of its own."""
    with okrug.installation.database.work() as session:
        yield act_of(session, role, clock.now())


def the_auditor_checks_everything(vote: Vote) -> None:
    okrug = vote.okrug
    page = okrug.at("auditor", f"{okrug.cycle}/result")
    page.get_by_text("For whoever checks the count").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the archive").click()
    archive = vote.folder / download.value.suggested_filename
    download.value.save_as(archive)
    verified = okrug.installation.command("verify", str(archive))
    assert "12 ballots of 12 voters" in verified
    receipt = okrug.installation.command("verify", "--receipt", str(vote.folder / "receipt.json"), str(archive))
    assert f"ballot 1, tracker {vote.trackers[0]}" in receipt
    page = okrug.at("auditor", "/krasnoyar/log/")
    expect(page.locator("main .banner.good")).to_contain_text("the chain holds")
    okrug.camera.take(page, "audit")


def another_program_accepts_the_archive(folder: Path) -> None:
    tool = require_tool("belenios-tool")
    run = subprocess.run([tool, "election", "verify"], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def public_pages_are_taken(vote: Vote) -> None:
    """The pages that everybody reads, for the pictures."""
    okrug = vote.okrug
    if not okrug.camera.wanted:
        return
    page = okrug.visits.stranger()
    for name, path in {
        "home": "/",
        "sign-in": "/sign-in",
        "guide": "/guide",
        "verification": "/krasnoyar/verification",
        "permissions": "/krasnoyar/permissions",
        "cycle": okrug.cycle,
        "poll-complete": vote.path,
        "budget": f"{okrug.cycle}/winners",
        "gatherings": f"{okrug.cycle}/meetings",
        "proposal": okrug.proposals[0],
        "out-of-phase": f"{okrug.cycle}/proposals",
    }.items():
        page.goto(okrug.installation.origin + path)
        okrug.camera.take(page, name)
    okrug.camera.take(okrug.at("office", "/krasnoyar/settings"), "okrug")
