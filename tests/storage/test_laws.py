"""What the database itself refuses, whoever asks: history is not rewritten, a state does not change in silence, a row is whole or not there."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from credentialing.storage.records import Case, CertificateRecord, FindingRecord, RoleGrant, StandingAct, VisitRecord
from tests.storage.rows import NOW, case, certificate, lay, lay_a_little_of_everything, person, standing_act


def refuses(engine: sa.Engine, statement: str) -> str:
    """The database's own words, after which nothing has changed."""
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as connection:
        connection.execute(sa.text(statement))
    return str(caught.value)


def count(engine: sa.Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize("table", ["audit_event", "access_event", "log_leaf"])
def test_no_line_of_history_is_changed_or_taken_out(engine: sa.Engine, table: str) -> None:
    lay_a_little_of_everything(engine)
    acts = [f"UPDATE {table} SET at = at", f"DELETE FROM {table}", f"DELETE FROM {table} WHERE position >= 0"]
    acts += [f"TRUNCATE {table}"] if engine.dialect.name == "postgresql" else []
    assert ["append-only" in refuses(engine, act) for act in acts] == [True] * len(acts)
    assert count(engine, table) == 1


def test_replacing_a_line_of_history_is_refused_too(engine: sa.Engine) -> None:
    lay_a_little_of_everything(engine)
    replace = "INSERT OR REPLACE INTO log_leaf VALUES (0, 'intent', x'00', '2026-03-02')"
    upsert = "INSERT INTO log_leaf VALUES (0, 'intent', 'x', '2026-03-02') ON CONFLICT (position) DO UPDATE SET leaf = EXCLUDED.leaf"
    for statement in (upsert, *([replace] if engine.dialect.name == "sqlite" else [])):
        assert "append-only" in refuses(engine, statement)
    with engine.connect() as connection:
        assert bytes(connection.execute(sa.text("SELECT leaf FROM log_leaf")).scalar_one()) == b"l"


@pytest.mark.parametrize("table", ["log_entry", "audit_leaf", "log_node", "log_checkpoint", "log_proof"])
def test_nothing_that_stands_beside_the_log_is_changed_taken_out_or_replaced(engine: sa.Engine, table: str) -> None:
    lay_a_little_of_everything(engine)
    column = {"log_entry": "entry", "audit_leaf": "leaf", "log_node": "hash", "log_checkpoint": "note", "log_proof": "hashes"}[table]
    third = f"TRUNCATE {table}" if engine.dialect.name == "postgresql" else f"REPLACE INTO {table} SELECT * FROM {table}"
    acts = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", third]
    assert ["append-only" in refuses(engine, act) for act in acts] == [True] * 3
    assert count(engine, table) == 1


@pytest.mark.parametrize("revision", ["revision", "revision + 2", "revision - 1"])
def test_a_state_changes_only_with_the_next_revision(engine: sa.Engine, revision: str) -> None:
    lay_a_little_of_everything(engine)
    assert "state without revision" in refuses(engine, f"UPDATE recognition_case SET state = 'certified', revision = {revision}")
    with Session(engine) as session:
        kept = session.get_one(Case, "c1")
        assert (kept.state, kept.revision) == ("draft", 0)


def test_a_state_may_change_with_the_next_revision_and_other_columns_at_any_time(engine: sa.Engine) -> None:
    lay_a_little_of_everything(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE recognition_case SET state = 'evaluation', revision = revision + 1"))
        connection.execute(sa.text("UPDATE recognition_case SET route = 'academic'"))
    with Session(engine) as session:
        kept = session.get_one(Case, "c1")
        assert (kept.state, kept.revision, kept.route) == ("evaluation", 1, "academic")


@pytest.mark.parametrize(
    "half",
    [
        {"decided_by": "p1"}, {"decided_at": NOW}, {"decision": "grant"}, {"decided_by": "p1", "decided_at": NOW}, {"decided_at": NOW, "decision": "grant"},
        {"closed_at": NOW}, {"outcome": "granted"},
    ],
)  # fmt: skip
def test_a_decision_or_an_ending_is_whole_or_not_there(engine: sa.Engine, half: dict[str, object]) -> None:
    lay(engine, person())
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, case(**half))
    assert count(engine, "recognition_case") == 0


def test_a_whole_decision_and_a_whole_ending_are_kept(engine: sa.Engine) -> None:
    lay(engine, person(), case(decided_by="p1", decided_at=NOW, decision="grant", closed_at=NOW, outcome="granted"))
    assert count(engine, "recognition_case") == 1


@pytest.mark.parametrize("wrong", [{"status": "lost"}, {"status": "issued"}, {"status": "intended", "sha256": "0" * 64}, {"status": "revoked"}])
def test_a_certificate_is_in_a_known_state_and_has_a_digest_once_issued(engine: sa.Engine, wrong: dict[str, object]) -> None:
    lay(engine, person(), case())
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, certificate(**wrong))
    assert count(engine, "certificate") == 0


