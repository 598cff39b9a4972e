"""A decision as a file: annexes taken in by line and written back as they were, a flat table, a data package."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import time_machine

from pb.act import Role
from pb.budget import service
from pb.budget.models import Version
from pb.budget.service import Sum, checking, exporting, importing, writing
from pb.budget.service.importing import Report
from pb.clock import local
from pb.core.budget.amounts import read_thousands
from pb.core.budget.annex_words import Unit
from pb.core.budget.codes import Part
from pb.errors import Conflict, FieldRefusal
from tests.budget.world import FIRST, GREEN, LIGHTING, TAX, approved, begun, line
from tests.pages import open_pages
from tests.village import HOME, Okrug

Cells = tuple[object, ...]
HEADS: list[Cells] = [("Санаты", "Сыныбы", "Кіші сыныбы", "Атауы", "Сомасы, мың теңге")]
RECEIPTS: list[Cells] = [*HEADS, (4, None, None, "Трансферттер", 30_000.5), (None, "02", 3, "Ауданнан", 30_000.5)]
SPENDING: list[Cells] = [
    ("Функционалдық топ", "Әкімші", "Бағдарлама", "Атауы", "Сомасы"),
    ("II. Шығындар", None, None, None, 30_000.5),
    (7, None, None, "Тұрғын үй", 30_000.5),
    (None, 124, None, "Аппарат", 30_000.5),
    (None, None, 8, "Жарықтандыру", 20_000),
    (None, None, 11, "Абаттандыру", 10_000.5),
]


def book(sheets: dict[str, Iterable[Cells]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def judge(okrug: Okrug, version: Version, data: bytes, unit: Unit | None = None) -> Report:
    return importing.judge(okrug.act(Role.OFFICE), version, importing.receive(data), unit)


def told(report: Report) -> list[tuple[str, int | None, str]]:
    return [(sheet, line, str(words)) for sheet, line, words in report.faults]


def kept(okrug: Okrug, version: Version) -> list[tuple[int, str, str, int]]:
    return [(one.year, one.part, one.code, one.amount) for one in service.lines(okrug.act(), version)]


def test_annexes_of_a_decision_take_the_place_of_the_lines_of_their_years(okrug: Okrug) -> None:
    version = begun(okrug)
    report = judge(okrug, version, book({str(FIRST): [*RECEIPTS, *SPENDING]}))
    assert told(report) == []
    assert report.doubts == []
    heading = [(f"Приложение 2. Бюджет на {FIRST + 1} год",)]
    swapped = judge(okrug, version, book({str(FIRST): [*heading, *RECEIPTS, *SPENDING]}))
    assert f"speaks of {FIRST + 1}" in str(swapped.doubts[0]), "its tab was called otherwise than it is headed"
    assert importing.take(okrug.act(Role.OFFICE), version, report) == 3
    assert [row for row in kept(okrug, version) if row[0] == FIRST] == [
        (FIRST, "spending", "07.0.124.008", read_thousands("20000")),
        (FIRST, "spending", "07.0.124.011", read_thousands("10000,5")),
        (FIRST, "transfers", "4.02.3", read_thousands("30000,5")),
    ]
    assert len([row for row in kept(okrug, version) if row[0] == FIRST + 1]) == 6, "other years stay"


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("repeated", [False, True])
def test_what_is_written_reads_back_exactly(
    okrug: Okrug,
    language: str,
    repeated: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version, office = begun(okrug), okrug.act(Role.OFFICE)
    more = [
        Sum(FIRST, Part.CREDITS, "10.1.124.001", 12_345),
        Sum(FIRST, Part.REPAYMENT, "5", 12_345),
        Sum(FIRST, Part.SPENDING, "12.1.124.013.015.159", 0),
        Sum(FIRST + 1, Part.SPENDING, "13.9.124.000", 700_000),  # new initiatives
        Sum(FIRST + 1, Part.TAXES, "1.04.3", 700_000),
    ]
    lines = [*service.lines(office, version), *more]
    monkeypatch.setattr(writing, "faults_of_line", lambda *_told: iter(()))  # one of the codes is not known
    for one in more:
        writing.set_line(office, version, one)
    before = kept(okrug, version)
    assert len(before) == len(lines)
    monkeypatch.undo()
    data = exporting.workbook(office, version, language, repeated=repeated)
    report = judge(okrug, version, data)
    assert [words for words in told(report) if "10.1.124.001" not in words[2]] == []
    back = sorted((one.year, one.part.value, one.code, one.amount) for one in report.sums())
    assert back == sorted(before)


def test_new_initiatives_are_no_programme_of_the_first_year(okrug: Okrug) -> None:
    version = begun(okrug)
    row: Cells = (13, 124, None, "Жаңа бастамалар", 30_000.5)
    sheet = [*RECEIPTS, *SPENDING[:1], row]
    assert told(judge(okrug, version, book({str(FIRST + 1): sheet}))) == []
    [(_sheet, line, words)] = told(judge(okrug, version, book({str(FIRST): sheet})))
    assert (line, "in the first each has its own" in words) == (len(sheet), True)
    with pytest.raises(FieldRefusal, match="in the first each has its own"):
        writing.set_line(okrug.act(Role.OFFICE), version, Sum(FIRST, Part.SPENDING, "13.9.124.000", 700_000))


def test_a_flat_table_reads_back_exactly(okrug: Okrug) -> None:
    version = begun(okrug)
    for language in ("kk", "ru", "en"):
        report = judge(okrug, version, exporting.table(okrug.act(Role.OFFICE), version, language))
        assert told(report) == []
        assert sorted((one.year, one.part.value, one.code, one.amount) for one in report.sums()) == sorted(
            kept(okrug, version)
        )


def test_a_tiyn_is_seen_where_sums_do_not_add_up_and_no_form_loses_it(okrug: Okrug, tmp_path: Path) -> None:
    version = begun(okrug)
    office = okrug.act(Role.OFFICE)
    writing.set_line(office, version, line(TAX, "13 000,00001"))
    assert ["0,00001" in str(fault.told) for fault in checking.faults(office, version)] == [True]
    table = exporting.table(office, version, "en")
    ((year, _line, words),) = told(judge(okrug, version, table))
    assert year == str(FIRST)
    assert "1\u00a0199,99999" in words
    assert "1\u00a0200,0" in words
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        one = f"{HOME}/budget/{FIRST}/versions/{version.number}"
        assert 'value="13\u00a0000,00001"' in pages.get(f"{one}/lines?year={FIRST}&part=taxes&code={TAX}").text


def test_every_fault_is_told_with_its_sheet_and_line_and_nothing_is_taken(okrug: Okrug) -> None:
    version = begun(okrug)
    before = kept(okrug, version)
    wrong = [*RECEIPTS, *SPENDING[:-2], (None, None, 8, "Жарық", -5), (None, None, 8, "Жарық", "бес"), (None, None, 9)]
    unknown = [*RECEIPTS, *SPENDING[:4], (None, None, 777, "Жаңа", 20_000), (None, None, 11, "Абат", 10_000.5)]
    data = book({str(FIRST): wrong, str(FIRST + 1): unknown, "2019": RECEIPTS, "Мұқаба": [("Шешім",)]})
    report = judge(okrug, version, data)
    found = told(report)
    assert [(sheet, line) for sheet, line, _words in found] == [
        (str(FIRST), 8),
        (str(FIRST), 9),
        (str(FIRST), 10),
        ("2019", None),
        ("2019", None),
        ("Мұқаба", None),
        (str(FIRST + 1), 8),
    ]
    with pytest.raises(Conflict):
        importing.take(okrug.act(Role.OFFICE), version, report, sure=True)
    assert kept(okrug, version) == before


def test_tenge_under_the_word_thousands_and_thousands_under_the_word_tenge_are_asked_about(okrug: Okrug) -> None:
    version = begun(okrug)

    def times(rows: list[Cells], factor: float) -> list[Cells]:
        return [(*row[:-1], row[-1] * factor if isinstance(row[-1], (int, float)) else row[-1]) for row in rows]

    whole = [*RECEIPTS, *SPENDING]
    in_tenge = judge(okrug, version, book({str(FIRST): times(whole, 1000)}))
    assert ["tenge" in str(one) for one in in_tenge.doubts] == [True]
    with pytest.raises(Conflict):
        importing.take(okrug.act(Role.OFFICE), version, in_tenge)
    answered = judge(okrug, version, book({str(FIRST): times(whole, 1000)}), Unit.TENGE)
    assert answered.doubts == []
    assert answered.sums()[0].amount == read_thousands("30000,5")
    misnamed = [(*row[:-1], "Сомасы, теңге") if row in HEADS else row for row in whole]
    assert len(judge(okrug, version, book({str(FIRST): misnamed})).doubts) == 1
    assert judge(okrug, version, book({str(FIRST): misnamed}), Unit.THOUSAND).doubts == []


def test_a_programme_a_thousand_times_off_its_history_is_asked_about(
    okrug: Okrug, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, version = begun(okrug, FIRST - 1), begun(okrug)
    monkeypatch.setattr(service, "in_force", lambda _act, budget: former if budget.id == former.budget_id else None)
    rows = [
        ("year", "code", "amount"),
        (FIRST, "4.02.3.03", "12 000 000"),
        (FIRST, LIGHTING, "11 999 980"),
        (FIRST, GREEN, "20"),
    ]
    data = "\n".join(";".join(map(str, row)) for row in rows).encode()
    report = judge(okrug, version, data, Unit.THOUSAND)
    assert told(report) == []
    assert ["thousand times more" in str(one) or "a thousandth" in str(one) for one in report.doubts] == [True, True]
    assert importing.take(okrug.act(Role.OFFICE), version, report, sure=True) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"0" * 100, "cannot be read"),
        (b"\xd0\xcf\x11\xe0", "XLS"),
        (b"code;amount\n07;5\n", "year, code and amount"),
        (b"0" * (importing.LARGEST_FILE + 1), "5 MB"),
    ],
)
def test_what_is_no_budget_is_refused_at_the_field(okrug: Okrug, data: bytes, words: str) -> None:  # noqa: ARG001
    with pytest.raises(FieldRefusal, match=words) as refusal:
        importing.receive(data)
    assert refusal.value.field == "file"


def test_each_line_whose_code_is_unknown_is_told(okrug: Okrug) -> None:
    version = begun(okrug)
    known = [f"1{number:02}" for number in range(100)]
    rows = [("07", 0, 124, 8, programme, specific, "Жарық", 1) for programme in known for specific in known]
    heads = ("Функционалдық топ", "Кіші топ", "Әкімші", "Бағдарлама", "Кіші бағдарлама", "Ерекшелік", "Атауы", "Сомасы")
    data = book({str(FIRST): [heads, *rows[:300]]})
    assert len(judge(okrug, version, data).faults) >= 300


def test_the_data_package_describes_its_two_tables(okrug: Okrug) -> None:
    version = begun(okrug)
    data = exporting.data_package(okrug.act(Role.OFFICE), version)
    assert data == exporting.data_package(okrug.act(Role.OFFICE), version), "the same version is the same file"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        assert described["profile"] == "fiscal-data-package"
        assert {one["phase"] for one in described["model"]["measures"].values()} == {"proposed"}
        total = 0
        for resource in described["resources"]:
            rows = list(csv.DictReader(io.StringIO(archive.read(resource["path"]).decode())))
            assert [field["name"] for field in resource["schema"]["fields"]] == list(rows[0])
            assert len(rows) == 9
            total += sum(round(float(row["amount"]) * 100) for row in rows)
        assert total == sum(amount for _year, _part, _code, amount in kept(okrug, version))


def test_amounts_above_one_another_are_not_written(okrug: Okrug) -> None:
    """Played: a programme and its subprogrammes were both lines, counted twice, and no paper could be printed."""
    version = begun(okrug)
    office = okrug.act(Role.OFFICE)
    for code in ("07", "07.0.124.008", "07.0.124.008.015.159", "07.3.124.008.015"):
        with pytest.raises(FieldRefusal, match="count twice"):
            writing.set_line(office, version, Sum(FIRST, Part.SPENDING, code, 5))
    above = [Sum(FIRST, Part.SPENDING, code, 5) for code in ("07.0.124.008", "07.0.124.008.015", "07.3.124.008.015")]
    writing.replace_lines(office, version, above, sha256="0" * 64)
    told = " ".join(str(fault.told) for fault in checking.faults(office, version))
    assert "07.0.124.008.015 is counted in 07.0.124.008 already" in told
    assert "07.0.124.008.015 and 07.3.124.008.015 are one line" in told
    both = [Sum(FIRST, Part.SPENDING, code, 5) for code in ("12.0.124.045.015", "12.1.124.045.028")]
    writing.replace_lines(office, version, both, sha256="0" * 64)
    told = " ".join(str(fault.told) for fault in checking.faults(office, version))
    assert "12.1.124.045 and 12.0.124.045 are one programme" in told, "it would be printed twice, and moved twice"


def test_the_office_takes_annexes_in_with_a_report_and_everybody_takes_them_out(okrug: Okrug, tmp_path: Path) -> None:
    version = begun(okrug)
    here = f"{HOME}/budget/{FIRST}/versions/{version.number}"
    with open_pages(okrug, tmp_path) as pages:
        annexes = pages.get(f"{here}/annexes-kk.xlsx").data
        assert pages.get(f"{here}/annexes-ru.xlsx").data.startswith(b"PK")
        assert pages.get(f"{here}/fiscal-data-package.zip").data.startswith(b"PK")
        assert pages.get(f"{here}/lines.csv").data.startswith(b"\xef\xbb\xbfYear,Code,")
        pages.sign_in(Role.OFFICE)
        assert "Take in annexes of a decision" in pages.get(f"{here}/annexes").text

        def send(data: bytes, status: int, **answers: str) -> str:
            return pages.post(f"{here}/annexes", {"file": (io.BytesIO(data), "budget.xlsx"), **answers}, status).text

        wrong = send(book({str(FIRST): [*RECEIPTS, *SPENDING[:-1]]}), 422)
        assert "adds up to" in wrong
        unknown = send(book({str(FIRST): [*RECEIPTS[:-1], (None, "77", 3, "Ауданнан", 30_000.5), *SPENDING]}), 422)
        assert "does not have this code: 4.77.3" in unknown
        assert f'id="codes-{FIRST}"' in unknown, "with the codes that it does have, under their names"
        assert "07.3.124.008" in unknown
        assert "adds up to" not in unknown
        line = pages.get(f"{here}/lines").text
        assert '<datalist id="codes">' in line, "which the browser searches"
        assert '<option value="07.3.124.008">' in line
        assert 'list="codes"' in line
        assert len(line) < 40_000, "for a phone"
        thousand_times = [(*row[:-1], row[-1] * 1000 if isinstance(row[-1], float) else row[-1]) for row in RECEIPTS]
        spent = [(*row[:-1], row[-1] * 1000 if isinstance(row[-1], (int, float)) else row[-1]) for row in SPENDING]
        doubtful = book({str(FIRST): [*thousand_times, *spent]})
        assert "Are the amounts in tenge?" in send(doubtful, 422)
        send(doubtful, 302, unit="tenge")
        send(annexes, 302)
    okrug.session.expire_all()
    assert len(kept(okrug, version)) == 18


def test_before_any_version_is_in_force_the_budget_says_so_and_shows_no_empty_sums(
    okrug: Okrug, tmp_path: Path
) -> None:
    begun(okrug)
    with open_pages(okrug, tmp_path) as pages:
        told = pages.get(f"{HOME}/budget/{FIRST}").text
    assert "No version is in force yet" in told
    assert "thousand tenge" not in told


def test_a_report_that_was_taken_in_says_so_at_each_of_its_lines(okrug: Okrug, tmp_path: Path) -> None:
    okrug.seat_assembly(5)
    year = okrug.at.year
    version = begun(okrug, year)
    approved(okrug, version)
    until = local(okrug.at).date().isoformat()
    rows = [f"{line.code};100" for line in service.lines(okrug.act(), version, year)]

    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at + timedelta(hours=1), tick=False):
        pages.sign_in(Role.OFFICE)

        def send(lines: list[str], status: int) -> str:
            file = (io.BytesIO("\n".join(["code;paid", *lines]).encode()), "paid.csv")
            return pages.post(f"{HOME}/budget/{year}/execution", {"file": file, "until": until}, status).text

        unknown = send([*rows, "07.3.124.777;5"], 422)
        assert "does not have this code" in unknown
        assert f'id="codes-{year}"' in unknown
        send(rows, 302)
        again = send(rows, 422)
        assert again.count("it is taken in already") == len(rows)
        assert "№\u00a01, " in again
