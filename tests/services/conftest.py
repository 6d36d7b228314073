"""Offices for tests of use cases. A test that takes `world` runs on both engines."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto.keyring import create_keyring
from tests.office import START
from tests.postgres import fresh_database
from tests.services.stage import Copy, World, open_world


@pytest.fixture(scope="session")
def ready_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of keys, made once: making them anew for each test would be most of its time."""
    folder = tmp_path_factory.mktemp("ready") / "keys"
    create_keyring(folder, issuer_host="puente.example", brand="Puente", now=START, entropy=SeededEntropy(7))
    return folder


@pytest.fixture
def world(tmp_path: Path, database_url: str, ready_keys: Path) -> Iterator[World]:
    made = open_world(tmp_path, database_url, keys=ready_keys)
    yield made
    made.engine.dispose()


@pytest.fixture
def copies(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Copy:
    """Copies of the world's database as it stands when the first one is asked for; the world itself must rest from then on."""
    url = world.engine.url

    @contextmanager
    def copy() -> Iterator[str]:
        world.engine.dispose()
        name = f"copy_{uuid.uuid4().hex}"
        if url.get_backend_name() == "sqlite":
            assert url.database is not None
            path = tmp_path / f"{name}.sqlite3"
            shutil.copyfile(url.database, path)
            yield f"sqlite:///{path}"
            for part in tmp_path.glob(f"{name}.sqlite3*"):
                part.unlink()
        else:
            server: sa.URL = request.getfixturevalue("postgres")
            with fresh_database(server, name, template=str(url.database)) as clone:
                yield clone.render_as_string(hide_password=False)

    return copy
