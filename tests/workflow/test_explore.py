"""The exhaustive proof: nothing in what we publish, every fault that the shallow proofs let through, and no configuration of a real case left out."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from credentialing.domain.people import Role
from credentialing.workflow.abstraction import (
    ALL,
    ASKED,
    DENIED,
    FAILED,
    GRANTED,
    HAD,
    MISSING,
    NONE,
    OPEN,
    OPEN_FAILED,
    PASSED,
    SOME,
    UNCHOSEN,
    UNJUDGED,
    Abstraction,
    Place,
)
from credentialing.workflow.concrete import Law
from credentialing.workflow.exhaustive import explore, place_of
from credentialing.workflow.explore import CaseWalk, Configuration
from credentialing.workflow.facts import Facts
from credentialing.workflow.guards import GUARDS, is_required
from credentialing.workflow.library import sound_cases
from credentialing.workflow.model import Definition
from tests.workflow.stories import WORKFLOWS, library
from tests.workflow.test_random_actors import ACTS, DEFINITIONS, Run

V2 = "procedures/co-degree-convalidacion/v2.yaml"
RPL2 = "procedures/co-rpl-sena-eccl/v2.yaml"
DEGREE, SKILLS, APPEAL, SIDE, PAID = (f"templates/{name}.yaml" for name in ("degree.v2", "rpl.v2", "appeal.v1", "side-states.v1", "paid.v1"))
COLOMBIA = "procedures/co-degree-convalidacion/v2.yaml"
SMALL = tuple(each for each in DEFINITIONS if each.id not in ("ec-degree-reconocimiento",))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.id)
def test_every_definition_that_we_publish_is_proved_exhaustively(definition: Definition) -> None:
    found = explore(definition)
    assert found.faults == []
    assert found.configurations > 100
    assert set(found.people) == set(definition.roles) - {Role.APPLICANT}


@dataclass(frozen=True)
class Deep:
    """A fault in the rules that only the exploration finds: replacements in files, what is said, and a step of the path that shows it."""

    id: str
    changes: tuple[tuple[str, str, str], ...]
    says: str
    step: str


REFUSE = """  refuse_incomplete:                       # no way was left to show what is missing; a second person closes, and it can be appealed
    from: completeness_check
    to: refusal_told
    by: decision_maker
    not_by_whoever_did: [waivers]
    guards: [a_waiver_refused]
    asks: [grounds]
    effects: [send_refusal]
    decides: refused
