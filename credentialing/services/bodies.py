"""What the page of a certificate speaks of, from a decided case. Free texts of officers are printed as they are written, in the one language they have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate.face import (
    Body,
    Competence,
    Degree,
    Finding,
    Mutual,
    Page,
    Partial,
    Passport,
    Qualification,
    School,
    Statement,
    Unit,
    Words,
    Work,
)
from credentialing.domain.errors import NotFoundError
from credentialing.services import vault
from credentialing.services.office import Office
from credentialing.storage.records import ActText, Case, EvidenceRecord
from credentialing.workflow.facts import Facts
from credentialing.workflow.model import Definition, Standard

SURENESS: tuple[Finding, ...] = ("not_substantiated", "likely", "substantiated")
"""How sure the assessors of a passport are, the weakest first."""

_MOST_PAPERS = 4  # named beside a qualification of a passport


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decided case with everything that its certificate may say."""

    office: Office
    session: Session
    case: Case
    definition: Definition
    facts: Facts
    answers: Mapping[str, str]
    standard: Standard | None

    def words(self, key: str, *, of: Definition | Standard | None = None) -> Words:
        """The words of the procedure (or of a standard) under a key, in every language."""
        return {language: self.office.library.words(language).of(of or self.definition).text(key) for language in self.office.settings.languages}

    def said(self, text: str) -> Words:
        """A text that somebody wrote: it is not translated."""
        return dict.fromkeys(self.office.settings.languages, text)

    def given(self, field: str) -> str:
        """The newest text that somebody gave with a move under this field, or empty."""
        newest = select(ActText).where(ActText.case_id == self.case.id, ActText.field == field).order_by(ActText.id.desc()).limit(1)
        row = self.session.scalar(newest)
        key = vault.case_key(self.office, self.session, self.case)
        return vault.unseal(key, row.sealed, about=f"act/{self.case.id}/{row.revision}/{field}") if row else ""

    @property
    def recognised_as(self) -> Words:
        """What the decision maker wrote that is recognised: a name or a text of the host country."""
        return self.said(self.given("recognised_as"))

    @property
    def studied(self) -> tuple[str, str]:
        """The qualification by its own name, and one line with institution, place and year; for a competency certificate its issuer and number."""
        if self.definition.procedure.kind == "mutual_recognition":
            return self.original("name"), f"{self.original('issuer')} · {self.original('number')}"
        told = self.answers.get
        return told("degree_name", ""), f"{told('institution', '')} · {told('institution_city', '')}, Venezuela · {told('graduation_year', '')}"

    def original(self, part: str) -> str:
        """Name, issuer, number or country of a certificate of another country: as an officer read it in its issuer's register, else as the person told."""
        return self.given(f"certificate_{part}") or self.answers.get(f"certificate_{part}", "")

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units of the standard that were shown, by the findings that still count."""
        rule, standard = self.definition.units_rule, self.standard
        if rule is None or standard is None:
            return ()
        shown = {finding.subject for finding in self.facts.findings.values() if finding.value in rule.passes_with}
        return tuple(Unit(unit.code, self.words(f"units.{unit.code}.title", of=standard)) for unit in standard.units if unit.code in shown)


def _degree(decided: Decided) -> Degree:
    return Degree(*decided.studied, decided.recognised_as, decided.words("allows"))


def _partial(decided: Decided) -> Partial:
    """What the whole would allow is not said: it is only a part."""
    left_out = decided.given("left_out")
    return Partial(*decided.studied, decided.recognised_as, decided.said(left_out) if left_out else None)


def _competence(decided: Decided, *, whole: bool = True) -> Competence:
    standard = decided.standard
    if standard is None:
        raise NotFoundError("no standard was chosen")
    return Competence(
        profile=decided.words("title", of=standard),
        standard=decided.words("notice", of=standard),
        units=decided.units,
        can_do=decided.words("can_do", of=standard) if whole else None,
        occupation=decided.words("occupation", of=standard),
    )


def _some_units(decided: Decided) -> Competence:
    """What a holder of the whole profile can do is not said: it is not shown yet."""
    return _competence(decided, whole=False)


def _statement(decided: Decided) -> Statement:
    return Statement(*decided.studied, decided.recognised_as)


def _school(decided: Decided) -> School:
    return School(*decided.studied, decided.recognised_as, decided.words("allows"))


def _mutual(decided: Decided) -> Mutual:
    name, issuer, number = (decided.original(part) for part in ("name", "issuer", "number"))
    return Mutual(name, issuer, number, decided.recognised_as, decided.words("allows"))


def _passport(decided: Decided) -> Passport:
    """The highest qualification and the work as the person told them, with the weaker of the assessors' views."""
    answers = decided.answers
    asked = [rule for rule in decided.definition.checks.values() if set(rule.values) == set(SURENESS)]
    views = {decided.facts.findings[rule.name].value for rule in asked if rule.name in decided.facts.findings}
    highest = Qualification(
        *decided.studied,
        finding=next((one for one in SURENESS if one in views), SURENESS[0]),
        level=decided.words(f"fields.study_level.values.{answers['study_level']}") if answers.get("study_level") else None,
        subject=_subject(decided),
        rests_on=_papers(decided, tuple(kind for rule in asked for kind in rule.looks_at)),
    )
    occupation, years, languages = (answers.get(name, "") for name in ("occupation_words", "years_of_experience", "languages"))
    return Passport((highest,), Work(occupation, int(years or 0)) if occupation else None, decided.said(languages) if languages else None)


def _subject(decided: Decided) -> Words | None:
    field = decided.answers.get("field_of_study", "other")
    return None if field == "other" else decided.words(f"fields.field_of_study.values.{field}")


def _papers(decided: Decided, kinds: tuple[str, ...]) -> Words | None:
    """The sorts of papers that the assessors could look at, never their content."""
    rows = select(EvidenceRecord.accepted_as).where(
        EvidenceRecord.case_id == decided.case.id, EvidenceRecord.kind.in_(kinds), EvidenceRecord.removed_at.is_(None), EvidenceRecord.accepted_as.is_not(None)
    )
    sorts = list(dict.fromkeys(decided.session.scalars(rows.order_by(EvidenceRecord.added_at, EvidenceRecord.id))))[:_MOST_PAPERS]
    named = [decided.words(f"papers.{sort}") for sort in sorts]
    return {language: "; ".join(words[language] for words in named) for language in decided.office.settings.languages} if named else None


_BY_PAGE: Mapping[Page, Callable[[Decided], Body]] = MappingProxyType({
    "full": _degree, "partial": _partial, "competence": _competence, "units": _some_units, "statement": _statement, "passport": _passport,
    "school": _school, "mutual": _mutual,
})  # fmt: skip


def body_of(decided: Decided, page: Page) -> Body:
    """What the page of this name says of the case; NotFoundError when the standard is missing that it would speak of."""
    return _BY_PAGE[page](decided)
