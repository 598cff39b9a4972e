"""The citizens' budget as a resident meets it: every sum in words, what is not there is told, files beside it."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from flask.testing import FlaskClient
from flask_babel import force_locale
from lxml import html
from openpyxl import load_workbook

from pb.act import Role
from pb.budget.service import steps
from pb.citizens import documents, service
from pb.citizens.service import editions, exceeding
from pb.documents.service.render import render
from pb.receipt import service as receipts
from pb.receipt.service.words import signed
from pb.territory.service import populations
from pb.winners import service as winners
from pb.worker import run_all
from pb.works.models import Payment
from tests.budget.world import FIRST, GREEN, LIGHTING, begun
from tests.citizens.world import REVENUE, SPENT, YEAR, in_force, reported
from tests.pages import Pages
from tests.village import HOME, MILLION, Okrug
from tests.winners.world import come_to_a_result

HERE = f"{HOME}/budget/{YEAR}/citizens"
PEOPLE = 1_234
KILOBYTE = 1000
SHEETS = re.compile(rb"/Type\s*/Pages\s*/Count\s*(\d+)")


def words(pages: Pages, path: str) -> str:
    return " ".join(html.fromstring(pages.get(path).text).find(".//main").text_content().split())


def test_what_does_not_exist_yet_is_told_plainly(okrug: Okrug, pages: Pages) -> None:
    assert "Its first edition will be here" in words(pages, f"{HOME}/citizens")
    version = begun(okrug, YEAR)
    okrug.session.commit()
    assert "Its first edition will be here" in words(pages, HERE)
    pages.get(f"{HOME}/budget/2031/citizens", status=404)
    steps.put(okrug.act(Role.OFFICE), version)
    okrug.session.commit()
    assert pages.get(f"{HOME}/citizens", status=302).location == HERE
    told = words(pages, HERE)
    assert "This is a draft as it went before the assembly" in told
    assert "Not there yet: the maslikhat has not approved the budget." in told
    for called in ("approved", "approved-1"):
        assert "the maslikhat has not approved the budget" in pages.get(f"{HERE}/{called}", status=404).text
    assert "has no such edition" in pages.get(f"{HERE}/draft-7", status=404).text
    assert "has no such edition" in pages.get(f"{HERE}/nonsense", status=404).text
    pages.get(f"{HERE}/draft-7/tables-kk.xlsx", status=404)
    assert pages.get(f"{HERE}/draft", status=302).location == f"{HERE}/draft-1"
    assert pages.get(f"{HOME}/budget/{YEAR}/versions/1/citizens-draft", status=302).location == f"{HERE}/draft-1"
    pages.get(f"{HOME}/budget/{YEAR}/versions/1/citizens-plan", status=404)


def test_an_approved_edition_tells_what_comes_in_what_goes_out_and_what_covers_the_difference(
    okrug: Okrug, pages: Pages
) -> None:
    in_force(okrug)
    okrug.session.commit()
    told = words(pages, f"{HERE}/approved-1")
    assert "Nobody has recorded how many people live here" in told
    assert "per resident:" not in told
    for sum_ in (REVENUE, SPENT):
        assert " ".join(signed(sum_).split()) in told
    assert "More goes out than comes in. Deficit: 1 200 000 ₸" in told
    assert "Balances of last year" in told
    assert "Residents decided nothing of this budget." in told
    assert "This edition is a plan." in told
    assert "№ 41-2026" in told
    populations.record(okrug.act(Role.OFFICE), YEAR, PEOPLE, source="stat.gov.kz")
    okrug.session.commit()
    told = words(pages, HERE)
    assert "people at the beginning of 2026. Source: stat.gov.kz" in told
    page = html.fromstring(pages.get(HERE).text)
    assert len(page.xpath("//details[@class='term']")) == 9, "each term opens where it stands"
    assert not page.xpath("//*[@class='tree-box']"), "three lines are read at a glance"
    heads = page.xpath("//section[@id='years']//thead/tr/th")
    assert [head.text for head in heads] == ["Line", "2026", "2027", "2028"]


def test_plan_against_paid_is_two_bars_on_one_scale_and_nil_is_written_alone(okrug: Okrug, pages: Pages) -> None:
    version = in_force(okrug)
    reported(okrug, version, date(YEAR, 6, 30), **{LIGHTING: 6 * MILLION})
    okrug.session.commit()
    page = html.fromstring(pages.get(f"{HERE}/executed-{YEAR}-06-30").text)
    assert "Execution of the half-year" in page.find(".//main").text_content()
    rows = page.xpath("//section[@id='done']/ul[2]/li")
    names = [row.xpath("./div[1]/b")[0].text for row in rows]
    assert names[-1] == "Together"
    [utilities] = [row for row, name in zip(rows, names, strict=True) if name and name.startswith("Жилищно")]
    bars = [rect.get("width") for rect in utilities.xpath("./svg/rect")]
    assert [float(width.rstrip("%")) for width in bars] == [68.06, 15.0], "of the largest sum, 40 000,5 thousand"
    nothing = next(row for row, name in zip(rows, names, strict=True) if name and name.startswith("Государственные"))
    assert len(nothing.xpath("./svg")) == 1, "what was not paid is written, not drawn"
    assert "0\u00a0₸" in nothing.text_content()


def test_residents_find_what_they_decided_with_its_state(
    okrug: Okrug, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_to_a_result(okrug, monkeypatch)
    winners.make_lines(okrug.act(Role.OFFICE), okrug.cycle)
    version = begun(okrug, 2027)
    steps.put(okrug.act(Role.OFFICE), version)
    okrug.session.commit()
    page = html.fromstring(pages.get(f"{HOME}/budget/2027/citizens").text)
    section = page.get_element_by_id("decided")
    assert [link.text_content() for link in section.xpath(".//li//a")] == ["Lamps", "Park"]
    assert [tag.text for tag in section.xpath(".//*[contains(@class, 'tag')]")] == ["In the plan"] * 2
    assert "10\u00a0000\u00a0000\u00a0₸" in section.text_content()
    starred = page.xpath("//section[@id='out']//li[@class='star']")
    assert len(starred) == 1
    assert "★" in starred[0].text_content()
    [draft] = editions.of_budget(okrug.act(), version.budget)
    content = service.of_edition(okrug.act(), version.budget, draft)
    assert (content.decided, content.whole.amount) == (10 * MILLION, SPENT)
    of_programme = content.chosen[0].projects[0].code.removesuffix(".015")
    paid = {("spending", f"{of_programme}.029"): 6 * MILLION, ("spending", "01.1.124.001"): 90 * MILLION}
    payments = {one.proposal.id: [Payment(day=draft.day, amount=4 * MILLION)] for one in content.chosen}
    monkeypatch.setattr(exceeding.facts, "latest", lambda _act, _model, _ids: payments)
    assert exceeding.of_content(okrug.act(), content) == [], "nothing was reported"
    [told] = exceeding.of_content(okrug.act(), replace(content, paid=paid))
    assert (told.paid, told.reported, len(told.projects)) == (8 * MILLION, 6 * MILLION, 2)
    assert (
        exceeding.of_content(okrug.act(), replace(content, paid={**paid, ("spending", of_programme): 2 * MILLION}))
        == []
    )
    monkeypatch.setattr(exceeding, "of_content", lambda _act, _content: [told])
    assert (
        "payments of 8\u00a0000\u00a0000\u00a0₸ for these projects"
        in pages.get(f"{HOME}/budget/2027/citizens/draft-1").text
    )
    with pages.client.application.test_request_context(HERE), force_locale("kk"):
        leaflet = documents.leaflet(okrug.act(), content, "kk", "https://asar.kz")
    assert leaflet.frame.address == "https://asar.kz/krasnoyar/budget/2027/citizens/draft-1"
    assert any(row.star for section in (*leaflet.left, *leaflet.right) for row in section.rows)


def test_beside_an_edition_stand_tables_a_text_and_a_leaflet_in_both_languages(okrug: Okrug, pages: Pages) -> None:
    version = in_force(okrug)
    populations.record(okrug.act(Role.OFFICE), YEAR, PEOPLE, source="stat.gov.kz")
    reported(okrug, version, date(YEAR, 10, 31), MILLION)
    okrug.session.commit()
    edition = f"{HERE}/executed-{YEAR}-10-31"
    receipt = receipts.of_budget(okrug.act(), version.budget)
    assert receipt is not None
    for tongue, title in (("kk", "Шығыстар"), ("ru", "Расходы")):
        book = load_workbook(BytesIO(pages.get(f"{edition}/tables-{tongue}.xlsx").data))
        rows = list(book[title].values)
        assert sum(int(100 * row[4]) for row in rows[1:]) == SPENT, "numbers, to the tiyn"
        assert {row[0] for row in rows[1:]} == {"01", "07"}, "codes keep their zeros"
        printed = {part.row.key: part.amount for group in receipt.yearly().of for part in group.of or (group,)}
        assert {row[2]: round(100 * row[5]) for row in rows[1:]} == printed, "what the receipt prints, to the tiyn"
        each = [row[4] for row in list(book.worksheets[1].values)[1:]]
        assert sum(round(100 * one) for one in each) == (REVENUE + PEOPLE // 2) // PEOPLE
        assert len(book.sheetnames) == 6
        told = Document(BytesIO(pages.get(f"{edition}/text-{tongue}.docx").data))
        assert len(told.tables) == 4
    paper = f"{HOME}/documents/citizens-executed/budget/{YEAR}/citizens/executed-{YEAR}-10-31/ru"
    assert edition in pages.get(paper).text, "the paper leads back to its page"
    pages.post(paper)
    assert run_all(pages.client.application) == 1
    assert pages.get(f"{paper}.pdf").data.startswith(b"%PDF-")
    plan = f"{HOME}/documents/citizens-plan/budget/{YEAR}/versions/1/kk"
    assert f"{HOME}/budget/{YEAR}/versions/1/citizens-plan" in pages.get(plan).text
    pages.get(f"{HOME}/documents/citizens-executed/budget/{YEAR}/citizens/executed-{YEAR}-01-31/ru", status=404)


def test_a_leaflet_is_one_sheet_however_long_the_names_are(okrug: Okrug, pages: Pages) -> None:
    version = in_force(okrug)
    report = reported(okrug, version, date(YEAR, 10, 31), MILLION)
    with pages.client.application.test_request_context(HERE), force_locale("ru_KZ"):
        leaflet = documents.of_report(okrug.act(), report.id, "ru", "https://asar.kz")
    name = "Обеспечение функционирования автомобильных дорог в городах районного значения, сёлах, посёлках"
    for section in (*leaflet.left, *leaflet.right):
        section.rows[:] = [replace(row, name=name) for row in section.rows * 3]
    assert SHEETS.findall(render(leaflet)) == [b"1"]


def test_a_first_visit_is_light(okrug: Okrug, pages: Pages) -> None:
    version = in_force(okrug)
    reported(okrug, version, date(YEAR, 10, 31), MILLION)
    okrug.session.commit()
    found = pages.get(HERE)
    wanted = [*html.fromstring(found.text).xpath("//link[@rel='stylesheet']/@href | //script/@src")]
    browser = pages.client.application.test_client(use_cookies=False)
    visit = FlaskClient.open
    answers = [visit(browser, path, headers={"Accept-Encoding": "br"}, buffered=True) for path in (HERE, *wanted)]
    assert all(answer.status_code == 200 for answer in answers)
    assert sum(len(answer.data) for answer in answers) <= 30 * KILOBYTE
    assert len(answers) <= 4


def test_pages_that_tell_of_the_budget_lead_to_it(okrug: Okrug, pages: Pages) -> None:
    in_force(okrug)
    okrug.session.commit()
    for path in (f"{HOME}/budget/{YEAR}", f"{HOME}/receipt/{YEAR}"):
        assert f'href="{HERE}"' in pages.get(path).text
    for path in (f"{HOME}/", f"{HOME}/maslikhat"):
        assert f'href="{HOME}/citizens"' in pages.get(path).text


def test_a_year_further_on_is_kept_apart(okrug: Okrug, pages: Pages) -> None:
    in_force(okrug)
    version = begun(okrug, FIRST)
    steps.put(okrug.act(Role.OFFICE), version)
    okrug.session.commit()
    pages.get(f"{HOME}/budget/{FIRST}/citizens/approved-1", status=404)
    assert GREEN not in words(pages, HERE), "codes are for the files: people read names"