@pytest.mark.parametrize(("first", "second"), [
    ({"status": "intended"}, {"status": "intended"}), ({"status": "issued", "sha256": "1" * 64}, {"status": "issued", "sha256": "2" * 64}),
])  # fmt: skip
def test_a_case_has_one_live_certificate_at_most_and_one_being_made(engine: sa.Engine, first: dict[str, object], second: dict[str, object]) -> None:
    lay(engine, person(), case(), certificate("z1", **first))
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, certificate("z2", **second))
    with engine.begin() as connection:
        connection.execute(sa.update(CertificateRecord).values(status="superseded", sha256="1" * 64, revoked_at=NOW))
    lay(engine, certificate("z2", edition=2, **second))
    assert count(engine, "certificate") == 2


def test_no_place_in_a_status_list_belongs_to_two_certificates(engine: sa.Engine) -> None:
    lay(engine, person(), case("c1"), case("c2"), certificate("z1", list_number=1, list_index=7))
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, certificate("z2", case_id="c2", list_number=1, list_index=7))
    lay(engine, certificate("z2", case_id="c2", list_number=2, list_index=7))
    assert count(engine, "certificate") == 2


@pytest.mark.parametrize("ended", ["revoked", "superseded"])
def test_a_certificate_that_ended_stays_ended_and_none_is_taken_out(engine: sa.Engine, ended: str) -> None:
    lay(engine, person(), case(), certificate("z1", status="issued", sha256="1" * 64))
    assert "append-only" in refuses(engine, "DELETE FROM certificate")
    with engine.begin() as connection:
        connection.execute(sa.update(CertificateRecord).values(status=ended, revoked_at=NOW))
    assert "append-only" in refuses(engine, "UPDATE certificate SET status = 'issued'")
    assert "append-only" in refuses(engine, "DELETE FROM certificate")


def test_an_act_about_a_certificate_ends_once_and_is_never_rewritten(engine: sa.Engine) -> None:
    lay(engine, person(), person("p2"), case(), certificate("z1"), standing_act())
    for rewritten in ("reason = 'holder_asked'", "act = 'lift'", "proposed_by = 'p2'"):
        assert "append-only" in refuses(engine, f"UPDATE standing_act SET {rewritten}")
    assert "ended_whole" in refuses(engine, "UPDATE standing_act SET confirmed_by = 'p2'")
    assert "two_people" in refuses(engine, "UPDATE standing_act SET confirmed_by = 'p1', confirmed_at = proposed_at")
    assert "confirmed_first" in refuses(engine, "UPDATE standing_act SET done_at = proposed_at")
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, standing_act("s2"))  # one waits already
    with engine.begin() as connection:
        connection.execute(sa.update(StandingAct).values(confirmed_by="p2", confirmed_at=NOW, done_at=NOW))
    assert "append-only" in refuses(engine, "UPDATE standing_act SET done_at = NULL")
    assert "append-only" in refuses(engine, "DELETE FROM standing_act")
    lay(engine, standing_act("s2"))
    assert count(engine, "standing_act") == 2


@pytest.mark.parametrize("column", ["number", "code", "sha256"])
def test_no_number_code_or_file_belongs_to_two_certificates(engine: sa.Engine, column: str) -> None:
    issued = {"status": "issued", "sha256": "1" * 64}
    lay(engine, person(), case("c1"), case("c2"), certificate("z1", **issued))
    twin = {"sha256": "2" * 64, column: {"number": "z1", "code": "z1", "sha256": "1" * 64}[column]}
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, certificate("z2", case_id="c2", **(issued | twin)))
    assert count(engine, "certificate") == 1


def test_one_finding_on_a_subject_is_current_and_one_grant_of_a_role_is_held(engine: sa.Engine) -> None:
    def finding(**changed: object) -> FindingRecord:
        return FindingRecord(case_id="c1", subject="E1", value="recognised", found_by="p1", found_at=NOW, **changed)

    lay(engine, person(), case(), finding(superseded_at=NOW), finding(superseded_at=NOW), finding())
    lay(engine, RoleGrant(person_id="p1", role="assessor", granted_at=NOW, revoked_at=NOW), RoleGrant(person_id="p1", role="assessor", granted_at=NOW))
    for twice in (finding(), RoleGrant(person_id="p1", role="assessor", granted_at=NOW)):
        with pytest.raises(sa.exc.IntegrityError):
            lay(engine, twice)
    assert (count(engine, "finding"), count(engine, "role_grant")) == (3, 2)


def test_nothing_refers_to_what_is_not_there(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        lay(engine, VisitRecord(case_id="nowhere", position=0, state="draft", entered_at=NOW))
    assert count(engine, "visit") == 0


def test_a_time_without_a_zone_is_refused_and_a_kept_one_comes_back_in_utc(engine: sa.Engine) -> None:
    lay(engine, person())
    with pytest.raises(sa.exc.StatementError, match="without a zone"):
        lay(engine, case("c2", opened_at=NOW.replace(tzinfo=None)))
    lay(engine, case("c1"))
    with Session(engine) as session:
        assert session.get_one(Case, "c1").opened_at == NOW
