"""The commands. Law: a command reads arguments, calls a lower room and prints; it decides nothing, and its module is imported only when it is invoked."""

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click

from credentialing import __version__
from credentialing.cli.installation import default_instance
from credentialing.config import INSTANCE_VARIABLE
from credentialing.domain.errors import AwayError, MisconfiguredError

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "serve": ("serve", "Set up and serve the whole product from one process."),
        "web": ("web", "Serve applicants and staff only; durable work runs elsewhere."),
        "worker": ("worker", "Run durable work: letters, certificates, deadlines."),
        "verifier": ("verifier", "Serve the public verification pages only, from a read-only database."),
        "demo": ("demo", "Walk real cases from application to certificate in a throw-away instance."),
        "verify": ("verify", "Judge certificates: PDF, picture, QR text or number."),
        "archive": ("archive", "Carry the seals of certificates further in time (B-LTA)."),
        "export-trust": ("export_trust", "Write what a stranger needs to verify certificates offline."),
        "workflows": ("workflows", "The rules of recognition: lint, list, draw, simulate."),
        "db": ("db", "The database: upgrade, check."),
        "keys": ("keys", "The keys: list, rotate."),
        "users": ("users", "People who work here: add, dismiss, disable, deputies."),
        "centres": ("centres", "The places of the institution: add, list, close, who works where."),
        "audit": ("audit", "The audit trail: replay it, and compare."),
        "prepare": ("prepare", "Compile translations and cut fonts; ./run does this by itself."),
    }
)
"""Each command: the module of this package whose `command` it is, and what the list of commands says about it."""


class _Commands(click.Group):
    """A group that knows its commands from the table and imports one only when it is invoked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"{__name__}.{COMMANDS[cmd_name][0]}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"credentialing.cli.{COMMANDS[cmd_name][0]} holds no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="credentialing")
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=INSTANCE_VARIABLE,
    help="The folder of settings, keys, database and evidence.",
)
@click.pass_context
def cli(context: click.Context, instance: Path | None) -> None:
    """Recognition of qualifications and certification of skills."""
    context.obj = instance if instance is not None else default_instance()


def main() -> None:
    """Run one command and leave the process: exit code 2, with a sentence each on stderr, when the installation cannot run as it is set up."""
    try:
        cli.main(prog_name="run")
    except MisconfiguredError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(2)
    except AwayError as error:
        click.echo(f"This does not answer: {error}. Nothing was done; try again later.", err=True)
        sys.exit(2)
