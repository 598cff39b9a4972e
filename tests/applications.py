"""An application for each test; what all of them have in common is made once in a process, and passwords are cheap.

Building the addresses of one application took 0.17 s, reading its translations 0.02 s for each language, compiling a
page 0.2 s, and hashing a password 0.4 s: more than most tests take. None of it is what they are about.
"""

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from babel import support
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from pb.app import create_app
from pb.db import Database
from pb.identity.service import passwords
from pb.settings import Settings
from tests.linting import LintingClient

_compile_builder, _load = Rule._compile_builder, support.Translations.load
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_catalogues: dict[tuple[str, ...], support.NullTranslations] = {}


class Compiled(BytecodeCache):
    """What templates compile to, in memory: one for environments that are set up alike."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_compiled = Compiled()


def make_app(settings: Settings, database: Database | None = None) -> Flask:
    """An application whose client looks every page through."""
    app = create_app(settings, database)
    app.jinja_env.bytecode_cache = _compiled
    app.test_client_class = LintingClient
    return app


def _builder_of(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
    """What writes the addresses of a rule: it is handed the rule itself, and depends on nothing but its parts."""
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = (append_unknown, rule.rule, *rule._trace)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def _catalogue_at(
    kind: type[support.Translations], dirname: str, locales: list[Any], domain: str | None = None
) -> support.NullTranslations:
    """What an application merges into translations of its own, and leaves as it is."""
    key = (str(dirname), *map(str, locales), domain or kind.DEFAULT_DOMAIN)
    if key not in _catalogues:
        _catalogues[key] = _load(dirname, locales, domain)
    return _catalogues[key]


Rule._compile_builder = _builder_of  # type: ignore[method-assign]
OWN_HASHER = passwords._hasher
"""The platform's own, whose cost is a test of its own: tests/identity/test_passwords.py."""
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
support.Translations.load = classmethod(_catalogue_at)  # type: ignore[assignment,method-assign]
