"""The same offices as the tests of use cases have, and one with its website."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.life import Town
from tests.services.conftest import ready_keys, world
from tests.services.stage import open_world

__all__ = ["ready_keys", "world"]


@pytest.fixture
def town(tmp_path: Path, migrated_sqlite: Path, ready_keys: Path) -> Iterator[Town]:
    """An office with its website. Storage is tried on both engines elsewhere, so one is enough for what is read on pages."""
    database = tmp_path / "town.sqlite3"
    shutil.copyfile(migrated_sqlite, database)
    made = open_world(tmp_path, f"sqlite:///{database}", keys=ready_keys)
    yield Town(made)
    made.engine.dispose()
