"""The library: what is published, pinned versions, words."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from credentialing.domain.errors import BrokenSealError, NotFoundError
from credentialing.workflow.clocks import clocks
from credentialing.workflow.facts import Deed
from credentialing.workflow.library import Library
from credentialing.workflow.words import LANGUAGES, flat, keys_of, keys_of_standard, placeholders_in, shared_keys
from credentialing.workflow.yamltree import read_plain, read_tree
from tests.workflow.stories import START, WORKFLOWS, degree, degree2, library, rpl, standing_in

OPEN = {name: f"{{{name}}}" for name in ("amount", "year", "days", "date")}  # filled with themselves, placeholders stay visible


def with_second_version(folder: Path, *, confidence: str) -> Library:
    """What we publish, and a third version of the degree's rules."""
    shutil.copytree(WORKFLOWS, folder)
    second = folder / "procedures/co-degree-convalidacion/v2.yaml"
    text = second.read_text(encoding="utf-8").replace("version: 2\n", "version: 3\n").replace("confidence: high", f"confidence: {confidence}")
    second.with_name("v3.yaml").write_text(text.replace("limit: 30 days", "limit: 31 days"), encoding="utf-8")
    return Library.load(folder)


def test_the_catalogue_lists_every_procedure_with_its_facts() -> None:
    views = {view.id: view for view in library().procedures()}
    assert (views["co-rpl-sena-eccl"].kind, views["co-rpl-sena-eccl"].country, views["co-rpl-sena-eccl"].enabled) == ("rpl", "CO", True)
    assert {name for name, view in views.items() if view.enabled} == {
        "br-degree-revalidacao", "co-degree-convalidacion", "co-rpl-sena-eccl", "ec-degree-reconocimiento", "gy-degree-nac", "pe-degree-reconocimiento",
        "tt-degree-actt", "xx-qualifications-passport",
    }
    assert {view.kind for view in views.values()} == {"degree", "rpl", "school", "background_paper", "mutual_recognition"}


def test_sure_facts_are_not_enough_while_the_page_of_the_certificate_is_missing() -> None:
    definition = library().definition("tt-degree-actt")
    assert definition.enabled
    assert not replace(definition, certificate=replace(definition.certificate, template="parchment")).enabled


def test_a_minimum_that_an_authority_publishes_is_never_overdue() -> None:
    definition = library().definition("gy-degree-nac", 1)
    begun = (Deed("accept", "ines", START), Deed("confirm_payment", "ines", START))
    facts = standing_in(definition, "evaluation", now=START + timedelta(days=400), deeds=begun)
    seen = {view.name: view.overdue for view in clocks(definition, facts)}
    assert (seen["least"], seen["evaluation"]) == (False, True)


def test_the_words_of_a_procedure_fall_back_on_its_templates_from_the_top() -> None:
    words = library().words("en").of(library().definition("br-degree-revalidacao"))
    assert words.text("moves.accept.button") == "Accept the papers and ask for payment"
    assert words.text("states.measures.title") == "Condition to be met"


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("**/words/*.yaml")), ids=lambda path: "-".join(path.parts[-3:]))
def test_the_quick_reader_of_words_reads_what_the_real_one_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    quick = read_plain(text, "a.yaml")
    assert quick is not None
    assert [(key, tree.value, tree.line) for key, tree in flat(quick)] == [(key, tree.value, tree.line) for key, tree in flat(read_tree(text, "a.yaml")[0])]


NOT_PLAIN = ["a: true", "a: 1", "a: b: c", "a: b #c", "a:\n   b: c", "a: x\na: y", "a:", "a: [b]", 'a: "b\\n"', "- a", "a: x\n  b: y", "a: b "]


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_real_reader(text: str) -> None:
    assert read_plain(text, "a.yaml") is None
    assert all(view.verified_by is None and view.digest == view.definition.digest for view in library().procedures())


