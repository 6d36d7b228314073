"""What each person sees of a case, and what nobody but its owner and the staff of its procedure ever does."""

from itertools import pairwise

import pytest

from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import Actor, Role
from credentialing.services import issuing, looking
from credentialing.services.looking import desk_case, history, my_case, name_of, readings
from tests.office import applicant
from tests.services.stage import World


def test_before_the_decision_the_applicant_sees_no_finding_and_no_word_of_the_staff_among_themselves(world: World) -> None:
    case_id = world.degree("decision_awaited")
    view = world.view(case_id)
    assert (dict(view.findings), view.texts, view.recordable) == ({}, (), ())
    inside = desk_case(world.office, actor=world.staff[Role.DECISION_MAKER], case_id=case_id)
    assert set(inside.findings) >= {f"E{n}" for n in range(1, 10)}
    assert [text.field for text in inside.texts] == ["grounds"]
    world.move(world.staff[Role.DECISION_MAKER], case_id, "return_to_evaluation", grounds="Solo para nosotros.")
    assert world.view(case_id).texts == ()


def test_after_the_decision_the_applicant_sees_every_finding_with_its_reason(world: World) -> None:
    case_id = world.degree("denied", refused=True)
    view = world.view(case_id)
    assert view.findings["E9"].reason == "Faltan las materias de estructuras y de suelos."
    assert {(text.move, text.field) for text in view.texts} == {("propose", "grounds"), ("deny", "grounds")}
    assert (view.outcome, view.decision, view.offers, view.editable) == ("refused", "deny", (), False)


def test_the_reasons_for_more_work_are_seen_by_whoever_must_do_it(world: World) -> None:
    case_id = world.skills("plan_agreement")
    assert [(text.move, text.field) for text in world.view(case_id).texts] == [("propose_plan", "plan")]


def test_staff_never_see_their_own_case_from_the_inside(world: World) -> None:
    case_id = world.degree("decision_awaited")
    promoted = Actor(world.owner(case_id).person_id, frozenset({Role.APPLICANT, Role.DECISION_MAKER, Role.ASSESSOR}))
    for look in (desk_case, history):
        with pytest.raises(NotFoundError):
            look(world.office, actor=promoted, case_id=case_id)
    view = my_case(world.office, actor=promoted, case_id=case_id)
    assert (dict(view.findings), view.recordable, [offer.move for offer in view.offers]) == ({}, (), ["withdraw", "postpone", "appeal_silence"])


LOOKS = {
    "my_case": my_case,
    "desk_case": desk_case,
    "history": history,
    "readings": readings,
    "certificate_pdf": issuing.certificate_pdf,
}
SEEN = {
    "owner": {"my_case", "readings", "certificate_pdf"},
    "staff": {"desk_case", "history", "certificate_pdf"},
    "nobody": set(),
}


def test_who_may_look_at_what_is_a_table_and_everything_else_is_not_found(world: World) -> None:
    case_id = world.degree("certified")
    other = applicant(world.office, contact="+573005550999")
    people = {"owner": [world.owner(case_id)], "staff": [], "nobody": [other, world.staff[Role.AUDITOR], world.staff[Role.INTERNAL_VERIFIER]]}
    people["nobody"] += [Actor(None, frozenset({Role.SYSTEM})), Actor(other.person_id, frozenset({Role.APPLICANT, Role.AUDITOR}))]
    people["staff"] += [world.staff[role] for role in (Role.INTAKE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER, Role.REGISTRAR)]
    told: dict[str, set[str]] = {kind: set() for kind in people}
    texts = set()
    for kind, actors in people.items():
        for actor in actors:
            for name, look in LOOKS.items():
                for case in (case_id, "0" * 32):
                    try:
                        look(world.office, actor=actor, case_id=case)
                        told[kind].add(name)
                    except NotFoundError as error:
                        texts.add(str(error))
    assert told == SEEN
    assert texts == {"no such case"}  # an unknown case and a foreign one are the same answer


def test_a_draft_is_seen_by_nobody_but_its_owner(world: World) -> None:
    case_id = world.degree("draft")
    for actor in world.staff.values():
        for look in (desk_case, history):
            with pytest.raises(NotFoundError):
                look(world.office, actor=actor, case_id=case_id)
    assert world.view(case_id).state == "draft"


def test_the_history_is_whole_and_in_order_and_holds_no_word_that_anybody_wrote(world: World) -> None:
    case_id = world.degree("certified", letter=True, days=1)
    lines = history(world.office, actor=world.staff[Role.REGISTRAR], case_id=case_id)
    moves = [line.details["move"] for line in lines if line.event == "case_moved"]
    assert moves == [
        "submit", "ask_once", "answer", "accept", "pay", "confirm_payment", "choose_route", "propose", "grant", "issue", "certify",
    ]  # fmt: skip
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    told = repr([line.details for line in lines])
    assert all(word not in told for word in ("Mariángel", "Peñalver", "diferencia", "apellido", "Civil", "512"))


def test_the_state_is_what_the_trail_adds_up_to(world: World) -> None:
    for case_id in (world.degree("certified", letter=True), world.skills("not_yet_competent", refused=True), world.degree("payment_check")):
        lines = [line for line in history(world.office, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id) if line.event == "case_moved"]
        steps = [(line.details["from"], line.details["to"]) for line in lines]
        assert all(before[1] == after[0] for before, after in pairwise(steps))
        assert (steps[0][0], steps[-1][1], len(steps)) == ("draft", world.case(case_id).state, world.case(case_id).revision)


def test_a_person_is_called_by_the_name_they_gave(world: World) -> None:
    case_id = world.degree("draft")
    assert name_of(world.office, actor=world.owner(case_id)) == "Mariángel Peñalver Núñez"
    assert name_of(world.office, actor=Actor(None, frozenset({Role.SYSTEM}))) == ""


def test_a_certificate_in_the_making_is_shown_as_such_and_cannot_be_fetched(world: World) -> None:
    case_id = world.degree("ready_to_issue")
    with pytest.raises(NotFoundError):
        issuing.certificate_pdf(world.office, actor=world.owner(case_id), case_id=case_id)
    assert world.view(case_id).certificate is None
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    world.run_jobs()
    line = world.view(case_id).certificate
    assert line is not None
    number, pdf = issuing.certificate_pdf(world.office, actor=world.owner(case_id), case_id=case_id)
    assert (line.status, line.number, pdf[:5]) == ("issued", number, b"%PDF-")
    assert looking.my_cases(world.office, actor=world.owner(case_id))[0].outcome == "granted"
