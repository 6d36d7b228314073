"""One door to the database: every connection of the product, ours and the job engine's, is made durable and strict here."""

from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

# FULL, not NORMAL: in WAL mode NORMAL loses acknowledged rows at a power cut. secure_delete overwrites what is erased.
# journal_mode comes after busy_timeout because the switch to WAL itself has to wait for other processes.
_SQLITE_PRAGMAS = ("busy_timeout = 30000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")

# An officer's request must not hang for ever behind somebody else's lock, nor leave its own behind.
_POSTGRES_SETTINGS = ("synchronous_commit = on", "lock_timeout = '30s'", "idle_in_transaction_session_timeout = '60s'", "timezone = 'UTC'")


# An exception of the database must not carry the values of the statement into a log.
_ALWAYS: dict[str, Any] = {"hide_parameters": True, "pool_timeout": 30}


Engine: TypeAlias = sa.Engine


def make_engine(url: str, *, read_only: bool = False) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` whose commits survive a power cut; one such engine serves our tables and the job engine's.
    With `read_only` the database itself refuses every write of its connections."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, (*_SQLITE_PRAGMAS, *(("query_only = ON",) if read_only else ())))
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return _postgres(parsed, (*_POSTGRES_SETTINGS, *(("default_transaction_read_only = on",) if read_only else ())))


def _sqlite(url: sa.URL, pragmas: tuple[str, ...]) -> Engine:
    # Several threads hold connections at once (requests, the job engine's loops): a few more than gunicorn's threads.
    engine = sa.create_engine(url, pool_size=10, max_overflow=20, **_ALWAYS)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver then says BEGIN IMMEDIATE before the first write of a transaction, so two writers wait instead of failing half-way.
        connection.isolation_level = "IMMEDIATE"
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgres(url: sa.URL, settings: tuple[str, ...]) -> Engine:
    engine = sa.create_engine(url, pool_size=10, max_overflow=10, **_ALWAYS, pool_pre_ping=True, pool_recycle=1800)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            for setting in settings:
                cursor.execute(f"SET {setting}")
        # The pool rolls a connection back when it returns, which would undo settings that were not committed.
        connection.commit()

    event.listen(engine, "handle_error", _drop_details)
    return engine


def _drop_details(context: ExceptionContext) -> None:
    # PostgreSQL quotes the whole row under DETAIL ("Failing row contains …"): only the first line, which names the constraint, goes up.
    original = context.original_exception
    first_line = getattr(getattr(original, "diag", None), "message_primary", None)
    if first_line:
        original.args = (first_line,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"({type(original).__name__}) {first_line}",)
