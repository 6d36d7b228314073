"""A paper that cannot be had is never a dead end: another way is asked for, decided with a reason, refused, and asked for again."""

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import Role
from credentialing.services import looking
from credentialing.services.assessing import record_finding
from credentialing.services.demonstration import Course
from credentialing.services.evidence import add_evidence
from credentialing.services.waiving import LONGEST_TEXT, ask_other_way, withdraw_other_way
from credentialing.storage.records import AuditEvent, FindingRecord, WaiverRequest
from tests.office import applicant
from tests.services.stage import World

WORDS = "El registro de Cumaná se quemó en 2019 y no expiden copias."


def ask(world: World, case_id: str, kind: str = "apostille", way: str = "electronic_code", text: str = WORDS) -> str:
    return ask_other_way(world.office, actor=world.owner(case_id), case_id=case_id, kind=kind, way=way, text=text)


def decide(world: World, case_id: str, value: str, reason: str = "Lo confirma el registro del emisor.") -> None:
    record_finding(world.office, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id, subject="waiver_apostille", value=value, reason=reason)


def codes(caught: pytest.ExceptionInfo[RefusedError] | pytest.ExceptionInfo[BadInputError]) -> list[str]:
    return [reason.code for reason in caught.value.reasons]


def without_apostille(world: World, until: str) -> str:
    return world.degree(until, course=Course(without=("apostille",), declared=True))


def test_the_request_stands_in_the_facts_and_its_words_are_sealed_and_in_no_event(world: World) -> None:
    case_id = world.degree("draft")
    request_id = ask(world, case_id, text=f"  {WORDS} ")
    assert dict(world.view(case_id).facts.waivers) == {"apostille": "electronic_code"}
    row = world.rows(sa.select(WaiverRequest))[0]
    assert (row.id, row.kind, row.way, row.withdrawn_at, WORDS.encode() in row.sealed_text) == (request_id, "apostille", "electronic_code", None, False)
    (line,) = world.view(case_id).other_ways
    assert (line.kind, line.way, line.text, line.value, line.decided_at) == ("apostille", "electronic_code", WORDS, "", None)
    event = world.rows(sa.select(AuditEvent).where(AuditEvent.event == "waiver_asked"))[0]
    assert event.details == {"kind": "apostille", "way": "electronic_code"}


def test_the_application_is_sent_without_the_paper_and_an_officer_decides_with_a_reason(world: World) -> None:
    case_id = without_apostille(world, "completeness_check")
    officer = world.staff[Role.INTAKE_OFFICER]
    assert "waiver_apostille" in looking.desk_case(world.office, actor=officer, case_id=case_id).recordable
    with pytest.raises(RefusedError) as caught:
        world.move(officer, case_id, "accept")
    assert "waiver_open" in codes(caught)
    with pytest.raises(RefusedError) as caught:
        decide(world, case_id, "granted", reason=" ")
    assert codes(caught) == ["reason_missing"]
    decide(world, case_id, "granted")
    (line,) = world.view(case_id).other_ways
    assert (line.value, line.reason) == ("granted", "Lo confirma el registro del emisor.")


def test_a_refused_way_goes_back_to_the_person_who_chooses_another(world: World) -> None:
    case_id = without_apostille(world, "completeness_check")
    officer, owner = world.staff[Role.INTAKE_OFFICER], world.owner(case_id)
    decide(world, case_id, "refused", reason="El código no se encuentra en el registro.")
    assert world.move(officer, case_id, "offer_other_way").state == "answer_awaited"
    with pytest.raises(RefusedError) as caught:
        world.move(owner, case_id, "answer")
    assert codes(caught) == ["evidence_missing"]
    ask(world, case_id, way="sworn_statement")
    assert world.view(case_id).other_ways[0].value == ""  # the new request is undecided
    assert world.move(owner, case_id, "answer").state == "completeness_check"
    rows = world.rows(sa.select(FindingRecord).where(FindingRecord.subject == "waiver_apostille"))
    assert [(row.value, row.superseded_at is None) for row in rows] == [("refused", False)]  # kept, and no longer counting
    requests = world.rows(sa.select(WaiverRequest).order_by(WaiverRequest.asked_at))
    assert [(row.way, row.withdrawn_at is None) for row in requests] == [("electronic_code", False), ("sworn_statement", True)]


