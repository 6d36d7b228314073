"""A civil engineer's degree, from the first line of the form to the certificate, with everything that can come in between; and the other endings."""

from datetime import timedelta

from credentialing.certificate.outcomes import Verdict
from credentialing.domain.people import Role
from credentialing.services import looking
from credentialing.services.demonstration import Course
from credentialing.services.issuing import certificate_pdf
from credentialing.services.verifying import verify_file, verify_number
from tests.journeys.diary import Diary
from tests.services.stage import World


def test_a_degree_is_recognised_after_a_letter_a_lost_payment_more_work_and_a_changed_proposal(world: World) -> None:
    day = Diary(world, world.degree("completeness_check", course=Course()))
    _the_letter_stops_the_clock(day)
    _a_payment_that_was_not_one(day)
    _an_evaluation_that_comes_back(day)
    _one_certificate_and_no_second(day)
    moves = [line.details["move"] for line in looking.history(world.office, actor=world.staff[Role.REGISTRAR], case_id=day.case_id) if "move" in line.details]
    assert moves == [
        "submit", "ask_once", "answer", "accept", "pay", "send_back_payment", "pay", "confirm_payment",
        "choose_route", "propose", "return_to_evaluation", "propose", "grant", "issue", "certify",
    ]  # fmt: skip


def _the_letter_stops_the_clock(day: Diary) -> None:
    assert (day.stands(), day.today()) == (("completeness_check", "intake_officer"), "2026-03-02")
    day.pass_days(3)
    assert day.clock("completeness").used == 3
    before = day.letters()
    day.asks("¿En qué año terminó?", "¿Tiene otro apellido?")
    assert day.stands() == ("answer_awaited", "applicant")
    assert sum((day.letters() - before).values()) == 1  # two questions, one letter
    day.pass_days(24)  # until a week before the end: one reminder, and the office's own clock rests
    assert sum((day.letters() - before).values()) == 2
    assert (day.clock("completeness").used, day.clock("completeness").running) == (3, False)
    day.answers("En 2014; nunca usé otro.")
    assert (day.stands(), day.clock("completeness").running, day.clock("completeness").used) == (("completeness_check", "intake_officer"), True, 3)
    assert day.cannot(Role.INTAKE_OFFICER, "ask_once") == {"at_most_reached", "questions_none"}
    assert day.cannot(Role.INTAKE_OFFICER, "accept") == {"check_open"}
    day.finds(Role.INTAKE_OFFICER, identity_confirmed="confirmed", papers_readable="readable", legalisation_seen="apostilled")
    assert day.does(Role.INTAKE_OFFICER, "accept") == "payment_awaited"


def _a_payment_that_was_not_one(day: Diary) -> None:
    assert day.cannot(None, "pay") == {"evidence_missing"}
    day.hands_in("payment_receipt")
    day.does(None, "pay")
    assert day.cannot(Role.INTAKE_OFFICER, "send_back_payment", grounds="No es de usted.") == {"no_check_failed"}
    day.finds(Role.INTAKE_OFFICER, receipt_matches="not_paid")
    assert day.cannot(Role.INTAKE_OFFICER, "confirm_payment") == {"check_failed"}
    day.does(Role.INTAKE_OFFICER, "send_back_payment", grounds="El recibo es de otra persona.")
    assert [text.text for text in day.world.view(day.case_id).texts] == ["El recibo es de otra persona."]
    day.hands_in("payment_receipt", b"the right one")
    day.does(None, "pay")
    day.finds(Role.INTAKE_OFFICER, receipt_matches="paid")
    assert day.does(Role.INTAKE_OFFICER, "confirm_payment") == "evaluation"


def _an_evaluation_that_comes_back(day: Diary) -> None:
    used = day.clock("ministry").used
    day.pass_days(10)
    assert day.clock("ministry").used == used + 10
    assert day.cannot(Role.ASSESSOR, "choose_route", route="precedent") == {"declaration_missing"}
    day.declares(Role.ASSESSOR)
    day.finds(Role.ASSESSOR, precedent_searched="none_found", knowledge_shown="not_needed")
    day.does(Role.ASSESSOR, "choose_route", route="precedent")
    day.judges(E9="substantial")
    day.does(Role.ASSESSOR, "propose", outcome="denied", grounds="Faltan materias.")
    assert day.cannot(Role.DECISION_MAKER, "grant", recognised_as="Ingeniería Civil") == {"proposal_differs", "declaration_missing"}
    day.declares(Role.DECISION_MAKER)
    assert day.cannot(Role.DECISION_MAKER, "grant", recognised_as="Ingeniería Civil") == {"proposal_differs"}
    assert day.cannot(Role.ASSESSOR, "deny", grounds="No.") == {"wrong_role", "same_person"}
    assert day.world.view(day.case_id).findings == {}
    day.does(Role.DECISION_MAKER, "return_to_evaluation", grounds="El plan de estudios sí tiene esas materias.")
    assert day.world.view(day.case_id).texts[-1].text == "El recibo es de otra persona."  # what the staff write among themselves stays there
    day.finds(Role.ASSESSOR, "Vistas en el plan de estudios.", E9="no_difference")
    day.does(Role.ASSESSOR, "propose", outcome="full", grounds="No hay diferencia sustancial.")
    assert day.does(Role.DECISION_MAKER, "grant", recognised_as="Ingeniería Civil") == "ready_to_issue"
    assert day.world.view(day.case_id).findings["E9"].value == "no_difference"
    assert day.cannot(None, "withdraw") == {"wrong_state"}


