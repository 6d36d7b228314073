"""Bring a database to the present schema, and tell whether it is there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0007"


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one this code was written for. Cheap: one query, no migration machinery."""
    if not inspect(engine).has_table("alembic_version"):
        return False
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every missing revision, all or nothing."""
    from alembic import command

    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "sqlite":  # its driver opens no transaction for changes of the schema
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(_config(connection), revision)


def differences(engine: Engine) -> list[str]:
    """What the database has that the records do not say, or the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from credentialing.storage.records import Base

    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, parents: kind != "table" or name in Base.metadata.tables}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return [repr(difference) for difference in found]


def _config(connection: object) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config
