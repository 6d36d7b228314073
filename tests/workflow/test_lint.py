"""Faults planted in copies of what we publish: each is named with its file and the line where it stands."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from credentialing.domain.errors import MisconfiguredError
from credentialing.workflow.library import Library, find_problems
from credentialing.workflow.yamltree import Problem
from tests.workflow.stories import WORKFLOWS

DEGREE = "procedures/co-degree-convalidacion/v1.yaml"
TEMPLATE = "templates/degree.v1.yaml"
RPL = "templates/rpl.v1.yaml"
WELDING = "standards/structural-welding/v1.yaml"
ES = "procedures/co-degree-convalidacion/words/es.yaml"
SHARED = "words/pt.yaml"
OWN = ("co-degree-convalidacion", "co-rpl-sena-eccl")


@dataclass(frozen=True)
class Fault:
    """Replace `old` (which stands once) by `new` in `file`; lint must say `says` on the line where `line` stands (by default `new`)."""

    file: str
    old: str
    new: str
    says: str
    line: str = ""


FAULTS: dict[str, Fault] = {
    "a misspelt key": Fault(
        DEGREE, "    guards: [evidence_complete]", "    gaurds: [evidence_complete]", "Unknown key `gaurds` in move `pay`; did you mean `guards`?",
    ),
    "an unknown key at the top": Fault(DEGREE, "version: 1\n", "version: 1\nowner: me\n", "Unknown key `owner`", "owner: me"),
    "a guard that is code": Fault(DEGREE, "[checks_passed, criteria_judged, route_chosen]", "[os.system]", "Unknown guard `os.system`"),
    "a misspelt guard": Fault(TEMPLATE, "[proposal_full]", "[proposal_ful]", "Unknown guard `proposal_ful`; did you mean `proposal_full`?"),
    "an unknown effect": Fault(TEMPLATE, "[send_questions]", "[send_pigeons]", "Unknown effect `send_pigeons`"),
    "an unknown state": Fault(TEMPLATE, "    to: ready_to_issue", "    to: ready_to_isue", "Unknown state `ready_to_isue`; did you mean `ready_to_issue`?"),
    "an unknown role": Fault(TEMPLATE, "    by: registrar", "    by: clerk", "Unknown word `clerk` in `by` of move `issue`"),
    "a role that the definition does not list": Fault(
        TEMPLATE, "roles: [applicant, intake_officer, assessor, decision_maker, registrar]",
        "roles: [applicant, intake_officer, assessor, decision_maker]", "Unknown role (it is not among `roles`) `registrar`", "    by: registrar",
    ),
    "an unknown form field": Fault(TEMPLATE, "family_names, display_name,", "family_names, shoe_size,", "Unknown form field `shoe_size`"),
    "an unknown section": Fault(TEMPLATE, "  contact: [city", "  contract: [city", "Unknown section `contract`"),
    "an unknown question of an act": Fault(DEGREE, "    asks: [route]", "    asks: [rout]", "Unknown field that an act may ask for `rout`"),
    "an unknown paper": Fault(DEGREE, "accepts: [apostille, consular_certificate]", "accepts: [apostille, selfie]", "Unknown paper `selfie`"),
    "an unknown kind of evidence": Fault(DEGREE, "looks_at: apostille", "looks_at: apostile", "Unknown evidence `apostile`"),
    "a verdict that cannot be given": Fault(DEGREE, "passes_with: paid", "passes_with: payed", "Unknown value `payed`"),
    "a condition on a field that is no choice": Fault(DEGREE, "{field_of_study: [health, law,", "{degree_name: [health, law,", "needs a choice field"),
    "a condition on an unknown value": Fault(DEGREE, "[health, law, accounting, education]", "[health, magic]", "Unknown value `magic`"),
    "an unknown deed": Fault(DEGREE, "not_by_whoever_did: [receipt_matches]", "not_by_whoever_did: [receipt_match]", "Unknown move or check `receipt_match`"),
    "an unknown remedy": Fault(DEGREE, "{remedies: [reposicion, apelacion]}", "{remedies: [prayer]}", "Unknown remedy `prayer`"),
    "an unknown source": Fault(DEGREE, "basis: cpaca_art_17", "basis: hearsay", "Unknown basis `hearsay`"),
    "an unknown consent": Fault(TEMPLATE, "consents: [processing, contact_issuer]", "consents: [processing, everything]", "Unknown consent `everything`"),
    "a route without its limit": Fault(DEGREE, "precedent: 120 days, academic", "academic", "must give a limit for every route", "limit_by_route"),
    "a length of time that is none": Fault(TEMPLATE, "limit: 180 days", "limit: half a year", "must be a length of time"),
    "a warning longer than its limit": Fault(
        TEMPLATE, "limit: 180 days, warn_before: 30 days", "limit: 180 days, warn_before: 300 days", "must be shorter than the limit",
    ),
    "a warning in other days than its limit": Fault(TEMPLATE, "warn_before: 30 days", "warn_before: 30 working days", "in the same kind of days"),
    "a word where a number belongs": Fault(DEGREE, "at_most: 3", "at_most: often", "must be a whole number"),
    "a move that may never be made": Fault(DEGREE, "at_most: 3", "at_most: 0", "may never be made"),
    "a key that stands twice": Fault(DEGREE, "    at_most: 5\n", "    at_most: 5\n    at_most: 6\n", "stands here twice", "    at_most: 6"),
    "a tag": Fault(DEGREE, "version: 1\n", "version: !!python/name:os.system 1\n", "The tag", "version: !!"),
    "an anchor": Fault(DEGREE, "country: CO", "country: &here CO", "Anchors"),
    "a number with a point": Fault(DEGREE, "amount: 600000", "amount: 600.5", "neither a word, a whole number"),
    "a text that is no YAML": Fault(DEGREE, "    asks: [route]", "    asks: [route", "not readable YAML", "  propose:"),
    "a move out of a final state": Fault(
        DEGREE, "    from: [draft, answer_awaited, payment_awaited]",
        "    from: [draft, denied, answer_awaited, payment_awaited]", "leaves the final state `denied`",
    ),
    "a state nobody can reach": Fault(DEGREE, "states:\n", "states:\n  limbo: {waits_for: applicant}\n", "Nobody can reach the state `limbo`", "  limbo:"),
    "a state nobody can leave": Fault(TEMPLATE, "    from: issuing\n", "    from: ready_to_issue\n", "Nobody can leave the state `issuing`", "  issuing:"),
    "a state that can be left only by capped moves": Fault(
        TEMPLATE, "    automatic: true\n", "    automatic: true\n    at_most: 1\n", "no end can be reached", "  issuing:",
    ),
    "a loop without a cap": Fault(TEMPLATE, "    at_most: 1\n", "", "go round for ever", "  completeness_check: {waits_for"),
    "a state that waits for nobody": Fault(DEGREE, "payment_check:   {waits_for: intake_officer}", "payment_check:   {}", "neither whom it waits for"),
    "an end that waits": Fault(TEMPLATE, "{final: withdrawn}", "{final: withdrawn, waits_for: applicant}", "cannot both wait and be final"),
    "a wait without a clock": Fault(TEMPLATE, "counts_in: issuing", "counts_in: ready_to_issue", "`issuing` could wait for ever", "  issuing:"),
    "a refusal without a remedy": Fault(
        DEGREE, "  denied:          {remedies: [reposicion, apelacion]}\n", "", "names no remedy", "  denied:             {final: refused}",
    ),
    "a deadline whose move is not open to the system": Fault(
        DEGREE, "counts_in: payment_awaited, limit: 60 days, warn_before: 14 days, then: {move: lapse}",
        "counts_in: payment_awaited, limit: 60 days, warn_before: 14 days, then: {move: pay}", "not open to the system",
    ),
    "a deadline whose move is guarded": Fault(
        TEMPLATE, "    by: system\n    effects: [send_lapse_notice]", "    by: system\n    guards: [consent_given]\n    effects: [send_lapse_notice]",
        "could jam: its move `lapse` is guarded", "  prepare:",
    ),
    "a deadline that counts where its move does not start": Fault(
        DEGREE, "counts_in: payment_awaited", "counts_in: [payment_awaited, payment_check]", "does not start in `payment_check`",
    ),
    "a deadline that makes an unknown move": Fault(
        TEMPLATE, "warn_before: 30 days, then: {move: lapse}", "warn_before: 30 days, then: {move: laps}", "unknown move `laps`",
    ),
    "a deadline that does nothing": Fault(TEMPLATE, "limit: 1 hour, then: {tell: registrar}", "limit: 1 hour, then: {}", "must hold either `move` or `tell`"),
    "a gate over no checks": Fault(
        RPL, "    done_in: planning\n", "    done_in: screening\n", "nothing to look at in `planning`", "    guards: [standard_chosen, checks_passed]",
    ),
    "an automatic move with no guard": Fault(TEMPLATE, "    guards: [certificate_sealed]\n", "", "has no guard to wait for", "    automatic: true"),
    "an automatic move for a person": Fault(
        TEMPLATE, "    by: system\n    automatic: true", "    by: registrar\n    automatic: true", "not open to the system", "    automatic: true",
    ),
    "a certificate on one person's word": Fault(
        DEGREE, "  grant:\n    not_by_whoever_did: [propose, criteria, choose_route]\n",
        "  grant:\n    not_by_whoever_did: [choose_route]\n", "One deciding person alone", "  grant:\n    not_by",
    ),
    "a name used twice": Fault(
        DEGREE, "  receipt_matches:\n", "  propose:\n    by: assessor\n    done_in: evaluation\n    values: [yes]\n  receipt_matches:\n",
        "`propose` is used twice", "  propose:\n    by: assessor",
    ),
    "a template that is not there": Fault(DEGREE, "extends: degree.v1", "extends: ../../etc.v1", "no template"),
    "another version inside than outside": Fault(DEGREE, "version: 1\n", "version: 7\n", "`version` must be `1`"),
    "another name inside than outside": Fault(
        DEGREE, "workflow: co-degree-convalidacion", "workflow: co-degree", "`workflow` must be `co-degree-convalidacion`",
    ),
    "a standard that is not there": Fault("procedures/co-rpl-sena-eccl/v1.yaml", "[structural-welding.v1]", "[structural-welding.v9]", "Unknown standard"),
    "an unknown key in a standard": Fault(WELDING, "level: 3", "levl: 3", "Unknown key `levl`"),
    "a missing word": Fault(
        ES, "authority: Ministerio de Educación Nacional de Colombia\n", "", "The word `authority` is missing", "# Las palabras",
    ),
    "a surplus word": Fault(ES, "summary: Para", "subtitle: Nada\nsummary: Para", "The word `subtitle` is used by nothing", "subtitle: Nada"),
    "a missing shared word": Fault(SHARED, "  auditor: Auditoria\n", "", "The word `roles.auditor` is missing", "# As palavras"),
    "an empty word": Fault(ES, "title: Acreditación de calidad", "title: ' '", "must be a text that says something"),
    "a placeholder that nothing fills": Fault(ES, "title: Acreditación de calidad", "title: 'Calidad {grade}'", "a placeholder that nothing fills: grade"),
}


def plant(folder: Path, *faults: Fault) -> None:
    """Make a copy of what we publish, of the procedures only the two of the templates' first use, with faults in it."""
    shutil.copytree(WORKFLOWS, folder, ignore=lambda at, names: [name for name in names if Path(at).name == "procedures" and name not in OWN])
    for fault in faults:
        path = folder / fault.file
        text = path.read_text(encoding="utf-8")
        assert fault.old in text, fault
        path.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")


