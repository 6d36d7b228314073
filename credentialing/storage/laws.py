"""The laws that the database itself keeps, as triggers on both engines.

* the audit trail, the list of readings and the log are append-only
* what stands beside the leaves of the log (entries, upper levels, checkpoints, proofs, the log of the trail) is append-only
* the state of a case changes only together with its revision, and the revision by exactly one
* the confirmation of a procedure is never taken out, and of it only the withdrawal is written later, once
* a certificate that was revoked or superseded stays so; an act about one is never taken out, and never changes once it is done or withdrawn
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


_KEPT = ("id", "procedure", "version", "digest", "confirmed_by", "confirmed_at", "source_read")
_REWRITTEN = " OR ".join(["OLD.withdrawn_at IS NOT NULL", *(f"NEW.{column} <> OLD.{column}" for column in _KEPT)])
_CONFIRMED_TWICE = """EXISTS (SELECT 1 FROM procedure_confirmation WHERE id = NEW.id
 OR (withdrawn_at IS NULL AND digest = NEW.digest AND confirmed_by = NEW.confirmed_by AND NEW.withdrawn_at IS NULL))"""


def install_law_of_confirmations(connection: Connection) -> None:
    """Create the triggers of the confirmations; the table and the other laws must exist."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in _sqlite_confirmations() if sqlite else _postgresql_confirmations():
        connection.execute(text(statement))


def remove_law_of_confirmations(connection: Connection) -> None:
    """Drop the triggers of the confirmations."""
    on_table = "" if connection.dialect.name == "sqlite" else " ON procedure_confirmation"
    for act in ("update", "delete", "replace" if not on_table else "truncate"):
        connection.execute(text(f"DROP TRIGGER procedure_confirmation_no_{act}{on_table}"))


def _sqlite_confirmations() -> list[str]:
    refusal = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    return [
        f"CREATE TRIGGER procedure_confirmation_no_update BEFORE UPDATE ON procedure_confirmation WHEN {_REWRITTEN} {refusal}",
        f"CREATE TRIGGER procedure_confirmation_no_delete BEFORE DELETE ON procedure_confirmation {refusal}",
        f"CREATE TRIGGER procedure_confirmation_no_replace BEFORE INSERT ON procedure_confirmation WHEN {_CONFIRMED_TWICE} {refusal}",
    ]


def _postgresql_confirmations() -> list[str]:
    refusal = "EXECUTE FUNCTION refuse_change()"
    return [
        f"CREATE TRIGGER procedure_confirmation_no_update BEFORE UPDATE ON procedure_confirmation FOR EACH ROW WHEN ({_REWRITTEN}) {refusal}",
        f"CREATE TRIGGER procedure_confirmation_no_delete BEFORE DELETE ON procedure_confirmation FOR EACH ROW {refusal}",
        f"CREATE TRIGGER procedure_confirmation_no_truncate BEFORE TRUNCATE ON procedure_confirmation FOR EACH STATEMENT {refusal}",
    ]


_STANDING_KEPT = ("id", "certificate_id", "case_id", "act", "reason", "proposed_by", "proposed_at", "confirmed_by", "confirmed_at")
_STANDING_LAWS = {
    "certificate_stays_ended": ("UPDATE ON certificate", "OLD.status IN ('revoked', 'superseded') AND NEW.status <> OLD.status"),
    "certificate_no_delete": ("DELETE ON certificate", "1 = 1"),
    "standing_act_no_update": (
        "UPDATE ON standing_act",
        " OR ".join(["OLD.done_at IS NOT NULL", "OLD.withdrawn_at IS NOT NULL", *(f"NEW.{column} <> OLD.{column}" for column in _STANDING_KEPT)]),
    ),
    "standing_act_no_delete": ("DELETE ON standing_act", "1 = 1"),
}


def install_law_of_standing(connection: Connection) -> None:
    """Create the triggers about certificates that were issued; the tables and the other laws must exist."""
    sqlite = connection.dialect.name == "sqlite"
    for name, (act, when) in _STANDING_LAWS.items():
        body = f"WHEN {when} BEGIN SELECT RAISE(ABORT, 'append-only'); END" if sqlite else f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_change()"
        connection.execute(text(f"CREATE TRIGGER {name} BEFORE {act} {body}"))


def remove_law_of_standing(connection: Connection) -> None:
    """Drop the triggers about certificates that were issued."""
    for name, (act, _) in _STANDING_LAWS.items():
        on_table = "" if connection.dialect.name == "sqlite" else f" ON {act.rpartition(' ')[2]}"
        connection.execute(text(f"DROP TRIGGER {name}{on_table}"))


# Table -> the columns of its key.
_LOG_TABLES = {
    "log_entry": ("position",), "audit_leaf": ("position",), "log_node": ("log", "level", "position"), "log_checkpoint": ("log", "size"),
    "log_proof": ("position",),
}  # fmt: skip


def install_law_of_log(connection: Connection) -> None:
    """Create the triggers that keep what stands beside the leaves of the log; the tables and the other laws must exist."""
    sqlite = connection.dialect.name == "sqlite"
    refusal = "BEGIN SELECT RAISE(ABORT, 'append-only'); END" if sqlite else "EXECUTE FUNCTION refuse_change()"
    each = "" if sqlite else "FOR EACH ROW "
    for table, key in _LOG_TABLES.items():
        there = " AND ".join(f"{column} = NEW.{column}" for column in key)
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {there})"  # noqa: S608 - constants only
        last = f"INSERT ON {table} WHEN {taken}" if sqlite else f"TRUNCATE ON {table} FOR EACH STATEMENT"
        acts = {"update": f"UPDATE ON {table} {each}", "delete": f"DELETE ON {table} {each}", "replace" if sqlite else "truncate": last}
        for name, act in acts.items():
            connection.execute(text(f"CREATE TRIGGER {table}_no_{name} BEFORE {act} {refusal}"))


def remove_law_of_log(connection: Connection) -> None:
    """Drop the triggers of what stands beside the leaves of the log."""
    sqlite = connection.dialect.name == "sqlite"
    for table in _LOG_TABLES:
        for act in ("update", "delete", "replace" if sqlite else "truncate"):
            connection.execute(text(f"DROP TRIGGER {table}_no_{act}{'' if sqlite else f' ON {table}'}"))
