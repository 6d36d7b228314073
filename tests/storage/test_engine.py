"""Every connection is durable and strict, and an error does not quote what was being written."""

import threading
import traceback
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from credentialing.storage.engine import make_engine


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_commits_survive_a_power_cut_and_what_is_erased_is_overwritten(engine: sa.Engine) -> None:
    sqlite = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30000, "foreign_keys": 1, "secure_delete": 1}
    postgres = {"synchronous_commit": "on", "lock_timeout": "30s", "TimeZone": "UTC"}
    for _ in range(2):  # a connection fresh, and the same one back from the pool
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in sqlite} == sqlite
            else:
                assert {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in postgres} == postgres


def test_an_error_of_the_database_does_not_quote_the_values(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE person (name TEXT NOT NULL, age INTEGER NOT NULL)"))
    row = {"name": "María Pérez", "age": None}
    with pytest.raises(sa.exc.IntegrityError) as caught, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO person (name, age) VALUES (:name, :age)"), row)
    told = "".join(traceback.format_exception(caught.value))
    assert "age" in told
    assert "María" not in told


def test_many_writers_wait_for_each_other_and_lose_nothing(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE counter (value INTEGER)"))
        connection.execute(sa.text("INSERT INTO counter VALUES (0)"))
    failures: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(20):
                with engine.begin() as connection:
                    connection.execute(sa.text("UPDATE counter SET value = value + 1"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert (failures, connection.execute(sa.text("SELECT value FROM counter")).scalar()) == ([], 160)


def test_the_plain_name_of_postgresql_means_the_driver_we_ship() -> None:
    assert make_engine("postgresql://user@127.0.0.1/base").url.drivername == "postgresql+psycopg"