def test_a_request_is_taken_back_when_the_paper_has_come(world: World) -> None:
    case_id = without_apostille(world, "completeness_check")
    decide(world, case_id, "refused", reason="El código no se encuentra en el registro.")
    world.move(world.staff[Role.INTAKE_OFFICER], case_id, "offer_other_way")
    owner = world.owner(case_id)
    add_evidence(world.office, actor=owner, case_id=case_id, kind="apostille", accepted_as="apostille", file_name="a.pdf", data=b"a")
    withdraw_other_way(world.office, actor=owner, case_id=case_id, kind="apostille")
    assert (dict(world.view(case_id).facts.waivers), world.view(case_id).other_ways, world.events(case_id)[-1]) == ({}, (), "waiver_withdrawn")
    assert "waiver_apostille" not in world.view(case_id).facts.findings
    with pytest.raises(NotFoundError):
        withdraw_other_way(world.office, actor=owner, case_id=case_id, kind="apostille")


@pytest.mark.parametrize(("given", "code"), [
    ({"text": "   "}, "answer_missing"), ({"text": "No lo tengo."}, "field_too_short"), ({"text": "x" * (LONGEST_TEXT + 1)}, "answer_too_long"),
    ({"way": "fee_exemption"}, "answer_not_a_choice"), ({"way": "a_bribe"}, "answer_not_a_choice"),
])  # fmt: skip
def test_what_cannot_be_used_is_named_and_nothing_is_written(world: World, given: dict[str, str], code: str) -> None:
    case_id = world.degree("draft")
    before = world.everything()
    with pytest.raises(BadInputError) as caught:
        ask(world, case_id, **given)
    assert codes(caught) == [code]
    assert world.everything() == before


def test_nothing_is_asked_for_out_of_turn_or_where_there_is_no_other_way_or_by_others(world: World) -> None:
    draft, later, paying = world.degree("draft"), world.degree("evaluation"), world.degree("payment_awaited")
    before = world.everything()
    for case_id, kind, told in ((later, "apostille", "evidence_not_asked"), (draft, "moon_rock", "evidence_not_asked"), (draft, "other_proof", "no_other_way"),
                                (paying, "apostille", "evidence_not_asked")):  # fmt: skip
        with pytest.raises(RefusedError) as caught:
            ask(world, case_id, kind=kind)
        assert codes(caught) == [told]
    for actor in (applicant(world.office, contact="+573005550999"), world.staff[Role.INTAKE_OFFICER]):
        with pytest.raises(NotFoundError):
            ask_other_way(world.office, actor=actor, case_id=draft, kind="apostille", way="electronic_code", text=WORDS)
    assert set(before["waiver_request"]) == set(world.everything()["waiver_request"])


def test_whoever_owes_no_fee_says_so_and_somebody_decides(world: World) -> None:
    case_id = world.degree("payment_awaited")
    ask(world, case_id, kind="payment_receipt", way="fee_exemption", text="Tengo estatuto de refugiada y la ley me exime.")
    assert world.move(world.owner(case_id), case_id, "pay").state == "payment_check"
    officer = world.staff[Role.INTAKE_OFFICER]
    record_finding(world.office, actor=officer, case_id=case_id, subject="receipt_matches", value="exempt", reason="Vista la resolución.")
    with pytest.raises(RefusedError) as caught:
        world.move(officer, case_id, "confirm_payment")
    assert codes(caught) == ["waiver_open"]
    record_finding(world.office, actor=officer, case_id=case_id, subject="waiver_payment_receipt", value="granted", reason="Vista la resolución.")
    assert world.move(officer, case_id, "confirm_payment").state == "evaluation"