"""
DEEP: dict[str, Deep] = {
    "a refused way out of which nobody comes": Deep(
        "co-degree-convalidacion",
        ((DEGREE, REFUSE, ""), (DEGREE, "deny, refuse_incomplete, return", "deny, return"), (DEGREE, "{starts_with: [+, refuse_incomplete]}", "{}")),
        "a dead end in `completeness_check`",
        "intake_officer: waiver_",
    ),
    "a payment that never matches and cannot be closed": Deep(
        "co-degree-convalidacion",
        (
            (
                PAID,
                "    guards: [a_check_failed]\n    asks: [grounds]\n    effects: [send_lapse_notice]",
                "    guards: [checks_passed, a_check_failed]\n    asks: [grounds]\n    effects: [send_lapse_notice]",
            ),
        ),
        "a dead end in `payment_check`",
        "receipt_matches: one does not pass",
    ),
    "a clock that is never started": Deep(
        "co-degree-convalidacion",
        ((COLOMBIA, "starts_with: [accept, annul]", "starts_with: [annul]"),),
        "The case waits in `evaluation` and no clock runs",
        "intake_officer: confirm_payment",
    ),
    "a refusal that nothing ever ends": Deep(
        "co-degree-convalidacion",
        ((DEGREE, "  refusal_stands: {starts_with: [+, refuse_incomplete]}\n", ""),),
        "a dead end in `refusal_told`",
        "decision_maker: refuse_incomplete",
    ),
    "a case that rests for ever after it was closed unpaid": Deep(
        "co-degree-convalidacion",
        ((PAID, "  resting:       {starts_with: [lapse, close_unpaid]}\n", ""),),
        "The case waits in `resting` and no clock runs",
        "close_unpaid → resting",
    ),
    "an appeal that no remedy carries": Deep(
        "co-degree-convalidacion",
        (
            (V2, ", decision: 2 months, basis: cpaca, runs_here: true}\n    apelacion", ", decision: 2 months, basis: cpaca}\n    apelacion"),
            (V2, ", basis: cpaca, runs_here: true}", ", basis: cpaca}"),
        ),
        "nobody can ever make the move `appeal`",
        "",
    ),
    "a refusal at once without an appeal": Deep(
        "co-degree-convalidacion",
        ((DEGREE, "  deny:\n    to: refusal_told", "  deny:\n    to: denied"),),
        "What `deny` decides cannot be appealed",
        "decision_maker: deny",
    ),
    "a part of the outcome that cannot be appealed": Deep(
        "co-rpl-sena-eccl",
        ((SKILLS, "from: [+, gap_told_some, gap_told_none]}\n  annul", "from: [+, gap_told_none]}\n  annul"),),
        "What `grant_units` decides cannot be appealed",
        "decision_maker: grant_units",
    ),
    "guards that contradict each other": Deep(
        "co-rpl-sena-eccl",
        ((SKILLS, "guards: [some_unit_competent, some_unit_not_competent]", "guards: [no_unit_competent, all_units_competent]"),),
        "a dead end in `decision_awaited`",
        "units: some competent",
    ),
    "units that are kept out of the judging": Deep(
        "co-rpl-sena-eccl",
        ((SKILLS, "judging: [units, propose_plan", "judging: [propose_plan"), (SKILLS, "intake: [identity_confirmed", "intake: [units, identity_confirmed")),
        "SOD4 does not hold",
        "the one person as assessor: units",
    ),
    "an issuing that is called intake": Deep(
        "co-degree-convalidacion",
        (
            (DEGREE, "transfer, merge_duplicate]\n  judging", "transfer, merge_duplicate, issue]\n  judging"),
            (DEGREE, "  issuing: [issue]\n", ""),
            (DEGREE, "  SOD7: {between: [judging], and: [issuing]}\n", ""),
        ),
        "SOD7 does not hold",
        "the same registrar: issue",
    ),
    "a turning away that is called intake": Deep(
        "co-rpl-sena-eccl",
        ((SKILLS, "deciding: [turn_away, grant", "deciding: [grant"), (SKILLS, "accept, transfer, merge", "accept, turn_away, transfer, merge")),
        "SOD5 does not hold",
        "turn_away",
    ),
    "an upheld decision after which nothing ends": Deep(
        "co-rpl-sena-eccl",
        ((SKILLS, "starts_with: [decline, uphold], limit: 180 days", "starts_with: [uphold], limit: 180 days"),),
        "a dead end in `gap_told_none`",
        "decision_maker: decline",
    ),
}


def _planted(folder: Path, deep: Deep) -> Path:
    shutil.copytree(WORKFLOWS, folder)
    for file, old, new in deep.changes:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, (file, old)
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", DEEP)
def test_a_fault_that_the_shallow_proofs_accept_is_told_with_who_did_what(name: str, tmp_path: Path) -> None:
    deep = DEEP[name]
    case = next(each for each in sound_cases(_planted(tmp_path / "w", deep)) if each.definition.id == deep.id and each.definition.version == 2)
    spoken = [fault for fault in explore(case.definition).faults if deep.says in fault.sentence]
    assert spoken
    assert any(deep.step in step for step in spoken[0].path) or not deep.step, spoken[0]
    assert place_of(case, spoken[0]).file


def test_a_path_begins_with_the_applicant_and_names_each_role_and_state(tmp_path: Path) -> None:
    deep = DEEP["a refusal at once without an appeal"]
    case = next(each for each in sound_cases(_planted(tmp_path / "w", deep)) if each.definition.id == deep.id and each.definition.version == 2)
    path = next(fault.path for fault in explore(case.definition).faults if deep.says in fault.sentence)
    assert path[0] == "applicant: fills in the form → draft"
    assert "assessor: propose (denied) → decision_awaited" in path
    assert path[-1] == "decision_maker: deny → denied"


def test_a_cap_is_asked_of_the_law_and_one_person_alone_is_found() -> None:
    definition = library().definition("co-degree-convalidacion", 2)
    freely = replace(definition, separation=(), moves={name: replace(move, not_by_whoever_did=()) for name, move in definition.moves.items()})
    faults = explore(freely).faults
    assert any(fault.sentence.startswith("A certificate is reached with fewer than two people") for fault in faults)
    alone = next(fault for fault in faults if fault.sentence.startswith("A certificate"))
    assert sum(step.startswith("the one person") for step in alone.path) >= 3


def test_whoever_declares_nothing_or_a_conflict_is_asked_about_every_deed() -> None:
    definition = library().definition("co-rpl-sena-eccl", 2)
    careless = replace(definition, conflict_declared_before=())
    said = {fault.sentence for fault in explore(careless).faults}
    assert "SOD6 does not hold: `judge` needs no declaration of conflict." in said
    assert {f"SOD6 does not hold: who declared a conflict may do `{deed}`." for deed in ("judge", "accept", "decline")} <= said
    assert "SOD2 does not hold: who taught the applicant may do `judge`." in said


# --- nothing is left out


def _class_of_group(shape: Abstraction, facts: Facts, number: int) -> int:
    group = shape.groups[number]
    found = [facts.findings[subject].value for subject in group.subjects if subject in facts.findings]
    wrong = _wrong(shape, facts, group.subjects)
    if len(found) == len(group.subjects):
        return FAILED if wrong else PASSED
    return OPEN_FAILED if wrong else OPEN


def _wrong(shape: Abstraction, facts: Facts, subjects: tuple[str, ...]) -> bool:
    checks = shape.definition.checks
    return any(subject in checks and subject in facts.findings and facts.findings[subject].value not in checks[subject].passes_with for subject in subjects)


def _class_of_papers(shape: Abstraction, facts: Facts, number: int) -> int:
    """The worst of the kinds for which one stands."""
    stands = shape.papers[number].rule
    like = [
        rule
        for rule in shape.definition.evidence.values()
        if rule.at_least
        and rule.asked_in == stands.asked_in
        and bool(rule.instead) == bool(stands.instead)
        and rule.waived_by == stands.waived_by
        and rule.waived_in == stands.waived_in
    ]
    classes = []
    for rule in like:
        finding = facts.findings.get(rule.waiver)
        short = is_required(rule, facts) and facts.evidence.get(rule.kind, 0) < rule.at_least
        if rule.kind in facts.waivers and (finding is None or short):
            classes.append(ASKED if finding is None else GRANTED if finding.value == "granted" else DENIED)
        else:
            classes.append(MISSING if short else HAD)
    return next(worst for worst in (MISSING, DENIED, ASKED, GRANTED, HAD) if worst in classes)


def _class_of_units(shape: Abstraction, facts: Facts) -> int:
    rule = shape.definition.units_rule
    if rule is None or not facts.units:
        return UNCHOSEN
    if any(unit not in facts.findings for unit in facts.units):
        return UNJUDGED
    shown = [facts.findings[unit].value in rule.passes_with for unit in facts.units]
    return ALL if all(shown) else SOME if any(shown) else NONE


def configuration_of(shape: Abstraction, facts: Facts) -> Configuration:
    """The configuration that stands for a concrete case."""
    place = Place(facts.visits[0].state, ("",) * len(shape.backing))
    for visit in facts.visits[1:]:
        place = shape.entered(place, visit.state)
    values = dict.fromkeys(shape.names, 0)
    values["form"], values["route"], values["drafted"] = int(bool(facts.answers)), int(facts.route is not None), int(facts.questions_drafted > 0)
    values["open"], values["sealed"], values["units"] = int(facts.questions_open > 0), int(facts.certificate_sealed), _class_of_units(shape, facts)
    values["judged"] = int(any(visit.state in shape.definition.judged_in for visit in facts.visits))
    values["proposal"] = shape.definition.procedure.outcomes.index(facts.proposal) + 1 if facts.proposal else 0
    values |= {f"group{number}": _class_of_group(shape, facts, number) for number in range(len(shape.groups))}
    values |= {f"papers{number}": _class_of_papers(shape, facts, number) for number in range(len(shape.papers))}
    for deadline in shape.started:
        begun = [deed.at for deed in facts.deeds if deed.what in deadline.starts_with]
        values[f"begun {deadline.name}"] = int(bool(begun) or "begin" in deadline.starts_with)
        values[f"stale {deadline.name}"] = int(bool(begun) and facts.visits[-1].entered_at < begun[-1] and _here(shape, facts, deadline.starts_with))
    return place, shape.forget(place, tuple(values[name] for name in shape.names))


def _set(shape: Abstraction, configuration: Configuration) -> dict[str, int]:
    return {name: value for name, value in zip(shape.names, configuration[1], strict=True) if value}


def _here(shape: Abstraction, facts: Facts, moves: tuple[str, ...]) -> bool:
    """Whether the latest of these moves was made in the present visit."""
    return any(deed.what in moves and deed.at > facts.visits[-1].entered_at for deed in facts.deeds)


@pytest.mark.parametrize("definition", SMALL, ids=lambda each: each.id)
def test_every_configuration_of_a_random_case_was_explored(definition: Definition) -> None:
    shape = Abstraction(definition)
    walk = CaseWalk(shape, Law(shape)).walk(lambda: None)
    seen: set[Configuration] = set()
    for seed in range(15):
        run = Run(definition, seed)
        for _ in range(ACTS):
            if run.going_on():
                run.act()
                configuration = configuration_of(shape, run.facts)
                seen.add(configuration)
                missed = None if configuration in walk.steps else (seed, run.told[-5:], configuration[0], _set(shape, configuration))
                assert missed is None
    assert len(seen) > 10


@pytest.mark.parametrize("id", ["co-degree-convalidacion", "co-rpl-sena-eccl", "xx-qualifications-passport"])
def test_a_guard_depends_on_nothing_but_what_it_is_said_to_read(id: str) -> None:  # noqa: A002
    definition = library().definition(id)
    shape = Abstraction(definition)
    law = Law(shape)
    walk = CaseWalk(shape, law).walk(lambda: None)
    asked = 0
    for place, values in list(walk.steps)[::7]:
        for guard in {guard for move in shape.moves_from[place.state] for guard in move.guards}:
            read = shape.read_by(guard, state=place.state)
            others = tuple(value if number in read else 1 - min(value, 1) for number, value in enumerate(values))
            if shape.units is None or others[shape.at["units"]] == values[shape.at["units"]]:
                asked += 1
                assert bool(GUARDS[guard](definition, law.facts(place, values))) is bool(GUARDS[guard](definition, law.facts(place, others))), (guard, place)
    assert asked > 4