def _one_certificate_and_no_second(day: Diary) -> None:
    seen = day.world.case(day.case_id).revision
    assert day.issues() == "issuing"
    assert day.issues() == "RefusedError"
    assert day.issues(seen=seen) == "ConflictError"
    day.world.run_jobs()
    assert day.stands() == ("certified", "")
    assert [day.issues(), day.issues(seen=seen)] == ["RefusedError", "ConflictError"]
    number, pdf = certificate_pdf(day.world.office, actor=day.owner, case_id=day.case_id)
    assert [record.number for record in day.world.certificates()] == [number]
    answer = verify_number(day.world.office, number=number)
    assert answer.face is not None
    assert (answer.face.title["es"], answer.face.name, answer.face.expires_on) == ("Ingeniería Civil", "Mariángel Peñalver Núñez", None)
    assert verify_file(day.world.office, data=pdf).verdict is Verdict.ORIGINAL
    before = day.letters()
    day.pass_days(90)  # nothing stirs any more
    assert (day.letters(), day.stands(), day.world.leaves()) == (before, ("certified", ""), [(0, "intent"), (1, "issuance")])


def test_a_degree_is_denied_with_its_reasons_and_its_remedies(world: World) -> None:
    day = Diary(world, world.degree("decision_awaited", refused=True))
    assert day.does(Role.DECISION_MAKER, "deny", grounds="Hay una diferencia sustancial.") == "refusal_told"
    view = world.view(day.case_id)
    assert view.findings["E9"].reason == "Faltan las materias de estructuras y de suelos."
    assert (day.stands(), day.clock("appeal_time").limit.count) == (("refusal_told", "applicant"), 10)
    assert day.does(None, "let_stand") == "denied"
    view = world.view(day.case_id)
    remedies = [view.definition.procedure.remedies[name] for name in view.definition.states["denied"].remedies]
    assert [(remedy.name, remedy.limit is not None) for remedy in remedies] == [("reposicion", True), ("apelacion", True), ("apply_again", False)]
    assert (world.case(day.case_id).outcome, view.findings["E9"].value) == ("refused", "substantial")
    assert (day.issues(), world.certificates()) == ("RefusedError", [])
    assert day.cannot(None, "withdraw") == {"wrong_state"}


def test_a_refusal_that_nobody_answers_stands_after_its_warnings(world: World) -> None:
    day = Diary(world, world.degree("refusal_told", refused=True))
    before = day.letters()
    day.pass_limit("appeal_time")
    assert (day.stands(), day.cannot(None, "appeal", remedy="reposicion", grounds="No.")) == (("refusal_told", "applicant"), {"appeal_too_late"})
    day.pass_limit("refusal_stands")
    assert (day.stands(), world.case(day.case_id).outcome) == (("denied", ""), "refused")
    assert sum((day.letters() - before).values()) == 4  # the time to appeal ends, it is over; the refusal will stand, it stands


def test_a_person_takes_their_degree_case_back_and_may_begin_again(world: World) -> None:
    day = Diary(world, world.degree("evaluation"))
    assert day.does(None, "withdraw") == "withdrawn"
    assert (world.case(day.case_id).outcome, world.case(day.case_id).decided_by) == ("withdrawn", None)
    assert day.cannot(Role.ASSESSOR, "choose_route", route="academic") == {"wrong_state"}
    again = world.degree("draft")
    assert len(looking.my_cases(world.office, actor=world.owner(again))) == 1
    assert day.issues() == "RefusedError"


def test_silence_on_the_letter_lets_a_degree_case_rest_at_midnight_in_bogota_and_lapse_a_year_later(world: World) -> None:
    day = Diary(world, world.degree("answer_awaited", letter=True))
    limit = day.clock("answer").due_at
    assert limit is not None
    before = day.letters()
    day.pass_until(limit - timedelta(minutes=1))
    assert day.stands() == ("answer_awaited", "applicant")
    day.pass_until(limit)
    assert (day.stands(), world.case(day.case_id).outcome) == (("resting", "applicant"), None)  # nothing is lost for a year
    assert sum((day.letters() - before).values()) == 2  # one reminder, one notice
    before = day.letters()
    end = day.pass_limit("resting")
    assert (day.stands(), world.case(day.case_id).outcome) == (("lapsed", ""), "lapsed")
    assert sum((day.letters() - before).values()) == 2
    assert world.case(day.case_id).closed_at == end
    assert world.view(day.case_id).definition.states["lapsed"].remedies == ("apply_again",)


def test_a_case_that_rests_is_opened_again_where_it_was(world: World) -> None:
    day = Diary(world, world.degree("answer_awaited", letter=True))
    day.pass_limit("answer")
    day.pass_days(100)
    assert day.does(None, "reopen") == "answer_awaited"
    assert (day.clock("answer").used, day.clock("answer").limit.count) == (0, 30)  # the time to answer is given anew
    day.answers("En 2014.")
    assert day.stands() == ("completeness_check", "intake_officer")


def test_a_payment_that_never_comes_lets_the_case_rest_after_its_warning(world: World) -> None:
    day = Diary(world, world.degree("payment_awaited"))
    before = day.letters()
    day.pass_days(62)
    assert (day.stands(), sum((day.letters() - before).values())) == (("resting", "applicant"), 2)
    assert world.events(day.case_id)[-3:] == ["deadline_warned", "deadline_passed", "case_moved"]
    day.does(None, "reopen")
    day.hands_in("payment_receipt")
    assert day.does(None, "pay") == "payment_check"
