"""Reading a credential back as a stranger would: our two contexts, our two proofs, our issuer, our host; then what it says.

Everything up to the first proof is done on bytes that anybody may have written, so it is bounded and knows no parser but that of JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from credentialing.certificate.contexts import PINNED, pinned_contexts
from credentialing.certificate.credential import ACHIEVEMENT_TYPES, TYPES, end_of, last_day, stamp
from credentialing.certificate.face import Face, Page, StatusPlace
from credentialing.certificate.outcomes import Check, CheckName, complete, failed, passed
from credentialing.certificate.trust import Trust
from credentialing.crypto.integrity import JCS, RDFC, check
from credentialing.crypto.signing import VerifyingKey
from credentialing.crypto.strict_json import read_object
from credentialing.domain.errors import BadInputError, BrokenSealError
from credentialing.domain.numbers import parse_certificate_code

LARGEST_CREDENTIAL = 200_000  # bytes; ours stay below 30,000
_SKEW = timedelta(minutes=10)
_PAGES: Mapping[str, Page] = {name: page for page, name in ACHIEVEMENT_TYPES.items()}


@dataclass(frozen=True, slots=True)
class CredentialClaims:
    """What a credential says, as far as it can be held against a certificate; `page` names the document as `Draft.template` does."""

    code: str
    number: str
    name: str
    title: str
    language: str
    page: Page
    units: tuple[str, ...]
    level: tuple[int, int] | None
    issued_at: datetime
    expires_on: date | None
    status: StatusPlace | None

    @property
    def issued_on(self) -> date:
        """The day of issue where the verifier's days begin and end."""
        return last_day(self.issued_at)


@dataclass(frozen=True, slots=True)
class CredentialReading:
    """The checks on a credential, and its claims when both proofs are ours."""

    checks: tuple[Check, ...]
    claims: CredentialClaims | None


def looks_like_json(data: bytes) -> bool:
    """Whether a file is meant as JSON: a credential rather than a picture or a PDF."""
    return data.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] in (b"{", b"[")


def code_in_credential(data: bytes) -> str | None:
    """The code in the address of a credential, whoever signed it; None when there is none. To look up what else may vouch for it."""
    try:
        return parse_certificate_code(str(read_object(data, largest=LARGEST_CREDENTIAL).get("id")).rpartition("/c/")[2])
    except (BrokenSealError, BadInputError):
        return None


def read_credential(data: bytes, *, trust: Trust, now: datetime, protected_since: datetime | None = None) -> CredentialReading:
    """Judge a credential from its own proofs alone; never raises. `protected_since` is when somebody else than our keys vouches that it was there: what is
    older than the theft of a key stays good.

    Problems: readable `file_too_large`, `not_a_credential` (no JSON, two members of one name, a tower of brackets, other contexts or types than ours);
    unaltered `proof_missing`, `proof_malformed`, `signature_wrong`, `code_wrong`; ours `other_issuer`, `other_host`, `key_unknown`, `key_compromised`,
    `not_valid_yet`.
    """
    try:
        document = read_object(data, largest=LARGEST_CREDENTIAL)
    except BrokenSealError as error:
        return _stopped(failed(CheckName.READABLE, "file_too_large" if str(error) == "too_large" else "not_a_credential"))
    if document.get("@context") != list(PINNED) or document.get("type") != TYPES:
        return _stopped(failed(CheckName.READABLE, "not_a_credential"))
    readable = passed(CheckName.READABLE)
    if problem := _not_from_us(document, trust):
        return _stopped(readable, failed(CheckName.OURS, problem))
    if broken := _broken(document, trust, protected_since):
        return _stopped(readable, broken)
    try:
        claims = _claims(document)
    except BadInputError:
        return _stopped(readable, failed(CheckName.UNALTERED, "code_wrong"))
    except (KeyError, ValueError, TypeError, IndexError):
        return _stopped(readable, failed(CheckName.UNALTERED, "proof_malformed"))
    if claims.issued_at > now + _SKEW:
        return _stopped(readable, passed(CheckName.UNALTERED), failed(CheckName.OURS, "not_valid_yet"))
    checks = complete((readable, passed(CheckName.UNALTERED), passed(CheckName.OURS)), otherwise="not_run")
    return CredentialReading(checks, claims)


