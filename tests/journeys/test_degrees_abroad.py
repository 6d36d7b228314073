"""Degrees in nine countries, on the pages that everybody sees: what the law gives each country its own way for, and what the applicant reads at each turn."""

from datetime import date

from credentialing.domain.people import Role
from tests.journeys.life import Life, Town

CO, EC, BR, TT = "co-degree-convalidacion", "ec-degree-reconocimiento", "br-degree-revalidacao", "tt-degree-actt"
TITLE, NO = "Ingeniería Civil", "Faltan las materias de estructuras."


def judged(life: Life, outcome: str, assessor: Role = Role.ASSESSOR) -> Life:
    """Sent, taken to the evaluation, judged in everything and proposed."""
    life.sends()
    life.goes_to("evaluation")
    life.settles(Role.INTAKE_OFFICER, Role.TECHNICAL_EXPERT, assessor)
    if life.view.definition.routes and life.view.facts.route is None:
        life.does(assessor, "choose_route", route=life.view.definition.routes[0])
    life.does(assessor, "propose", outcome=outcome, grounds="Comparado materia por materia.")
    life.declares(Role.DECISION_MAKER)
    return life


# ── Colombia: silence is a no, and an appeal makes others judge


def test_colombia_is_silent_and_the_degree_is_judged_by_others_after_an_appeal(town: Town) -> None:
    life = town.begin(CO)
    life.sends()
    life.goes_to("evaluation")
    life.settles(Role.ASSESSOR)
    life.does(Role.ASSESSOR, "choose_route", route="accreditation")
    _a_pause_stops_the_law(life)
    _the_law_takes_silence_as_a_no(life)
    _others_look_at_it(town, life)
    said = life.is_certified(page="full")
    assert (TITLE in said, "Mariángel Peñalver Núñez" in said) == (True, True)


def _a_pause_stops_the_law(life: Life) -> None:
    """Sixty days from 2 March are over on 1 May; a month of pause moves that to the end of May."""
    assert life.last_day("ministry") == date(2026, 5, 1)
    life.must_read("Tienen hasta el 1 de mayo.", "la ley lo toma como un «no» y usted puede reclamar")
    life.pass_days(10)
    assert life.does(None, "postpone") == "postponed"
    life.pass_days(30)
    life.must_read("Ahora le toca a usted Usted puso su solicitud en pausa.", "Tiene hasta el 8 de septiembre.", "10 de 60 días En pausa")
    life.must_read("Si lo hace hoy, el plazo termina el 31 de mayo.")
    assert life.does(None, "resume") == "evaluation"
    assert life.last_day("ministry") == date(2026, 5, 31)


def _the_law_takes_silence_as_a_no(life: Life) -> None:
    assert life.cannot(None, "appeal_silence", remedy="reposicion", grounds="Nadie responde.") == {"no_silence"}
    life.pass_limit("ministry")
    life.must_read("El plazo terminó el 31 de mayo. Más abajo puede leer qué significa. Reclamar porque no respondieron", "Plazo vencido")
    assert life.letters()[-1] == "nuestro plazo terminó"
    assert life.does(None, "appeal_silence", remedy="reposicion", grounds="Pasaron los sesenta días y nadie me respondió.") == "appeal_review"
    life.must_read("Recibimos su reclamo. Lo miran personas que no tomaron parte", "Tienen hasta el 31 de julio.")


def _others_look_at_it(town: Town, life: Life) -> None:
    second, assessor = town.other(Role.APPEALS_BODY), town.other(Role.ASSESSOR)
    life.declares(Role.APPEALS_BODY, second)
    assert "Qué recurso presenta Recurso de reposición" in life.sees(Role.APPEALS_BODY)
    life.does(Role.APPEALS_BODY, "report_appeal", appeal_opinion="annul", grounds="No hubo respuesta dentro del plazo.")
    assert "same_person" in life.cannot(Role.APPEALS_BODY, "annul", grounds="Que la evalúe otra persona.")
    assert life.does(second, "annul", grounds="Que la evalúe otra persona.") == "evaluation"
    life.must_read("El plazo del Ministerio 0 de 60 días Quedan 60 días 1 de junio 31 de julio")  # the law counts anew
    assert "took_part_before" in life.cannot(Role.ASSESSOR, "propose", outcome="full", grounds="Otra vez.")
    life.settles(assessor)
    life.does(assessor, "choose_route", route="accreditation")
    life.does(assessor, "propose", outcome="full", grounds="No hay diferencia sustancial.")
    life.declares(Role.DECISION_MAKER)
    life.does(Role.DECISION_MAKER, "grant", recognised_as=TITLE)
    life.must_read("La decisión es favorable.")


