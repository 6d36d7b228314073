"""People write their work in their own words, with their own spelling, and find it."""

import time

import pytest

from credentialing.workflow.occupations import LONGEST_QUERY, find_occupations

FIRST = (  # what is written, the language of the screen, the group that must come first
    ("latonero", "es", "7213"), ("latonera", "es", "7213"), ("latoneros", "es", "7213"), ("latonería", "es", "7213"), ("caletero", "es", "9333"),
    ("repostera", "es", "7512"), ("repostero", "es", "7512"), ("reposteria", "es", "7512"), ("albañil", "es", "7112"), ("albanil", "es", "7112"),
    ("alvañil", "es", "7112"), ("albañl", "es", "7112"), ("soldador", "es", "7212"), ("soldadro", "es", "7212"), ("peluquera", "es", "5141"),
    ("pelukera", "es", "5141"), ("peluqera", "es", "5141"), ("barvero", "es", "5141"), ("plomero", "es", "7126"), ("plomer", "es", "7126"),
    ("gasfitero", "es", "7126"), ("electrisista", "es", "7411"), ("electricista de casas", "es", "7411"), ("electricista industrial", "es", "7412"),
    ("buhonera", "es", "9520"), ("vuonero", "es", "9520"), ("gandolero", "es", "8332"), ("motorizado", "es", "8321"), ("mesonera", "es", "5131"),
    ("mezonero", "es", "5131"), ("conserge", "es", "5153"), ("concerje", "es", "5153"), ("cocinera", "es", "5120"), ("cosinera", "es", "5120"),
    ("ayudante de cosina", "es", "9412"), ("panadero", "es", "7512"), ("panaderia", "es", "7512"), ("costurera que cose y arregla ropa", "es", "7533"),
    ("cuidadora de niños", "es", "5311"), ("cuidadora de ninos", "es", "5311"), ("niñera", "es", "5311"), ("maestro de obra", "es", "3123"),
    ("mecanico de motos", "es", "7231"), ("mecanico de carros", "es", "7231"), ("cauchero", "es", "8141"), ("TSU en informática", "es", "3512"),
    ("tsu informatica", "es", "3512"), ("enfermera licenciada", "es", "2221"), ("fui vigilante", "es", "5414"), ("wachiman", "es", "5414"),
    ("bionalista", "es", "3212"), ("yo trabajaba como taxista", "es", "8322"), ("obrero de construcción", "es", "9313"), ("FRISADOR", "es", "7123"),
    ("cabillero", "es", "7114"), ("conuquero", "es", "6310"), ("manicurista", "es", "5142"), ("herrero que hace rejas", "es", "7214"),
    ("señora de servicio", "es", "9111"), ("senora de serbicio", "es", "9111"), ("tapisero", "es", "7534"), ("zapatero", "es", "7536"),
    ("welder", "en", "7212"), ("weldr", "en", "7212"), ("bricklayer", "en", "7112"), ("hairdreser", "en", "5141"), ("car mechanic", "en", "7231"),
    ("cook", "en", "5120"), ("plumer", "en", "7126"), ("baby sitter", "en", "5311"), ("truck driver", "en", "8332"), ("electrisian", "en", "7411"),
    ("pedreiro", "pt", "7112"), ("pedrero", "pt", "7112"), ("encanador", "pt", "7126"), ("cozinheira", "pt", "5120"), ("cabelereira", "pt", "5141"),
    ("padeira", "pt", "7512"), ("eletricista", "pt", "7411"), ("costureira", "pt", "7533"), ("cuidadora de idosos", "pt", "5322"), ("garcom", "pt", "5131"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "language", "code"), FIRST)
def test_what_people_write_finds_their_work_first(text: str, language: str, code: str) -> None:
    found = find_occupations(text, language)
    assert found[0].code == code, [(match.code, match.word, match.score) for match in found]


@pytest.mark.parametrize(("text", "codes"), [
    ("cauchero", {"8141", "7231"}), ("herrero", {"7221", "7214", "7212"}), ("enfermera", {"2221", "3221"}), ("bombero", {"5411", "5245"}),
    ("costurera", {"7533", "7531", "8153"}), ("repartidor", {"8321", "8322", "9331", "9621"}), ("cuidadora de ancianos", {"5321", "5322"}),
])  # fmt: skip
def test_a_word_with_several_meanings_shows_each_of_them(text: str, codes: set[str]) -> None:
    assert {match.code for match in find_occupations(text, "es")[: len(codes)]} == codes


@pytest.mark.parametrize("text", ["", "   ", "xqzwk", "?!", "de la", "12345678", "'; drop table", "\x00\ud800"])
def test_what_is_no_work_finds_nothing_and_harms_nothing(text: str) -> None:
    assert find_occupations(text, "es") == ()


def test_titles_come_in_the_language_of_the_screen() -> None:
    titles = [find_occupations("albañil", language)[0].title for language in ("en", "es", "pt")]
    assert titles == ["Bricklayers and related workers", "Albañiles", "Pedreiros"]
    assert find_occupations("latonero", "es")[0].word == "latonero"


def test_an_official_title_is_found_without_an_everyday_word() -> None:
    assert find_occupations("handicraft workers in wood basketry", "en")[0].code == "7317"


def test_a_language_that_we_do_not_speak_is_an_error() -> None:
    with pytest.raises(KeyError):
        find_occupations("latonero", "fr")


def test_matches_are_few_ordered_and_one_for_each_group() -> None:
    found = find_occupations("técnico", "es")
    assert len(found) <= 8 == len({match.code for match in found})
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_a_question_takes_less_than_ten_milliseconds() -> None:
    long = "trabajdor mecaniko refrijerasion acondisionado electrisidad konstrucion pelukeria cosinando limpiesa vijilansia transporrte enfermeira"
    assert len(long) < LONGEST_QUERY
    find_occupations("soldador", "es")  # the index is made once
    for text in (*(row[0] for row in FIRST), long):
        taken = []
        for _ in range(3):
            begin = time.process_time()
            find_occupations(text, "es")
            taken.append(time.process_time() - begin)
        assert min(taken) < 0.010, text
