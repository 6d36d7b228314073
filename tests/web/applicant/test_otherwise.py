"""A paper that cannot be had: the way is chosen, explained, changed, decided, and never a dead end."""

from credentialing.domain.people import Role
from credentialing.services.assessing import record_finding
from credentialing.services.looking import desk_case
from credentialing.services.moving import make_move
from credentialing.services.office import Office
from tests.web.applicant.conftest import ANA, Play, Visitor, fill, text_of
from tests.web.applicant.test_papers import card

WORDS = "La oficina que lo expide está cerrada desde 2019 y nadie responde."


def ask(visitor: Visitor, case: str, kind: str = "apostille", way: str = "electronic_code", words: str = WORDS) -> str:
    """Choose a way on the first page and explain it on the second."""
    visitor.open(f"{case}/papers")
    visitor.open(f"{case}/papers/{kind}/otherwise")
    visitor.open(f"{case}/papers/{kind}/otherwise?way={way}")
    return visitor.send(f"{case}/papers/{kind}/otherwise", way=way, way_text=words)


def test_the_card_of_a_missing_paper_leads_to_every_other_way_in_words(ana: Visitor, draft: str) -> None:
    assert f'href="{draft}/papers/apostille/otherwise"' in ana.open(f"{draft}/papers")
    said = text_of(ana.open(f"{draft}/papers/apostille/otherwise"))
    assert "I have an electronic code" in said
    assert "A qualifications passport" in said
    assert "Write the code exactly as it is" in text_of(ana.open(f"{draft}/papers/apostille/otherwise?way=electronic_code"))


def test_what_was_asked_for_stands_in_its_card_and_can_be_changed_and_taken_back(ana: Visitor, draft: str) -> None:
    ask(ana, draft)
    assert ana.where == f"{draft}/papers"
    said = text_of(card(ana.html, "apostille"))
    assert WORDS in said
    assert "Another way" in said
    ask(ana, draft, way="issuer_database")
    assert "The institution that gave it has a register" in text_of(card(ana.html, "apostille"))
    ana.send(f"{draft}/papers/apostille/otherwise/withdraw")
    assert WORDS not in text_of(card(ana.html, "apostille"))


def test_a_way_without_words_or_a_way_that_does_not_exist_is_explained_and_nothing_typed_is_lost(ana: Visitor, draft: str) -> None:
    ask(ana, draft, words="Corto.")
    assert ana.status == 422
    assert "Corto." in ana.html
    assert "write a little more" in text_of(ana.html)
    ana.open(f"{draft}/papers/apostille/otherwise?way=")
    assert ana.status == 422
    ana.send(f"{draft}/papers/apostille/otherwise", way="fee_exemption", way_text=WORDS)
    assert ana.status == 422
    ana.open(f"{draft}/papers/other_proof/otherwise")
    assert ana.status == 404


def test_an_application_without_the_paper_is_sent_and_a_refused_way_comes_back_with_its_reason(
    office: Office, ana: Visitor, draft: str, play: Play
) -> None:
    fill(office, ana, draft)
    ana.open(f"{draft}/permissions")
    ana.send(f"{draft}/permissions", consents=["processing"])
    ana.open(f"{draft}/papers")
    for paper in [link for link in ana.links() if link.startswith(f"{draft}/papers/") and "otherwise" not in link]:
        ana.open(paper)
        if "apostille" in ana.html.casefold():
            ana.send(f"{paper}/remove")
    ask(ana, draft)
    ana.open(f"{draft}/check")
    ana.send(f"{draft}/check", revision=ana.revision(), declared="yes")
    case_id = draft.rpartition("/")[2]
    officer = play.story.staff[Role.INTAKE_OFFICER]
    record_finding(office, actor=officer, case_id=case_id, subject="waiver_apostille", value="refused", reason="Ese código no existe.")
    revision = desk_case(office, actor=officer, case_id=case_id).revision
    make_move(office, actor=officer, case_id=case_id, move="offer_other_way", seen_revision=revision, given={})
    said = text_of(card(ana.open(f"{draft}/papers"), "apostille"))
    assert "Not accepted" in said
    assert "Ese código no existe." in said
    assert "Choose another way" in said


def test_somebody_else_finds_nothing_there(other: Visitor, draft: str) -> None:
    other.open(f"{draft}/papers/apostille/otherwise")
    assert other.status == 404
    assert ANA.name not in other.html
