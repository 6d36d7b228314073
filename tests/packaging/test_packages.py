"""The wheel finds its data folders when it is installed, and no package carries anything of an installation."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, built from a tree that holds a secret which nothing ignores."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("credentialing", "templates", "workflows", "tests/house"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    # Compiled translations are ignored by version control and shipped all the same; that instance/ is ignored must not be what keeps it out.
    (tree / ".gitignore").write_text("*.mo\n")
    (tree / "instance" / "keys").mkdir(parents=True)
    (tree / "instance" / "keys" / "seal.pem").write_text("a planted secret")
    (tree / "credentialing" / "translations" / "es" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    (tree / "credentialing" / "translations" / "es" / "LC_MESSAGES" / "planted.mo").write_bytes(b"compiled")
    target = tree / "dist"
    done = subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(target)], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (path,) = built.glob("*.whl")
    return path


def test_an_installed_package_finds_its_templates_and_workflows(wheel: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile", "--target", str(bare), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    found = subprocess.run(
        [sys.executable, "-c", "from credentialing.resources import data_dir; print(data_dir('templates'), data_dir('workflows'), sep='\\n')"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(bare)},
        capture_output=True,
        text=True,
        check=True,
    )
    templates, workflows = map(Path, found.stdout.splitlines())
    assert templates == bare / "credentialing" / "_data" / "templates"
    assert any(templates.rglob("*.html"))
    assert any(workflows.rglob("*.yaml"))


def test_the_wheel_holds_types_migrations_and_compiled_translations_and_one_top_folder(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"credentialing"}
    assert "credentialing/py.typed" in names
    assert any(name.startswith("credentialing/storage/migrations/") for name in names)
    assert "credentialing/translations/es/LC_MESSAGES/planted.mo" in names


def test_no_package_holds_anything_of_an_installation(built: Path, wheel: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert len(names) > 10
    assert [name for name in [*names, *zipfile.ZipFile(wheel).namelist()] if "instance/" in name or name.endswith("seal.pem")] == []
