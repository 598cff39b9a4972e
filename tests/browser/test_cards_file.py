"""The one saved file makes cards without a network: the same bytes each time, no request, files that programs read."""

import csv
import hashlib
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Download, Page, expect

from pb.commands import cards_page
from pb.commands.cards import cards
from pb.core.belenios import credentials
from pb.core.belenios.groups import ED25519
from pb.core.poll import maker_certificate
from pb.core.poll.card_list import CardList, Made, MakerStatement, printed_fingerprint, salt
from pb.core.poll.maker_key import decrypt_maker_key, public_half
from pb.demo.test_authority import make_pki

pytestmark = pytest.mark.browser

RELEASED = Path(__file__).parents[2] / "docs" / "cards-page.sha256"
UUID = "KrasnoyarAsar1"
E1, E2 = "0197f0a2-0000-7000-8000-000000000001", "0197f0a2-0000-7000-8000-000000000002"
ROLL = f"""entry,number,name,settlement,lookup
{E1},1,"Әлия ""Қ"", Ә",Красный Яр,
{E2},2,Іңкәр,Үлгілі,
reserve-1,R1,Резерв,Яр,
"""


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "cards.html"
    done = CliRunner().invoke(cards, ["page", "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(path.read_bytes()).hexdigest() in done.output
    return path


def test_its_hash_stands_in_the_release(saved: Path) -> None:
    """Whoever changed the page writes the new one there: `pb cards page --out …` prints it."""
    assert hashlib.sha256(saved.read_bytes()).hexdigest() == RELEASED.read_text().split()[0]


def test_the_file_is_the_same_each_time_and_connects_to_nothing(saved: Path) -> None:
    assert cards_page.build() == saved.read_bytes()
    text = saved.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "connect-src 'none'" in text
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", text)


def test_cards_are_made_from_the_roll_without_a_network(page: Page, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "roll.csv").write_text(ROLL, encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.add_init_script("window.print = () => {}")  # the printer is page.pdf
    page.goto(saved.as_uri())
    page.locator("#roll").set_input_files(tmp_path / "roll.csv")
    page.locator("#election").fill(UUID)
    page.locator("#address").fill("https://asar.example/poll/vote")
    page.locator("#group").select_option(ED25519.name)
    page.locator("button").first.click()
    expect(page.locator("#list")).to_have_text(re.compile("[0-9a-f]{64}"), timeout=60_000)
    files = saved_files(page, tmp_path)
    kept = CardList.parse(files["maker.json"])
    assert kept.made is Made.SAVED_FILE
    assert MakerStatement.parse(files["statement.json"]) == kept.statement()
    assert page.locator("#list").text_content() == kept.list
    passphrase = page.locator("#passphrase").text_content() or ""
    assert public_half(decrypt_maker_key(files["maker-key.json"], passphrase)) == kept.key
    rows = list(csv.DictReader(files["public-keys.csv"].splitlines()))
    assert [row["entry"] for row in rows] == [E1, E2, "reserve-1"]
    printed = page.locator(".voter-card")
    expect(printed).to_have_count(3)
    for row, sheet in zip(rows, printed.all(), strict=True):
        code = credentials.normalise_code(sheet.locator(".code").text_content() or "")
        secret = credentials.derive(ED25519, UUID, code)
        assert credentials.public_credential(ED25519, secret) == row["public_key"]
        assert printed_fingerprint(row["public_key"]) in (sheet.locator(".key").text_content() or "")
    assert 'Әлия "Қ", Ә' in (printed.first.text_content() or "")
    assert not [url for url in asked if url.startswith("http")]
    page.locator("[data-action=print-sheet]").click()
    page.emulate_media(media="print")
    for paper in page.locator("#sheet section").all():
        shown = paper.inner_text()
        assert all(line in shown for line in (UUID, kept.list, kept.numbers, kept.key, "2 + 1"))
        expect(paper.locator(".to-sign")).to_have_count(3)
        expect(paper.locator("[data-made=saved-file]")).to_be_visible()
        expect(paper.locator("[data-made=platform-page]")).to_be_hidden()
    expect(page.locator("#cards")).to_be_hidden()
    assert not shown.count(passphrase)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


@pytest.fixture
def served(saved: Path) -> Iterator[str]:
    """The same bytes, from a server on this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(saved.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{saved.name}"
        server.shutdown()
        thread.join()


def test_opened_from_a_server_it_makes_no_cards(page: Page, served: str, tmp_path: Path) -> None:
    """Played: cards of a page that a server sent bore the label of a saved file without a network."""
    (tmp_path / "roll.csv").write_text(ROLL, encoding="utf-8")
    page.goto(served)
    page.locator("#roll").set_input_files(tmp_path / "roll.csv")
    page.locator("#election").fill(UUID)
    page.locator("#address").fill("https://asar.example/poll/vote")
    page.locator("#group").select_option(ED25519.name)
    page.locator("button").first.click()
    expect(page.locator("#problems")).to_be_visible()
    expect(page.locator("#problems")).to_contain_text("SHA-256")
    expect(page.locator(".voter-card")).to_have_count(0)
    expect(page.locator("[data-part=done]")).to_be_hidden()


def test_all_faults_of_the_roll_are_named_with_their_lines_and_nothing_is_made(
    page: Page, saved: Path, tmp_path: Path
) -> None:
    """As the offline program refuses them: a quote over two lines, a line that is too long, one number twice."""
    (tmp_path / "roll.csv").write_text(
        f'entry,number,name,settlement,lookup\n{E1},abc,Ә,Яр,\n"{E2}",2,"Ә\nҚ",Яр,\nreserve-1,R2,Ә,Яр,\n'
        f"{E1},02,Ә,Яр,\nnobody,5,Ә,Яр,\n{E2[:-1]}9,6,,Яр,\n{E2[:-1]}8,7,Ә,Яр,,more\n{E2[:-1]}7,8,Ә,Яр,xyz\n",
        encoding="utf-8",
    )
    page.goto(saved.as_uri())
    page.locator("#roll").set_input_files(tmp_path / "roll.csv")
    page.locator("#election").fill(UUID)
    page.locator("#address").fill("asar")
    page.locator("#group").select_option(ED25519.name)
    page.locator("#without").fill("77")
    page.locator("button").first.click()
    expect(page.locator("#problems li").first).to_be_visible()
    told = page.locator("#problems li").all_inner_texts()
    lines = [line.split(":")[0] for line in told]
    assert lines[:9] == ["2", "3", "4", "5", "6", "7", "8", "9", "10"], told
    assert "77" in lines
    expect(page.locator(".voter-card")).to_have_count(0)
    (tmp_path / "roll.csv").write_bytes(b"entry,number,name,settlement\n\xcf\xf0\n")
    page.locator("#roll").set_input_files(tmp_path / "roll.csv")
    page.locator("button").first.click()
    expect(page.locator("#problems")).to_contain_text("UTF-8")


def test_later_cards_keep_the_certificate_that_the_first_list_named(page: Page, saved: Path, tmp_path: Path) -> None:
    """Made with the offline program and a digital signature; a card is made anew with the file."""
    parted = "\ufeff" + ROLL.replace(",", ";")  # as the page gives it in Kazakh
    (tmp_path / "roll.csv").write_text(parted, encoding="utf-8")
    certificate = make_pki(datetime.now(UTC).replace(microsecond=0)).person(iin="800416200315").certificate
    own = {"key": maker_certificate.key_of(certificate), "certificate": certificate.fingerprint}
    earlier = CardList(UUID, ED25519.name, Made.PROGRAM, salt(), {"77": "ab" * 32}, {}, **own)
    (tmp_path / "earlier.json").write_text(earlier.to_json())
    page.goto(saved.as_uri())
    page.locator("#roll").set_input_files(tmp_path / "roll.csv")
    page.locator("#earlier").set_input_files(tmp_path / "earlier.json")
    page.locator("#election").fill(UUID)
    page.locator("#address").fill("https://asar.example/poll/vote")
    page.locator("#group").select_option(ED25519.name)
    page.locator("button").first.click()
    expect(page.locator("#maker")).to_have_text(certificate.fingerprint, timeout=60_000)
    for name, value in (("certificate", certificate.fingerprint), ("key", "")):
        expect(page.locator(f"#sheet [data-sheet={name}] dd").first).to_have_text(value)
    files = saved_files(page, tmp_path, count=3)
    kept = CardList.parse(files["maker.json"])
    expect(page.locator("#sheet [data-sheet=certificate_key] dd").first).to_have_text(kept.statement().shown_key)
    assert (kept.key, kept.certificate) == (own["key"], own["certificate"])
    assert MakerStatement.parse(files["statement.json"]) == kept.statement()
    assert "maker-key.json" not in files


def saved_files(page: Page, folder: Path, count: int = 4) -> dict[str, str]:
    """What the page saves, by name."""
    downloads: list[Download] = []
    page.on("download", lambda download: downloads.append(download))  # noqa: PLW0108 - Playwright wants a function
    page.locator("[data-action=save]").click()
    for _wait in range(50):
        if len(downloads) == count:
            break
        page.wait_for_timeout(100)
    files = {}
    for download in downloads:
        path = folder / f"saved-{download.suggested_filename}"
        download.save_as(path)
        files[download.suggested_filename] = path.read_text(encoding="utf-8")
    return files
