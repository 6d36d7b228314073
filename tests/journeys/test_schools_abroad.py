"""School studies in Peru, Argentina and Colombia: a table instead of criteria, a part told as a part, silence that opens an appeal."""

from datetime import date

from credentialing.domain.people import Role
from tests.journeys.life import Life, Town

PE, AR, CO = "pe-school-minedu", "ar-school-convalidacion", "co-school-bachiller"


def evaluated(life: Life, outcome: str, **values: str) -> Life:
    """Sent, looked at against the table and proposed."""
    life.sends()
    life.goes_to("evaluation", **values)
    life.settles(Role.ASSESSOR, **values)
    if life.view.definition.routes:
        life.does(Role.ASSESSOR, "choose_route", route=life.view.definition.routes[0])
    life.does(Role.ASSESSOR, "propose", outcome=outcome, grounds="Comparado con la tabla de equivalencias.")
    life.declares(Role.DECISION_MAKER)
    return life


def test_peru_recognises_some_years_and_whoever_says_nothing_gets_that_part(town: Town) -> None:
    town.confirm(PE)
    life = evaluated(town.begin(PE, without=("diploma",), as_in={"school_level": "secondary_years"}), "partial", equivalence_found="subjects_missing")
    told = "Se reconocen tres años de secundaria. Falta el cuarto."
    life.does(Role.DECISION_MAKER, "recognise_partly", recognised_as="Tercer año de secundaria", grounds=told)
    life.must_read("Ahora le toca a usted", "Tiene hasta el 23 de marzo.")  # fifteen working days to appeal
    assert told in life.reads("/decision")
    life.pass_limit("partial_stands")
    assert (life.state(), life.today()) == ("ready_to_issue", date(2026, 6, 1))
    said = life.is_certified(page="partial")
    assert "Tercer año de secundaria" in said


def test_argentina_is_silent_for_sixty_days_and_the_appeals_body_decides_itself(town: Town) -> None:
    town.confirm(AR)
    life = evaluated(town.begin(AR), "denied")
    assert (life.last_day("evaluation"), life.last_day("general_law")) == (date(2026, 3, 5), date(2026, 5, 1))
    life.must_read("Si pasa el plazo de la ley general y nadie responde, se toma como un «no», y usted puede reclamar.")
    life.pass_limit("evaluation")  # a goal of the service: no letter, and nothing to appeal against yet
    assert life.cannot(None, "appeal_silence", remedy="reconsideracion", grounds="Pasaron tres días.") == {"no_silence"}
    life.pass_limit("general_law")
    assert life.letters()[-1] == "nuestro plazo terminó"
    life.must_read("El plazo terminó el 1 de mayo.", "Reclamar porque no respondieron")
    assert life.does(None, "appeal_silence", remedy="reconsideracion", grounds="Pasaron sesenta días sin respuesta.") == "appeal_review"
    life.declares(Role.APPEALS_BODY, town.other(Role.APPEALS_BODY))
    life.does(Role.APPEALS_BODY, "report_appeal", appeal_opinion="replace", grounds="La tabla lo dice con claridad.")
    given = {"recognised_as": "Título de educación secundaria", "grounds": "Corresponde al bachillerato completo."}
    assert life.cannot(Role.APPEALS_BODY, "replace_decision", **given) == {"same_person"}
    assert life.does(town.other(Role.APPEALS_BODY), "replace_decision", **given) == "ready_to_issue"
    life.must_read("La decisión es favorable.")
    assert "Corresponde al bachillerato completo." in life.reads("/decision")
    assert "Título de educación secundaria" in life.is_certified(page="school")


def test_colombia_sets_the_apostille_of_a_school_title_aside(town: Town) -> None:
    town.confirm(CO)
    life = town.begin(CO, without=("apostille",))
    life.wants_other_way("apostille", "electronic_code", "En Venezuela no dan citas; el papel trae un código que se puede comprobar.")
    life = evaluated(life, "full", endorsement_seen="set_aside", legalisation_seen="other_proof")
    assert life.view.facts.findings["waiver_apostille"].value == "granted"
    life.does(Role.DECISION_MAKER, "grant", recognised_as="Bachiller académico")
    assert "Bachiller académico" in life.is_certified(page="school")
