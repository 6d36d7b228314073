"""The only vocabulary that a definition may use: effects, form fields, what acts ask for, papers, consents. (Guards stand in `guards.py`.)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from credentialing.domain.errors import Reason
from credentialing.workflow.model import Definition

FieldKind: TypeAlias = Literal["text", "long_text", "date", "year", "integer", "choice", "email", "phone", "unit_codes"]

EFFECTS: frozenset[str] = frozenset(
    {
        "send_receipt", "send_questions", "send_payment_request", "send_plan", "send_improvement_plan", "send_news",
        "issue_certificate", "send_certificate", "send_refusal", "send_farewell", "send_lapse_notice",
    }
)

CONSENTS: tuple[str, ...] = ("processing", "contact_issuer")
REQUIRED_CONSENTS: tuple[str, ...] = ("processing",)

PAPERS: frozenset[str] = frozenset(
    {
        "ppt", "passport", "foreigner_id", "citizen_id", "venezuelan_id", "protection_document",
        "diploma", "transcript", "apostille", "consular_certificate", "registry_extract", "study_plan", "practice_certificate",
        "payment_receipt", "employer_letter", "payslip", "third_party_letter", "sworn_statement", "photo", "video", "training_certificate",
        "translation", "name_change_proof", "power_of_attorney", "syllabi", "birth_certificate", "curriculum_vitae", "professional_licence",
        "institution_letter", "study_certificate", "staff_list", "quality_press", "application_letter", "migration_permit", "foreign_certificate",
        "life_story", "student_card", "enrolment_proof", "degree_photo", "host_certificate", "exam_result",
    }
)

WAYS: tuple[str, ...] = (
    "issuer_database", "electronic_code", "host_certification", "sworn_statement", "named_referee", "background_paper", "knowledge_test", "fee_exemption",
)
"""The other ways to show what a missing paper would show, the strongest first; `fee_exemption` stands for a receipt that nobody owes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form: its type, limits (characters, or least and most for numbers) and autocomplete token."""

    name: str
    kind: FieldKind
    section: str
    required: bool
    max_length: int
    autocomplete: str | None = None
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


def _table(*fields: Field) -> Mapping[str, Field]:
    return MappingProxyType({field.name: field for field in fields})


SECTIONS: tuple[str, ...] = ("person", "contact", "studies", "work")

FIELDS: Mapping[str, Field] = _table(
    Field("given_names", "text", "person", True, 100, "given-name"),
    Field("family_names", "text", "person", True, 100, "family-name"),
    Field("display_name", "text", "person", False, 90, "name"),
    Field("identity_document_type", "choice", "person", True, 40, None,
          ("ppt", "foreigner_id", "passport", "citizen_id", "protection_document", "venezuelan_id")),
    Field("identity_document_number", "text", "person", True, 40),
    Field("birth_date", "date", "person", True, 10, "bday"),
    Field("city", "text", "contact", True, 80, "address-level2"),
    Field("email", "email", "contact", False, 254, "email"),
    Field("phone", "phone", "contact", False, 20, "tel"),
    Field("degree_name", "text", "studies", True, 140),
    Field("institution", "text", "studies", True, 90, "organization"),
    Field("institution_city", "text", "studies", True, 40),
    Field("graduation_year", "year", "studies", True, 4, None, (), 1940, 2100),
    Field("study_level", "choice", "studies", True, 40, None, ("technical", "undergraduate", "specialisation", "masters", "doctorate")),
    Field("field_of_study", "choice", "studies", True, 40, None, ("health", "law", "accounting", "education", "engineering", "other")),
    Field("school_level", "choice", "studies", True, 40, None, ("primary", "secondary_years", "school_leaving")),
    Field("papers_language", "choice", "studies", True, 40, None, ("spanish", "portuguese", "english", "french", "other")),
    Field("names_differ", "choice", "studies", True, 40, None, ("same", "differ")),
    Field("purpose", "choice", "studies", True, 40, None, ("employment", "regulated_profession", "further_study", "public_post")),
    Field("languages", "text", "studies", False, 160),
    Field("certificate_name", "text", "work", True, 140),
    Field("certificate_issuer", "text", "work", True, 140),
    Field("certificate_number", "text", "work", True, 40),
    Field("certificate_country", "choice", "work", True, 40, None,
          ("CO", "CL", "PE", "MX", "EC", "AR", "BR", "CR", "PA", "DO", "UY", "VE", "TT", "other_country")),
    Field("occupation_words", "text", "work", True, 100, "organization-title"),
    Field("years_of_experience", "integer", "work", True, 2, None, (), 0, 70),
    Field("workplace", "text", "work", True, 150),
    Field("tasks", "long_text", "work", True, 1500),
    Field("standard", "choice", "work", True, 80),
)

ASKED: Mapping[str, Field] = _table(
    Field("grounds", "long_text", "act", True, 4000),
    Field("recognised_as", "text", "act", True, 140),
    Field("outcome", "choice", "act", True, 40),
    Field("route", "choice", "act", True, 40),
    Field("units", "unit_codes", "act", True, 200),
    Field("plan", "long_text", "act", True, 4000),
    Field("remedy", "choice", "act", True, 40),
    Field("appeal_opinion", "choice", "act", True, 40, None, ("uphold", "annul", "replace", "send_back")),
    Field("duplicate_of", "text", "act", True, 16),
    Field("centre", "text", "act", True, 32),
)


LONGER: Mapping[str, Mapping[str, int]] = MappingProxyType({"recognised_as": {"partial": 400, "statement": 400, "passport": 400}})
"""Where a text that an act asks for may be longer, because the certificate page that follows has room for it: field -> page -> characters."""


def longest(definition: Definition, move: str, *, name: str) -> int:
    """How many characters a move may give under an asked field."""
    return LONGER.get(name, {}).get(definition.page_of(move), ASKED[name].max_length)


def choices_of(definition: Definition, name: str) -> tuple[str, ...]:
    """The values of a choice field (form or asked), those that the definition itself lists included; () when it is not a choice."""
    appeals = tuple(name for name, remedy in definition.procedure.remedies.items() if remedy.runs_here)
    own = {"outcome": definition.procedure.outcomes, "route": definition.routes, "standard": tuple(definition.standards), "remedy": appeals}
    field = FIELDS.get(name) or ASKED[name]
    return own.get(name, field.values)


def _number_problem(field: Field, text: str) -> str | None:
    if not (text.isascii() and text.isdigit()):
        return "answer_not_a_number"
    outside = (field.least is not None and int(text) < field.least) or (field.most is not None and int(text) > field.most)
    return "answer_out_of_range" if outside else None


def _date_problem(text: str) -> str | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "answer_not_a_date"
    return None


def problems_of_answer(definition: Definition, name: str, *, text: str) -> tuple[Reason, ...]:
    """Everything wrong with an answer to a field of the form, each reason naming the field; dates are ISO (2026-03-01). Blank is wrong only when required."""
    field = FIELDS[name]
    if not text.strip():
        return (Reason("answer_missing", {"field": name}),) if field.required else ()
    if len(text) > field.max_length:
        return (Reason("answer_too_long", {"field": name, "limit": field.max_length}),)
    code: str | None = None
    if field.kind == "choice" and text not in choices_of(definition, name):
        code = "answer_not_a_choice"
    elif field.kind in ("integer", "year"):
        code = _number_problem(field, text)
    elif field.kind == "date":
        code = _date_problem(text)
    return (Reason(code, {"field": name}),) if code else ()
