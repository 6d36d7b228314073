"""Papers: taking them in, showing them, taking them back."""

import re
from dataclasses import dataclass

import pytest

from credentialing.domain.people import Role
from credentialing.domain.ports import Picture, ReadDocument
from credentialing.services.office import Office
from tests.office import with_reader
from tests.web.applicant.conftest import Play, Visitor, bytes_of, text_of, website

BAD = {
    "empty.pdf": "The file is empty",
    "encrypted.pdf": "protected with a password",
    "html_named.jpg": "",
    "not_an_image.png": "",
    "pixel_bomb.png": "The picture is too large",
    "svg_named.png": "",
    "too_many_pages.pdf": "too many pages",
    "truncated.jpg": "cannot be opened",
    "truncated.pdf": "cannot be opened",
}


def send(visitor: Visitor, case: str, kind: str, *names: str, accepted_as: str = "") -> str:
    """Send sample files as one kind of paper."""
    visitor.open(f"{case}/papers")
    as_what = accepted_as or {"transcript": "transcript"}.get(kind, "")
    return visitor.send(f"{case}/papers", kind=kind, accepted_as=as_what, files=[("file", name.rpartition("/")[2], bytes_of(name)) for name in names])


def card(html: str, kind: str) -> str:
    """The card of one kind."""
    start = html.index(f'id="{kind}"')
    end = html.find('<li class="pu-file', start)
    return html[html.rindex("<li", 0, start) : end if end > 0 else None]


@pytest.mark.parametrize(("name", "sentence"), BAD.items())
def test_a_bad_file_is_explained_in_its_card_and_the_other_papers_stay(ana: Visitor, draft: str, name: str, sentence: str) -> None:
    send(ana, draft, "diploma", "diploma.pdf", accepted_as="diploma")
    send(ana, draft, "transcript", f"bad/{name}")
    assert ana.status == 422
    fault = card(ana.html, "transcript")
    assert "Needs another try" in fault
    assert sentence in text_of(fault)
    assert 'href="#file-transcript"' in ana.html
    assert "Received" in card(ana.html, "diploma")
    assert "Received" in card(ana.open(f"{draft}/papers"), "diploma")


def test_of_several_files_the_good_ones_are_kept_and_the_bad_one_is_named(ana: Visitor, draft: str) -> None:
    send(ana, draft, "identity", "identity.jpg", "bad/truncated.jpg", accepted_as="ppt")
    assert ana.status == 422
    said = text_of(card(ana.html, "identity"))
    assert "truncated.jpg: The file cannot be opened" in said
    assert "identity.jpg 1 page" in said


def test_a_paper_of_several_possible_types_asks_which_and_remembers_the_form(ana: Visitor, draft: str) -> None:
    send(ana, draft, "apostille", "apostille.pdf")
    assert "Say first what kind of paper it is" in text_of(card(ana.html, "apostille"))
    send(ana, draft, "apostille", "apostille.pdf", accepted_as="consular_certificate")
    assert ana.status == 200
    assert re.search(r'value="consular_certificate"[^>]*selected', card(ana.html, "apostille"))


def test_pressing_send_without_a_file_says_what_to_do(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/papers")
    ana.send(f"{draft}/papers", kind="transcript")
    assert "Choose a photo or a PDF first" in text_of(card(ana.html, "transcript"))


def test_each_missing_paper_says_what_to_do_without_it(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/papers")
    assert ana.html.count("I do not have it. What can I do?") == 5
    assert "Ask for another way" in text_of(card(ana.html, "apostille"))


def test_a_paper_that_depends_on_the_studies_appears_once_they_are_known(ana: Visitor, draft: str) -> None:
    ana.open(f"{draft}/papers")
    assert 'id="study_plan"' not in ana.html
    assert "Some careers need one more paper" in ana.html
    ana.open(f"{draft}/form/studies")
    ana.send(f"{draft}/form/studies", field_of_study="health", study_level="undergraduate")
    assert 'id="study_plan"' in ana.open(f"{draft}/papers")


def test_an_unknown_kind_is_not_found(ana: Visitor, draft: str) -> None:
    send(ana, draft, "passport_of_my_dog", "identity.jpg")
    assert ana.status == 404


def test_a_paper_is_shown_page_by_page_privately_and_each_look_is_written_down(ana: Visitor, other: Visitor, draft: str) -> None:
    send(ana, draft, "transcript", "transcript.pdf")
    paper = next(link for link in ana.links() if re.search(r"/papers/[0-9a-f]{32}$", link))
    assert ana.open(paper).count("<img") == 2
    picture = ana.client.get(f"{paper}/2")
    assert picture.mimetype.startswith("image/")
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert "Certified marks, page 2" in text_of(ana.open(f"{draft}/readings"))
    assert ana.client.get(f"{paper}/3").status_code == 404
    assert other.client.get(f"{paper}/2").status_code == 404


def test_staff_who_may_see_the_case_see_nothing_of_it_at_the_applicants_address(play: Play) -> None:
    owner, case = play.reach("completeness_check")
    owner.open(case)
    paper = next(link for link in owner.links() if re.search(r"/papers/[0-9a-f]{32}$", link))
    officer = play.story.staff[Role.INTAKE_OFFICER].person_id
    assert officer is not None
    visitor = play.visit(officer)
    assert owner.client.get(f"{paper}/1").status_code == 200
    for address in (case, paper, f"{paper}/1", f"{case}/readings"):
        assert visitor.client.get(address).status_code == 404


def test_a_paper_is_taken_away_while_it_may_be_changed_and_not_afterwards(ana: Visitor, draft: str, play: Play) -> None:
    send(ana, draft, "transcript", "transcript.pdf")
    paper = next(link for link in ana.links() if re.search(r"/papers/[0-9a-f]{32}$", link))
    ana.open(paper)
    ana.send(f"{paper}/remove")
    assert "Missing" in card(ana.open(f"{draft}/papers"), "transcript")
    visitor, case = play.reach("completeness_check")
    visitor.open(case)
    sent = next(link for link in visitor.links() if re.search(r"/papers/[0-9a-f]{32}$", link))
    assert "Take this paper away" not in visitor.open(sent)
    visitor.send(f"{sent}/remove")
    assert visitor.status == 422


def test_a_full_case_says_so_in_the_card(ana: Visitor, draft: str, office: Office) -> None:
    @dataclass(frozen=True)
    class Quick:
        """A reader that takes everything for one small picture."""

        def read(self, data: bytes, file_name: str) -> ReadDocument:
            """One picture."""
            return ReadDocument("image/jpeg", (Picture("image/jpeg", data, 1, 1),))

    quick = Visitor(website(with_reader(office, Quick())).test_client())
    kept = ana.client.get_cookie("session")
    assert kept is not None
    quick.client.set_cookie("session", kept.value)
    quick.client.set_cookie("lang", "en")
    quick.open(f"{draft}/papers")
    quick.send(f"{draft}/papers", kind="transcript", accepted_as="transcript", files=[("file", f"{number}.jpg", b"x") for number in range(41)])
    assert "at most 40 papers" in text_of(card(quick.html, "transcript"))
    assert quick.open(f"{draft}/papers").count("1 page") == 40
