"""A welder's skills, from the first line of the form to the certificate: a change of plan, time to improve, a second look; and the other endings."""

from datetime import datetime, time, timedelta

from credentialing.certificate.outcomes import Verdict
from credentialing.domain.calendars import zone
from credentialing.domain.people import Role
from credentialing.services.demonstration import Course
from credentialing.services.issuing import certificate_pdf
from credentialing.services.verifying import verify_file, verify_number
from tests.journeys.diary import Diary
from tests.services.stage import World

PLAN = {"units": "U1 U3", "plan": "Una entrevista y una mañana en el taller."}


def test_skills_are_certified_after_a_letter_a_change_of_plan_time_to_improve_and_a_second_look(world: World) -> None:
    day = Diary(world, world.skills("screening", course=Course()))
    day.pass_days(2)
    day.asks("¿Qué hacía usted en el taller?")
    day.pass_days(5)
    day.answers("Soldaba perfiles.")
    assert (day.clock("screening").used, day.clock("screening").running) == (2, True)
    day.finds(Role.INTAKE_OFFICER, identity_confirmed="confirmed", experience_shown="shown")
    assert day.does(Role.INTAKE_OFFICER, "accept") == "guidance"
    _the_guide_helps(day)
    _the_plan_is_agreed(day)
    _time_to_improve(day)
    _a_second_look(day)
    _the_certificate(day)


def _the_guide_helps(day: Diary) -> None:
    assert day.stands() == ("guidance", "guide")
    assert day.cannot(Role.GUIDE, "close_guidance") == {"check_open"}
    day.finds(Role.GUIDE, "Faltan fotos del producto terminado; las trae a la evaluación.", portfolio_built="ready")
    assert day.does(Role.GUIDE, "close_guidance") == "planning"


def _the_plan_is_agreed(day: Diary) -> None:
    assert day.cannot(Role.ASSESSOR, "propose_plan", **PLAN) == {"declaration_missing"}
    day.declares(Role.ASSESSOR)
    assert day.cannot(Role.ASSESSOR, "propose_plan", units="U9", plan="x") == {"given_not_a_choice"}
    day.does(Role.ASSESSOR, "propose_plan", **PLAN)
    day.does(None, "ask_change_of_plan", grounds="Trabajo de mañana; ¿puede ser de tarde?")
    assert day.stands() == ("planning", "assessor")
    day.does(Role.ASSESSOR, "propose_plan", **(PLAN | {"plan": "Una entrevista y una tarde en el taller."}))
    assert [text.text for text in day.world.view(day.case_id).texts if text.field == "plan"][-1].endswith("tarde en el taller.")
    assert day.does(None, "agree_plan") == "assessment"
    assert day.world.view(day.case_id).facts.units == ("U1", "U3")


def _time_to_improve(day: Diary) -> None:
    day.finds(Role.ASSESSOR, "Lo mostró.", U1="competent")
    assert day.cannot(Role.ASSESSOR, "judge") == {"unit_open"}
    day.finds(Role.ASSESSOR, "Falta la posición sobre cabeza.", U3="not_yet_competent")
    day.does(Role.ASSESSOR, "send_to_improvement", grounds="Practique la posición sobre cabeza.")
    assert day.stands() == ("improvement", "applicant")
    limit = day.clock("improvement").due_at
    assert limit is not None
    before = day.letters()
    day.pass_until(limit)  # the person does not come back in time: what there is is judged
    assert (day.stands(), sum((day.letters() - before).values())) == (("assessment", "assessor"), 1)
    day.does(Role.ASSESSOR, "send_to_improvement", grounds="Otra vez, por favor.")
    day.hands_in("work_photos")
    assert day.does(None, "back_to_assessment") == "assessment"
    assert day.cannot(Role.ASSESSOR, "send_to_improvement", grounds="Y otra.") == {"at_most_reached"}
    day.finds(Role.ASSESSOR, "Ahora sí.", U3="competent")
    day.does(Role.ASSESSOR, "judge")


def _a_second_look(day: Diary) -> None:
    assert day.stands() == ("verification", "internal_verifier")
    assert day.cannot(Role.INTERNAL_VERIFIER, "return_to_assessment", grounds="Anote qué producto vio.") == {"declaration_missing"}
    day.declares(Role.INTERNAL_VERIFIER)
    day.does(Role.INTERNAL_VERIFIER, "return_to_assessment", grounds="Anote qué producto vio.")
    day.finds(Role.ASSESSOR, "Una viga de tres metros, sin defectos.", U1="competent")
    day.does(Role.ASSESSOR, "judge")
    assert day.cannot(Role.INTERNAL_VERIFIER, "verify") == {"check_open"}
    assert day.cannot(Role.DECISION_MAKER, "grant") == {"wrong_state", "declaration_missing"}
    day.declares(Role.DECISION_MAKER)
    day.finds(Role.INTERNAL_VERIFIER, portfolio_checked="in_order")
    day.does(Role.INTERNAL_VERIFIER, "verify")
    assert day.world.view(day.case_id).findings == {}
    assert day.cannot(Role.DECISION_MAKER, "decline", grounds="No.") == {"units_some_competent"}
    assert day.cannot(Role.DECISION_MAKER, "grant_units", grounds="No.") == {"units_all_competent"}
    assert day.does(Role.DECISION_MAKER, "grant") == "ready_to_issue"


