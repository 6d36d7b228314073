"""Runs migrations on a connection handed over by `storage.migrate`; the job engine's tables are not ours to touch."""

from alembic import context

from credentialing.storage.records import Base


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "table" or name in Base.metadata.tables


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, include_name=_ours, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
