"""The tools that read the code find nothing, and each finds a fault that is planted for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

TOOLS = Path(sys.executable).parent


def run_tool(*command: str, cwd: Path = ROOT) -> tuple[int, str]:
    """The exit code of a development tool, and what it said."""
    done = subprocess.run([str(TOOLS / command[0]), *command[1:]], cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the code to plant faults in."""
    shutil.copytree(ROOT / "credentialing", tmp_path / "credentialing", ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_ruff_finds_nothing() -> None:
    code, words = run_tool("ruff", "check", "--output-format=concise", "credentialing", "tests")
    assert code == 0, words


@pytest.mark.parametrize(
    "fault",
    [
        "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
        "from uuid import uuid4\n\nID = uuid4()\n",
        "import secrets\n\nTOKEN = secrets.token_hex()\n",
        "import random\n\nDIE = random.random()\n",
        "import os\n\nKEY = os.urandom(32)\n",
        "import time\n\nNOW = time.time()\n",
    ],
)
def test_ruff_finds_a_clock_or_chance_outside_the_ports(house: Path, fault: str) -> None:
    (house / "credentialing" / "services" / "planted.py").write_text(f'"""Planted."""\n\n{fault}')
    code, words = run_tool("ruff", "check", "--no-cache", "credentialing/services/planted.py", cwd=house)
    assert code == 1
    assert "TID251" in words


def test_the_types_are_whole() -> None:
    code, words = run_tool("mypy")
    assert code == 0, words


def test_rooms_open_downwards_only() -> None:
    code, words = run_tool("lint-imports", "--no-cache")
    assert code == 0, words


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("domain/planted.py", "from credentialing import services\n"),
        ("storage/planted.py", "from credentialing.adapters import system\n"),
        ("workflow/planted.py", "from credentialing import crypto\n"),
        ("services/planted.py", "from credentialing import web\n"),
        ("utils.py", "X = 1\n"),
    ],
)
def test_an_import_upwards_or_a_module_without_a_room_is_found(house: Path, path: str, text: str) -> None:
    (house / "credentialing" / path).write_text(text)
    code, words = run_tool("lint-imports", "--no-cache", cwd=house)
    assert code == 1, words