def _the_certificate(day: Diary) -> None:
    assert day.issues() == "issuing"
    day.world.run_jobs()
    assert (day.stands(), day.issues()) == (("certified", ""), "RefusedError")
    number, pdf = certificate_pdf(day.world.office, actor=day.owner, case_id=day.case_id)
    answer = verify_number(day.world.office, number=number)
    assert answer.face is not None
    assert (number[:2], len(answer.face.units), answer.face.expires_on is not None) == ("CL", 2, True)
    assert verify_file(day.world.office, data=pdf).verdict is Verdict.ORIGINAL
    expiry = day.world.certificates()[0].expires_on
    assert expiry is not None
    day.world.clock.set(datetime.combine(expiry, time(23, 59), zone("CO")))
    assert verify_number(day.world.office, number=number).verdict is not Verdict.EXPIRED  # good for the whole of its last day
    day.world.clock.advance(timedelta(minutes=1))
    assert verify_number(day.world.office, number=number).verdict is Verdict.EXPIRED


def test_skills_are_not_yet_certified_with_the_ways_that_stay_open(world: World) -> None:
    day = Diary(world, world.skills("decision_awaited", refused=True))
    assert day.cannot(Role.DECISION_MAKER, "grant") == {"units_not_competent"}
    assert day.does(Role.DECISION_MAKER, "decline", grounds="Falta práctica en todas las unidades.") == "gap_told_none"
    assert day.world.view(day.case_id).findings["U5"].reason == "Le falta soldar en posición sobre cabeza sin defectos."
    assert {offer.move for offer in world.view(day.case_id).offers} == {"ask_reassessment", "appeal", "close_gap", "withdraw"}
    assert day.does(None, "close_gap") == "not_yet_competent"
    view = world.view(day.case_id)
    assert view.definition.states["not_yet_competent"].remedies == ("apelacion_juicio", "apply_again")
    assert (view.outcome, day.issues(), world.certificates()) == ("refused", "RefusedError", [])


def test_nobody_is_turned_away_by_one_person_alone(world: World) -> None:
    day = Diary(world, world.skills("screening"))
    day.finds(Role.INTAKE_OFFICER, "No dice qué hacía.", experience_shown="not_shown")
    day.finds(Role.INTAKE_OFFICER, identity_confirmed="confirmed")
    assert day.cannot(Role.INTAKE_OFFICER, "accept") == {"check_failed"}
    assert {"wrong_role", "same_person"} <= day.cannot(Role.INTAKE_OFFICER, "turn_away", grounds="No.")
    assert day.does(Role.DECISION_MAKER, "turn_away", grounds="Puede volver con una carta de trabajo.") == "refusal_told"
    assert [text.text for text in world.view(day.case_id).texts] == ["Puede volver con una carta de trabajo."]
    assert day.does(None, "let_stand") == "not_admitted"
    view = world.view(day.case_id)
    assert (view.outcome, view.definition.states["not_admitted"].remedies) == ("refused", ("apelacion_juicio", "apply_again"))


def test_a_welder_takes_their_case_back_during_the_assessment(world: World) -> None:
    day = Diary(world, world.skills("assessment"))
    assert day.does(None, "withdraw") == "withdrawn"
    assert (world.case(day.case_id).outcome, day.cannot(Role.ASSESSOR, "judge")) == ("withdrawn", {"wrong_state", "unit_open"})


def test_a_plan_that_nobody_agrees_to_rests_after_its_warning_and_lapses_a_year_later(world: World) -> None:
    day = Diary(world, world.skills("plan_agreement"))
    before = day.letters()
    day.pass_days(32)
    assert (day.stands(), sum((day.letters() - before).values())) == (("resting", "applicant"), 2)
    day.pass_limit("resting")
    assert (day.stands(), sum((day.letters() - before).values())) == (("lapsed", ""), 4)


def test_an_application_that_is_never_sent_lapses_and_the_staff_never_saw_it(world: World) -> None:
    day = Diary(world, world.skills("draft"))
    day.world.clock.advance(day.clock("prepare").due_at - world.clock.now())
    day.pass_days(1)
    assert day.stands() == ("resting", "applicant")
    day.pass_limit("resting")
    assert day.stands() == ("lapsed", "")
    assert world.case(day.case_id).sent_at is None
