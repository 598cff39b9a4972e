"""Files and folders as somebody names them on a command line: regular ones, printed so that a name steers nothing."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pb.commands.spoken import gettext, language

if TYPE_CHECKING:
    _SystemsPath = Path
else:
    _SystemsPath = type(Path())  # until Python 3.12 the general class cannot be inherited from


def escaped(text: str) -> str:
    r"""A name on one line, without anything that could steer a terminal: a line end is shown as \n, ESC as \x1b."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


class NamedPath(_SystemsPath):
    """A path that stands escaped in every message; programs open it by the name as it is."""

    def __format__(self, spec: str) -> str:
        return format(escaped(str(self)), spec)


class _Named(click.Path):
    """A path that was named: what is refused of it is said on one line."""

    def __init__(self, *, regular: bool = False, **wanted: Any) -> None:
        super().__init__(path_type=NamedPath, **wanted)
        self._regular = regular

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = NamedPath(os.fsdecode(self._converted(value, param, ctx)))
        if self._regular and path.exists() and not stat.S_ISREG(path.stat().st_mode):
            # A device never ends, and a pipe can be read once.
            self.fail(gettext("%(path)s is no regular file: name a file on the disk.", path=f"{path}"), param, ctx)
        return path

    def _converted(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if language() == "en":
                raise
            named = Path(os.fsdecode(value))
            why = gettext("this does not exist.") if not named.exists() else gettext("this cannot be read or written.")
            raise click.BadParameter(f"{NamedPath(named)}: {why}", ctx, param) from error

    def fail(self, message: str, param: click.Parameter | None = None, ctx: click.Context | None = None) -> NoReturn:
        super().fail(escaped(message), param, ctx)


FILE = _Named(exists=True, dir_okay=False, readable=True, regular=True)
"""A file to be read."""

FOLDER = _Named(exists=True, file_okay=False, readable=True)
"""A folder to be read."""

NEW_FILE = _Named(dir_okay=False, writable=True, regular=True)
"""A file to be written."""

NEW_FOLDER = _Named(file_okay=False)
"""A folder to be made or written into."""
