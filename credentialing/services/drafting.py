"""From a decided case to the draft of its certificate: plain values, nothing that must not be public."""

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate.face import Competence, Degree, Draft, Level, Signatory, Unit, Words
from credentialing.domain import calendars
from credentialing.domain.errors import NotFoundError
from credentialing.domain.events import Event
from credentialing.domain.people import Role
from credentialing.services import vault
from credentialing.services.applying import answers_of, display_name
from credentialing.services.gathering import definition_of
from credentialing.services.office import Office
from credentialing.storage.records import ActText, AuditEvent, Case, FindingRecord, Person
from credentialing.workflow.model import Definition, Standard

LANGS = {
    **dict.fromkeys(("CO", "PE", "EC", "CL", "AR", "MX", "CR", "PA", "DO", "UY", "XX"), ("es", "en")),
    "BR": ("pt", "en"), "TT": ("en", "es"), "GY": ("en", "es"),
}
"""The languages of a certificate by host country: its own first, then the one that most other readers know."""

LEVELS_OF = {"mnc_co": 8}
"""How many levels a national framework has."""


def draft_certificate(office: Office, session: Session, case: Case, *, now: datetime) -> Draft:
    """The draft of the certificate of a case; NotFoundError when nobody has decided it in the person's favour."""
    definition = definition_of(office, case)
    if case.decided_by is None or case.decided_at is None:
        raise NotFoundError("not decided")
    answers = answers_of(office, session, case)
    issued_on = calendars.local_day(definition.procedure.country, now)
    standard = office.library.standard(case.standard, case.standard_version) if case.standard else None
    is_competence = definition.certificate.template == "competence"
    return Draft(
        template="competence" if is_competence else "full",
        kind="rpl" if is_competence else "degree",
        verify_url_base=f"https://{office.settings.verify_host}",
        langs=LANGS[definition.procedure.country],
        display_name=display_name(answers),
        document_ending=re.sub(r"[^0-9A-Za-z]", "", answers.get("identity_document_number", ""))[-4:] or None,
        issued_at=now,
        issued_on=issued_on,
        expires_on=_expiry(definition, standard, issued_on),
        authority=dict(office.settings.authority),
        signatories=_signatories(office, session, case, definition),
        basis=_basis(office, definition),
        level=_level(office, standard) if standard else None,
        degree=None if is_competence else _degree(office, session, case, definition, answers),
        competence=_competence(office, session, case, standard) if is_competence and standard else None,
        specimen=office.settings.demonstration,
    )


def _basis(office: Office, definition: Definition) -> Words | None:
    """The acts by their own names, which are not translated; only those that we are sure of may stand on a certificate."""
    sure = [act.title for act in definition.procedure.legal_basis if act.sure not in ("memory_low", "memory_medium")]
    return dict.fromkeys(office.settings.languages, "; ".join(sure)) if sure else None


def _words(office: Office, thing: Definition | Standard, key: str) -> Words:
    return {language: office.library.words(language).of(thing).text(key) for language in office.settings.languages}


def _expiry(definition: Definition, standard: Standard | None, issued_on: date) -> date | None:
    if definition.certificate.validity == "permanent" or standard is None or standard.validity_years is None:
        return None
    try:
        return issued_on.replace(year=issued_on.year + standard.validity_years)
    except ValueError:  # 29 February
        return issued_on.replace(year=issued_on.year + standard.validity_years, day=28)


def _signatories(office: Office, session: Session, case: Case, definition: Definition) -> tuple[Signatory, ...]:
    """Whoever decided, then whoever registers it; never those who assessed. One person in both roles signs once."""
    registrar = session.scalar(
        select(AuditEvent.person_id)
        .where(AuditEvent.case_id == case.id, AuditEvent.event == Event.CASE_MOVED.value, AuditEvent.role == Role.REGISTRAR.value)
        .order_by(AuditEvent.position.desc())
        .limit(1)
    )
    signing = {case.decided_by: Role.DECISION_MAKER} | ({registrar: Role.REGISTRAR} if registrar and registrar != case.decided_by else {})
    people = [(session.get_one(Person, person_id), role) for person_id, role in signing.items()]
    return tuple(Signatory(vault.profile_of(office, person).display_name, _words(office, definition, f"roles.{role.value}")) for person, role in people)


def _degree(office: Office, session: Session, case: Case, definition: Definition, answers: dict[str, str]) -> Degree:
    title = act_text(office, session, case, "recognised_as")
    awarded = f"{answers['institution']} · {answers['institution_city']}, Venezuela · {answers['graduation_year']}"
    recognised_as = dict.fromkeys(office.settings.languages, title)  # a title of the host country is a name: it is not translated
    return Degree(answers["degree_name"], awarded, recognised_as, _words(office, definition, "allows"))


def act_text(office: Office, session: Session, case: Case, field: str) -> str:
    """The newest text that somebody gave with a move under this field, or empty."""
    row = session.scalar(select(ActText).where(ActText.case_id == case.id, ActText.field == field).order_by(ActText.id.desc()).limit(1))
    return vault.unseal(vault.case_key(office, session, case), row.sealed, about=f"act/{case.id}/{row.revision}/{field}") if row else ""


def _level(office: Office, standard: Standard) -> Level:
    return Level(standard.level, LEVELS_OF[standard.level_of], _words(office, standard, "level"))


def _competence(office: Office, session: Session, case: Case, standard: Standard) -> Competence:
    passed = session.scalars(
        select(FindingRecord.subject).where(FindingRecord.case_id == case.id, FindingRecord.superseded_at.is_(None), FindingRecord.value == "competent")
    ).all()
    units = tuple(Unit(unit.code, _words(office, standard, f"units.{unit.code}.title")) for unit in standard.units if unit.code in passed)
    return Competence(
        profile=_words(office, standard, "title"),
        standard=_words(office, standard, "notice"),
        units=units,
        can_do=_words(office, standard, "can_do"),
        occupation=_words(office, standard, "occupation"),
    )
