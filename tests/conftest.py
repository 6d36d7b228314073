"""What every test may ask for: a database of its own on each engine."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy.engine import URL

from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import upgrade
from tests.postgres import fresh_database, running_server

# No test is judged by the clock: a busy machine makes nothing wrong.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ENGINES = ("sqlite", "postgresql")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser run one after another in one process: two browsers at once would make each other's clocks run out."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A PostgreSQL server: the address of its maintenance database."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres: URL) -> Iterator[str]:
    """The name of a PostgreSQL database with our schema and nothing in it, to be cloned."""
    with fresh_database(postgres, f"template_{uuid.uuid4().hex}") as url:
        assert url.database is not None
        _migrate(url.render_as_string(hide_password=False))
        yield url.database


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with our schema. A test that takes it runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "credentialing.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        yield from _fresh(request.getfixturevalue("postgres"), request.getfixturevalue("migrated_template"))


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table. A test that takes it runs on both engines."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        yield from _fresh(request.getfixturevalue("postgres"), "template1")


def _fresh(server: URL, template: str) -> Iterator[str]:
    with fresh_database(server, f"test_{uuid.uuid4().hex}", template=template) as url:
        yield url.render_as_string(hide_password=False)
