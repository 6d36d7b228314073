"""The databases that the other tests stand on."""

import os
import stat
import tempfile
from pathlib import Path

from sqlalchemy import text

from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import is_current
from tests.postgres import running_server


def test_a_fresh_database_has_the_present_schema(database_url: str) -> None:
    engine = make_engine(database_url)
    assert is_current(engine)
    engine.dispose()


def test_an_empty_database_has_no_schema(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    assert not is_current(engine)
    engine.dispose()


def test_starting_a_server_changes_no_folder_above_its_own(tmp_path: Path) -> None:
    watched = [*tmp_path.parents, *Path(os.__file__).parents, *Path.cwd().joinpath(".venv/lib").parents, Path(tempfile.gettempdir())]
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in watched}
    with running_server() as url:
        engine = make_engine(url.render_as_string(hide_password=False))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in watched} == before
