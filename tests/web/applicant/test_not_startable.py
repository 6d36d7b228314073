"""A procedure that nobody confirmed here begins for nobody: not by its address, not by its version, not through any form of the whole product."""

from pathlib import Path

import pytest
import sqlalchemy as sa

import credentialing
from credentialing.app.product import create_app
from credentialing.services import confirming
from credentialing.services.office import Office
from credentialing.services.signing_in import enter_demonstration
from credentialing.storage.records import Case
from credentialing.web.gate import table
from tests.web.applicant.conftest import Visitor

DOUBTFUL = [("pe-school-minedu", "medium"), ("pe-degree-revalidacion", "low")]


def cases(office: Office) -> list[str]:
    """The procedures under which a case was ever begun."""
    with office.reading() as session:
        return list(session.scalars(sa.select(Case.procedure)))


@pytest.mark.parametrize(("procedure", "confidence"), DOUBTFUL)
def test_sending_its_name_its_version_or_its_digest_begins_nothing(ana: Visitor, office: Office, procedure: str, confidence: str) -> None:
    definition = office.library.definition(procedure, 1)
    assert (definition.procedure.confidence, procedure in confirming.startable(office)) == (confidence, False)
    ana.open("/applications/")
    for sent in (
        {"procedure": procedure},
        {"procedure": procedure, "version": "1", "digest": definition.digest, "confidence": "high", "enabled": "1"},
        {"procedure": f"{procedure}.v1"},
        {"procedure": f"{procedure}/v1"},
        {"procedure": procedure.upper()},
        {"procedure": f" {procedure} "},
        {"procedure": ["co-degree-convalidacion", procedure][::-1]},
    ):
        ana.send("/applications/", **sent)  # type: ignore[arg-type]
        assert ana.status in {404, 422}
        ana.open("/applications/")
    assert cases(office) == []


@pytest.mark.parametrize(("procedure", "confidence"), DOUBTFUL)
def test_no_form_of_the_whole_product_begins_it(ana: Visitor, office: Office, procedure: str, confidence: str) -> None:
    app = create_app(office.settings, office)
    with office.reading() as session:
        person = session.scalars(sa.select(sa.column("id")).select_from(sa.table("person"))).first()
    client = app.test_client()
    client.set_cookie("session", enter_demonstration(office, person_id=str(person)).token)
    visitor, tried = Visitor(client), 0
    for method, path in sorted(table(app)):
        if method != "POST" or path.startswith("/sign-out"):
            continue
        address = path.replace("<case_id>", "0" * 32).replace("<procedure>", procedure).replace("<int:version>", "1").replace("<move>", "submit")
        visitor.open("/applications/")
        tried += 1
        client.post(address, data={"csrf_token": visitor.token(), "procedure": procedure, "version": "1", "id": procedure, "move": "submit"})
    assert tried > 20
    assert (confidence in {"medium", "low"}, cases(office)) == (True, [])


def test_a_case_is_written_in_one_place_only() -> None:
    package = Path(credentialing.__file__).parent
    writing = [path.name for path in (package / "services").glob("*.py") if " Case(\n" in path.read_text(encoding="utf-8")]
    assert writing == ["applying.py"]
