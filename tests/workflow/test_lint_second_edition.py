"""Faults planted in the language of the second edition: duties, separation, declarations, other ways, appeals, silence, side states, pages, merged lists."""

from pathlib import Path

import pytest

from credentialing.workflow.library import find_problems
from tests.workflow.test_lint import FAULTS as FIRST
from tests.workflow.test_lint import Fault, named, placed, plant

DEGREE, RPL, APPEAL, SIDE = "templates/degree.v2.yaml", "templates/rpl.v2.yaml", "templates/appeal.v1.yaml", "templates/side-states.v1.yaml"
PAID, GUIDE, APOSTILLE = "templates/paid.v1.yaml", "templates/guide.v1.yaml", "templates/apostille.v1.yaml"
V2, RPL2 = "procedures/co-degree-convalidacion/v2.yaml", "procedures/co-rpl-sena-eccl/v2.yaml"
DEGREE_ES, SHARED_EN = "templates/degree.v2/words/es.yaml", "words/en.yaml"

FAULTS: dict[str, Fault] = {
    # duties
    "an unknown duty": Fault(DEGREE, "  issuing: [issue]", "  signing: [issue]", "Unknown duty `signing`"),
    "a duty of an unknown deed": Fault(
        DEGREE, "judging: [criteria, knowledge_shown, propose]", "judging: [criteria, knowledge, propose]", "Unknown deed of the staff `knowledge`"
    ),
    "a deed that belongs to no duty": Fault(
        RPL, "verifying: [portfolio_checked, verify, ", "verifying: [portfolio_checked, ", "`verify` belongs to no duty", "  verify:"
    ),
    "a check that belongs to no duty": Fault(
        PAID, "intake: [+, receipt_matches, ", "intake: [+, ", "`receipt_matches` belongs to no duty", "  receipt_matches:"
    ),
    "a criterion that belongs to no duty": Fault(DEGREE, "judging: [criteria, ", "judging: [", "`E1` belongs to no duty", "  E1:"),
    "waivers that belong to no duty": Fault(
        DEGREE, "papers_readable, waivers, ask_once", "papers_readable, ask_once", "`waiver_identity` belongs to no duty", "  identity:"
    ),
    "a deed that belongs to two duties": Fault(DEGREE, "  issuing: [issue]", "  issuing: [issue, grant]", "`grant` belongs to two duties: deciding, issuing"),
    "an applicant's move in a duty": Fault(DEGREE, "  issuing: [issue]", "  issuing: [issue, submit]", "Unknown deed of the staff `submit`"),
    # separation
    "an unknown rule of separation": Fault(DEGREE, "  SOD7: {between", "  SOD9: {between", "Unknown rule of separation `SOD9`"),
    "a rule between unknown duties": Fault(
        DEGREE, "SOD7: {between: [judging], and: [issuing]}", "SOD7: {between: [judging], and: [sealing]}", "Unknown duty `sealing`"
    ),
    "a duty apart from itself": Fault(
        DEGREE, "SOD7: {between: [judging], and: [issuing]}", "SOD7: {between: [judging], and: [judging, issuing]}", "apart from itself"
    ),
    "a rule with one side only": Fault(DEGREE, "SOD7: {between: [judging], and: [issuing]}", "SOD7: {between: [judging]}", "lacks the key `and`"),
    "guides who may judge": Fault(GUIDE, "SOD1: {between: [guiding], and: [judging, ", "SOD1: {between: [guiding], and: [", "SOD1 is missing", "separation:"),
    "assessors who may verify": Fault(RPL, "  SOD3: {between: [judging], and: [verifying]}\n", "", "SOD3 is missing", "separation:"),
    "assessors who may decide": Fault(DEGREE, "  SOD4: {between: [judging], and: [deciding]}\n", "", "SOD4 is missing", "separation:"),
    "deciders who hear the appeal": Fault(APPEAL, "between: [judging, verifying, deciding]", "between: [judging, verifying]", "SOD5 is missing", "separation:"),
    "assessors who may issue": Fault(RPL, "  SOD7: {between: [judging], and: [issuing]}\n", "", "SOD7 is missing", "separation:"),
    # declarations and judging anew
    "judging without a declaration": Fault(
        DEGREE,
        "conflict_declared_before: [+, judging, deciding]",
        "conflict_declared_before: [+, deciding]",
        "SOD6 is missing: a conflict must be declared before judging",
    ),
    "deciding without a declaration": Fault(
        RPL, "conflict_declared_before: [+, judging, verifying, deciding]", "conflict_declared_before: [+, judging]", "before deciding"
    ),
    "an appeal without a declaration": Fault(
        DEGREE, "conflict_declared_before: [+, judging, deciding]", "conflict_declared_before: [judging, deciding]", "before appealing"
    ),
    "a declaration before an unknown duty": Fault(DEGREE, "[+, judging, deciding]", "[+, judging, deciding, looking]", "Unknown duty `looking`"),
    "judging anew after an unknown move": Fault(APPEAL, "fresh_after: [annul]", "fresh_after: [anul]", "Unknown move `anul`; did you mean `annul`?"),
    "an administrator who acts on cases": Fault(
        APPEAL, "appeal_review:   {waits_for: appeals_body}", "appeal_review:   {waits_for: administrator}", "An administrator keeps people"
    ),
    # moves that lead back or nowhere new
    "a move back over an unknown state": Fault(APPEAL, "back_over: [appeal_review]", "back_over: [appeal_revue]", "Unknown state `appeal_revue`"),
    "a move to somewhere that is no state": Fault(
        SIDE, "    from: postponed\n    to: back", "    from: postponed\n    to: backwards", "Unknown state `backwards`", "    to: backwards"
    ),
    "a loop back without a cap": Fault(
        SIDE,
        "    by: applicant\n    at_most: 2\n    effects: [send_receipt]\n  resume",
        "    by: applicant\n    effects: [send_receipt]\n  resume",
        "go round for ever",
        "  answer_awaited",
    ),
    "a move that decides something unknown": Fault(
        DEGREE, "    decides: granted\n  deny", "    decides: gifted\n  deny", "Unknown word `gifted` in `decides` of move `grant`"
    ),
    "an unknown page of a decision": Fault(RPL, "    certificate: units", "    certificate: diploma", "Unknown certificate page `diploma`"),
    "an unknown page of the certificate": Fault(
        "templates/degree.v1.yaml", "{template: full, prefix", "{template: golden, prefix", "Unknown certificate page `golden`"
    ),
    # clocks
    "a clock that an unknown move starts": Fault(DEGREE, "starts_with: [send_back]", "starts_with: [sent_back]", "Unknown move `sent_back`"),
    "a clock with two limits": Fault(
        V2, "    limit_by_route: {", "    limit: 60 days\n    limit_by_route: {", "either `limit` or `limit_by_route`", "  ministry:"
    ),
    "an unknown kind of clock": Fault(
        V2, "    kind: statutory\n    counts_in: [payment", "    kind: legal\n    counts_in: [payment", "Unknown word `legal` in `kind`"
    ),
    "only a least time where a case waits": Fault(
        GUIDE, "guidance: {kind: service_level", "guidance: {kind: minimum", "`guidance` could wait for ever", "  guidance: {waits_for: guide}"
    ),
    "a resting case that is closed by nobody": Fault(
        SIDE,
        "    from: resting\n    to: lapsed\n    by: system",
        "    from: resting\n    to: lapsed\n    by: applicant",
        "not open to the system",
        "  resting:",
    ),
    "an old key of clocks": Fault(DEGREE, "limit: 20 working days, warn", "each_visit: true, limit: 20 working days, warn", "Unknown key `each_visit`"),
    # other ways for a paper
    "an unknown way": Fault(APOSTILLE, "instead: [electronic_code,", "instead: [telepathy,", "Unknown other way `telepathy`"),
    "a way that nobody decides on": Fault(
        APOSTILLE, "    waived_by: [intake_officer, decision_maker]\n", "", "Nobody decides on another way for `apostille`", "    instead:"
    ),
    "a way decided in an unknown state": Fault(APOSTILLE, "waived_in: completeness_check", "waived_in: completeness", "Unknown state `completeness`"),
    "a way decided by a role that is not there": Fault(
        APOSTILLE, "waived_by: [intake_officer, decision_maker]", "waived_by: [guide]", "Unknown role (it is not among `roles`) `guide`"
    ),
    "a way that may stay undecided": Fault(
        PAID, "guards: [checks_passed, waivers_settled]", "guards: [checks_passed]", "Another way for `payment_receipt` could stay undecided", "    instead:"
    ),
    "a word of the first edition": Fault(
        APOSTILLE,
        "waived_in: completeness_check",
        "waived_at: completeness_check",
        "Unknown key `waived_at` in evidence `apostille`; did you mean `waived_in`?",
    ),
    # appeals, outcomes, ends
    "a remedy that is no yes or no": Fault(
        V2, "basis: cpaca, runs_here: true}\n    apelacion", "basis: cpaca, runs_here: often}\n    apelacion", "must be true or false", "    reposicion:"
    ),
    "a cancelled end without a remedy": Fault(
        SIDE, "cancelled: {final: cancelled, remedies: [apply_again]}", "cancelled: {final: cancelled}", "names no remedy"
    ),
    "an end of an unknown kind": Fault(SIDE, "merged:    {final: cancelled", "merged:    {final: merged", "Unknown word `merged` in `final`"),
    "an outcome that nobody can decide": Fault(V2, "outcomes: [full, denied]", "outcomes: [full, partial, denied]", "no move is guarded by `proposal_partial`"),
    "a silence that means nothing known": Fault(V2, "  silence: negative\n  legal", "  silence: golden\n  legal", "Unknown meaning of silence `golden`"),
    "an appeal that is asked for nothing known": Fault(
        APPEAL, "asks: [remedy, grounds]", "asks: [remedies, grounds]", "Unknown field that an act may ask for `remedies`"
    ),
    # lists laid on lists, templates on templates
    "a plus that does not stand first": Fault(
        RPL, "{from: [+, gap_told_some, gap_told_none]}", "{from: [gap_told_some, +, gap_told_none]}", "Unknown state `+`"
    ),
    "a mixin that is not there": Fault(V2, "apostille.v1, paid.v1", "apostille.v7, paid.v1", "There is no template `apostille.v7`", "extends:"),
    "a template that extends itself": Fault(
        PAID, "evidence:\n  payment_receipt", "extends: paid.v1\nevidence:\n  payment_receipt", "The template `paid.v1` extends itself", "extends: paid.v1"
    ),
    "a template that two extend in a ring": Fault(
        APPEAL, "roles: [+, appeals_body]", "extends: degree.v2\nroles: [+, appeals_body]", "extends itself", "extends: [degree.v1, appeal.v1"
    ),
    "a list that names something twice": Fault(
        DEGREE, "waived_by: [intake_officer, decision_maker]", "waived_by: [intake_officer, intake_officer]", "names `intake_officer` twice"
    ),
    # units
    "a unit kept after an unknown move": Fault(RPL, "kept_after: [ask_reassessment]", "kept_after: [ask_again]", "Unknown move `ask_again`"),
    "units judged by a role that is not there": Fault(
        "templates/rpl.v1.yaml",
        "units:\n  by: assessor",
        "units:\n  by: technical_expert",
        "Unknown role (it is not among `roles`) `technical_expert`",
        "  by: technical_expert",
    ),
    "units judged in an unknown state": Fault(
        "templates/rpl.v1.yaml", "  done_in: assessment\n  values: [competent", "  done_in: workshop\n  values: [competent", "Unknown state `workshop`"
    ),
    # words
    "a word of the second edition that is missing in one language": Fault(
        DEGREE_ES,
        '  refuse_incomplete:\n    button: "No aceptar: falta un papel obligatorio"\n',
        "  refuse_incomplete:\n",
        "`moves.refuse_incomplete.button` is not there in every language",
        "#",
    ),
    "a way without words": Fault(SHARED_EN, "  knowledge_test:\n", "  knowledge_exam:\n", "The word `ways.knowledge_test.title` is missing", "#"),
    "a declaration without words": Fault(SHARED_EN, "\ndeclarations:\n", "\ndeclaration:\n", "The word `declarations.none` is missing", "#"),
    "a duty without words": Fault(SHARED_EN, "\nduties:\n", "\nduty:\n", "The word `duties.intake` is missing", "#"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_second_edition_is_named_with_its_file_and_line(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    plant(tmp_path / "w", fault)
    problems = find_problems(tmp_path / "w")
    spoken = named(problems, fault)
    assert spoken, [str(problem) for problem in problems[:5]]
    assert any(placed(tmp_path / "w", problem, fault) for problem in spoken), [str(problem) for problem in spoken[:5]]


def test_enough_faults_are_planted_in_both_editions() -> None:
    assert len(FAULTS) + len(FIRST) >= 110
    assert not FAULTS.keys() & FIRST.keys()
