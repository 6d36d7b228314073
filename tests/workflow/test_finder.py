"""The choice of the route finder, alone: answers in, a procedure and its reason out."""

from dataclasses import dataclass
from itertools import product

import pytest

from credentialing.workflow.finder import Choice, aim_of, choose, of_kind, questions
from credentialing.workflow.finder_rules import UNSURE, WANTS, Says, finder_rules
from credentialing.workflow.library import Library
from credentialing.workflow.model import Definition
from tests.workflow.stories import WORKFLOWS, library

RULES = finder_rules(WORKFLOWS)


@dataclass(frozen=True)
class Listed:
    """A procedure of an invented catalogue."""

    id: str
    country: str
    kind: str
    confidence: str
    definition: Definition


def listed(id: str, kind: str, confidence: str = "medium") -> Listed:  # noqa: A002
    """A procedure whose country stands in its name."""
    return Listed(id, id[:2].upper(), kind, confidence, SAMPLE)


SAMPLE = library().definition("co-degree-convalidacion", 1)
CATALOGUE = (
    listed("co-degree-convalidacion", "degree", "high"), listed("co-rpl-sena-eccl", "rpl", "high"), listed("co-rpl-rap", "rpl", "low"),
    listed("co-school-bachiller", "school"), listed("pe-degree-reconocimiento", "degree", "high"), listed("pe-degree-revalidacion", "degree", "low"),
    listed("pe-rpl-mtpe", "rpl"), listed("pe-rpl-sineace", "rpl", "low"), listed("cl-degree-uchile", "degree"), listed("cl-rpl-chilevalora", "rpl"),
    listed("br-degree-revalidacao", "degree", "high"), listed("ec-degree-reconocimiento", "degree", "high"), listed("pa-degree-up", "degree"),
    listed("xx-qualifications-passport", "background_paper", "high"), listed("xx-pasaporte-habilidades", "mutual_recognition"),
)  # fmt: skip


def chosen(**given: str) -> Choice:
    """The choice from the invented catalogue."""
    return choose(RULES, CATALOGUE, given)


@pytest.mark.parametrize(("given", "aim"), [
    ({"want": "degree"}, "degree"), ({"want": "skills"}, "skills"), ({"want": UNSURE}, None), ({}, None),
    ({"want": UNSURE, "studied": "finished"}, "degree"), ({"want": UNSURE, "studied": "begun"}, "skills"), ({"want": UNSURE, "studied": "none"}, "skills"),
    ({"want": UNSURE, "studied": "school", "purpose": "further_study"}, "school"), ({"want": UNSURE, "studied": "school", "purpose": "employment"}, "skills"),
    ({"want": UNSURE, "studied": "none", "purpose": "further_study"}, "skills"),
])  # fmt: skip
def test_the_aim_of_somebody_who_is_not_sure_follows_from_what_they_studied(given: dict[str, str], aim: str | None) -> None:
    assert aim_of(given) == aim


@pytest.mark.parametrize(("given", "says", "rule", "procedure"), [
    ({"want": "degree", "country": "CO"}, Says.TAKE, "degree", "co-degree-convalidacion"),
    ({"want": "degree", "country": "PE"}, Says.TAKE, "degree", "pe-degree-reconocimiento"),
    ({"want": "degree", "country": "PE", "level": "technical"}, Says.TAKE, "technical_pe", "pe-degree-revalidacion"),
    ({"want": "degree", "country": "PE", "work": "2611"}, Says.TAKE, "law_pe", "pe-degree-revalidacion"),
    ({"want": "degree", "country": "BR", "work": "2212"}, Says.ELSEWHERE, "medicine_br", None),
    ({"want": "degree", "country": "CL", "work": "2211"}, Says.ELSEWHERE, "medicine_cl", None),
    ({"want": "degree", "country": "EC", "work": "2221"}, Says.ELSEWHERE, "health_ec", None),
    ({"want": "degree", "country": "EC", "level": "doctorate"}, Says.ELSEWHERE, "doctorate_ec", None),
    ({"want": "degree", "country": "CL", "purpose": "employment", "work": "2431"}, Says.NOT_NEEDED, "unregulated_work_cl", "cl-degree-uchile"),
    ({"want": "degree", "country": "CL", "purpose": "employment", "work": "2142"}, Says.TAKE, "degree", "cl-degree-uchile"),
    ({"want": "degree", "country": "CL", "purpose": "regulated_profession"}, Says.TAKE, "degree", "cl-degree-uchile"),
    ({"want": "degree", "country": "CO", "papers": "nothing"}, Says.FIRST, "no_papers", "xx-qualifications-passport"),
    ({"want": "degree", "country": "BR", "papers": "nothing"}, Says.TAKE, "no_papers_br", "br-degree-revalidacao"),
    ({"want": UNSURE, "studied": "begun", "country": "PE"}, Says.TAKE, "skills_without_degree", "pe-rpl-mtpe"),
    ({"want": UNSURE, "studied": "school", "country": "CO", "purpose": "further_study"}, Says.TAKE, "study_without_degree", "co-school-bachiller"),
    ({"want": "school", "country": "CO"}, Says.TAKE, "school", "co-school-bachiller"),
    ({"want": "skills", "country": "CL"}, Says.TAKE, "skills", "cl-rpl-chilevalora"),
    ({"want": "certificate", "country": "CL", "origin": "PE"}, Says.TAKE, "certificate_pe_cl", "xx-pasaporte-habilidades"),
    ({"want": "certificate", "country": "CO", "origin": "MX"}, Says.TAKE, "certificate_of_the_mechanism", "xx-pasaporte-habilidades"),
    ({"want": "certificate", "country": "CO", "origin": "VE"}, Says.TAKE, "certificate_as_evidence", "co-rpl-sena-eccl"),
])  # fmt: skip
def test_answers_lead_to_a_procedure_and_to_the_rule_that_says_so(given: dict[str, str], says: Says, rule: str, procedure: str | None) -> None:
    choice = chosen(**given)
    assert choice.rule is not None
    assert (choice.says, choice.rule.name, choice.procedure) == (says, rule, procedure)


