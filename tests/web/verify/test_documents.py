"""A verifier learns what kind of certificate it is, and a part is never shown as the whole."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from credentialing.adapters.system import SystemEntropy
from credentialing.certificate.face import BODIES, Draft
from credentialing.certificate.qr import qr_text
from credentialing.crypto.envelope import seal_for_register
from credentialing.services.office import Office
from credentialing.services.signature import judge_text
from credentialing.services.status_lists import current_lists
from credentialing.services.verifying import trust
from credentialing.web.verify.words import DOCUMENTS, PARTICULARS
from tests.certificate.drafts import ORDINARY, partial
from tests.certified import World, change_record, code_of

pytestmark = pytest.mark.xdist_group("certified")


def looked_up(client: FlaskClient, office: Office, made: World, draft: Draft) -> str:
    """What the page of the verifier says when the register holds this draft under the code of the degree."""
    code = code_of(made.degree)
    draft = replace(draft, verify_url_base=f"https://{office.settings.verify_host}")
    face = draft.numbered(number=made.degree.number, code=code)
    change_record(office, made.degree, sealed_face=seal_for_register(office.keys, face.to_json(), code, entropy=SystemEntropy()))
    return client.get(f"/c/{code}").text


def named(page: str) -> dict[str, str]:
    """The named particulars of a page."""
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)(?:<small>.*?</small>)?</dd>", page))


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_every_kind_is_named_and_its_limits_are_told(name: str, client: FlaskClient, office: Office, made: World) -> None:
    page = looked_up(client, office, made, ORDINARY[name]())
    document, limits = DOCUMENTS[name]
    assert f"<b>{document}</b>" in page
    assert ("pu-limits" in page) is (limits is not None)
    assert "Our register says: in force" in page


def test_every_page_that_can_be_made_has_words_for_verifiers() -> None:
    assert set(DOCUMENTS) == set(BODIES)
    assert [page for page, (_, limits) in DOCUMENTS.items() if limits is None] == ["full", "competence"]


def test_a_partial_recognition_shows_what_is_recognised_and_what_is_not(client: FlaskClient, office: Office, made: World) -> None:
    page = looked_up(client, office, made, partial())
    assert "This is not a full recognition." in page
    assert "Partial recognition: Licenciada en Enfermería" in page
    assert named(page)["What is recognised"].startswith("Semesters 1 to 6")
    assert named(page)["What is not recognised"].startswith("Semesters 7 to 10")


def test_a_part_without_a_list_of_what_is_left_out_leaves_out_everything_else(client: FlaskClient, office: Office, made: World) -> None:
    draft = partial()
    assert draft.partial is not None
    page = looked_up(client, office, made, replace(draft, partial=replace(draft.partial, left_out=None)))
    assert named(page)["What is not recognised"] == "Everything that is not named as recognised."


def test_some_units_are_counted_against_the_whole_profile(client: FlaskClient, office: Office, made: World) -> None:
    page = looked_up(client, office, made, ORDINARY["units"]())
    assert "The person has shown 4 of its 6 units" in page
    assert "What this person has shown" in page
    assert "What this person can do" not in page


def test_a_passport_says_how_sure_each_qualification_is_and_not_where_it_comes_from(client: FlaskClient, office: Office, made: World) -> None:
    page = looked_up(client, office, made, ORDINARY["passport"]())
    assert named(page)["Qualification: substantiated"] == "Licenciatura en Educación, mención Matemática"
    assert named(page)["Qualification: likely"] == "Especialización en Gerencia Educativa"
    assert [word for word in ("Barquisimeto", "Venezuela", "2012", "Docente", "5562") if word in page] == []


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_the_signed_code_alone_says_what_it_is(name: str, office: Office) -> None:
    draft = replace(ORDINARY[name](), verify_url_base=f"https://{office.settings.verify_host}")
    face = draft.numbered(number="RT-2026-004817-3", code="7Q2KM9XD4TRP6")
    judged = judge_text(qr_text(face, office.keys), trust=trust(office), lists=current_lists(office), now=office.clock.now())
    assert judged.certificate is not None
    assert (judged.certificate["document"], judged.certificate["kind"]) == (name, draft.kind)
    assert judged.certificate["title"] == {"und": face.title}


def test_every_particular_has_a_name() -> None:
    assert len({str(name) for name in PARTICULARS.values()}) == len(PARTICULARS)
