"""Beginning a case, filling in the form, giving permissions."""

from datetime import timedelta

from credentialing.services.demonstration import DEGREE
from credentialing.services.office import Office
from tests.office import clock_of
from tests.web.applicant.conftest import ANA, Play, Visitor, text_of


def test_pressing_begin_twice_opens_one_case_and_later_another(ana: Visitor, office: Office) -> None:
    ana.open("/applications/")
    ana.send("/applications/", procedure=DEGREE)
    first = ana.where
    ana.send("/applications/", procedure=DEGREE)
    assert ana.where == first
    clock_of(office).advance(timedelta(minutes=2))
    ana.send("/applications/", procedure=DEGREE)
    assert ana.where != first


def test_an_unknown_procedure_is_not_found_and_a_sixth_draft_is_refused(ana: Visitor, office: Office) -> None:
    ana.open("/applications/")
    ana.send("/applications/", procedure="xx-nothing")
    assert ana.status == 404
    for _ in range(5):
        ana.open("/applications/")
        ana.send("/applications/", procedure=DEGREE)
        clock_of(office).advance(timedelta(minutes=2))
    ana.send("/applications/", procedure=DEGREE)
    assert ana.status == 422
    assert "Send or withdraw one of them first" in text_of(ana.html)


def test_a_new_case_lists_every_part_and_what_is_missing_in_it(ana: Visitor, draft: str) -> None:
    said = text_of(ana.open(draft))
    for part in ("Your permissions Not given yet", "You Not begun", "Your studies Not begun", "0 of 4 ready", "Check and send"):
        assert part.split()[0] in said
        assert part in said or part.replace("permissions ", "permissions You decide, and you can change it. ") in said


def test_answers_are_kept_with_their_accents_and_blanks_are_allowed(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/form/person")
    ana.send(f"{draft}/form/person", given_names="  Mariángel  Ñusta ", family_names="")
    assert ana.where == f"{draft}/form/contact"
    assert 'value="Mariángel Ñusta"' in ana.open(f"{draft}/form/person")
    assert "4 answers missing" in text_of(ana.open(draft))


def test_a_wrong_answer_is_shown_as_typed_and_the_right_ones_are_kept(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/form/studies")
    ana.send(f"{draft}/form/studies", degree_name="Ingeniera Civil", graduation_year="dos mil")
    assert ana.status == 422
    assert 'value="dos mil"' in ana.html
    assert 'value="Ingeniera Civil"' in ana.html
    assert 'href="#graduation_year"' in ana.html
    fresh = ana.open(f"{draft}/form/studies")
    assert 'value="Ingeniera Civil"' in fresh
    assert "dos mil" not in fresh


def test_a_page_that_saves_by_itself_gets_no_page_back(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/form/contact")
    quiet = ana.client.post(f"{draft}/form/contact", data={"csrf_token": ana.token(), "city": "Cúcuta"}, headers={"X-Quietly": "1"})
    assert (quiet.status_code, quiet.data) == (204, b"")
    assert 'value="Cúcuta"' in ana.open(f"{draft}/form/contact")


def test_who_came_from_checking_goes_back_there(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/form/contact?back=check")
    ana.send(f"{draft}/form/contact", city="Cúcuta", back="check")
    assert ana.where == f"{draft}/check"


def test_a_section_that_does_not_exist_is_not_found(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/form/secrets")
    assert ana.status == 404


def test_permissions_hold_from_the_moment_they_are_saved_until_they_are_taken_back(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/permissions")
    ana.send(f"{draft}/permissions", consents=["processing", "contact_issuer"])
    assert ana.open(f"{draft}/permissions").count(" checked") == 2
    ana.send(f"{draft}/permissions", consents=["processing"])
    assert ana.open(f"{draft}/permissions").count(" checked") == 1
    ana.send(f"{draft}/permissions", consents=["everything"])
    assert " checked" not in ana.open(f"{draft}/permissions")


def test_nothing_can_be_filled_in_once_it_was_sent(play: Play) -> None:
    visitor, case = play.reach("completeness_check")
    visitor.open(f"{case}/form/person")
    assert visitor.where == case
    visitor.send(f"{case}/form/person", given_names="Otro")
    assert visitor.status == 422
    assert ANA.answers["given_names"] in text_of(visitor.open(f"{case}/summary"))


def test_a_case_of_somebody_else_is_not_found_on_any_of_its_pages(ana: Visitor, other: Visitor, draft: str) -> None:
    other.open("/applications/")
    for page in ("", "/form/person", "/permissions", "/papers", "/check", "/received", "/summary", "/answer", "/moves/withdraw", "/decision", "/readings",
                 "/certificate.pdf", "/credential.json", "/credential.sd-jwt", "/certificate.proof.json"):  # fmt: skip
        other.client.get(draft + page)
        other.open(draft + page)
        assert other.status == 404, page
    for page in ("/form/person", "/permissions", "/papers", "/check", "/answer", "/moves/withdraw"):
        other.open("/applications/")
        other.send(draft + page, given_names="x", kind="identity", declared="yes", revision="0")
        assert other.status == 404, page
