"""The set-up script says what is missing, in words that can be typed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT


class Machine:
    """A machine of stand-in programs: what they are asked to do is written down, and nothing is installed."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.journal = folder / "journal"
        self.journal.touch()
        shutil.copy(ROOT / "run", folder)
        self.script = folder / "run"
        for name in ("sh", "dirname", "cat", "cksum", "readlink", "sed", "find", "rm", "tail"):
            found = shutil.which(name)
            assert found is not None
            (self.programs / name).symlink_to(found)

    def program(self, name: str, body: str) -> None:
        """Put a stand-in program on the path."""
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.journal}"\n{body}\n')
        path.chmod(0o755)

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script with nothing but the stand-ins on the path."""
        return subprocess.run(["/bin/sh", str(self.script), *arguments], capture_output=True, text=True, check=False, env={"PATH": str(self.programs)})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian without Python and Pango, on which somebody is not root."""
    machine = Machine(tmp_path)
    machine.program("id", "echo 1000")
    machine.program("dpkg-query", "exit 1")
    machine.program("apt-get", "exit 1")
    return machine


def test_without_root_the_exact_line_is_printed_and_nothing_is_touched(machine: Machine) -> None:
    done = machine.start()
    assert done.returncode == 2
    line = "sudo apt-get install -y --no-install-recommends python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    assert f"    {line}\n" in done.stderr
    assert "apt-get" not in machine.journal.read_text()


def test_the_tests_need_a_browser_and_the_programs_that_judge_certificates(machine: Machine) -> None:
    done = machine.start("test")
    judges = "poppler-utils libnss3-tools softhsm2 mupdf-tools qpdf zbar-tools default-jre-headless libjaxb-java nodejs npm"
    assert f"libharfbuzz-subset0 chromium {judges}\n" in done.stderr


def test_what_is_there_is_not_asked_for(machine: Machine) -> None:
    machine.program("python3", "exit 0")
    machine.program("dpkg-query", 'case "$*" in *libpango-1.0-0*) printf installed ;; *) exit 1 ;; esac')
    assert "recommends libpangoft2-1.0-0 libharfbuzz-subset0\n" in machine.start().stderr


def test_root_installs_only_what_is_missing(machine: Machine) -> None:
    machine.program("id", "echo 0")
    machine.program("apt-get", 'case "$1" in update) exit 0 ;; *) exit 100 ;; esac')
    machine.program("python3", "exit 0")
    done = machine.start()
    assert done.returncode == 2
    assert "apt-get install -y -q --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n" in machine.journal.read_text()
    assert "could not be installed" in done.stderr


def test_an_old_python_is_a_sentence(machine: Machine) -> None:
    machine.program("dpkg-query", "printf installed")
    machine.program("python3", 'case "$*" in *version_info*) exit 1 ;; --version) echo Python 3.9.2 ;; esac')
    done = machine.start()
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed; this machine has Python 3.9.2." in done.stderr


def test_another_system_is_told_what_to_look_for(machine: Machine) -> None:
    (machine.programs / "apt-get").unlink()
    assert "the names are Debian's" in machine.start().stderr


def test_the_scripts_are_executable_and_lawful_for_a_plain_shell() -> None:
    for name in ("run", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK)
        assert subprocess.run(["/bin/sh", "-n", str(ROOT / name)], check=False).returncode == 0
