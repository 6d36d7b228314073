"""What operators type: schema, keys, people, and a server that stops with sentences instead of trying again and again."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
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


def test_a_compromise_exchanges_the_key_first_and_counts_what_it_leaves_bare(instance: Path) -> None:
    before = {words[0]: words[1] for words in (line.split() for line in run(instance, "keys", "list").stdout.splitlines())}
    early = run(instance, "keys", "compromise", before["seal"], "--at", "2999-01-01")
    assert early.returncode == 1
    assert "has not come yet" in early.stderr
    done = run(instance, "keys", "compromise", before["seal"], "--at", "2026-01-01T12:00")
    assert done.returncode == 0, done.stderr
    assert "nothing protects any more: 0." in done.stdout
    lines = run(instance, "keys", "list").stdout.splitlines()
    assert [line.split()[2] for line in lines if line.startswith("seal")] == ["compromised", "active"]
    assert "from 2026-01-01 12:00 UTC on" in next(line for line in lines if before["seal"] in line)


def test_what_cannot_be_done_with_a_key_is_said_in_a_sentence(instance: Path) -> None:
    assert "everything else hangs on it" in run(instance, "keys", "rotate", "root").stderr
    assert "Say one of" in run(instance, "keys", "certify").stderr


def test_the_last_active_key_cannot_be_marked_by_an_unknown_id(instance: Path) -> None:
    marked = run(instance, "keys", "compromise", "no-such-key", "--at", "2026-01-01")
    assert marked.returncode == 1
    assert "Traceback" not in marked.stderr


def add(instance: Path, contact: str, *roles: str, number: str = "E-1042") -> str:
    """The id of a person who was just given roles."""
    done = run(instance, "users", "add", contact, "Rosa Elena Duarte", *roles, "--staff-number", number)
    assert done.returncode == 0, done.stderr
    person = re.search(r"[0-9a-f]{32}", done.stdout)
    assert person is not None
    return person.group()


def test_a_person_is_given_a_role_and_loses_it(instance: Path) -> None:
    person = add(instance, "rosa@puente.example", "intake_officer")
    assert run(instance, "users", "dismiss", person, "intake_officer").returncode == 0
    again = run(instance, "users", "dismiss", person, "intake_officer")
    assert again.returncode == 1
    assert "does not hold" in again.stderr


def test_what_cannot_be_is_refused_in_a_sentence(instance: Path) -> None:
    add(instance, "rosa@puente.example", "intake_officer")
    for contact, roles, number, sentence in (
        ("rosa at puente", ["intake_officer"], "E-1", "neither an e-mail address nor a phone number"),
        ("rosa@puente.example", ["assessor"], "E-9999", "another staff number"),
        ("rosa@puente.example", ["administrator"], "E-1042", "no other role"),
        ("luis@puente.example", ["assessor"], "--", "staff number"),
    ):
        refused = run(instance, "users", "add", contact, "Rosa", *roles, f"--staff-number={number}")
        assert (refused.returncode, sentence in refused.stderr, "Traceback" in refused.stderr) == (1, True, False), refused.stderr
    assert run(instance, "users", "add", "luis@puente.example", "Luis", "assessor").returncode == 2  # no staff number


def test_a_deputy_is_appointed_and_ended_and_an_account_is_closed(instance: Path) -> None:
    absent, deputy = add(instance, "rosa@puente.example", "assessor"), add(instance, "luis@puente.example", "registrar", number="E-1043")
    past = run(instance, "users", "deputy", deputy, absent, "assessor", "--until", "2020-01-01")
    assert (past.returncode, "after today" in past.stderr) == (1, True)
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    appointed = run(instance, "users", "deputy", deputy, absent, "assessor", "--until", tomorrow)
    assert appointed.returncode == 0, appointed.stderr
    deputyship = re.search(r"[0-9a-f]{32}", appointed.stdout)
    assert deputyship is not None
    assert [run(instance, "users", "end-deputy", deputyship.group()).returncode for _ in range(2)] == [0, 1]
    assert run(instance, "users", "disable", absent).returncode == 0
    assert run(instance, "users", "dismiss", absent, "assessor").returncode == 1


def test_a_centre_is_opened_used_emptied_and_closed(instance: Path) -> None:
    person = add(instance, "rosa@puente.example", "assessor")
    assert "bogota-norte" in run(instance, "centres", "add", "Bogotá Norte", "Bogotá", "CO").stdout
    assert run(instance, "centres", "add", "Bogotá Norte", "Bogotá", "CO").returncode == 1
    assert run(instance, "centres", "place", person, "bogota-norte").returncode == 0
    assert "1 people" in run(instance, "centres", "close", "bogota-norte").stderr
    assert run(instance, "centres", "place", person).returncode == 0
    assert run(instance, "centres", "close", "bogota-norte").returncode == 0
    assert run(instance, "centres", "list").stdout == "bogota-norte\tCO\tBogotá\tBogotá Norte\t0\t0\tclosed\n"
    assert [run(instance, "centres", "close", "bogota-norte").returncode, run(instance, "centres", "place", person, "bogota-norte").returncode] == [1, 1]


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
