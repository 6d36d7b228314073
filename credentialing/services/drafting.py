"""From a decided case to the draft of its certificate: plain values, nothing that must not be public."""

import re
from datetime import date, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate.face import BODIES, Draft, Framework, Kind, Level, Page, Signatory, Words
from credentialing.domain import calendars
from credentialing.domain.errors import NotFoundError
from credentialing.domain.events import Event
from credentialing.services import vault
from credentialing.services.applying import answers_of, display_name
from credentialing.services.bodies import Decided, body_of
from credentialing.services.gathering import definition_of, gather
from credentialing.services.office import Office
from credentialing.storage.records import AuditEvent, Case, Person
from credentialing.workflow.model import Definition, Standard

LANGS = {
    **dict.fromkeys(("CO", "PE", "EC", "CL", "AR", "MX", "CR", "PA", "DO", "UY", "XX"), ("es", "en")),
    "BR": ("pt", "en"), "TT": ("en", "es"), "GY": ("en", "es"),
}
"""The languages of a certificate by host country: its own first, then the one that most other readers know."""

LEVELS_OF = {"mnc_co": ("CO", 8)}
"""Whose framework it is, and how many levels it has."""

FRAMEWORKS = {
    "mnc_co": Framework(
        "Marco Nacional de Cualificaciones (Decreto 1649 de 2021)", "https://sena.edu.co/es-co/Empresarios/Paginas/Gestion-de-Cualificaciones.aspx"
    ),
}
"""The name of each framework, and an address where its own country describes it (`workflows/reference/levels.yaml` and `sources.yaml`)."""

_YEARS = re.compile(r"([1-9][0-9]?)_years")


def draft_certificate(office: Office, session: Session, case: Case, *, now: datetime) -> Draft:
    """The draft of the certificate of a case; NotFoundError when nobody has decided it in the person's favour."""
    if case.decided_by is None or case.decided_at is None:
        raise NotFoundError("not decided")
    definition = definition_of(office, case)
    standard = office.library.standard(case.standard, case.standard_version) if case.standard else None
    answers, facts = answers_of(office, session, case), gather(office, session, case, now=now)
    decided = Decided(office=office, session=session, case=case, definition=definition, facts=facts, answers=answers, standard=standard)
    level = level_of(decided) if (page := _page(decided)) == "competence" else None
    issued_on = calendars.local_day(definition.procedure.country, now)
    return Draft(
        template=page,
        kind=cast(Kind, definition.procedure.kind),
        verify_url_base=f"https://{office.settings.verify_host}",
        langs=LANGS[definition.procedure.country],
        display_name=display_name(answers),
        document_ending=re.sub(r"[^0-9A-Za-z]", "", answers.get("identity_document_number", ""))[-4:] or None,
        issued_at=now,
        issued_on=issued_on,
        expires_on=expiry_of(definition, standard, issued_on),
        authority=dict(office.settings.authority),
        signatories=_signatories(decided),
        basis=_basis(office, definition),
        level=level,
        origin=decided.original("country") or "VE",
        specimen=office.settings.demonstration,
        profile_units=len(standard.units) if standard and page == "units" else None,
        occupation_code=standard.isco if standard and page in ("competence", "units") else None,
        framework=FRAMEWORKS.get(standard.level_of) if standard and level else None,
        evidence_kinds=_evidence_kinds(decided) if page in ("competence", "units") else None,
        **{BODIES[page]: body_of(decided, page)},  # type: ignore[arg-type]
    )


def _page(decided: Decided) -> Page:
    """The page that follows from the decision. A profile of which some units were never asked for is certified unit by unit, not as a whole."""
    page, standard = cast(Page, decided.definition.page_of(decided.case.decision)), decided.standard
    return "units" if page == "competence" and standard is not None and len(decided.units) < len(standard.units) else page


def _evidence_kinds(decided: Decided) -> tuple[str, ...] | None:
    """The kinds of evidence that the standard asks for the units that were shown: what was looked at, never by whom or where."""
    shown = {unit.code for unit in decided.units}
    units = decided.standard.units if decided.standard else ()
    return tuple(dict.fromkeys(sorted(piece.kind for unit in units if unit.code in shown for piece in unit.evidence))) or None


def _basis(office: Office, definition: Definition) -> Words | None:
    """The acts by their own names, which are not translated; only those that we are sure of may stand on a certificate."""
    sure = [act.title for act in definition.procedure.legal_basis if act.sure not in ("memory_low", "memory_medium")]
    return dict.fromkeys(office.settings.languages, "; ".join(sure)) if sure else None


def expiry_of(definition: Definition, standard: Standard | None, issued_on: date) -> date | None:
    """The last day of validity: as many years after the day of issue as the rule (`5_years`) or the standard says; None when it does not expire."""
    fixed = _YEARS.fullmatch(definition.certificate.validity)
    years = int(fixed[1]) if fixed else standard.validity_years if definition.certificate.validity == "from_standard" and standard else None
    if years is None:
        return None
    try:
        return issued_on.replace(year=issued_on.year + years)
    except ValueError:  # 29 February
        return issued_on.replace(year=issued_on.year + years, day=28)


def _signatories(decided: Decided) -> tuple[Signatory, ...]:
    """Whoever decided, in the role in which they did, then whoever registers it; never those who assessed. One person who did both signs once."""
    moved = AuditEvent.case_id == decided.case.id, AuditEvent.event == Event.CASE_MOVED.value, AuditEvent.person_id.is_not(None)
    acts = decided.session.execute(select(AuditEvent.person_id, AuditEvent.role, AuditEvent.details).where(*moved).order_by(AuditEvent.position.desc())).all()
    deciding = next((who, role) for who, role, act in acts if who == decided.case.decided_by and act["move"] == decided.case.decision)
    issuing = {name for name, move in decided.definition.moves.items() if "issue_certificate" in move.effects}
    registering = next(((who, role) for who, role, act in acts if act["move"] in issuing), deciding)
    signing = [deciding] if registering[0] == deciding[0] else [deciding, registering]
    return tuple(_signatory(decided, who, role) for who, role in signing)


def _signatory(decided: Decided, person_id: str, role: str) -> Signatory:
    person = decided.session.get_one(Person, person_id)
    return Signatory(vault.profile_of(decided.office, person).display_name, decided.words(f"roles.{role}"))


def level_of(decided: Decided) -> Level | None:
    """The level of the whole standard; None when its framework is another country's, which says nothing where the certificate is issued."""
    standard = decided.standard
    country, levels = LEVELS_OF.get(standard.level_of, ("", 0)) if standard else ("", 0)
    if standard is None or country != decided.definition.procedure.country:
        return None
    return Level(standard.level, levels, decided.words("level", of=standard))
