"""What operators type: schema, keys, people, and a server that stops with sentences instead of trying again and again."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

PORT = "8971"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A fresh installation with its schema and keys."""
    folder = tmp_path / "instance"
    assert run(folder, "db", "upgrade").returncode == 0
    made = """
import sys; from pathlib import Path
from credentialing.adapters.system import SystemClock
from credentialing.cli.opening import open_keys
from credentialing.config import load_settings
open_keys(load_settings(Path(sys.argv[1]), {}), now=SystemClock().now())
"""
    assert subprocess.run([sys.executable, "-c", made, str(folder)], cwd=ROOT, check=False).returncode == 0
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command on the installation in `folder`."""
    command = [sys.executable, "-m", "credentialing", "--instance", str(folder), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ)


def test_an_upgraded_database_agrees_with_this_version(instance: Path) -> None:
    checked = run(instance, "db", "check")
    assert checked.returncode == 0, checked.stderr
    assert "agrees" in checked.stdout


def test_a_database_without_schema_does_not_agree(tmp_path: Path) -> None:
    tmp_path.joinpath("instance").mkdir(mode=0o700)
    checked = run(tmp_path / "instance", "db", "check")
    assert checked.returncode == 1
    assert "./run db upgrade" in checked.stdout


def test_a_rotated_key_retires_and_the_new_one_is_active(instance: Path) -> None:
    before = [line.split() for line in run(instance, "keys", "list").stdout.splitlines()]
    assert run(instance, "keys", "rotate", "qr").returncode == 0
    after = {line.split()[1]: line.split()[2] for line in run(instance, "keys", "list").stdout.splitlines()}
    old = next(words[1] for words in before if words[0] == "qr")
    assert after[old] == "retired"
    assert len(after) == len(before) + 1


def test_the_last_active_key_cannot_be_marked_by_an_unknown_id(instance: Path) -> None:
    marked = run(instance, "keys", "mark", "no-such-key", "compromised")
    assert marked.returncode == 1
    assert "Traceback" not in marked.stderr


def test_a_person_is_hired_and_dismissed(instance: Path) -> None:
    hired = run(instance, "users", "hire", "rosa@puente.example", "Rosa Elena Duarte", "intake_officer")
    assert hired.returncode == 0, hired.stderr
    person = re.search(r"[0-9a-f]{32}", hired.stdout)
    assert person is not None
    assert run(instance, "users", "dismiss", person.group(), "intake_officer").returncode == 0
    again = run(instance, "users", "dismiss", person.group(), "intake_officer")
    assert again.returncode == 1
    assert "does not hold" in again.stderr


def test_a_contact_that_is_none_is_refused_in_a_sentence(instance: Path) -> None:
    hired = run(instance, "users", "hire", "rosa at puente", "Rosa", "intake_officer")
    assert hired.returncode == 1
    assert "neither an e-mail address nor a phone number" in hired.stderr


def test_a_server_whose_application_cannot_run_says_why_and_stops(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from credentialing.cli.gunicorn import Server
from credentialing.config import load_settings
from credentialing.domain.errors import MisconfiguredError
def make():
    raise MisconfiguredError("co-degree-convalidacion/v1.yaml:12: The state `draft` is missing.", "A second problem.")
settings = load_settings(Path({str(tmp_path)!r}), {{"CREDENTIALING_PORT": "{PORT}"}})
Server(settings, make, begin=lambda: None, end=lambda: None).run()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "v1.yaml:12" in done.stderr
    assert "A second problem." in done.stderr
    assert "Traceback" not in done.stderr
