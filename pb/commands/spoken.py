"""The language of a command that needs no database: texts of the catalogues, chosen with --lang or by the system."""

import locale
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from gettext import find
from pathlib import Path
from typing import Any, Final

import click

from pb.core.findings import Finding

CATALOGUES: Final = Path(__file__).resolve().parents[1] / "translations"
LANGUAGES = click.Choice(["kk", "ru", "en"])
CHOSEN: Final = "pb.commands.spoken"
Gettext = Callable[..., str]


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Inside, lazy texts are in this language."""
    from flask import Flask
    from flask_babel import Babel, force_locale

    app = Flask("pb", static_folder=None)
    Babel(app, default_translation_directories="translations")
    with app.app_context(), force_locale(language):
        yield


def words_of(language: str) -> Gettext:
    """`gettext` of a language: a sentence with its values. English is what the sentences are written in."""

    def gettext(sentence: str, **values: Any) -> str:
        return _translated(language, sentence) % values

    return gettext


def _choose(context: click.Context, _param: click.Parameter, language: str | None) -> None:
    # Shared by a group and its commands: either place of the option will do.
    context.meta[CHOSEN] = language or context.meta.get(CHOSEN) or systems_language()


speaking = click.option(
    "--lang",
    type=LANGUAGES,
    callback=_choose,
    expose_value=False,
    is_eager=True,
    help="Language of what is printed. Without it: the system's, where that is Kazakh or Russian, else English.",
)
"""Gives a command the option --lang; what it prints goes through `gettext` or `said`."""


def language() -> str:
    """The language of the running command; English where none runs that speaks others."""
    context = click.get_current_context(silent=True)
    return context.meta.get(CHOSEN, "en") if context else "en"


def systems_language() -> str:
    """What the system asks for (LANGUAGE, LC_ALL, LC_MESSAGES, LANG; on Windows the user's setting): kk, ru, or en."""
    if os.name == "nt":
        named = (locale.getlocale()[0] or "").lower()
        return next((code for code, names in WINDOWS_NAMES.items() if named.startswith(names)), "en")
    found = find("messages", str(CATALOGUES))
    return Path(found).parents[1].name if found else "en"


WINDOWS_NAMES: Final = {"kk": ("kk", "kazakh"), "ru": ("ru",)}
"""kk_KZ or Kazakh_Kazakhstan; ru_KZ or Russian_Russia."""


def gettext(sentence: str, **values: Any) -> str:
    """A sentence of the catalogues in the language of the running command."""
    return _translated(language(), sentence) % values


def ngettext(one: str, many: str, number: int) -> str:
    """The word that stands beside a number, in the language of the running command."""
    spoken_in = language()
    if spoken_in == "en":
        return one if number == 1 else many
    return str(_catalogue(spoken_in).ngettext(one, many, number))


def said(finding: Finding) -> str:
    """A finding in the language of the running command."""
    spoken_in = language()
    return finding.said(lambda sentence: _translated(spoken_in, sentence))


def _translated(language: str, sentence: str) -> str:
    return sentence if language == "en" else str(_catalogue(language).gettext(sentence))


@cache
def _catalogue(language: str) -> Any:
    from babel.support import Translations

    return Translations.load(str(CATALOGUES), [language])


class Refused(click.ClickException):
    """What a command or click itself refuses, shown in the language of the command."""

    def __init__(self, refused: click.ClickException) -> None:
        super().__init__(_refusal(refused))
        self._usage = refused.ctx.get_usage() if isinstance(refused, click.UsageError) and refused.ctx else ""
        self._before = gettext("Error:")

    def show(self, file: Any = None) -> None:
        if self._usage:
            click.echo(f"{self._usage}\n", file=file, err=file is None)
        click.echo(f"{self._before} {self.message}", file=file, err=file is None)


class Misused(Refused):
    """Refused because the command was not called as it wants to be."""

    exit_code = click.UsageError.exit_code


def refused(error: click.ClickException | click.Abort) -> click.ClickException | click.Abort:
    """The error in the language of the running command; English ones stay as they are."""
    if language() == "en" or isinstance(error, Refused):
        return error
    if isinstance(error, click.Abort):
        return Refused(click.ClickException(gettext("Stopped before it was done.")))
    return Misused(error) if isinstance(error, click.UsageError) else Refused(error)


def _refusal(error: click.ClickException) -> str:
    """Click's own refusals by their kind; ours were translated where they were raised."""
    if isinstance(error, click.MissingParameter):
        return gettext("Missing: %(parameter)s.", parameter=_hint(error))
    if isinstance(error, click.BadParameter):
        return gettext("%(parameter)s is not right: %(why)s", parameter=_hint(error), why=error.message)
    if isinstance(error, click.NoSuchOption):
        return gettext("There is no option %(option)s.", option=error.option_name)
    return error.format_message()


def _hint(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return error.param.get_error_hint(error.ctx) if error.ctx else str(error.param.name)
