"""The catalogues of user-visible texts: English sentences are the keys, Kazakh and Russian the translations.

python tools/catalogue.py update         take the texts of the code in, mark texts that left it as obsolete
python tools/catalogue.py add FILE.json  merge translations: {"msgid": {"kk": …, "ru": …}}, plurals as lists
python tools/catalogue.py missing        print what waits for a translation, in the form that `add` reads
python tools/catalogue.py compile        write the .mo files that the application reads
python tools/catalogue.py check          fail on whatever would show a resident a wrong or foreign text
python tools/catalogue.py prune          drop the obsolete texts
"""

import argparse
import fcntl
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "pb"
TRANSLATIONS = SOURCES / "translations"
LANGUAGES = ("kk", "ru")
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
TEMPLATE_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}  # as pb.web.app sets them
FIXED_DATE = datetime(2026, 11, 21, tzinfo=UTC)  # a date of the last change would conflict in every merge

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Kazakh suffixes follow vowel harmony (…ауылында, …қаласында): glued to a name they are wrong every second time.
GLUED_SUFFIX = re.compile(r"(?:%\(\w+\)[sd]|\{\w+\})[-‑–]?[^\W\d_]")
BARE_PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")
CYRILLIC = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")
KAZAKH_LETTER = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")
LONG_TEXT = 60

Key = str | tuple[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["update", "add", "missing", "compile", "check", "prune"])
    parser.add_argument("files", nargs="*", type=Path, help="JSON files of translations, for `add`")
    arguments = parser.parse_args()
    with _locked():
        if arguments.command == "add":
            return _add(arguments.files)
        commands = {"update": _update, "missing": _missing, "compile": _compile, "check": _check, "prune": _prune}
        return commands[arguments.command]()


def _add(files: list[Path]) -> int:
    """Merges the files' translations; nothing is written when one of them is malformed."""
    catalogues = {language: _read(language) for language in LANGUAGES}
    count = 0
    for file in files:
        for text, forms in json.loads(file.read_text()).items():
            count += 1
            for language, catalogue in catalogues.items():
                _set(catalogue, text, forms, language)
    for language, catalogue in catalogues.items():
        _write(catalogue, language)
    print(f"{count} texts merged")
    return _compile()


def _set(catalogue: Catalog, text: str, forms: dict[str, Any], language: str) -> None:
    translation, plural = forms[language], forms.get("plural")
    if plural is None:
        if not isinstance(translation, str):
            raise SystemExit(f"{text!r}: one text expected for {language}")
    elif len(translation) != catalogue.num_plurals:
        raise SystemExit(f"{text!r}: {catalogue.num_plurals} forms expected for {language}")
    key: Key = (text, plural) if plural else text
    catalogue.obsolete.pop(text, None)
    catalogue.delete(text)
    catalogue.add(key, tuple(translation) if plural else translation)


def _update() -> int:
    texts = _texts_of_the_code()
    for language in LANGUAGES:
        catalogue = _read(language)
        _take_in(catalogue, texts)
        _write(catalogue, language)
    return _compile()


def _take_in(catalogue: Catalog, texts: dict[str, Key]) -> None:
    for text, key in texts.items():
        known = catalogue.get(text)
        if known is None and text in catalogue.obsolete:
            known = catalogue.obsolete.pop(text)
        if known is None:
            catalogue.add(key)
        elif known.id != key:
            catalogue.delete(text)  # a text became a plural, or its plural changed: it is translated anew
            catalogue.add(key)
        else:
            catalogue[text] = known
    for message in [m for m in catalogue if m.id and _singular(m.id) not in texts]:
        text = _singular(message.id)
        catalogue.delete(text)
        if _translated(message):
            catalogue.obsolete[text] = message


def _missing() -> int:
    """The texts that lack a translation, as JSON to be filled in."""
    catalogues = {language: _read(language) for language in LANGUAGES}
    waiting: dict[str, Any] = {}
    for text, key in sorted(_texts_of_the_code().items()):
        found = {language: catalogue.get(text) for language, catalogue in catalogues.items()}
        if all(m is not None and m.id == key and _translated(m) for m in found.values()):
            continue
        plural = isinstance(key, tuple)
        waiting[text] = {
            language: [""] * catalogues[language].num_plurals if plural else "" for language in LANGUAGES
        } | ({"plural": key[1]} if plural else {})
    print(json.dumps(waiting, ensure_ascii=False, indent=1))
    return 0


def _compile() -> int:
    for language in LANGUAGES:
        compiled = io.BytesIO()
        write_mo(compiled, _read(language))
        _replace(_path(language).with_suffix(".mo"), compiled.getvalue())
    return 0


def _prune() -> int:
    _update()
    for language in LANGUAGES:
        catalogue = _read(language)
        catalogue.obsolete.clear()
        _write(catalogue, language)
    return 0


