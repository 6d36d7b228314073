"""The status lists over HTTP: live, cached for seconds, open to every site, and nothing but the lists."""

import json

import pytest
from flask.testing import FlaskClient

from credentialing.app.verifier import create_verifier_app
from credentialing.certificate.statuslist import read_list
from credentialing.services import verifying
from credentialing.services.office import Office
from credentialing.services.signature import judge_text
from credentialing.services.status_lists import current_lists
from tests.certified import World, change_record, code_of, face_of

pytestmark = pytest.mark.xdist_group("certified")


def test_a_list_says_what_happened_at_once_and_a_copy_is_good_for_seconds(client: FlaskClient, office: Office, made: World) -> None:
    place = face_of(office, made.degree).status
    assert place is not None
    first = client.get(f"/status/{place.list_number}")
    assert (first.status_code, first.mimetype, first.headers["Cache-Control"]) == (200, "application/json", "public, max-age=5")
    assert (first.headers["Access-Control-Allow-Origin"], "Set-Cookie" in first.headers) == ("*", False)
    assert not read_list(json.loads(first.data), trust=verifying.trust(office)).holds(place.index)
    again = client.get(f"/status/{place.list_number}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    change_record(office, made.degree, status="revoked", revoked_at=made.now)
    changed = client.get(f"/status/{place.list_number}", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert read_list(json.loads(changed.data), trust=verifying.trust(office)).holds(place.index)
    suspensions = client.get(f"/status/{place.list_number}/suspension")
    assert read_list(json.loads(suspensions.data), trust=verifying.trust(office)).purpose == "suspension"


@pytest.mark.parametrize("path", ["/status/0", "/status/99", "/status/-1", "/status/x", "/status/1/revocation", "/status/99/suspension", "/status/", "/status"])
def test_what_is_no_list_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_verifier_alone_serves_the_same_lists(client: FlaskClient, office: Office) -> None:
    alone = create_verifier_app(office.settings).test_client().get("/status/1")
    assert (alone.status_code, alone.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert json.loads(alone.data)["id"] == json.loads(client.get("/status/1").data)["id"]


def test_a_suspended_certificate_says_so_and_since_when_and_never_why(client: FlaskClient, office: Office, made: World) -> None:
    change_record(office, made.degree, suspended_at=made.now)
    page = client.get(f"/c/{code_of(made.degree)}").text
    assert "We issued it, and it is suspended" in page
    assert "Suspended since" in page
    assert made.now.date().isoformat() in page
    assert "pu-t-bad" in page
    assert "in force" not in page.replace("It is in force", "")  # the name of a check, not an answer
    for language, said in (("es", "está suspendido"), ("pt", "está suspenso")):
        assert said in client.get(f"/c/{code_of(made.degree)}?lang={language}").text


@pytest.mark.parametrize(("values", "problem"), [
    ({"status": "revoked"}, "revoked"), ({"status": "superseded"}, "revoked"), ({"suspended_at": True}, "suspended"),
])  # fmt: skip
def test_a_code_offline_is_judged_by_the_lists_of_its_issuer(office: Office, made: World, values: dict[str, object], problem: str) -> None:
    def judged() -> tuple[str, str | None]:
        found = judge_text(made.rpl.qr_text, trust=verifying.trust(office), lists=current_lists(office), now=made.now)
        return found.verdict, next(check.problem for check in found.checks if check.name == "in_force")

    assert judged() == ("authentic_copy", None)
    change_record(office, made.rpl, **{name: made.now if value is True else value for name, value in values.items()})
    assert judged() == ("revoked", problem)
