"""`tools/catalogue.py`: what the code says is asked for, translated once, and refused where a reader would stumble."""

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

TOOL = Path(__file__).parents[2] / "tools" / "catalogue.py"

VOTES = {
    "plural": "%(num)s votes",
    "kk": ["%(num)s дауыс"] * 2,
    "ru": ["%(num)s голос", "%(num)s голоса", "%(num)s голосов"],
}
BANNED = """
[[kk]]
never = 'әкімдік'
say = 'әкім аппараты'
why = "an okrug has none"
only = 'Hello'
unless = 'қала'
[[ru]]
never = 'акимат'
say = 'аппарат акима'
why = "an okrug has none"
"""
GREETING = {"kk": "Сәлем, %(name)s", "ru": "Здравствуйте, %(name)s"}


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool over a room of one module and one template, with empty catalogues."""
    spec = importlib.util.spec_from_file_location("catalogue", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SOURCES", tmp_path)
    monkeypatch.setattr(module, "BANNED", tmp_path / "banned.toml")
    (tmp_path / "banned.toml").write_text(BANNED)
    (tmp_path / "views.py").write_text(
        'GREETING = lazy_gettext("Hello, %(name)s")\nngettext("%(num)s vote", "%(num)s votes", 2)\n'
    )
    (tmp_path / "page.html").write_text("{% trans %}\n  Vote\n{% endtrans %}\n{{ _('Hello, %(name)s', name=name) }}")
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "page.html").write_text("{{ _('Nobody reads this') }}")
    for language in module.LANGUAGES:
        path = module._path(language)
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_po(file, Catalog(locale=language, fuzzy=False))
    return module


def test_what_the_code_says_is_missing_until_it_is_added(
    catalogue: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(_missing(catalogue, capsys)) == {"Hello, %(name)s", "%(num)s vote", "  Vote\n"}, (
        "whitespace as the page has it"
    )
    (tmp_path / "page.html").write_text("<p>{% trans %}Vote{% endtrans %}</p>")
    assert catalogue._update() == 0
    assert catalogue._check() == 1
    _add(
        catalogue,
        {"Hello, %(name)s": GREETING, "%(num)s vote": VOTES, "Vote": {"kk": "Дауыс беру", "ru": "Голосовать"}},
    )
    assert _missing(catalogue, capsys) == {}
    assert catalogue._check() == 0


def test_an_update_keeps_translations_drops_what_left_and_asks_anew_for_a_changed_plural(
    catalogue: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").unlink()
    _add(catalogue, {"Hello, %(name)s": GREETING, "%(num)s vote": VOTES, "Gone": {"kk": "Кетті", "ru": "Ушло"}})
    assert catalogue._check() == 1
    catalogue._update()
    assert catalogue._check() == 0
    views = tmp_path / "views.py"
    views.write_text(views.read_text().replace("%(num)s votes", "%(num)s ballots"))
    catalogue._update()
    assert set(_missing(catalogue, capsys)) == {"%(num)s vote"}


@pytest.mark.parametrize(
    ("kazakh", "fault"),
    [
        ("Сәлем, %(name)s-ға", "a suffix glued to a placeholder"),
        ("Сәлем, %(person)s", "other placeholders than the key's"),
        ("Сәлем, %(name)s ", "spaces around the translation"),
        ("", "not translated"),
        ("Сәлем — %(name)s", "an em dash"),
        ("Cәлем, %(name)s", "Latin and Cyrillic letters in one word"),
        ("Әкімдіктен сәлем, %(name)s", "never 'әкімдік', but 'әкім аппараты'"),
    ],
)
def test_a_translation_that_would_read_wrong_is_refused(
    catalogue: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], kazakh: str, fault: str
) -> None:
    (tmp_path / "page.html").unlink()
    _add(catalogue, {"Hello, %(name)s": GREETING | {"kk": kazakh}, "%(num)s vote": VOTES})
    assert catalogue._check() == 1
    assert re.search(rf"^kk: {re.escape(fault)}.*: Hello, %\(name\)s$", capsys.readouterr().err, re.MULTILINE)


def test_a_banned_word_stands_where_the_table_lets_it(
    catalogue: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").unlink()
    votes = VOTES | {"kk": ["%(num)s дауыс әкімдікте"] * 2}
    _add(catalogue, {"Hello, %(name)s": GREETING | {"kk": "Қала әкімдігі: %(name)s"}, "%(num)s vote": votes})
    assert catalogue._check() == 0
    table = BANNED + 'but = { "Hello, %(name)s" = "it greets", "Gone" = "it left the code" }\n'
    (tmp_path / "banned.toml").write_text(table)
    catalogue._banned.cache_clear()
    _add(catalogue, {"Hello, %(name)s": GREETING | {"ru": "Акимат приветствует: %(name)s"}})
    assert catalogue._check() == 1
    assert capsys.readouterr().err == "ru: an exception in banned.toml that the code has no more: Gone\n"


def test_what_is_written_has_its_no_break_spaces_and_a_text_without_them_is_refused(
    catalogue: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").unlink()
    _add(catalogue, {"Hello, %(name)s": GREETING | {"ru": "№ 5, 100 ₸: %(name)s"}, "%(num)s vote": VOTES})
    assert catalogue._check() == 0
    path = catalogue._path("ru")
    text = path.read_text(encoding="utf-8")
    assert "№\u00a05, 100\u00a0₸" in text
    path.write_text(text.replace("\u00a0", " "), encoding="utf-8")
    assert catalogue._check() == 1
    assert "ru: a space that may break" in capsys.readouterr().err
    assert catalogue._update() == 0
    assert catalogue._check() == 0


def test_a_text_that_the_extraction_cannot_see_is_refused(
    catalogue: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").unlink()
    _add(catalogue, {"Hello, %(name)s": GREETING, "%(num)s vote": VOTES})
    (tmp_path / "stage.py").write_text("""wait = f"{_('Nothing to do now.')} {later}\"\n""")
    assert catalogue._check() == 1
    assert "stage.py:1: a text inside an f-string is not extracted" in capsys.readouterr().err


def test_a_text_alone_and_as_a_plural_is_refused(catalogue: ModuleType, tmp_path: Path) -> None:
    """Alone it is shown as a form of the plural, whose number nobody gives: the page of an answer failed in Russian."""
    (tmp_path / "stage.py").write_text('_("Vote now")\nngettext("Vote now", "%(num)s votes", 2)\n')
    with pytest.raises(SystemExit, match=r"both alone and as a plural.*Vote now"):
        catalogue._check()


def _add(catalogue: ModuleType, texts: dict[str, dict[str, object]]) -> None:
    file = catalogue.SOURCES / "new.json"
    file.write_text(json.dumps(texts))
    assert catalogue._add([file]) == 0


def _missing(catalogue: ModuleType, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    catalogue._missing()
    waiting: dict[str, object] = json.loads(capsys.readouterr().out)
    return waiting


@pytest.mark.parametrize("glued", ["Сәлем / Привет", "«Сәлем» / «Привет»", "Сәлем, %(name)s / Здравствуйте, %(name)s"])
def test_one_text_is_in_one_language(glued: str) -> None:
    """«Бөлек жиындар хаттамалары / протоколы раздельных сходов»"""
    spec = importlib.util.spec_from_file_location("catalogue", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    assert any("two languages" in fault for fault in module._faults_of_words("Hello", glued, "kk"))
    assert not any("two languages" in fault for fault in module._faults_of_words("2 / 3", "2 / 3", "kk"))
