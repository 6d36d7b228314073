"""Papers that stand beside recognition: the qualifications passport of people without papers, and a certificate of another country that counts here."""

from datetime import date

from credentialing.domain.people import Role
from credentialing.services.issuing import certificate_pdf
from credentialing.services.verifying import verify_file
from tests.journeys.life import Life, Town

PASSPORT, MUTUAL = "xx-qualifications-passport", "xx-skills-passport"


def interviewed(town: Town) -> Life:
    """Reviewed in a week, and invited to the interview."""
    life = town.begin(PASSPORT, without=("identity", "anything_of_studies", "anything_of_work"))
    assert life.last_day("prepare") == date(2026, 3, 16)  # fourteen days for the questionnaire
    life.sends()
    assert life.last_day("review") == date(2026, 3, 9)  # seven for the review
    life.must_read("Ahora le toca a la institución", "Esperamos tener noticias a más tardar el 9 de marzo.")
    life.settles(Role.ASSESSOR)
    assert life.does(Role.ASSESSOR, "invite") == "interview"
    return life


def test_two_assessors_hear_a_person_without_any_paper_and_the_passport_is_good_for_five_years(town: Town) -> None:
    life, other = interviewed(town), town.other(Role.ASSESSOR)
    life.must_read("Ahora le toca a la institución")
    life.finds(Role.ASSESSOR, "Cincuenta minutos, con intérprete.", interview_held="held")
    life.finds(Role.ASSESSOR, "Describe los laboratorios con detalle.", first_view="likely")
    assert "second_view" not in life.sees(Role.ASSESSOR)  # whoever gave the first view is not asked for the second
    assert life.cannot(Role.ASSESSOR, "propose", outcome="issued", grounds="Coherente.") == {"check_open"}
    life.declares(other)
    life.finds(other, "Coincide con el plan de estudios conocido.", second_view="substantiated")
    life.does(other, "propose", outcome="issued", grounds="Dos opiniones favorables.")
    life.declares(Role.DECISION_MAKER)
    life.does(Role.DECISION_MAKER, "grant", recognised_as="Ingeniería Civil, diez semestres")
    life.must_read("La decisión es favorable.")
    life.is_certified(page="passport")
    _, pdf = certificate_pdf(life.world.office, actor=life.owner, case_id=life.case_id)
    face = verify_file(life.world.office, data=pdf).face
    assert face is not None
    assert (face.issued_on, face.expires_on) == ("2026-03-02", "2031-03-02")


def test_nobody_is_turned_away_from_the_passport_by_one_person(town: Town) -> None:
    life = town.begin(PASSPORT)
    life.sends()
    life.settles(Role.ASSESSOR, may_take_part="not_eligible")
    assert life.cannot(Role.ASSESSOR, "invite") == {"check_failed"}
    life.declares(Role.DECISION_MAKER)
    assert life.does(Role.DECISION_MAKER, "turn_away", grounds="Los estudios no estaban terminados.") == "not_issued"
    said = life.reads("/decision")
    assert all(passage in said for passage in ("No aprobada", "Los estudios no estaban terminados.", "Presentar una solicitud nueva")), said


def compared(town: Town, outcome: str, **values: str) -> Life:
    """A certificate of Chile, found in its register and compared by whoever knows the trade."""
    town.confirm(MUTUAL)
    life = town.begin(MUTUAL)
    life.sends()
    life.must_read("Ahora le toca a la institución")
    life.goes_to("evaluation")
    life.settles(Role.TECHNICAL_EXPERT, Role.ASSESSOR, **values)
    life.does(Role.ASSESSOR, "propose", outcome=outcome, grounds="Comparado unidad por unidad.")
    life.declares(Role.DECISION_MAKER)
    return life


def test_a_certificate_of_another_country_counts_here(town: Town) -> None:
    life = compared(town, "full")
    life.does(Role.DECISION_MAKER, "grant", recognised_as="Soldadura de estructuras")
    said = life.is_certified(page="mutual")
    assert "Soldadura de estructuras" in said


def test_a_certificate_of_another_country_counts_in_part_where_the_profile_asks_for_more(town: Town) -> None:
    life = compared(town, "partial", profile_compared="partly_same", gap_shown="not_shown")
    life.does(Role.DECISION_MAKER, "recognise_partly", recognised_as="Soldadura en taller", grounds="Falta la soldadura en altura.")
    assert "Falta la soldadura en altura." in life.reads("/decision")
    life.does(None, "accept_partial")
    assert "Soldadura en taller" in life.is_certified(page="partial")
