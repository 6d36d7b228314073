"""The laws that the database itself keeps, as triggers on both engines.

* the audit trail, the list of readings and the log are append-only
* the state of a case changes only together with its revision, and the revision by exactly one
"""

from sqlalchemy import Connection, text

APPEND_ONLY = ("audit_event", "access_event", "log_leaf")
_MOVED = "NEW.state <> OLD.state AND NEW.revision <> OLD.revision + 1"


def install_laws(connection: Connection) -> None:
    """Create every trigger; the tables must exist."""
    statements = _sqlite() if connection.dialect.name == "sqlite" else _postgresql()
    for statement in statements:
        connection.execute(text(statement))


def remove_laws(connection: Connection) -> None:
    """Drop every trigger, and on PostgreSQL its functions."""
    if connection.dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
        connection.execute(text("DROP TRIGGER recognition_case_revision"))
        return
    connection.execute(text("DROP FUNCTION refuse_change() CASCADE"))
    connection.execute(text("DROP FUNCTION refuse_silent_move() CASCADE"))


def _sqlite() -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for table in APPEND_ONLY
        for act in ("UPDATE", "DELETE")
    ]
    # REPLACE deletes without asking the triggers of deletion, unless a connection wishes it.
    there = "EXISTS (SELECT 1 FROM {0} WHERE position = NEW.position)"
    statements += [
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there.format(table)} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for table in APPEND_ONLY
    ]
    moved = f"CREATE TRIGGER recognition_case_revision BEFORE UPDATE ON recognition_case WHEN {_MOVED} BEGIN SELECT RAISE(ABORT, 'state without revision'); END"
    return [*statements, moved]


def _postgresql() -> list[str]:
    functions = [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$",
        "CREATE FUNCTION refuse_silent_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'state without revision'; END $$",
    ]
    triggers = [f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()" for table in APPEND_ONLY]
    truncates = [f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()" for table in APPEND_ONLY]
    moved = f"CREATE TRIGGER recognition_case_revision BEFORE UPDATE ON recognition_case FOR EACH ROW WHEN ({_MOVED}) EXECUTE FUNCTION refuse_silent_move()"
    return [*functions, *triggers, *truncates, moved]
