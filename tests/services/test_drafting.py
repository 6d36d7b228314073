"""From a decided case to a draft: the page that the decision asks for, its dates and signatures, and nothing that would make a part look like the whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
import sqlalchemy as sa

from credentialing.certificate.face import Draft, Mutual, Passport, Work
from credentialing.certificate.judging import judge
from credentialing.domain.errors import NotFoundError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services import trail
from credentialing.services.applying import answers_of
from credentialing.services.bodies import SURENESS, Decided, body_of
from credentialing.services.drafting import draft_certificate, expiry_of, level_of
from credentialing.services.gathering import definition_of, gather
from credentialing.services.issuing import studio_of
from credentialing.storage.records import FindingRecord
from credentialing.workflow.facts import Finding
from credentialing.workflow.model import CertificateRule
from tests.services.stage import World

MUTUAL = {"certificate_name": "Instalador eléctrico", "certificate_issuer": "Comisión de los Andes", "certificate_number": "P-0712/4471"}


def draft_of(world: World, case_id: str) -> Draft:
    with world.office.reading() as session:
        case = world.case(case_id)
        return draft_certificate(world.office, session, case, now=world.clock.now())


@contextmanager
def decided(world: World, case_id: str, *, kind: str | None = None, **answers: str) -> Iterator[Decided]:
    """A decided case, perhaps of another kind of procedure and with other answers."""
    with world.office.reading() as session:
        case = world.case(case_id)
        definition = definition_of(world.office, case)
        definition = replace(definition, procedure=replace(definition.procedure, kind=kind or definition.procedure.kind))
        standard = world.office.library.standard(case.standard, case.standard_version) if case.standard else None
        facts = gather(world.office, session, case, now=world.clock.now())
        told = answers_of(world.office, session, case) | answers
        yield Decided(office=world.office, session=session, case=case, definition=definition, facts=facts, answers=told, standard=standard)


def test_a_granted_degree_becomes_a_full_recognition(world: World) -> None:
    draft = draft_of(world, world.degree("ready_to_issue"))
    assert (draft.template, draft.kind, draft.title, draft.expires_on) == ("full", "degree", "Ingeniería Civil", None)
    assert judge(draft, studio_of(world.office)) == ()


def test_an_undecided_case_has_no_draft(world: World) -> None:
    with pytest.raises(NotFoundError):
        draft_of(world, world.degree("evaluation"))


def test_a_whole_profile_becomes_a_certificate_of_competence_with_its_level(world: World) -> None:
    draft = draft_of(world, world.skills("ready_to_issue"))
    assert (draft.template, draft.kind, draft.profile_units) == ("competence", "rpl", None)
    assert draft.level is not None
    assert judge(draft, studio_of(world.office)) == ()


def test_a_profile_with_a_unit_that_was_not_shown_is_certified_unit_by_unit(world: World) -> None:
    case_id = world.skills("ready_to_issue")
    with world.office.transaction() as session:
        last = session.scalars(sa.select(FindingRecord).where(FindingRecord.case_id == case_id, FindingRecord.subject == "U1")).one()
        last.value = "not_yet_competent"
    draft = draft_of(world, case_id)
    assert draft.competence is not None
    assert (draft.template, draft.level, draft.competence.can_do) == ("units", None, None)
    assert draft.profile_units == len(draft.competence.units) + 1
    assert "U1" not in [unit.code for unit in draft.competence.units]
    assert judge(draft, studio_of(world.office)) == ()


def test_whoever_decided_signs_in_the_role_in_which_they_did(world: World) -> None:
    case_id = world.degree("ready_to_issue")
    usual = draft_of(world, case_id)
    assert [person.role["es"] for person in usual.signatories] == ["Decisión"]
    with world.office.transaction() as session:
        case = world.case(case_id)
        decider = Actor(case.decided_by, frozenset({Role.APPEALS_BODY}))
        details = {"move": case.decision, "from": "appeal_decision", "to": "ready_to_issue"}
        trail.note(session, Event.CASE_MOVED, at=world.clock.now(), actor=decider, case=case, role="appeals_body", details=details)
    appealed = draft_of(world, case_id)
    assert [person.name for person in appealed.signatories] == [person.name for person in usual.signatories]
    with decided(world, case_id) as facts:
        assert appealed.signatories[0].role == facts.words("roles.appeals_body")


def test_whoever_registers_signs_second(world: World) -> None:
    case_id = world.degree("certified")
    assert [person.role["es"] for person in draft_of(world, case_id).signatories] == ["Decisión", "Registro"]


def test_validity_is_counted_from_the_day_of_issue(world: World) -> None:
    with decided(world, world.skills("ready_to_issue")) as skills:
        definition, standard = skills.definition, skills.standard
    assert standard is not None

    def until(validity: str, day: date) -> date | None:
        return expiry_of(replace(definition, certificate=CertificateRule("passport", "PC", validity)), standard, day)

    assert until("5_years", date(2026, 11, 23)) == date(2031, 11, 23)
    assert until("5_years", date(2028, 2, 29)) == date(2033, 2, 28)
    assert until("from_standard", date(2026, 11, 23)) == date(2026 + (standard.validity_years or 0), 11, 23)
    assert until("permanent", date(2026, 11, 23)) is None


def test_a_level_stands_only_on_certificates_of_the_country_whose_framework_it_is(world: World) -> None:
    with decided(world, world.skills("ready_to_issue")) as facts:
        definition = facts.definition
        abroad = replace(facts, definition=replace(definition, procedure=replace(definition.procedure, country="CL")))
        assert level_of(facts) is not None
        assert level_of(abroad) is None


def test_a_partial_recognition_says_nothing_of_what_the_whole_would_allow(world: World) -> None:
    with decided(world, world.degree("ready_to_issue")) as facts:
        allows = set(facts.words("allows").values())
        partial, statement = body_of(facts, "partial"), body_of(facts, "statement")
    assert "Ingeniería Civil" in str(partial)
    for body in (partial, statement):
        assert not any(text in str(body) for text in allows)


def test_a_certificate_of_another_country_is_named_by_its_issuer_and_number(world: World) -> None:
    with decided(world, world.degree("ready_to_issue"), kind="mutual_recognition", **MUTUAL) as facts:
        mutual, partial = body_of(facts, "mutual"), body_of(facts, "partial")
    assert isinstance(mutual, Mutual)
    assert (mutual.name, mutual.issuer, mutual.number, mutual.counts_as["es"]) == (*MUTUAL.values(), "Ingeniería Civil")
    assert "Instalador eléctrico" in str(partial)


@pytest.mark.parametrize(("views", "finding"), [
    (("substantiated", "substantiated"), "substantiated"),
    (("substantiated", "likely"), "likely"),
    (("not_substantiated", "substantiated"), "not_substantiated"),
])  # fmt: skip
def test_a_passport_takes_the_weaker_of_the_two_views(views: tuple[str, str], finding: str, world: World) -> None:
    with decided(world, world.degree("ready_to_issue"), occupation_words="Albañilería", years_of_experience="1", field_of_study="other") as facts:
        rule = next(iter(facts.definition.checks.values()))
        asked = {name: replace(rule, name=name, values=tuple(SURENESS), looks_at=("diploma", "transcript")) for name in ("first_view", "second_view")}
        found = {name: Finding(name, value, "somebody", True) for name, value in zip(asked, views, strict=True)}
        facts = replace(facts, definition=replace(facts.definition, checks=MappingProxyType(asked)), facts=replace(facts.facts, findings=found))
        passport = body_of(facts, "passport")
    assert isinstance(passport, Passport)
    (highest,) = passport.qualifications
    assert (highest.finding, highest.subject) == (finding, None)
    assert highest.rests_on is not None
    assert "Título o diploma" in highest.rests_on["es"]
    assert passport.work == Work("Albañilería", 1)
    assert passport.languages is None
