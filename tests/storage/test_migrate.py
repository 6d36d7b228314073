"""The schema goes up and down with data in it, and is the one that the records describe."""

import sqlalchemy as sa
from alembic import command

from credentialing.storage import migrate
from credentialing.storage.engine import make_engine
from credentialing.storage.records import Base
from tests.storage.rows import lay, lay_a_little_of_everything, person


def ours(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrated_schema_is_the_one_that_the_records_describe(engine: sa.Engine) -> None:
    assert migrate.differences(engine) == []
    assert ours(engine) == set(Base.metadata.tables)


def test_a_column_too_many_or_too_few_is_noticed(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE letter ADD COLUMN mood TEXT"))
        connection.execute(sa.text("ALTER TABLE visit DROP COLUMN left_at"))
    found = migrate.differences(engine)
    assert any("remove_column" in line and "mood" in line for line in found)
    assert any("add_column" in line and "left_at" in line for line in found)


def test_a_database_is_current_only_after_the_migration(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    before = migrate.is_current(engine)
    migrate.upgrade(engine)
    after = migrate.is_current(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    assert (before, after, migrate.is_current(engine)) == (False, True, False)
    engine.dispose()


def test_migrating_again_changes_nothing_and_loses_nothing(engine: sa.Engine) -> None:
    lay_a_little_of_everything(engine)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        counts = {name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() for name, table in Base.metadata.tables.items()}
    assert {name for name, count in counts.items() if count} == {
        "person", "recognition_case", "visit", "certificate", "audit_event", "access_event", "log_leaf",
        "log_entry", "audit_leaf", "log_node", "log_checkpoint", "log_proof",
    }  # fmt: skip


def test_down_and_up_again_with_data_leaves_a_working_schema(engine: sa.Engine) -> None:
    lay_a_little_of_everything(engine)
    with engine.connect() as connection, connection.begin():
        command.downgrade(migrate._config(connection), "base")
    assert ours(engine) == set()
    migrate.upgrade(engine)
    lay(engine, person())
    assert migrate.differences(engine) == []


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE visit (id INTEGER)"))  # in the way of the last table
    try:
        migrate.upgrade(engine)
        failed = False
    except sa.exc.DBAPIError:
        failed = True
    assert failed
    assert ours(engine) == {"visit"}
    assert not migrate.is_current(engine)
    engine.dispose()


def test_tables_of_others_are_left_alone(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE somebody_elses (id INTEGER)"))
    assert migrate.differences(engine) == []
    with engine.connect() as connection, connection.begin():
        command.downgrade(migrate._config(connection), "base")
    assert ours(engine) == {"somebody_elses"}
