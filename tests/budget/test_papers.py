"""The package of a version: the decision in the words of decisions, what it changes, the note; as PDF and as DOCX."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from flask_babel import force_locale

from pb.act import Role
from pb.budget import documents, service
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import decisions, writing
from pb.budget.service.decisions import Decided
from pb.clock import local
from pb.core.places import genitive
from pb.documents.service.render import render
from pb.documents.service.sheets import BlockKind
from pb.documents.service.word import as_word
from tests.budget.world import FIRST, GREEN, LIGHTING, TAX, TRANSFER, agreed, approved, begun, line
from tests.tools import require_tool
from tests.village import Okrug


def revised(okrug: Okrug, of: Version, kind: Kind, sums: dict[str, str], year: int) -> Version:
    """A version that changes the budget in force in these lines of a year."""
    office = okrug.act(Role.OFFICE)
    made = service.revise(office, of.budget, kind, Proposer.AKIM, reason="Себебі бар.", language="kk")
    for code, told in sums.items():
        writing.set_line(office, made, line(code, told, year))
    return made


@pytest.mark.parametrize(
    ("kazakh", "russian", "forms"),
    [
        ("Краснояр ауылдық округі", "Красноярский сельский округ",
         ("Краснояр ауылдық округінің", "Красноярского сельского округа")),
        ("Станционный кенті", "посёлок Станционный", ("Станционный кентінің", None)),
        ("Абай атындағы ауыл", "сельский округ имени Абая", (None, None)),
    ],
)  # fmt: skip
def test_names_in_the_genitive_come_from_closed_tables(
    kazakh: str, russian: str, forms: tuple[str | None, str | None]
) -> None:
    assert (genitive.kazakh(kazakh), genitive.russian(russian)) == forms


def test_the_draft_decision_has_the_words_the_six_lines_and_three_annexes(okrug: Okrug, app: Flask) -> None:
    version = begun(okrug)
    with app.test_request_context(), force_locale("ru_KZ"):
        paper = documents.paper_of("budget-decision", okrug.act(), version.id, "ru", "http://localhost")
    assert paper.frame.title == "О бюджете Красноярского сельского округа на 2028–2030 годы"
    told = [block.text for block in paper.blocks]
    assert any("пунктом 3 статьи 91 Бюджетного кодекса" in text and "РЕШИЛ:" in text for text in told)
    sums = {block.text: block.amount for block in paper.blocks if block.kind is BlockKind.LINE}
    assert sums["1) доходы"] == "66\u00a0024,0 тысяч тенге, в том числе:"
    assert sums["3) чистое бюджетное кредитование"] == "0\u00a0тенге:"
    assert sums["5) дефицит (профицит) бюджета"] == "\u22121\u00a0200,0 тысяч тенге"
    assert any("субвенция: 53\u00a0024,0" in text for text in told)
    assert [text for text in told if text.startswith("Приложение")] == [
        f"Приложение {n} к решению" for n in range(1, 5)
    ]
    assert [person.role for person in paper.signatures] == ["Председатель маслихата"]
    assert any(block.open for block in paper.blocks), "what only people decide is marked"
    tables = [block for block in paper.blocks if block.kind is BlockKind.TABLE]
    assert len(tables) == 9, "in each annex receipts, spending, and what covers the difference"
    assert ["II. Затраты", "67\u00a0224,0"] in [row[-2:] for row in tables[1].rows]
    assert render(paper).startswith(b"%PDF")
    word = Document(BytesIO(as_word(paper)))
    assert word.paragraphs[0].text == paper.frame.title
    assert len(word.tables) == 9
    sheet = word.sections[0]
    assert (round(sheet.page_width.mm), round(sheet.page_height.mm)) == (210, 297)


def test_an_amendment_prints_what_it_changes_and_why(okrug: Okrug, app: Flask) -> None:
    okrug.seat_assembly(5)
    version = begun(okrug)
    approved(okrug, version)
    amended = revised(okrug, version, Kind.AMENDMENT, {TAX: "13 500", LIGHTING: "12 500"}, FIRST)
    with app.test_request_context(), force_locale("kk"):
        paper = documents.paper_of("budget-changes", okrug.act(), amended.id, "kk", "http://localhost")
        note = documents.paper_of("budget-note", okrug.act(), amended.id, "kk", "http://localhost")
    assert (
        paper.frame.title
        == "Салыстырма кесте: 2028–2030 жылдарға арналған Краснояр ауылдық округінің бюджетіне өзгерістер енгізу туралы"
    )
    names = next(block for block in paper.blocks if block.kind is BlockKind.TABLE).rows
    assert any("жарықтандыру" in row[2] for row in names), "the programme, not its source alone"
    (table,) = [block for block in paper.blocks if block.kind is BlockKind.TABLE]
    told = [(row[0], row[1], *row[3:]) for row in table.rows]
    assert (str(FIRST), LIGHTING, "12\u00a0000,0", "12\u00a0500,0", "500,0") in told
    assert paper.blocks[0].text == "Өзгерістер енгізілетін шешім: №\u00a041-3, 2026\u00a0ж. 21\u00a0қараша"
    assert "Себебі бар." in paper.blocks[1].text
    with app.test_request_context(), force_locale("ru"):
        decision = documents.paper_of("budget-decision", okrug.act(), amended.id, "ru", "http://localhost")
    first_item = decision.blocks[2].text.replace("\u00a0", " ")
    assert first_item.startswith(
        "1. Внести в решение маслихата ________ от 21 ноября 2026 г. № 41-3 «О бюджете Красноярского сельского округа "
        "на 2028–2030 годы» следующие изменения"
    )
    texts = [block.text for block in decision.blocks]
    lines = [block.text for block in decision.blocks if block.kind is BlockKind.LINE]
    assert "подпункты 1), 2) пункта 1 изложить в новой редакции:" in texts
    assert [text for text in lines if text[:1].isdigit()] == ["1) доходы", "2) затраты"], "the others stay"
    assert "приложение 1 изложить в новой редакции согласно приложению 1 к настоящему решению." in texts
    assert not [text for text in texts if "секвестр" in text], "the list of programmes stays as the decision has it"
    assert [text for text in texts if text.startswith("2. Настоящее решение вводится в действие")]
    assert any("тұрғындар" in block.text for block in note.blocks)


def test_the_chair_signs_the_text_and_annexes_come_after_it_with_room_for_names(
    okrug: Okrug, app: Flask, tmp_path: Path
) -> None:
    require_tool("pdftotext")
    version = begun(okrug)
    with app.test_request_context(), force_locale("ru"):
        paper = documents.paper_of("budget-decision", okrug.act(), version.id, "ru", "http://localhost")
    path = tmp_path / "decision.pdf"
    path.write_bytes(render(paper))
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
    pages = read.stdout.split("\f")[:-1]
    assert "Председатель маслихата" in pages[0]
    assert len(pages) <= 8, "long heads of code columns leave the names their room"
    words = [paragraph.text for paragraph in Document(BytesIO(as_word(paper))).paragraphs]
    signed = next(at for at, text in enumerate(words) if text.startswith("Председатель маслихата"))
    assert signed < next(at for at, text in enumerate(words) if text.startswith("Приложение"))


def test_an_amendment_after_a_correction_is_compared_with_the_maslikhats_decision(okrug: Okrug, app: Flask) -> None:
    okrug.seat_assembly(5)
    version = begun(okrug)
    approved(okrug, version)
    corrected = revised(okrug, version, Kind.CORRECTION, {LIGHTING: "11 000", GREEN: "16 223,5"}, FIRST)
    agreed(okrug, corrected)
    decisions.decide(okrug.act(Role.AKIM), corrected, Decided("7", local(okrug.at).date()))
    amended = revised(okrug, version, Kind.AMENDMENT, {TRANSFER: "53 524", LIGHTING: "12 500"}, FIRST + 1)
    with app.test_request_context(), force_locale("ru"):
        paper = documents.paper_of("budget-changes", okrug.act(), amended.id, "ru", "http://localhost")
        decision = documents.paper_of("budget-decision", okrug.act(), amended.id, "ru", "http://localhost")
    (table,) = [block for block in paper.blocks if block.kind is BlockKind.TABLE]
    assert [[cell.replace("\u00a0", " ") for cell in (*row[:2], *row[3:])] for row in table.rows] == [
        [str(FIRST), LIGHTING, "12 000,0", "−1 000,0", "11 000,0", "−1 000,0"],
        [str(FIRST), GREEN, "15 223,5", "1 000,0", "16 223,5", "1 000,0"],
        [str(FIRST + 1), TRANSFER, "53 024,0", "0,0", "53 524,0", "500,0"],
        [str(FIRST + 1), LIGHTING, "12 000,0", "0,0", "12 500,0", "500,0"],
    ], "what the akim moved stands apart"
    assert [text.partition(":")[0] for block in paper.blocks if (text := block.text)][:2] == [
        "Решение, в которое вносятся изменения",
        "Последняя корректировка решением акима",
    ]
    told = [block.text for block in decision.blocks if block.text]
    assert told[0].replace("\u00a0", " ") == "Решение ________ маслихата от ________ № ________", "to fill in"
    assert told[3:] == [
        "приложения 1 и 2 изложить в новой редакции согласно приложениям 1 и 2 к настоящему решению.",
        f"2. Настоящее решение вводится в действие с 1\u00a0января {FIRST}\u00a0года.",
        "Приложение 1 к решению",
        f"Красноярский сельский округ: бюджет на {FIRST} год",
        "Приложение 2 к решению",
        f"Красноярский сельский округ: бюджет на {FIRST + 1} год",
    ], "no subpoint of the first year has another amount"
