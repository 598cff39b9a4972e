"""The receipt from the published files alone: pages of an association that need no server, and add up."""

from pathlib import Path

from click.testing import CliRunner
from lxml import html

from pb.act import Role
from pb.budget.service import steps
from pb.cli import main
from tests.budget.world import FIRST, begun
from tests.pages import open_pages
from tests.receipt.test_pages import SPENT, add_up, tiyn
from tests.village import HOME, Okrug

PEOPLE = 1_234


def test_an_association_shows_the_receipt_of_what_the_village_publishes(okrug: Okrug, tmp_path: Path) -> None:
    version = begun(okrug)
    steps.put(okrug.act(Role.OFFICE), version)
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
            "execution.csv": f"budget/{FIRST}/execution.csv",
            "classification.csv": "classification.csv",
        }.items():
            (folder / name).write_bytes(pages.get(f"{HOME}/{path}").data)
    (folder / "execution.csv").unlink()  # nothing was reported: the pattern has no sums
    told = ["--name", "Краснояр", "--people", str(PEOPLE), "--source", "stat.gov.kz"]
    made = run.invoke(main, ["receipt", str(folder), *told])
    assert made.exit_code == 0, made.output
    text = (folder / f"receipt-{FIRST}-kk.html").read_text(encoding="utf-8")
    assert "http" not in text.replace("http://www.w3.org", ""), "it asks no server for anything"
    page = html.fromstring(text)
    total = tiyn(page.xpath("//p[contains(@class, 'total')]//b")[0].text)
    assert add_up(page.xpath("//section[@id='till']/ul/li")) == total == (SPENT + PEOPLE // 2) // PEOPLE
    assert "Менің ауылым" in text
    assert "Моё село" in (folder / f"receipt-{FIRST}-ru.html").read_text(encoding="utf-8")
    (folder / "lines.csv").write_text(f"year,code,amount\n{FIRST},07.2.124.008,-5\n", encoding="utf-8")
    assert run.invoke(main, ["receipt", str(folder), *told]).exit_code == 1, "no sum is below nil"
