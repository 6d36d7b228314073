"""Skills in Colombia, Chile, Mexico and Trinidad and Tobago: units that count alone, attempts that are counted, and who may assess."""

from credentialing.domain.errors import RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services.assessing import record_finding
from tests.journeys.life import Life, Town

CO, CL, MX, TT = "co-rpl-sena-eccl", "cl-rpl-chilevalora", "mx-rpl-conocer", "tt-rpl-plar"
PLAN, ALL = "Una entrevista y una mañana en el taller.", "U1 U2 U3 U4 U5 U6"


def planned(life: Life, units: str, *, assessor: Role | Actor = Role.ASSESSOR) -> Life:
    """Sent, guided, and a plan for these units agreed."""
    life.sends()
    life.goes_to("planning")
    life.settles(assessor)
    life.does(assessor, "propose_plan", units=units, plan=PLAN)
    life.must_read("Ahora le toca a usted", PLAN)
    assert life.does(None, "agree_plan") == "assessment"
    return life


def judged(life: Life, *, assessor: Role | Actor = Role.ASSESSOR, **units: str) -> Life:
    """The units judged, the portfolio verified: up to the decision."""
    life.settles(assessor, **units)
    life.finds(assessor, "Se ve en la segunda pieza.", **{unit: value for unit, value in units.items() if life.view.facts.findings[unit].value != value})
    life.does(assessor, "judge")
    life.settles(Role.INTERNAL_VERIFIER)
    life.does(Role.INTERNAL_VERIFIER, "verify")
    return life


def refused_finding(life: Life, subject: str) -> set[str]:
    """Why the assessor cannot judge a unit now."""
    actor = life.world.staff[Role.ASSESSOR]
    try:
        record_finding(life.world.office, actor=actor, case_id=life.case_id, subject=subject, value="not_yet_competent", reason="Mirado otra vez.")
    except RefusedError as error:
        return {reason.code for reason in error.reasons}
    return set()


def test_colombia_certifies_the_units_that_were_shown_after_two_more_attempts_at_the_missing_one(town: Town) -> None:
    life = judged(planned(town.begin(CO), "U1 U3 U5"), U5="not_yet_competent")
    life.declares(Role.DECISION_MAKER)
    for attempt in (1, 2):
        gap = f"Falta la posición sobre cabeza ({attempt})."
        assert life.does(Role.DECISION_MAKER, "grant_units", grounds=gap) == "gap_told_some"
        said = life.must_read("Ahora le toca a usted")
        assert gap in life.reads("/decision"), said
        assert life.does(None, "ask_reassessment") == "assessment"
        assert refused_finding(life, "U1") == {"unit_already_shown"}  # what was shown is not judged again
        life.pass_days(20)
        judged(life, U5="not_yet_competent")
    life.does(Role.DECISION_MAKER, "grant_units", grounds="Sigue faltando la posición sobre cabeza.")
    assert life.cannot(None, "ask_reassessment") == {"at_most_reached"}
    assert "Sigue faltando la posición sobre cabeza." in life.reads("/decision")
    assert life.does(None, "take_units") == "ready_to_issue"
    said = life.is_certified(page="units")
    assert "La persona demostró 2 de sus 6 unidades, y solo esas cuentan." in said, said


def test_chile_wants_direct_evidence_of_each_unit_and_a_no_is_corrected_after_an_appeal(town: Town) -> None:
    town.confirm(CL)
    life = planned(town.begin(CL), "U1 U2")
    life.settles(Role.ASSESSOR, U1="not_yet_competent", U2="not_yet_competent", direct_evidence="not_each_unit")
    assert life.cannot(Role.ASSESSOR, "judge") == {"check_failed"}
    life.finds(Role.ASSESSOR, "Observado en el taller.", direct_evidence="each_unit")
    judged(life)
    life.declares(Role.DECISION_MAKER, Role.APPEALS_BODY, town.other(Role.APPEALS_BODY))
    assert life.does(Role.DECISION_MAKER, "decline", grounds="No mostró ninguna unidad.") == "gap_told_none"
    life.must_read("Ahora le toca a usted")
    assert "No mostró ninguna unidad." in life.reads("/decision")
    life.does(None, "appeal", remedy="reclamo", grounds="El día de la observación faltaba material.")
    life.must_read("Recibimos su reclamo.")
    life.does(Role.APPEALS_BODY, "report_appeal", appeal_opinion="send_back", grounds="Faltó material, según el acta.")
    assert life.does(town.other(Role.APPEALS_BODY), "send_back", grounds="Que se observe otra vez con el material completo.") == "planning"
    life.does(Role.ASSESSOR, "propose_plan", units="U1 U2", plan="Otra mañana, con el material completo.")
    life.does(None, "agree_plan")
    life.finds(Role.ASSESSOR, "Lo mostró con el material completo.", U1="competent", U2="competent")
    judged(life)
    life.does(Role.DECISION_MAKER, "grant")
    assert "demostró 2 de sus 6 unidades" in life.is_certified(page="units")  # only all units make the certificate of the profile


def test_mexico_lets_nobody_plan_who_is_not_entitled_to_assess_the_standard(town: Town) -> None:
    town.confirm(MX)
    life = town.begin(MX)
    life.sends()
    life.goes_to("planning")
    life.settles(Role.ASSESSOR, assessor_entitled="not_entitled")
    assert life.cannot(Role.ASSESSOR, "propose_plan", units="U1", plan=PLAN) == {"check_failed"}
    other = town.other(Role.ASSESSOR)
    life.declares(other)
    life.finds(other, "Certificado en EC0076 y en el estándar.", assessor_entitled="entitled")
    life.does(other, "propose_plan", units=ALL, plan=PLAN)
    life.does(None, "agree_plan")
    judged(life, assessor=other)
    life.declares(Role.DECISION_MAKER)
    life.does(Role.DECISION_MAKER, "grant")
    assert "Mariángel Peñalver Núñez" in life.is_certified(page="competence")


def test_trinidad_awards_units_after_a_look_from_outside_the_centre(town: Town) -> None:
    town.confirm(TT)
    life = judged(planned(town.begin(TT), "U1 U2"), U2="not_yet_competent")
    assert life.state() == "external_verification"
    life.must_read("Ahora le toca a la institución")
    life.settles(Role.TECHNICAL_EXPERT)
    assert life.does(Role.TECHNICAL_EXPERT, "verify_externally") == "decision_awaited"
    life.declares(Role.DECISION_MAKER)
    assert life.cannot(Role.DECISION_MAKER, "grant") == {"units_not_competent"}
    life.does(Role.DECISION_MAKER, "grant_units", grounds="La segunda unidad todavía no.")
    life.pass_limit("gap_some")  # whoever says nothing gets the units that were shown
    assert life.state() == "ready_to_issue"
    assert "demostró 1 de sus 6 unidades" in life.is_certified(page="units")
