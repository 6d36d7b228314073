"""The certificate as data: a W3C Verifiable Credential 2.0 that is an Open Badges 3.0 credential (`OpenBadgeCredential`), with two proofs.

It says what the verifier's page says and no more: no document number, nothing of where or when somebody studied, no file. Its texts are in the first language
of the document, because Open Badges has one text in each place. Terms come from the two public contexts alone (`contexts.py`).
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from credentialing.certificate.contexts import PINNED, pinned_contexts
from credentialing.certificate.face import Competence, Degree, Face, Mutual, Page, Partial, Passport, School, Statement, Words
from credentialing.crypto.integrity import did_web, secure
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.strict_json import canonical
from credentialing.domain.calendars import ZONES

Texts: TypeAlias = Mapping[str, str]
Entry: TypeAlias = Mapping[str, str]
"""An entry of `credentialStatus` (Bitstring Status List 1.0, 2.1)."""

TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
ISCO_08 = "http://data.europa.eu/esco/isco/C"
"""The addresses of the groups of ISCO-08, as the European Commission publishes them; the code follows."""

ACHIEVEMENT_TYPES: Mapping[Page, str] = {
    "full": "ext:QualificationRecognition", "partial": "ext:PartialRecognition", "competence": "Certification", "units": "ext:CompetencyUnits",
    "statement": "ext:AdvisoryStatement", "passport": "ext:QualificationsPassport", "school": "ext:SchoolEquivalence", "mutual": "ext:MutualRecognition",
}  # fmt: skip
"""What each page is in Open Badges (its list of achievement types may be extended with `ext:`). A recognition is not the degree itself, and says so."""

_WORDS_OF: Mapping[Page, str] = {
    "full": "full", "partial": "part", "competence": "comp", "units": "unit", "statement": "stat", "passport": "pass", "school": "school", "mutual": "mut",
}  # fmt: skip
_CLOSING = ZoneInfo(ZONES["CO"])  # the days of certificates end where the verifier's days end


def attachment_of(face: Face, keys: KeyRing, *, words: Mapping[str, Words], now: datetime, status: Sequence[Entry] = ()) -> bytes:
    """The signed credential of a certificate: what is attached to its PDF. `words` are the fixed words of the certificates (`Studio.words`)."""
    return sign_credential(credential_of(face, issuer_host=keys.issuer_host, words=words, status=status), keys, now=now)


def sign_credential(document: Mapping[str, Any], keys: KeyRing, *, now: datetime) -> bytes:
    """The document with both proofs, as JSON in UTF-8; the same document, keys and `now` give the same bytes (about 15 ms)."""
    method = f"{did_web(keys.issuer_host)}#{keys.active(Purpose.CREDENTIAL).id}"
    secured = secure(document, sign=lambda data: keys.sign(Purpose.CREDENTIAL, data)[1], method=method, created=now, contexts=pinned_contexts())
    return json.dumps(secured, ensure_ascii=False, separators=(",", ":")).encode()


def credential_of(face: Face, *, issuer_host: str, words: Mapping[str, Words], status: Sequence[Entry] = ()) -> dict[str, Any]:
    """The credential of a certificate, not yet signed; `status` are the entries of `credentialStatus`, the revocation first."""
    lang = face.langs[0]
    t: Texts = {key: texts[lang] for key, texts in words.items()}
    kind = _WORDS_OF[face.template]
    about = f"{t[f'{kind}_title']}. {t[f'{kind}_not']}"
    achievement = _achievement(face, t)
    issuer = {"id": did_web(issuer_host), "type": ["Profile"], "name": face.authority[lang], "url": f"https://{issuer_host}"}
    document: dict[str, Any] = {
        "@context": list(PINNED), "id": face.page_url, "type": TYPES, "name": face.title,
        "description": f"{t['specimen']}. {about}" if face.specimen else about,
        "issuer": issuer, "validFrom": stamp(face.issued_at), "awardedDate": stamp(face.issued_at),
        "credentialSubject": _subject(face, t, achievement), "evidence": list(_evidence(face, t)),
    }  # fmt: skip
    if face.expires_on:
        document["validUntil"] = stamp(end_of(face.expires_on))
    if status:
        document["credentialStatus"] = [dict(entry) for entry in status]
    return document


def stamp(moment: datetime) -> str:
    """A moment as an XML Schema dateTimeStamp in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_of(day: date) -> datetime:
    """The last second of a day of validity."""
    return datetime.combine(day + timedelta(days=1), time(), _CLOSING) - timedelta(seconds=1)


def last_day(moment: datetime) -> date:
    """The day of validity that `end_of` made a moment of."""
    return moment.astimezone(_CLOSING).date()


# --- the achievement -------------------------------------------------------------------------------------------------


def _achievement(face: Face, t: Texts) -> dict[str, Any]:
    """What was recognised or certified. Its id is made from its content: two people with the same achievement share the id, and nothing else does."""
    content: dict[str, Any] = {
        "type": ["Achievement"], "achievementType": ACHIEVEMENT_TYPES[face.template], "name": face.title, "inLanguage": face.langs[0],
        "description": " ".join(_described(face, t)), "criteria": {"narrative": _criteria(face, t)},
    }  # fmt: skip
    if alignment := list(_alignment(face, t)):
        content["alignment"] = alignment
    base = _name_of(content | {"results": [name for name, _ in _results(face, t)]})
    if results := [_result_description(base, place, name, more) for place, (name, more) in enumerate(_results(face, t))]:
        content["resultDescription"] = [{key: value for key, value in one.items() if key != "achieved"} for one in results]
    return {"id": base, **content}


