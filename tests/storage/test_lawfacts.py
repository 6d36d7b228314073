"""The revision that brought what the law asks about people and rules: it loses nothing, and its tables keep their own laws."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from credentialing.storage import migrate
from credentialing.storage.engine import make_engine
from credentialing.storage.records import Case, Centre, Declaration, Deputy, Person, ProcedureConfirmation, WaiverRequest
from tests.storage.rows import NOW, case, confirmation, lay, person

FILLED = (
    "INSERT INTO person VALUES ('p1', :bytes, :bytes, 'k', :bytes, 'es', :now, NULL)",
    "INSERT INTO role_grant (id, person_id, role, granted_by, granted_at, revoked_at) VALUES (1, 'p1', 'assessor', NULL, :now, NULL)",
    "INSERT INTO recognition_case VALUES ('c1', 'CO-1', 'p1', 'x', 1, 'd', 'draft', 0, 'applicant', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    ":bytes, '{}', :now, NULL, NULL, NULL, NULL)",
    "INSERT INTO visit VALUES ('c1', 0, 'draft', :now, NULL)",
    "INSERT INTO finding (id, case_id, subject, value, found_by, found_at, sealed_reason, superseded_at) "
    "VALUES (1, 'c1', 'E1', 'recognised', 'p1', :now, NULL, NULL)",
    "INSERT INTO audit_event (at, event, details) VALUES (:now, 'signed_in', '{}')",
)
TABLES = ("person", "role_grant", "recognition_case", "visit", "finding", "audit_event")


def contents(engine: sa.Engine) -> dict[str, list[dict[str, object]]]:
    with engine.connect() as connection:
        return {table: [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {table}")).mappings()] for table in TABLES}


def test_upgrading_a_filled_database_loses_nothing_and_keeps_its_laws(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    migrate.upgrade(engine, "0003")
    moment = "2026-03-02 14:00:00" if engine.dialect.name == "sqlite" else NOW
    with engine.begin() as connection:
        for statement in FILLED:
            values = {name: value for name, value in {"bytes": b"\x00\xff", "now": moment}.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), values)
    before = contents(engine)
    migrate.upgrade(engine)
    after = contents(engine)
    new = {"human_index", "centre_id", "merged_into"}
    assert {table: [{name: value for name, value in row.items() if name not in new} for row in rows] for table, rows in after.items()} == before
    with pytest.raises(sa.exc.DBAPIError, match="state without revision"), engine.begin() as connection:
        connection.execute(sa.text("UPDATE recognition_case SET state = 'evaluation'"))
    with Session(engine) as session:
        assert (session.get_one(Case, "c1").centre_id, session.get_one(Person, "p1").human_index) == (None, None)
    engine.dispose()


def test_going_back_one_revision_keeps_the_older_rows(engine: sa.Engine) -> None:
    lay(engine, person(), case(), confirmation())
    with engine.connect() as connection, connection.begin():
        command.downgrade(migrate._config(connection), "0003")
    assert (len(contents(engine)["person"]), len(contents(engine)["recognition_case"])) == (1, 1)
    assert not sa.inspect(engine).has_table("procedure_confirmation")


def refuses(engine: sa.Engine, statement: str) -> str:
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as connection:
        connection.execute(sa.text(statement), {"now": NOW.isoformat(sep=" ")} if ":now" in statement else {})
    return str(caught.value)


def test_of_a_confirmation_only_the_withdrawal_is_written_and_only_once(engine: sa.Engine) -> None:
    lay(engine, person(), confirmation())
    acts = [f"UPDATE procedure_confirmation SET {column} = 'other'" for column in ("procedure", "digest", "source_read", "id")]
    acts += ["UPDATE procedure_confirmation SET version = 2", "DELETE FROM procedure_confirmation"]
    acts += ["TRUNCATE procedure_confirmation"] if engine.dialect.name == "postgresql" else []
    assert ["append-only" in refuses(engine, act) for act in acts] == [True] * len(acts)
    with engine.begin() as connection:
        connection.execute(sa.update(ProcedureConfirmation).values(withdrawn_at=NOW, withdrawn_by="p1"))
    assert "append-only" in refuses(engine, "UPDATE procedure_confirmation SET withdrawn_at = NULL, withdrawn_by = NULL")


def test_a_confirmation_is_not_replaced_by_another_one(engine: sa.Engine) -> None:
    lay(engine, person(), confirmation())
    columns = "(id, procedure, version, digest, confirmed_by, confirmed_at, source_read) VALUES ('{}', 'x', 1, 'd', 'p1', :now, 'Another text')"
    replace = "INSERT OR REPLACE INTO" if engine.dialect.name == "sqlite" else "INSERT INTO"
    for name in ("k1", "k2"):
        refuses(engine, f"{replace} procedure_confirmation {columns.format(name)}")
    with Session(engine) as session:
        assert [row.source_read for row in session.scalars(sa.select(ProcedureConfirmation))] == ["The decree"]


def test_whoever_withdrew_a_confirmation_may_give_it_again(engine: sa.Engine) -> None:
    lay(engine, person(), confirmation("k1", withdrawn_at=NOW, withdrawn_by="p1"), confirmation("k2"))
    with Session(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ProcedureConfirmation)) == 2


def waiver(name: str, **changed: object) -> WaiverRequest:
    return WaiverRequest(
        **({"id": name, "case_id": "c1", "kind": "diploma", "way": "named_referee", "sealed_text": b"s", "asked_by": "p1", "asked_at": NOW} | changed)
    )


def declaration(name: str, **changed: object) -> Declaration:
    return Declaration(**({"id": name, "case_id": "c1", "person_id": "p1", "value": "none", "declared_at": NOW} | changed))


def test_one_way_for_a_paper_is_open_and_one_declaration_is_current(engine: sa.Engine) -> None:
    lay(engine, person(), person("p2"), case(), waiver("w1", withdrawn_at=NOW), waiver("w2"), waiver("w3", kind="transcript"))
    lay(engine, declaration("d1", superseded_at=NOW), declaration("d2"), declaration("d3", person_id="p2"))
    for twice in (waiver("w4"), declaration("d4", value="conflict")):
        with pytest.raises(sa.exc.IntegrityError):
            lay(engine, twice)


@pytest.mark.parametrize(
    "wrong",
    [
        declaration("d1", value="perhaps"),
        Deputy(id="v1", person_id="p1", stands_in_for="p1", role="assessor", from_at=NOW, until_at=NOW + timedelta(days=1)),
        Deputy(id="v1", person_id="p1", stands_in_for="p2", role="assessor", from_at=NOW, until_at=NOW),
        confirmation(withdrawn_at=NOW),
        confirmation(withdrawn_by="p1"),
        case("c2", centre_id="nowhere"),
        case("c2", merged_into="nothing"),
    ],
    ids=["unknown value", "deputy of oneself", "no time", "withdrawn by nobody", "withdrawn at no time", "no centre", "no case"],
)
def test_what_cannot_be_is_not_kept(engine: sa.Engine, wrong: object) -> None:
    lay(engine, person(), person("p2"), case())
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, wrong)


def test_a_case_and_a_person_belong_to_a_centre(engine: sa.Engine) -> None:
    lay(engine, Centre(id="bogota-norte", name="Bogotá Norte", city="Bogotá", country="CO"), person(), case("c0"))
    lay(engine, case("c1", centre_id="bogota-norte", merged_into="c0"))
    with Session(engine) as session:
        assert (session.get_one(Case, "c1").centre_id, session.get_one(Case, "c1").merged_into) == ("bogota-norte", "c0")
