"""How a transaction begins: a writer takes its place in the line at once, a reader sees one moment."""

from sqlalchemy.orm import Session


def begin_writing(session: Session) -> None:
    """On SQLite, take the write lock before the first read, so that nothing read can be stale when it is written; PostgreSQL locks rows instead."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("BEGIN IMMEDIATE")


def begin_reading(session: Session) -> None:
    """On SQLite, hold one snapshot for all reads of the session; on PostgreSQL, say that nothing will be written."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.connection().exec_driver_sql("BEGIN" if sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
