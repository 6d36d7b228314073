"""Check and send."""

from credentialing.domain.people import Role
from credentialing.services.office import Office
from tests.web.applicant.conftest import Visitor, fill, text_of

NAMED = ("Identity document", "Degree certificate", "Given names", "Date of birth", "Year of the degree", "Use my data for this procedure")


def test_an_empty_draft_lists_everything_that_is_missing_at_once_each_with_its_link(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/check")
    assert "18 things are missing" in text_of(ana.html)
    links = ana.links()
    for name in NAMED:
        assert name in text_of(ana.html)
    for where in ("/form/person?back=check#given_names", "/papers?back=check#identity", "/permissions?back=check", "/form/studies?back=check#graduation_year"):
        assert draft + where in links
    assert 'name="declared"' not in ana.html


def test_sending_an_incomplete_draft_is_refused_with_every_reason_and_nothing_moves(ana: Visitor, draft: str) -> None:
    ana.open(draft)
    ana.send(f"{draft}/check", declared="yes", revision="0")
    assert ana.status == 422
    said = text_of(ana.html)
    assert "It was not sent yet. This is still missing" in said
    for sentence in ("A paper is missing: Apostille of the degree and marks.", "An answer is missing: Family names.", "A permission is missing:"):
        assert sentence in said
    assert "Not sent yet" in text_of(ana.open("/applications/"))


def test_a_complete_draft_is_sent_once_it_is_declared_true(ana: Visitor, office: Office, draft: str) -> None:
    fill(office, ana, draft)
    said = text_of(ana.open(f"{draft}/check"))
    assert "One thing is missing" in said
    assert "COP 600,000" in said
    assert "17 May 1991" in said
    ana.open(f"{draft}/permissions")
    ana.send(f"{draft}/permissions", consents=["processing"], back="check")
    assert "Nothing is missing" in text_of(ana.html)
    revision = ana.revision()
    ana.send(f"{draft}/check", revision=revision)
    assert ana.status == 422
    assert "Tick the box before you send" in text_of(ana.html)
    ana.send(f"{draft}/check", revision=revision, declared="yes")
    assert ana.where == f"{draft}/received"
    assert "We have received it" in text_of(ana.html)
    assert "Intake checks that the papers are complete" in text_of(ana.html)


def test_a_double_press_or_an_old_page_is_told_that_the_case_has_moved(ana: Visitor, office: Office, draft: str) -> None:
    fill(office, ana, draft)
    ana.open(f"{draft}/permissions")
    ana.send(f"{draft}/permissions", consents=["processing"], back="check")
    old, revision = ana.html, ana.revision()
    ana.send(f"{draft}/check", revision=revision, declared="yes")
    ana.html = old
    ana.send(f"{draft}/check", revision=revision, declared="yes")
    assert ana.status == 409
    assert "The case has moved" in text_of(ana.html)
    ana.html = old
    ana.send(f"{draft}/check", revision="nonsense", declared="yes")
    assert ana.status == 409
    ana.open(f"{draft}/check")
    assert ana.where == draft


def test_the_applicants_address_makes_no_move_of_the_staff(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/moves/accept")
    assert ana.where == draft
    ana.send(f"{draft}/moves/accept", revision="0")
    assert ana.status in {403, 422}
    assert Role.INTAKE_OFFICER.value not in ana.html


def test_withdrawing_is_confirmed_on_a_page_of_its_own(ana: Visitor, draft: str) -> None:
    assert f"{draft}/moves/withdraw" in [ana.open(draft), *ana.links()]
    ana.open(f"{draft}/moves/withdraw")
    assert "No, go back to my case" in text_of(ana.html)
    ana.send(f"{draft}/moves/withdraw", revision=ana.revision())
    assert ana.where == draft
    assert "Withdrawn" in text_of(ana.html)