def _name_of(content: object) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, canonical(content).decode()).urn


def _described(face: Face, t: Texts) -> Iterator[str]:
    """One or more sentences; what a part leaves out is never left out here."""
    lang = face.langs[0]
    match face.body:
        case Degree(name=name, recognised_as=words, effect=effect):
            yield f"{name}: {t['comparable']} {words[lang]}."
            yield from _effect(effect, lang, t)
        case Competence(profile=profile, can_do=can_do) if face.template == "competence":
            yield can_do[lang] if can_do else f"{profile[lang]}."
        case Competence(units=units):
            yield t["unit_extent"].format(shown=len(units), of=face.profile_units)
        case Partial(recognised=recognised, left_out=left_out):
            yield f"{t['part_yes']}: {recognised[lang]}"
            yield f"{t['part_no']}: {left_out[lang] if left_out else t['part_rest']}"
        case Statement(name=name, comparison=comparison):
            yield f"{name}: {comparison[lang]}"
        case Passport():
            yield t["pass_is_text"]
        case School(name=name, equivalent=words, effect=effect):
            yield f"{name}: {t['school_link']} {words[lang]}."
            yield from _effect(effect, lang, t)
        case Mutual(name=name, issuer=issuer, number=number, effect=effect):
            yield f"{name} · {t['mut_issuer']}: {issuer} · {t['mut_number']}: {number}."
            yield from _effect(effect, lang, t)


def _effect(effect: Words | None, lang: str, t: Texts) -> Iterator[str]:
    if effect:
        yield f"{t['effect']}: {effect[lang]}"


def _criteria(face: Face, t: Texts) -> str:
    match face.body:
        case Competence(standard=standard, assessed=assessed):
            how = t["cred_by_units"].format(standard=standard[face.langs[0]])
            return f"{how} {assessed[face.langs[0]]}" if assessed else how
        case Passport():
            return t["pass_how_text"]
        case Mutual():
            return t["cred_by_register"]
        case _:
            return t["cred_by_papers"]


def _alignment(face: Face, t: Texts) -> Iterator[dict[str, Any]]:
    """Places in public lists: the occupation in ISCO-08, the level in the national framework. Only what has an address there can be named."""
    competence, level, framework = face.competence, face.level, face.framework
    if competence and face.occupation_code:
        name = (competence.occupation or competence.profile)[face.langs[0]]
        yield {
            "type": ["Alignment"], "targetName": name, "targetCode": face.occupation_code, "targetFramework": "ISCO-08", "targetType": "ext:Occupation",
            "targetUrl": ISCO_08 + face.occupation_code,
        }  # fmt: skip
    if level and framework:
        yield {
            "type": ["Alignment"], "targetName": t["level_alt"].format(value=level.value, of=level.of), "targetCode": str(level.value),
            "targetFramework": framework.name, "targetDescription": level.text[face.langs[0]], "targetType": "ext:QualificationLevel",
            "targetUrl": framework.url,
        }  # fmt: skip


# --- results and evidence --------------------------------------------------------------------------------------------


def _results(face: Face, t: Texts) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each result, what may be said of it, and under `achieved` what was achieved."""
    for unit in face.competence.units if face.competence else ():
        yield f"{unit.code} {unit.name[face.langs[0]]}", {"resultType": "Status", "achieved": {"status": "Completed"}}
    for one in face.passport.qualifications if face.passport else ():
        scale = [t[finding] for finding in ("not_substantiated", "likely", "substantiated")]
        yield one.name, {"resultType": "Result", "allowedValue": scale, "achieved": {"value": t[one.finding]}}
    if face.level:
        scale_of = {"valueMin": "1", "valueMax": str(face.level.of)}
        yield t["level"], {"resultType": "Result", **scale_of, "achieved": {"value": str(face.level.value)}}


def _result_description(base: str, place: int, name: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/{place}").urn, "type": ["ResultDescription"], "name": name, **more}


def _subject(face: Face, t: Texts, achievement: dict[str, Any]) -> dict[str, Any]:
    """Whom it is about: the name as printed and nothing else of the person; the number of the certificate."""
    identity = {"type": "IdentityObject", "hashed": False, "identityHash": face.display_name, "identityType": "name"}
    subject: dict[str, Any] = {"type": ["AchievementSubject"], "identifier": [identity], "licenseNumber": face.number, "achievement": achievement}
    described = achievement.get("resultDescription", [])
    if described:
        achieved = (more["achieved"] for _, more in _results(face, t))
        subject["result"] = [{"type": ["Result"], "resultDescription": one["id"], **got} for one, got in zip(described, achieved, strict=True)]
    return subject


def _evidence(face: Face, t: Texts) -> Iterator[dict[str, Any]]:
    """Kinds of evidence, never the evidence."""
    lang = face.langs[0]
    match face.body:
        case Competence():
            kinds = face.evidence_kinds or ("assessed",)
            yield from (_piece(t[f"cred_{kind}"], "assessment" if kind == "assessed" else kind) for kind in kinds)
        case Passport(qualifications=qualifications):
            yield _piece(t["always_asked"], "interview")
            seen = dict.fromkeys(one.rests_on[lang] for one in qualifications if one.rests_on)
            yield from (_piece(text, "document") for text in seen)
        case Mutual():
            yield _piece(t["cred_register"], "register")
        case _:
            yield _piece(t["cred_papers"], "document")


def _piece(name: str, genre: str) -> dict[str, Any]:
    return {"type": ["Evidence"], "name": name, "genre": genre}
