"""A migrated database on each engine."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from credentialing.storage.engine import make_engine


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()
