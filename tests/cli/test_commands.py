"""The table of commands, and what an operator sees when the installation cannot run."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from credentialing.cli import COMMANDS, cli
from credentialing.cli.prepare import compile_translations
from tests.house.sources import ROOT


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    command = [sys.executable, "-m", "credentialing", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **environ})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists_and_says_what_it_does(name: str) -> None:
    command = import_module(f"credentialing.cli.{COMMANDS[name][0]}").command
    assert isinstance(command, click.Command)
    assert command.help


def test_every_module_of_commands_stands_in_the_table() -> None:
    modules = {path.stem for path in (ROOT / "credentialing" / "cli").glob("*.py")} - {"__init__", "installation"}
    holding = {name for name in modules if hasattr(import_module(f"credentialing.cli.{name}"), "command")}
    assert holding == {module for module, _ in COMMANDS.values()}


def test_the_list_of_commands_imports_none_of_them() -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "credentialing", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in COMMANDS)
    for heavy in ("sqlalchemy", "flask", "cryptography", "credentialing.cli.prepare"):
        assert f" {heavy}\n" not in done.stderr


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(cli, ["sevre"])
    assert result.exit_code == 2
    assert "No such command" in result.output


def test_a_misconfigured_installation_gets_its_sentences_and_exit_code_two(tmp_path: Path) -> None:
    done = run("--instance", str(tmp_path), "db", "check", CREDENTIALING_BIND="0.0.0.0", CREDENTIALING_PROT="1")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr
    assert "may only listen on this machine" in done.stderr


def test_translations_are_compiled_once_and_again_after_a_change(tmp_path: Path) -> None:
    source = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Send"\nmsgstr "Enviar"\n')
    assert compile_translations(tmp_path) == [source]
    assert b"Enviar" in source.with_suffix(".mo").read_bytes()
    assert compile_translations(tmp_path) == []
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert compile_translations(tmp_path) == [source]