def test_a_new_version_serves_new_cases_and_leaves_old_ones_pinned(tmp_path: Path) -> None:
    newer = with_second_version(tmp_path / "w", confidence="high")
    assert newer.definition("co-degree-convalidacion").version == 3
    assert str(newer.definition("co-degree-convalidacion").deadlines["answer"].limit) != str(degree2().deadlines["answer"].limit)
    assert newer.pinned("co-degree-convalidacion", 2, degree2().digest).deadlines["answer"].limit == degree2().deadlines["answer"].limit
    assert newer.pinned("co-degree-convalidacion", 1, degree().digest).moves["send_back_payment"].at_most == 3


def test_a_version_with_unsure_facts_is_listed_but_not_used(tmp_path: Path) -> None:
    newer = with_second_version(tmp_path / "w", confidence="low")
    assert newer.definition("co-degree-convalidacion").version == 2
    assert newer.definition("co-degree-convalidacion", 3).enabled is False
    assert [(view.version, view.enabled) for view in newer.procedures() if view.id == "co-degree-convalidacion"] == [(3, False)]


def test_rules_that_were_changed_under_a_case_are_refused() -> None:
    with pytest.raises(BrokenSealError):
        library().pinned("co-degree-convalidacion", 1, "0" * 64)
    assert library().pinned("co-degree-convalidacion", 1, degree().digest) is degree()


@pytest.mark.parametrize(("name", "version"), [("co-degree", None), ("co-degree-convalidacion", 9), ("", None)])
def test_a_definition_that_is_not_there_is_not_found(name: str, version: int | None) -> None:
    with pytest.raises(NotFoundError):
        library().definition(name, version)
    with pytest.raises(NotFoundError):
        library().pinned(name, version or 1, degree().digest)


def test_a_standard_is_found_by_its_id_and_by_its_ref() -> None:
    standard = library().standard("structural-welding")
    assert library().standard("structural-welding.v1") is standard
    assert library().standard("structural-welding", 1) is standard
    for name, version in (("structural-welding", 2), ("structural-welding.v2", None), ("astronomy", None)):
        with pytest.raises(NotFoundError):
            library().standard(name, version)


def test_the_model_standard_claims_nothing_official() -> None:
    standard = library().standard("structural-welding")
    assert standard.model_standard
    assert standard.official_code is None
    assert standard.isco == "7212"
    assert len(standard.units) == 6
    assert all({item.kind for item in unit.evidence} <= {"knowledge", "performance", "product"} and unit.evidence for unit in standard.units)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_procedure_and_standard_is_there(language: str) -> None:
    for definition in (view.definition for view in library().procedures()):
        words = library().words(language).of(definition)
        for key in keys_of(definition) | shared_keys():
            assert words.has(key), key
    standard = library().standard("structural-welding")
    assert all(library().words(language).of(standard).has(key) for key in keys_of_standard(standard))


def test_the_words_of_a_procedure_come_before_the_shared_ones() -> None:
    english = library().words("en")
    assert english.of(degree()).text("moves.grant.button") == "Recognise the degree"
    assert english.of(rpl()).text("moves.grant.button") == "Certify"
    assert english.of(rpl()).text("states.draft.title") == english.shared().text("states.draft.title") == "Being prepared"


def test_placeholders_are_filled_and_never_left_open() -> None:
    words = library().words("en").of(degree())
    assert words.text("fees.undergraduate", amount="COP 600,000", year=2021) == "For technical and first degrees the fee was COP 600,000 in 2021."
    with pytest.raises(KeyError):
        words.text("fees.undergraduate")
    with pytest.raises(KeyError):
        words.text("states.limbo.title")


def test_every_language_fills_the_same_placeholders() -> None:
    for definition in (view.definition for view in library().procedures()):
        for key in keys_of(definition):
            held = [placeholders_in(library().words(language).of(definition).text(key, **OPEN)) for language in LANGUAGES]
            assert held[0] == held[1] == held[2], key


def test_a_language_that_we_do_not_speak_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        library().words("fr")
