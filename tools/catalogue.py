"""The catalogues of user-visible texts: English sentences are the keys, Kazakh and Russian the translations.

python tools/catalogue.py update         take the texts of the code in, drop those that left it
python tools/catalogue.py add FILE.json  merge translations: {"msgid": {"kk": …, "ru": …}}, plurals as lists
python tools/catalogue.py missing        print what waits for a translation, in the form that `add` reads
python tools/catalogue.py check          fail on whatever would show a resident a wrong or foreign text

Babel reads the code (babel.cfg says where) and writes the catalogues; `make setup` compiles them with its pybabel.
What is written gets its no-break spaces by rule (pb/typesetting.py). Words that are refused stand in banned_words.toml.
"""

import argparse
import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pb.typesetting import unbroken

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "pb"
MAPPING = ROOT / "babel.cfg"
BANNED = ROOT / "tools" / "banned_words.toml"
LANGUAGES = ("kk", "ru")

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Kazakh suffixes follow vowel harmony (…ауылында, …қаласында): glued to a name they are wrong every second time.
GLUED_SUFFIX = re.compile(r"(?:%\(\w+\)[sd]|\{\w+\})[-‑–]?[^\W\d_]")
BARE_PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")
CYRILLIC = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")
OF_TWO_SCRIPTS = re.compile(r"[A-Za-z][А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]|[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі][A-Za-z]")
OF_TWO_LANGUAGES = re.compile(r"[^\W\d_][»”)]?\s/\s[«“(%]?[^\W\d_(]")
KAZAKH_LETTER = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")
LONG_TEXT = 60
TRANSLATING = frozenset({"_", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"})


@dataclass(frozen=True, slots=True)
class BannedWord:
    """A word that no translation has, and what stands in its place; tools/banned_words.toml explains the fields."""

    never: str
    say: str
    why: str
    only: str = ""
    unless: str = ""
    but: dict[str, str] = field(default_factory=dict)

    def stands_in(self, key: str, translation: str) -> bool:
        if key in self.but or not re.search(self.only, key, re.IGNORECASE):
            return False
        if self.unless and re.search(self.unless, translation, re.IGNORECASE):
            return False
        return bool(re.search(self.never, translation, re.IGNORECASE))


@cache
def _banned() -> dict[str, list[BannedWord]]:
    with BANNED.open("rb") as file:
        return {language: [BannedWord(**word) for word in words] for language, words in tomllib.load(file).items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["update", "add", "missing", "check"])
    parser.add_argument("files", nargs="*", type=Path, help="JSON files of translations, for `add`")
    arguments = parser.parse_args()
    if arguments.command == "add":
        return _add(arguments.files)
    return {"update": _update, "missing": _missing, "check": _check}[arguments.command]()


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
    return 0


def _set(catalogue: Catalog, text: str, forms: dict[str, Any], language: str) -> None:
    translation, plural = forms[language], forms.get("plural")
    if plural is None:
        if not isinstance(translation, str):
            raise SystemExit(f"{text!r}: one text expected for {language}")
    elif len(translation) != catalogue.num_plurals:
        raise SystemExit(f"{text!r}: {catalogue.num_plurals} forms expected for {language}")
    catalogue.delete(text)
    catalogue.add((text, plural) if plural else text, tuple(translation) if plural else translation)


def _update() -> int:
    template = _template()
    for language in LANGUAGES:
        catalogue = _read(language)
        for text, message in _texts(template).items():
            known = catalogue.get(text)
            if known is not None and known.id != message.id:
                catalogue.delete(text)  # a text became a plural, or its plural changed: it is translated anew
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        _write(catalogue, language)
    return 0


def _missing() -> int:
    """The texts that lack a translation, as JSON to be filled in."""
    catalogues = {language: _read(language) for language in LANGUAGES}
    waiting: dict[str, Any] = {}
    for text, message in sorted(_texts(_template()).items()):
        found = [catalogue.get(text) for catalogue in catalogues.values()]
        if all(m is not None and m.id == message.id and _translated(m) for m in found):
            continue
        waiting[text] = {
            language: [""] * catalogue.num_plurals if message.pluralizable else ""
            for language, catalogue in catalogues.items()
        } | ({"plural": message.id[1]} if message.pluralizable else {})
    print(json.dumps(waiting, ensure_ascii=False, indent=1))
    return 0


def _check() -> int:
    """Prints each problem; the exit status is 1 when there is any. Warnings do not fail."""
    texts = _texts(_template())
    problems = [f"{_place(m)}: {fault}: {text}" for text, m in texts.items() for fault in _faults_of_a_key(m)]
    problems += _hidden_in_f_strings()
    warnings: list[str] = []
    catalogues = {language: _read(language) for language in LANGUAGES}
    for language, catalogue in catalogues.items():
        listed = _texts(catalogue)
        problems += [
            f"{language}: not in the catalogue: {text} ({_place(texts[text])})" for text in texts.keys() - listed.keys()
        ]
        problems += [
            f"{language}: no longer in the code: {text}"
            for text in (listed.keys() - texts.keys()) | set(catalogue.obsolete)
        ]
        for text in texts.keys() & listed.keys():
            problems += [f"{language}: {fault}: {text}" for fault in _faults(listed[text], texts[text], language)]
    for language, words in _banned().items():
        exceptions = {text for word in words for text in word.but}
        gone = exceptions - texts.keys()
        problems += [f"{language}: an exception in {BANNED.name} that the code has no more: {text}" for text in gone]
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


def _hidden_in_f_strings() -> Iterator[str]:
    """Texts that the extraction does not see before Python 3.12, and that nobody would therefore translate."""
    for path in sorted(SOURCES.rglob("*.py")):
        for string in ast.walk(ast.parse(path.read_text())):
            if isinstance(string, ast.JoinedStr):
                calls = [node for node in ast.walk(string) if isinstance(node, ast.Call)]
                if any(isinstance(call.func, ast.Name) and call.func.id in TRANSLATING for call in calls):
                    yield f"{path.relative_to(SOURCES)}:{string.lineno}: a text inside an f-string is not extracted"


def _faults_of_a_key(message: Message) -> Iterator[str]:
    """The keys are what an English reader sees: plain sentences on one line."""
    in_a_template = any(file.endswith(".html") for file, _line in message.locations)
    for text in _all_of(message.id):
        if CYRILLIC.search(text):
            yield "a key is an English text"
        if text != " ".join(text.split(" ")).strip() or "\n" in text or "  " in text:
            yield "spaces or line breaks that no reader sees"
        if in_a_template and BARE_PERCENT.search(text):
            yield "a bare % (templates format every text: write %%)"


def _faults(message: Message, source: Message, language: str) -> Iterator[str]:
    if message.id != source.id:
        yield "the plural changed"
        return
    if message.fuzzy:
        yield "fuzzy"
    if not _translated(message):
        yield "not translated"
        return
    expected = [set(PLACEHOLDER.findall(text)) for text in _all_of(source.id)]
    for translation in _all_of(message.string):
        if set(PLACEHOLDER.findall(translation)) not in expected:
            yield "other placeholders than the key's"
        if language == "kk" and GLUED_SUFFIX.search(translation):
            yield "a suffix glued to a placeholder"
        if translation != translation.strip():
            yield "spaces around the translation"
        yield from _faults_of_words(_all_of(source.id)[0], translation, language)


def _faults_of_words(key: str, translation: str, language: str) -> Iterator[str]:
    if translation != unbroken(translation):
        yield "a space that may break between two things that belong together (`update` mends it)"
    if OF_TWO_LANGUAGES.search(translation):
        yield "one text in two languages (each language has a text of its own)"
    if "—" in translation:
        yield "an em dash (a short one stands between words)"
    if OF_TWO_SCRIPTS.search(PLACEHOLDER.sub(" ", translation)):
        yield "Latin and Cyrillic letters in one word"
    for word in _banned()[language]:
        if word.stands_in(key, translation):
            yield f"never {word.never!r}, but {word.say!r} ({word.why})"


def _doubts(text: str, kazakh: str, russian: str) -> Iterator[str]:
    if len(kazakh) > LONG_TEXT and kazakh == russian:
        yield f"the same text in Kazakh and Russian: {text}"
    elif len(kazakh) > LONG_TEXT and not KAZAKH_LETTER.search(kazakh):
        yield f"no Kazakh letter in the Kazakh text: {text}"


def _template() -> Catalog:
    """Every marked text of modules and templates, untranslated, with the places where it stands.

    Raises SystemExit where one stands both alone and as a plural: alone it would be shown as the plural is translated.
    """
    template = Catalog()
    alone, plural = set[str](), set[str]()
    with MAPPING.open() as file:
        methods, options = parse_mapping_cfg(file)
    for path, line, text, comments, context in extract_from_dir(SOURCES, methods, options):
        template.add(text, locations=[(path, line)], auto_comments=comments, context=context)
        (alone if isinstance(text, str) else plural).add(_all_of(text)[0])
    if both := sorted(alone & plural):
        raise SystemExit(f"both alone and as a plural, give one of them other words: {both}")
    return template


def _texts(catalogue: Catalog) -> dict[str, Message]:
    """The messages by what the code looks them up with: the English text, of a plural its singular."""
    return {_all_of(message.id)[0]: message for message in catalogue if message.id}


def _read(language: str) -> Catalog:
    with _path(language).open("rb") as file:
        return read_po(file, locale=language)


def _write(catalogue: Catalog, language: str) -> None:
    """One sorted file without line numbers: a change of the code moves nothing here."""
    for message in catalogue:
        if message.id and message.string:
            forms = message.string
            message.string = unbroken(forms) if isinstance(forms, str) else tuple(unbroken(form) for form in forms)
    with _path(language).open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    with _path(language).with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def _path(language: str) -> Path:
    return SOURCES / "translations" / language / "LC_MESSAGES" / "messages.po"


def _place(message: Message) -> str:
    path, line = message.locations[0]
    return f"{SOURCES.name}/{path}:{line}"


def _all_of(forms: Any) -> tuple[str, ...]:
    """A text as the tuple of its forms: a plural has several."""
    return (forms,) if isinstance(forms, str) else tuple(forms or ())


def _translated(message: Message) -> bool:
    return bool(message.string) and all(_all_of(message.string))


if __name__ == "__main__":
    sys.exit(main())
