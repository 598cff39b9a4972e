"""The receipt from the published files alone: pages of an association that need no server, and equal the site's."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from lxml import html

from pb.act import Role
from pb.budget.service import steps
from pb.cli import main
from pb.results.service import counting
from pb.territory.service import populations
from pb.winners.models import Line, Plan, Source, Winner
from pb.winners.service import budgeting
from pb.winners.service.plans import Standing
from tests.budget.world import FIRST, GREEN, LIGHTING, begun
from tests.pages import open_pages
from tests.receipt.test_pages import SPENT, add_up, tiyn
from tests.village import HOME, MILLION, Okrug

PEOPLE = 1_234
TOLD = ["--name", "Краснояр", "--people", str(PEOPLE), "--source", "stat.gov.kz"]
ROAD, LAMPS, PARK = (UUID(int=number) for number in (3, 2, 1))


def chosen(okrug: Okrug) -> list[tuple[Standing, Line]]:
    """Three winners: two that cost the same, of two kinds of money, and one of a line the budget does not have."""
    found, proposals = [], [okrug.propose("Road to the school"), okrug.propose("Lamps")]
    for place, (winner_id, code, source) in enumerate(
        (
            (ROAD, f"{GREEN}.159", Source.OWN),
            (LAMPS, GREEN, Source.TRANSFERS),
            (PARK, "08.0.124.028.015", Source.OWN),
        ),
        1,
    ):
        proposal = proposals[min(place, len(proposals)) - 1]
        winner = Winner(id=winner_id, cycle_id=proposal.cycle_id, proposal_id=proposal.id, granted=3 * MILLION)
        line = Line(winner_id=winner_id, position=1, year=FIRST, code=code, amount=3 * MILLION, source=source.value)
        found.append((Standing(winner, proposal, Plan(waits=False), [line]), line))
    return found


def rows_of(page: html.HtmlElement) -> list[tuple[str, int]]:
    """Every row of the receipt in its order: of which kind it is, and its sum."""

    def of(rows: Iterable[html.HtmlElement]) -> Iterable[tuple[str, int]]:
        for row in rows:
            kind = "project" if row.xpath("./small[@class='decided']") else row.get("class") or "row"
            yield kind, tiyn(row.xpath(".//b[@class='number']")[0].text)
            yield from of(row.xpath("./details/div/ul/li"))

    return list(of(page.xpath("//section[@id='till']/ul/li")))


def test_an_association_shows_the_receipt_of_what_the_village_publishes(
    okrug: Okrug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = begun(okrug)
    populations.record(okrug.act(Role.OFFICE), 2026, PEOPLE, source="stat.gov.kz")
    steps.put(okrug.act(Role.OFFICE), version)
    found = chosen(okrug)
    monkeypatch.setattr(budgeting, "lines_of", lambda _act, _years, _until=None: found)
    counted = SimpleNamespace(projects=[SimpleNamespace(id=found[0][0].proposal.id, votes=93)])
    monkeypatch.setattr(counting, "outcome", lambda _act, _cycle: counted)
    okrug.session.commit()
    folder = tmp_path / "open"
    folder.mkdir()
    run = CliRunner()
    refused = run.invoke(main, ["receipt", str(folder), "--name", "Краснояр"])
    assert refused.exit_code == 1
    assert "has no lines.csv" in refused.output
    with open_pages(okrug, tmp_path) as pages:
        for name, path in {
            "lines.csv": f"budget/{FIRST}/versions/1/lines.csv",
            "decided.csv": f"budget/{FIRST}/versions/1/decided.csv",
            "execution.csv": f"budget/{FIRST}/execution.csv",
            "classification.csv": "classification.csv",
        }.items():
            (folder / name).write_bytes(pages.get(f"{HOME}/{path}").data)
        on_the_site = html.fromstring(pages.get(f"{HOME}/receipt/{FIRST}").text)
    (folder / "execution.csv").unlink()  # nothing was reported: the pattern has no sums
    made = run.invoke(main, ["receipt", str(folder), *TOLD])
    assert made.exit_code == 0, made.output
    text = (folder / f"receipt-{FIRST}-kk.html").read_text(encoding="utf-8")
    assert "http" not in text.replace("http://www.w3.org", ""), "it asks no server for anything"
    page = html.fromstring(text)
    total = tiyn(page.xpath("//p[contains(@class, 'total')]//b")[0].text)
    assert add_up(page.xpath("//section[@id='till']/ul/li")) == total == (SPENT + PEOPLE // 2) // PEOPLE
    assert rows_of(page) == rows_of(on_the_site), "to the tiyn, and in the same order"
    assert [kind for kind, _sum in rows_of(page)].count("project") == 2, "the third stands in no line"
    assert "✓ Тұрғындар шешті" in text
    assert "Жергілікті бюджет қаражаты · дауыс саны: 93" in text
    assert "Жоғары тұрған бюджеттің трансферттері" in text
    [own, transferred, other] = page.xpath("//dl[@class='summary']//dd/text()")
    assert [tiyn(one) for one in (own, transferred, other)] == [
        tiyn(one) for one in on_the_site.xpath("//dl[@class='summary']//dd/text()")
    ]
    assert page.xpath("//*[local-name()='pattern']"), "told apart by a pattern too"
    assert "Менің ауылым" in text
    assert "Моё село" in (folder / f"receipt-{FIRST}-ru.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "written", "told"),
    [
        ("lines.csv", "year,code,amount\n", {"ru": "lines.csv: В файле есть заголовок, а строк под ним нет."}),
        (
            "lines.csv",
            "year,code,amount\n2027,abc,10\n2027,07.2.124.008,-5\n",
            {
                "kk": "lines.csv, жол 3: Сома нөлден аз",
                "ru": "lines.csv, строка 2: Это не код классификации: abc",
                "en": "lines.csv, line 3: The amount is below nil",
            },
        ),
        ("lines.csv", 'year,code,amount\n2027,07.2.124.008,"5\n', {"ru": "lines.csv, строка 2: "}),
        ("lines.csv", "year,code,amount\n2027,07.2.124.008,5\n", {"en": "lines.csv: The deficit is"}),
        ("decided.csv", "year,code,amount\n", {"ru": "decided.csv: В первой строке файла нужны столбцы"}),
        (
            "decided.csv",
            f"year,code,name_kk,name_ru,amount,source,votes\n{FIRST},{LIGHTING},Шам,,5,gift,9\n{FIRST},9,Шам,,0,,x\n",
            {"en": "decided.csv, line 2: It is not known whose money this is: gift"},
        ),
        (
            "decided.csv",
            "year,code,name_kk,name_ru,amount\n2027,07.2.124.008,Шам,Лампы,6\n",
            {"ru": "decided.csv, строка 2: Проекты с этим кодом вместе больше строки в файле lines.csv."},
        ),
        (
            "decided.csv",
            "year,code,name_kk,name_ru,amount\n2027,07.2.124.008,Шам,Лампы,1\n2027,07.2.124.008,Шам,Лампы,1\n",
            {"en": "decided.csv, line 3: This project of this code stands in line 2."},
        ),
        (
            "decided.csv",
            "year,code,name_kk,name_ru,amount\n2027,99.0.124.045,Шам,Лампы,1\n",
            {"kk": "decided.csv, жол 2: lines.csv файлында мұндай коды бар жол жоқ: 99.0.124.045"},
        ),
        ("classification.csv", "code,name_kk,name_ru,source\nabc,а,б,в\n", {"en": "classification.csv, line 2: "}),
        ("execution.csv", "code,paid\n07.2.124.008,x\n", {"en": "execution.csv, line 2: this is no amount"}),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_its_line_in_the_language_of_the_command(
    tmp_path: Path, file: str, written: str, told: dict[str, str]
) -> None:
    (tmp_path / "lines.csv").write_text("year,code,amount\n2027,07.2.124.008,5\n2027,1.01.1.05,5\n", encoding="utf-8")
    (tmp_path / file).write_text(written, encoding="utf-8")
    for language, words in told.items():
        refused = run(tmp_path, language)
        assert refused.exit_code == 1
        assert words in refused.output.replace("\u00a0", " ")


def run(folder: Path, language: str) -> Result:
    return CliRunner().invoke(main, ["receipt", str(folder), *TOLD, "--lang", language])