def test_the_time_to_appeal_leaves_out_easter_and_a_refusal_that_is_upheld_can_only_be_let_stand(town: Town) -> None:
    """Refused on Friday 27 March: ten working days without Maundy Thursday and Good Friday end on Tuesday 14 April."""
    life = judged(town.begin(CO), "denied")
    life.pass_days(25)
    life.does(Role.DECISION_MAKER, "deny", grounds=NO)
    assert life.last_day("appeal_time") == date(2026, 4, 14)
    said = life.must_read("Tiene hasta el 14 de abril.")
    assert NO in life.reads("/decision"), said
    life.does(None, "appeal", remedy="apelacion", grounds="Las materias están en la segunda hoja.")
    life.declares(Role.APPEALS_BODY, town.other(Role.APPEALS_BODY))
    life.does(Role.APPEALS_BODY, "report_appeal", appeal_opinion="uphold", grounds="La segunda hoja se leyó.")
    assert life.does(town.other(Role.APPEALS_BODY), "uphold", grounds="La decisión estuvo bien tomada.") == "refusal_told"
    assert "La decisión estuvo bien tomada." in life.reads("/decision")
    life.pass_limit("refusal_stands")
    assert (life.state(), life.cannot(Role.REGISTRAR, "issue")) == ("denied", {"wrong_state"})
    told = life.reads("/decision")
    assert all(way in told for way in ("Recurso de apelación", "El último día fue el 14 de abril.", "Presentar una solicitud nueva", NO)), told


# ── Ecuador: silence is a yes, taken by the system and confirmed by two


def test_ecuador_takes_silence_as_a_yes_and_two_people_confirm_it(town: Town) -> None:
    life = judged(town.begin(EC), "full")
    assert life.last_day("authority") == date(2026, 4, 14)  # thirty working days, without Good Friday
    life.must_read("0 de 30 días hábiles Quedan 43 días 2 de marzo 14 de abril", "la regla general de la ley lo toma como un «sí»", "Dos personas lo confirman")
    assert life.cannot(Role.DECISION_MAKER, "confirm_silence", recognised_as=TITLE, grounds="Vencido.") == {"wrong_state"}
    life.pass_limit("authority")
    assert (life.state(), life.letters()[-2:]) == ("silence_confirmation", ["la ley dice que sí", "hay novedades"])
    life.must_read("Pasó el plazo de la ley sin respuesta, y la ley lo toma como un «sí».", "No tiene que hacer nada.")
    life.does(Role.DECISION_MAKER, "confirm_silence", recognised_as=TITLE, grounds="El plazo terminó el 14 de abril.")
    second = town.other(Role.DECISION_MAKER)
    life.declares(second)
    assert life.cannot(Role.DECISION_MAKER, "countersign_silence") == {"same_person"}
    assert life.does(second, "countersign_silence") == "ready_to_issue"
    assert TITLE in life.is_certified(page="full")


# ── Brazil: under a condition, and of a part


def test_brazil_recognises_under_a_condition_that_is_met(town: Town) -> None:
    life = judged(town.begin(BR), "conditional")
    measures = "Apruebe un examen de concreto armado o curse la materia."
    assert life.does(Role.DECISION_MAKER, "require_measures", grounds=measures) == "measures_told"
    said = life.must_read("Ahora le toca a usted", "Leer la decisión")
    assert measures in life.reads("/decision"), said
    assert life.does(None, "accept_measures") == "measures"
    assert life.last_day("measures") == date(2027, 3, 2)
    life.must_read("Tiene hasta el 2 de marzo de 2027.")
    assert life.cannot(None, "show_measures") == {"evidence_missing"}
    life.hands_in("measures_proof")
    life.does(None, "show_measures")
    life.settles(Role.ASSESSOR)
    life.does(Role.ASSESSOR, "report_measures")
    assert life.does(Role.DECISION_MAKER, "grant_after_measures", recognised_as="Engenharia Civil") == "ready_to_issue"
    assert "Engenharia Civil" in life.is_certified(page="full")


def test_brazil_recognises_a_part_and_says_so_on_the_certificate(town: Town) -> None:
    life = judged(town.begin(BR), "partial")
    life.does(Role.DECISION_MAKER, "recognise_partly", recognised_as="Tecnologia em Construção", grounds="Faltam as disciplinas de estruturas.")
    life.must_read("Ahora le toca a usted")
    assert life.does(None, "accept_partial") == "ready_to_issue"
    said = life.is_certified(page="partial")
    assert "Tecnologia em Construção" in said


# ── Chile and Costa Rica: nothing begins before an administrator has stood for the rules


def test_chile_begins_only_after_an_administrator_confirmed_the_rules_on_their_page(town: Town) -> None:
    visitor, chile = town.browser(town.world.story.welcome(town.newcomer(town.newest(CO), {}))), "cl-degree-uchile"
    visitor.open(f"/procedures/{chile}")
    assert "/applications/" not in visitor.forms
    town.confirms_on_screen(Role.ADMINISTRATOR, chile)
    life = judged(town.begin(chile), "full")
    life.must_read("Ahora le toca a la institución")
    life.does(Role.DECISION_MAKER, "grant", recognised_as=TITLE)
    assert TITLE in life.is_certified(page="full")