def _check() -> int:
    """Prints each problem; the exit status is 1 when there is any. Warnings do not fail."""
    places: dict[str, str] = {}
    texts = _texts_of_the_code(places)
    problems = [
        f"{places[text]}: {problem}: {text}"
        for text in texts
        for problem in _faults_of_a_key(texts[text], places[text])
    ]
    warnings: list[str] = []
    catalogues = {language: _read(language) for language in LANGUAGES}
    for language, catalogue in catalogues.items():
        listed = {_singular(message.id): message for message in catalogue if message.id}
        problems += [
            f"{language}: not in the catalogue: {text} ({places[text]})" for text in texts.keys() - listed.keys()
        ]
        problems += [
            f"{language}: no longer in the code: {text}"
            for text in (listed.keys() - texts.keys()) | set(catalogue.obsolete)
        ]
        for text in texts.keys() & listed.keys():
            problems += [f"{language}: {fault}: {text}" for fault in _faults(listed[text], texts[text], language)]
    for text in texts:
        kazakh, russian = (catalogue.get(text) for catalogue in catalogues.values())
        if kazakh is not None and russian is not None:
            warnings += _doubts(text, str(kazakh.string), str(russian.string))
    for line in sorted(warnings):
        print("warning:", line)
    for line in sorted(problems):
        print(line, file=sys.stderr)
    print(f"{len(texts)} texts in {len(LANGUAGES)} translations, {len(problems)} problems, {len(warnings)} warnings")
    return 1 if problems else 0


def _faults_of_a_key(key: Key, place: str) -> Iterator[str]:
    """The keys are what an English reader sees: plain sentences on one line."""
    for text in (key,) if isinstance(key, str) else key:
        if CYRILLIC.search(text):
            yield "a key is an English text"
        if text != " ".join(text.split(" ")).strip() or "\n" in text or "  " in text:
            yield "spaces or line breaks that no reader sees"
        if place.endswith(".html") and BARE_PERCENT.search(text):
            yield "a bare % (templates format every text: write %%)"


def _faults(message: Message, key: Key, language: str) -> Iterator[str]:
    if message.id != key:
        yield "the plural changed"
        return
    if message.fuzzy:
        yield "fuzzy"
    if not _translated(message):
        yield "not translated"
        return
    expected = [set(PLACEHOLDER.findall(text)) for text in ((key,) if isinstance(key, str) else key)]
    for translation in _forms(message):
        if set(PLACEHOLDER.findall(translation)) not in expected:
            yield "other placeholders than the key's"
        if language == "kk" and GLUED_SUFFIX.search(translation):
            yield "a suffix glued to a placeholder"
        if translation != translation.strip():
            yield "spaces around the translation"


def _doubts(text: str, kazakh: str, russian: str) -> Iterator[str]:
    if len(kazakh) > LONG_TEXT and kazakh == russian:
        yield f"the same text in Kazakh and Russian: {text}"
    elif len(kazakh) > LONG_TEXT and not KAZAKH_LETTER.search(kazakh):
        yield f"no Kazakh letter in the Kazakh text: {text}"


def _texts_of_the_code(places: dict[str, str] | None = None) -> dict[str, Key]:
    """Every marked text of modules and templates: its singular → its key; `places` receives where each stands."""
    texts: dict[str, Key] = {}
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts:
            continue
        method, options = ("python", {}) if path.suffix == ".py" else ("jinja2", TEMPLATE_OPTIONS)
        with path.open("rb") as file:
            for line, found, _comments, _context in extract(method, file, KEYWORDS, options=options):
                key: Key = found if isinstance(found, str) else (str(found[0]), str(found[1]))
                if isinstance(texts.get(_singular(key)), tuple) and isinstance(key, str):
                    continue
                texts[_singular(key)] = key
                if places is not None:
                    places[_singular(key)] = (
                        f"{path.relative_to(ROOT)}:{line}" if path.suffix == ".py" else str(path.relative_to(ROOT))
                    )
    return texts


def _read(language: str) -> Catalog:
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(catalogue: Catalog, language: str) -> None:
    """One sorted file without dates and line numbers: a change of the code moves nothing here."""
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = "Asar", "1"
    catalogue.copyright_holder = "Asar"
    catalogue.header_comment = (
        f"# The texts of Asar: {'Kazakh' if language == 'kk' else 'Russian'}. Written by tools/catalogue.py."
    )
    catalogue.creation_date = catalogue.revision_date = FIXED_DATE
    catalogue.last_translator = catalogue.language_team = "Asar"
    catalogue.msgid_bugs_address = ""
    written = io.BytesIO()
    write_po(written, catalogue, width=120, no_location=True, sort_output=True)
    _replace(_path(language), written.getvalue())


def _path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def _replace(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one, never a half; an unchanged file keeps its time."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


def _singular(key: Any) -> str:
    return key if isinstance(key, str) else str(key[0])


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _translated(message: Message) -> bool:
    return bool(message.string) and all(_forms(message))


@contextmanager
def _locked() -> Iterator[None]:
    """Two commands at once would each write what it read before the other: the folder is locked for one."""
    TRANSLATIONS.mkdir(parents=True, exist_ok=True)
    folder = os.open(TRANSLATIONS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main())
