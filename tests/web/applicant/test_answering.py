"""The letter of questions."""

import re

from tests.web.applicant.conftest import Play, Visitor, bytes_of, text_of


def fields_of(visitor: Visitor) -> list[str]:
    """The names of the answer fields, in order."""
    return re.findall(r'<textarea[^>]*name="(answer-[0-9a-f]{32})"', visitor.html)


def test_the_case_shows_what_is_asked_until_when_and_leads_to_the_letter(play: Play) -> None:
    visitor, case = play.reach("answer_awaited", letter=True)
    said = text_of(visitor.open(case))
    assert "It is your turn now" in said
    assert re.search(r"You have until \d+ \w+", said)
    assert f"{case}/answer" in visitor.links()
    assert len(fields_of(visitor)) == 0
    assert fields_of(Visitor(visitor.client, visitor.open(f"{case}/answer")))


def test_a_partial_answer_is_kept_and_not_sent(play: Play) -> None:
    visitor, case = play.reach("answer_awaited", letter=True)
    visitor.open(f"{case}/answer")
    first, *rest = fields_of(visitor)
    visitor.send(f"{case}/answer", act="keep", revision=visitor.revision(), **{first: "Sí,\nla página está aquí."})
    assert "Your answers are kept" in text_of(visitor.html)
    assert "Sí,\nla página está aquí." in visitor.html
    visitor.send(f"{case}/answer", act="send", revision=visitor.revision(), **{first: "Sí, está."})
    assert visitor.status == 422
    assert visitor.html.count("An answer is missing") >= len(rest)
    assert "Sí, está." in visitor.open(f"{case}/answer")


def test_a_file_alone_answers_the_question_about_that_paper(play: Play) -> None:
    visitor, case = play.reach("answer_awaited", letter=True)
    visitor.open(f"{case}/answer")
    field = re.search(r'name="(file-([0-9a-f]{32}))"', visitor.html)
    assert field is not None
    bad = [(field[1], "roto.jpg", bytes_of("bad/truncated.jpg"))]
    visitor.send(f"{case}/answer", act="keep", revision=visitor.revision(), files=bad, **{f"kind-{field[2]}": "ppt"})
    assert visitor.status == 422
    assert "cannot be opened" in text_of(visitor.html)
    good = [(field[1], "identidad.jpg", bytes_of("identity.jpg"))]
    visitor.send(f"{case}/answer", act="keep", revision=visitor.revision(), files=good, **{f"kind-{field[2]}": "ppt"})
    assert visitor.status == 200
    assert "I have sent the paper." in visitor.html
    assert "identidad.jpg" in visitor.html


def test_the_whole_letter_is_sent_once_and_a_late_page_is_told_so(play: Play) -> None:
    visitor, case = play.reach("answer_awaited", letter=True)
    visitor.open(f"{case}/answer")
    old, revision = visitor.html, visitor.revision()
    answers = dict.fromkeys(fields_of(visitor), "Aquí está la explicación.")
    visitor.send(f"{case}/answer", act="send", revision=revision, **answers)
    assert visitor.where == f"{case}/received"
    assert "Aquí está la explicación." in text_of(visitor.open(case))
    visitor.html = old
    visitor.send(f"{case}/answer", act="send", revision=revision, **answers)
    assert visitor.status == 409


def test_letters_of_the_wrong_alphabet_are_refused_and_kept_on_the_page(play: Play) -> None:
    visitor, case = play.reach("answer_awaited", letter=True)
    visitor.open(f"{case}/answer")
    first = fields_of(visitor)[0]
    visitor.send(f"{case}/answer", act="keep", revision=visitor.revision(), **{first: "Mаría"})
    assert visitor.status == 422
    assert "Mаría" in visitor.html
