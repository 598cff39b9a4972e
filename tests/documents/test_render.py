"""The printed documents: they build from the wheel's own fonts, hold every Kazakh letter, and run nobody's markup."""

import subprocess
from pathlib import Path

import pytest

from pb.documents.service.render import Document, render
from pb.documents.service.sheets import (
    Annex,
    AnnexRow,
    Announcement,
    Decision,
    Frame,
    Minutes,
    MinutesInBoth,
    Paper,
    Poster,
    Result,
    ResultRow,
    Signature,
)
from tests.tools import require_tool

LETTERS = "әғқңөұүһі ӘҒҚҢӨҰҮҺІ"
HOSTILE = '#panic("read as markup") *bold* $x$ @ref \\ "quoted"'


def frame(language: str) -> Frame:
    return Frame(
        language=language,
        okrug="Краснояр ауылдық округі" if language == "kk" else "Красноярский сельский округ",
        document="Хаттама" if language == "kk" else "Протокол",
        title="Жиналыс хаттамасы № 3" if language == "kk" else "Протокол собрания № 3",
        address="https://asar.example/krasnoyar/2027",
        page="Бет" if language == "kk" else "Страница",
    )


def minutes(language: str, facts: list[tuple[str, str]], signatures: list[Signature]) -> Minutes:
    return Minutes(
        frame(language),
        facts,
        "Қатысқандар",
        ["Ақмарал Сейітова, Красный Яр"],
        "Күн тәртібі",
        [LETTERS, HOSTILE],
        "Шешімдер",
        [Decision(n, LETTERS, "жақтап – 7, қарсы – 1", "Мақұлданды", HOSTILE) for n in range(1, 30)],
        signatures,
        "Қатыспағандар",
        [HOSTILE],
    )


def documents(language: str) -> list[Document]:
    signatures = [
        Signature("Төраға", "Ақмарал Сейітова", "қолы, күні"),
        Signature("Хатшы", "Бекзат Омаров", "қолы, күні"),
    ]
    facts = [("Күні", "2026 ж. 21 қараша"), ("Орны", LETTERS), ("Мәселе", HOSTILE)]
    columns = ["Функционалдық топ", "Әкімші", "Бағдарлама", "Кіші бағдарлама", "Атауы", "Сомасы, мың теңге"]
    return [
        Announcement(frame(language), "Жиналыс шақырылады.", facts, "Күн тәртібі", [HOSTILE, LETTERS], "", signatures),
        MinutesInBoth(frame("kk"), [minutes(each, facts, signatures) for each in ("kk", "ru")]),
        Result(
            frame(language),
            facts,
            ["№", "Жоба", "Дауыс", "Құны", "Нәтиже"],
            [ResultRow(1, LETTERS, 181, "12 500 000 ₸", "жеңді"), ResultRow(2, HOSTILE, 3, "1 ₸", "сыймады")],
            [("Неге жеңді", ["Қалғаны: 2 450 000 ₸"]), ("Айтылмаған", [])],
            signatures,
        ),
        Annex(
            frame(language),
            facts,
            columns,
            [AnnexRow("07", "124", "008", "015", LETTERS, "12 500,0")],
            "Барлығы",
            "12 500,0",
            [HOSTILE],
            signatures,
        ),
        Poster(frame(language), Paper.A3, [LETTERS, HOSTILE], [(LETTERS, "12 500 000 ₸")], facts, LETTERS),
    ]


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("kind", range(5))
def test_document_builds_and_keeps_every_letter(language: str, kind: int, tmp_path: Path) -> None:
    pdf = render(documents(language)[kind])
    assert pdf.startswith(b"%PDF-")
    require_tool("pdftotext")
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    for letter in LETTERS.replace(" ", ""):
        assert letter in text
    assert 'panic("read as markup") *bold*' in " ".join(text.split()).replace("“", '"').replace("”", '"')


def test_the_same_data_give_the_same_bytes() -> None:
    assert render(documents("kk")[0]) == render(documents("kk")[0])