def line_of(folder: Path, fault: Fault) -> int:
    """The line where the fault stands."""
    text = (folder / fault.file).read_text(encoding="utf-8")
    return text[: text.index(fault.line or fault.new)].count("\n") + 1


def named(problems: tuple[Problem, ...], fault: Fault) -> list[Problem]:
    """The problems that speak of the fault."""
    return [problem for problem in problems if fault.says in problem.sentence]


def where(fault: Fault) -> tuple[str, ...]:
    """The files in which lint may place the fault: the file itself, or the template that it is laid on."""
    return (fault.file, TEMPLATE) if fault.file == DEGREE else (fault.file,)


def test_what_we_publish_has_no_problem() -> None:
    assert find_problems(WORKFLOWS) == ()


def placed(folder: Path, problem: Problem, fault: Fault) -> bool:
    """Whether a problem stands where the fault does; what is missing in one language only stands at the folder of words."""
    if (folder / problem.file).is_dir():
        return fault.file.startswith(problem.file)
    lines = (folder / problem.file).read_text(encoding="utf-8").splitlines()
    text = "\n".join(lines[problem.line - 1 :])
    return text.startswith((fault.line or fault.new).removesuffix("\n")) or (fault.line or fault.new).strip() in lines[problem.line - 1]


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_with_its_file_and_line(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    plant(tmp_path / "w", fault)
    spoken = named(find_problems(tmp_path / "w"), fault)
    assert spoken, find_problems(tmp_path / "w")
    assert any(problem.file in where(fault) and placed(tmp_path / "w", problem, fault) for problem in spoken), spoken


TOGETHER = (
    "a misspelt key", "a guard that is code", "an unknown effect", "an unknown state", "an unknown form field", "an unknown paper", "an unknown source",
    "a word where a number belongs", "a refusal without a remedy", "a wait without a clock", "a missing word", "a surplus word",
)


def test_many_faults_are_all_reported_at_once(tmp_path: Path) -> None:
    faults = [FAULTS[name] for name in TOGETHER]
    plant(tmp_path / "w", *faults)
    problems = find_problems(tmp_path / "w")
    assert [fault.says for fault in faults if not named(problems, fault)] == []


def test_a_library_with_a_problem_is_refused_whole(tmp_path: Path) -> None:
    fault = FAULTS["a misspelt guard"]
    plant(tmp_path / "w", fault)
    with pytest.raises(MisconfiguredError) as refused:
        Library.load(tmp_path / "w")
    assert refused.value.problems[0] == f"{TEMPLATE}:{line_of(tmp_path / 'w', fault)}: {fault.says}"


BROKEN_FOLDERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a language is missing": (lambda root: (root / ES).unlink(), "missing or is not UTF-8"),
    "a file is not text": (lambda root: (root / ES).write_bytes(b"\xff\xfe\x00"), "missing or is not UTF-8"),
    "a file of rules has an odd name": (lambda root: (root / DEGREE).rename(root / DEGREE.replace("v1", "first")), "is named v1.yaml"),
    "there is no procedure": (lambda root: shutil.rmtree(root / "procedures"), "no definition"),
    "a file is empty": (lambda root: (root / DEGREE).write_text(""), "must be a mapping"),
    "a file is a list": (lambda root: (root / WELDING).write_text("- a\n"), "must be a mapping"),
}


@pytest.mark.parametrize("name", BROKEN_FOLDERS)
def test_a_broken_folder_is_reported_and_never_crashes(name: str, tmp_path: Path) -> None:
    spoil, says = BROKEN_FOLDERS[name]
    plant(tmp_path / "w")
    spoil(tmp_path / "w")
    assert any(says in problem.sentence for problem in find_problems(tmp_path / "w"))