def test_costa_rica_has_a_committee_between_the_papers_and_the_payment(town: Town) -> None:
    town.confirm("cr-degree-conare")
    life = town.begin("cr-degree-conare")
    life.sends()
    life.goes_to("committee")
    life.must_read("La Comisión los ve en su próxima sesión", "Esperamos tener noticias a más tardar el 2 de abril.")
    life.pass_limit("committee")  # a goal of the service: nobody is written to, nothing is lost
    life.must_read("Está tardando más de lo que nos propusimos. Ya le avisamos a quien debe actuar.")
    life.goes_to("payment_awaited")
    life.must_read("Ahora le toca a usted La Comisión aprobó la presentación.")
    life.goes_to("evaluation")
    life.settles(Role.TECHNICAL_EXPERT, Role.ASSESSOR)
    life.does(Role.ASSESSOR, "propose", outcome="denied", grounds=NO)
    life.declares(Role.DECISION_MAKER)
    life.does(Role.DECISION_MAKER, "deny", grounds=NO)
    said = life.reads("/decision")
    assert all(passage in said for passage in ("No aprobada", "Revocatoria y apelación", "no estamos seguros", NO)), said


# ── Trinidad and Tobago: a statement that binds nobody, and a least time that is never overdue


def test_trinidad_gives_a_statement_and_its_least_time_is_never_overdue(town: Town) -> None:
    life = town.begin(TT)
    assert "Pague la declaración que necesita" in life.sends()
    life.goes_to("evaluation")
    life.must_read("Esperamos tener noticias a más tardar el 17 de abril.")
    life.must_read("0 de 10 días hábiles 2 de marzo 16 de marzo El Consejo publica este tiempo como un mínimo")
    before = len(life.letters())
    life.pass_days(40)
    assert (life.clock("least").overdue, len(life.letters())) == (False, before)
    said = life.must_read("Esperamos tener noticias a más tardar el 17 de abril.", "Puede tardar más, y eso no es un atraso.")
    assert "Plazo vencido" not in said + life.sees(Role.INTAKE_OFFICER)
    life.settles(Role.ASSESSOR)
    life.does(Role.ASSESSOR, "propose", outcome="advisory", grounds="Comparable a un primer grado.")
    life.declares(Role.DECISION_MAKER)
    life.does(Role.DECISION_MAKER, "issue_statement", recognised_as="Bachelor's degree in Civil Engineering")
    assert "Bachelor's degree in Civil Engineering" in life.is_certified(page="statement")


# ── Peru: the issuer's database in the place of an apostille, and a TSU that is not covered


def test_peru_looks_into_the_database_of_the_issuer_when_there_is_no_apostille(town: Town) -> None:
    life = town.begin("pe-degree-reconocimiento", without=("apostille",))
    assert life.cannot(None, "submit") == {"evidence_missing"}
    life.wants_other_way("apostille", "issuer_database", "La universidad tiene una página donde se busca el título por la cédula.")
    life.sends()
    life.must_read("Recepción mira primero si la SUNEDU puede reconocer un título como el suyo.")
    life.goes_to("completeness_check")
    life.finds(Role.INTAKE_OFFICER, identity_confirmed="confirmed", papers_readable="readable", legalisation_seen="other_proof", receipt_matches="paid")
    assert "waiver_open" in life.cannot(Role.INTAKE_OFFICER, "accept")
    life.finds(Role.INTAKE_OFFICER, "El título está en la base de datos de la universidad.", waiver_apostille="granted")
    assert "El título está en la base de datos de la universidad." in life.reads("/papers")
    life.does(Role.INTAKE_OFFICER, "accept")
    life.settles(Role.ASSESSOR)
    life.does(Role.ASSESSOR, "choose_route", route="quality")
    life.does(Role.ASSESSOR, "propose", outcome="full", grounds="Universidad de la lista.")
    life.declares(Role.DECISION_MAKER)
    life.does(Role.DECISION_MAKER, "grant", recognised_as=TITLE)
    assert TITLE in life.is_certified(page="full")


def test_peru_tells_a_tsu_before_anybody_pays_that_another_procedure_is_the_right_one(town: Town) -> None:
    life = town.begin("pe-degree-reconocimiento", without=("apostille", "payment_receipt", "translation"), as_in={"study_level": "technical"})
    life.sends()
    life.finds(Role.INTAKE_OFFICER, "SUNEDU no reconoce el TSU.", covered="other_procedure")
    life.declares(Role.DECISION_MAKER)
    assert life.cannot(Role.INTAKE_OFFICER, "confirm_coverage") == {"check_failed"}
    assert life.does(Role.DECISION_MAKER, "refer", grounds="Vaya a una universidad autorizada: revalida el TSU.") == "refusal_told"
    said = life.must_read("Ahora le toca a usted", "Tiene hasta el 23 de marzo.", "puede que una universidad revalide su título")
    assert "Qué pasa si" not in said
    assert "Evaluación de los estudios" not in said  # nothing lies ahead any more
    assert "Revalidación en una universidad" in life.reads("/decision")
    assert life.does(None, "let_stand") == "denied"
    assert (life.world.certificates(), "Revalidación en una universidad" in life.reads("/decision")) == ([], True)