def _stopped(*checks: Check) -> CredentialReading:
    return CredentialReading(complete(checks, otherwise="earlier_check_failed"), None)


def _not_from_us(document: Mapping[str, Any], trust: Trust) -> str | None:
    """Told apart before any proof, so that a credential of somebody else is called that and not a forgery."""
    issuer = document.get("issuer")
    if not isinstance(issuer, dict) or issuer.get("id") != trust.issuer:
        return "other_issuer"
    name = document.get("id")
    return None if isinstance(name, str) and name.lower().startswith(f"https://{trust.verify_host.lower()}/c/") else "other_host"


def _broken(document: Mapping[str, Any], trust: Trust, protected_since: datetime | None) -> Check | None:
    """The check that the proofs fail, or None when both hold and their keys are ours and good."""

    def point(method: str) -> bytes | None:
        key = _key(trust, method)
        return key.point if key else None

    proofs = check(document, points=point, contexts=pinned_contexts(), suites=(JCS, RDFC))
    if any((key := _key(trust, proof.method)) and not key.stands(protected_since) for proof in proofs):
        return failed(CheckName.OURS, "key_compromised")
    problem = next((proof.problem for proof in proofs if proof.problem is not None), None)
    if problem is None:
        return None
    named = problem if problem in ("proof_missing", "proof_malformed", "signature_wrong", "key_unknown") else "proof_malformed"
    return failed(CheckName.OURS if named == "key_unknown" else CheckName.UNALTERED, named)


def _key(trust: Trust, method: str) -> VerifyingKey | None:
    """The key of a verification method of ours, for credentials and for nothing else."""
    did, _, kid = method.partition("#")
    return trust.credential_keys.get(kid) if did == trust.issuer else None


def _claims(document: Mapping[str, Any]) -> CredentialClaims:
    subject = document["credentialSubject"]
    achievement, (identity,) = subject["achievement"], subject["identifier"]
    described = {one["id"]: one for one in achievement.get("resultDescription", ())}
    results = [(described[one["resultDescription"]], one) for one in subject.get("result", ())]
    levels = [(int(got["value"]), int(one["valueMax"])) for one, got in results if "valueMax" in one]
    until = document.get("validUntil")
    return CredentialClaims(
        code=parse_certificate_code(urlsplit(document["id"]).path.removeprefix("/c/")),
        number=subject["licenseNumber"],
        name=identity["identityHash"],
        title=document["name"],
        language=achievement["inLanguage"],
        page=_PAGES[achievement["achievementType"]],
        units=tuple(one["name"] for one, got in results if got.get("status") == "Completed"),
        level=levels[0] if levels else None,
        issued_at=datetime.fromisoformat(document["validFrom"]),
        expires_on=last_day(datetime.fromisoformat(until)) if until else None,
        status=_place(document.get("credentialStatus", ())),
    )


def _place(entries: Sequence[Mapping[str, str]]) -> StatusPlace | None:
    """Where the certificate stands in the lists: the same place for every purpose."""
    places = {StatusPlace(int(one["statusListCredential"].split("/")[4]), int(one["statusListIndex"])) for one in entries}
    if len(places) > 1:
        raise ValueError("two places for one certificate")
    return places.pop() if places else None


def credential_claims_of(face: Face) -> CredentialClaims:
    """What the credential of this certificate says: what a reading is compared with."""
    lang = face.langs[0]
    return CredentialClaims(
        code=face.code, number=face.number, name=face.display_name, title=face.title, language=lang, page=face.template,
        units=tuple(f"{unit.code} {unit.name[lang]}" for unit in face.competence.units) if face.competence else (),
        level=(face.level.value, face.level.of) if face.level else None, issued_at=datetime.fromisoformat(stamp(face.issued_at)).astimezone(UTC),
        expires_on=last_day(end_of(face.expires_on)) if face.expires_on else None,
        status=face.status,
    )  # fmt: skip
