"""The `pb` command. Each subcommand loads its room when it runs, so that `pb --help` is quick."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "serve",
    "demo",
    "verify",
    "count",
    "receipt",
    "trustee",
    "cards",
    "eds",
    "codes",
    "territory",
    "worker",
    "database",
    "doctor",
    "backup",
    "backup-key",
    "restore",
    "erase",
    "iin",
    "bin",
    "keys",
    "move-pictures",
)


class Commands(click.Group):
    """Finds a subcommand in `pb.commands` by its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"pb.commands.{name}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what it refuses is in its language, and what is not installed is named with its remedy."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort) as error:
            from pb.commands.spoken import refused

            raise refused(error) from error
        except ModuleNotFoundError as error:
            raise click.ClickException(f"{error.name} is not installed here: run make setup in {ROOT}.") from error


@click.command(cls=Commands)
@click.version_option(package_name="asar")
def main() -> None:
    """Asar: participatory budgeting and verifiable voting for a rural okrug."""
