"""What may happen beside the main way: a pause, a rest, another centre, a double, a case that should not exist. Nobody loses what they sent."""

from datetime import date

from credentialing.domain.people import Role
from credentialing.services import centres
from tests.journeys.life import Life, Town

CO, RPL = "co-degree-convalidacion", "co-rpl-sena-eccl"


def test_a_person_postpones_twice_and_the_second_pause_ends_by_itself(town: Town) -> None:
    life = town.begin(RPL)
    life.sends()
    assert life.does(None, "postpone") == "postponed"
    life.must_read("Ahora le toca a usted", "Tiene hasta el 29 de agosto.", "0 de 180 días")
    assert life.cannot(Role.INTAKE_OFFICER, "accept") == {"wrong_state"}
    life.pass_days(30)
    assert life.does(None, "resume") == "screening"
    assert life.clock("screening").used == 0
    life.does(None, "postpone")
    life.pass_days(165)
    assert len(life.letters()) > 1
    life.must_read("Tiene hasta el 28 de septiembre.")
    life.pass_limit("postponed")
    assert (life.state(), life.today()) == ("screening", date(2026, 9, 29))
    assert life.cannot(None, "postpone") == {"at_most_reached"}
    assert "Poner mi solicitud en pausa" not in life.reads()


def test_a_draft_rests_is_opened_again_by_its_owner_and_is_sent(town: Town) -> None:
    life = town.begin(CO)
    life.pass_limit("prepare")
    assert (life.state(), life.letters()[-1]) == ("resting", "hay novedades")
    said = life.must_read("Ahora le toca a usted")
    assert life.does(None, "reopen") == "draft", said
    assert len(life.view.papers) > 3
    assert "El número de su caso es" in life.sends()


def test_a_case_that_rests_for_a_year_is_closed_and_says_what_is_left(town: Town) -> None:
    life = town.begin(CO)
    life.sends()
    life.goes_to("payment_awaited")
    life.pass_limit("pay")
    life.must_read("Ahora le toca a usted")
    life.pass_limit("resting")
    assert (life.state(), life.world.case(life.case_id).outcome) == ("lapsed", "lapsed")
    said = life.reads("/decision")
    assert "Presentar una solicitud nueva" in said, said


def test_a_case_goes_to_another_centre_and_the_staff_of_the_first_lose_sight_of_it(town: Town) -> None:
    office, near = town.world.office, town.other(Role.ASSESSOR)
    far = centres.add_centre(office, actor=None, name="Centro de Construcción de Cali", city="Cali", country="CO")
    here = centres.add_centre(office, actor=None, name="Centro Metalmecánico de Cúcuta", city="Cúcuta", country="CO")
    life = town.begin(RPL)
    life.sends()
    centres.place_person(office, actor=None, person_id=str(near.person_id), centre_id=here)
    centres.place_person(office, actor=None, person_id=str(town.world.staff[Role.ASSESSOR].person_id), centre_id=far)
    assert life.does(Role.INTAKE_OFFICER, "transfer", centre=here, grounds="La persona vive en Cúcuta.") == "screening"
    assert town.browser(near).attempt(life.desk) == 200
    life.does(Role.INTAKE_OFFICER, "transfer", centre=far, grounds="La persona se mudó a Cali.")
    assert (town.browser(near).attempt(life.desk), town.browser(town.world.staff[Role.ASSESSOR]).attempt(life.desk)) == (404, 200)
    life.must_read("Centro Centro de Construcción de Cali · Cali")
    assert life.letters()[-2:] == ["hay novedades", "hay novedades"]
    assert life.cannot(Role.INTAKE_OFFICER, "transfer", centre=far, grounds="Otra vez.") == {"centre_is_the_same"}


def test_the_second_application_of_a_person_is_joined_with_the_first(town: Town) -> None:
    first = town.begin(CO)
    first.sends()
    second, stranger = town.begin_again(first), town.begin(CO)
    second.sends()
    stranger.sends()
    number = town.world.case(first.case_id).number
    assert stranger.cannot(Role.INTAKE_OFFICER, "merge_duplicate", duplicate_of=number, grounds="Parece la misma.") == {"duplicate_of_another_person"}
    assert second.does(Role.INTAKE_OFFICER, "merge_duplicate", duplicate_of=number, grounds="Es la misma solicitud.") == "merged"
    assert (town.world.case(second.case_id).merged_into, second.world.case(second.case_id).outcome) == (first.case_id, "cancelled")
    said = second.reads("/decision")
    assert all(passage in said for passage in ("Es la misma solicitud.", "Abrir mi otra solicitud")), said
    browser = town.browser(second.owner)
    browser.open(f"{second.url}/decision")
    assert first.url in browser.links
    assert first.state() == "completeness_check"


def test_a_case_that_somebody_else_opened_in_a_persons_name_is_cancelled(town: Town) -> None:
    life = town.begin(CO)
    life.sends()
    life.declares(Role.DECISION_MAKER)
    assert life.does(Role.DECISION_MAKER, "cancel", grounds="La abrió otra persona en su nombre.") == "cancelled"
    said = life.reads("/decision")
    assert all(passage in said for passage in ("La abrió otra persona en su nombre.", "Presentar una solicitud nueva")), said
    assert _nothing_moves(life)


def _nothing_moves(life: Life) -> bool:
    before = (life.letters(), life.state())
    life.pass_days(400)
    return (life.letters(), life.state()) == before