def test_what_follows_a_first_step_is_named() -> None:
    assert chosen(want="degree", country="CO", papers="nothing").then == "co-degree-convalidacion"
    assert chosen(want="degree", country="CO", papers="copy").then is None


def test_other_ways_and_warnings_stand_beside_the_answer() -> None:
    choice = chosen(want="degree", country="PA", work="2142", papers="copy")
    assert [rule.name for rule in choice.minds] == ["reserved_pa", "exemption_pa", "licence_of_profession"]
    assert [told.procedure for told in choice.also] == ["xx-qualifications-passport"]  # and no skills: the catalogue has none in Panama
    assert [told.procedure for told in chosen(want="skills", country="CO").also] == ["co-degree-convalidacion", "co-rpl-rap"]
    assert chosen(want="skills", country="CO").others == ()  # already told as another way
    assert chosen(want="degree", country="PE").others == ("pe-degree-revalidacion",)


def test_a_procedure_that_is_not_written_yet_is_never_replaced_by_a_wrong_one() -> None:
    without = [view for view in CATALOGUE if view.id != "pe-degree-revalidacion"]
    choice = choose(RULES, without, {"want": "degree", "country": "PE", "level": "technical"})
    assert (choice.says, choice.procedure) == (Says.TAKE, None)
    no_passport = [view for view in CATALOGUE if view.kind != "background_paper"]
    assert choose(RULES, no_passport, {"want": "degree", "country": "CO", "papers": "nothing"}).procedure == "co-degree-convalidacion"


def test_the_surest_procedure_of_a_kind_comes_first_and_the_region_serves_where_a_country_has_none() -> None:
    assert of_kind(reversed(CATALOGUE), "rpl", country="CO") == ("co-rpl-sena-eccl", "co-rpl-rap")
    assert of_kind(CATALOGUE, "background_paper", country="UY") == ("xx-qualifications-passport",)
    assert of_kind(CATALOGUE, "degree", country="UY") == ()


@pytest.mark.parametrize(("given", "asked"), [
    ({}, ("want", "country")),
    ({"want": UNSURE}, ("want", "studied", "country")),
    ({"want": "degree", "country": "other"}, ("want", "country")),
    ({"want": "degree", "country": "CO"}, ("want", "country", "purpose", "level", "work", "papers")),
    ({"want": "degree", "country": "UY"}, ("want", "country", "purpose", "work", "papers")),
    ({"want": "skills", "country": "CO"}, ("want", "country", "work", "papers")),
    ({"want": "school", "country": "CO"}, ("want", "country", "papers")),
    ({"want": "certificate", "country": "CO"}, ("want", "country", "origin")),
    ({"want": UNSURE, "studied": "begun", "country": "PE"}, ("want", "studied", "country", "purpose", "work", "papers")),
    ({"want": UNSURE, "studied": "school", "country": "PE", "purpose": "further_study"}, ("want", "studied", "country", "purpose", "papers")),
])  # fmt: skip
def test_only_questions_that_can_change_something_are_asked(given: dict[str, str], asked: tuple[str, ...]) -> None:
    assert questions(RULES, CATALOGUE, given) == asked


def test_nobody_in_the_region_is_left_without_an_answer() -> None:
    values = {"country": RULES.countries, "want": WANTS, "papers": tuple(RULES.lacks), "purpose": ("employment", "further_study"), "origin": ("VE", "CL")}
    for answers in product(*values.values()):
        choice = chosen(**dict(zip(values, answers, strict=True)))
        assert choice.rule is not None, answers
        assert choice.procedure != choice.then or choice.then is None, answers


def test_a_country_that_is_none_of_ours_fits_the_general_rule_and_no_procedure_of_another() -> None:
    choice = chosen(want="degree", country="other")
    assert (choice.procedure, choice.others) == (None, ())


def test_the_published_procedures_can_all_be_found() -> None:
    views = Library.load(WORKFLOWS).procedures()
    found = set[str | None]()
    for want, country, level, papers, origin in product(WANTS, RULES.countries, ("technical", UNSURE), ("copy", "nothing"), ("VE", "CL")):
        choice = choose(RULES, views, {"want": want, "country": country, "level": level, "papers": papers, "origin": origin})
        found |= {choice.procedure, choice.then, *choice.others, *(told.procedure for told in choice.also)}
    assert {view.id for view in views} <= found
