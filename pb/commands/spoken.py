"""Texts of the catalogues for commands that need no database."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

LANGUAGES = click.Choice(["kk", "ru", "en"])


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Inside, lazy texts are in this language."""
    from flask import Flask
    from flask_babel import Babel, force_locale

    app = Flask("pb", static_folder=None)
    Babel(app, default_translation_directories="translations")
    with app.app_context(), force_locale(language):
        yield
