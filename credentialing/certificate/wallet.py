"""The certificate for a wallet: an SD-JWT VC of which the holder shows as much as they choose. It says what the Open Badges credential says, in flat claims."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from credentialing.certificate.credential import ACHIEVEMENT_TYPES, ISCO_08, end_of
from credentialing.certificate.face import Face
from credentialing.certificate.trust import Trust
from credentialing.crypto import sdjwt
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import BrokenSealError
from credentialing.resources import data_dir

VCT_PATH = "/trust/certificate.vct.json"
"""Where the type of these tokens is described, on the verifier's host (draft-ietf-oauth-sd-jwt-vc, 6: type metadata)."""

METADATA_PATH = "/.well-known/jwt-vc-issuer"
"""Where the keys of the issuer stand, on the issuer's host (draft-ietf-oauth-sd-jwt-vc, 5: issuer metadata)."""

SHOWN_BY_CHOICE = ("name", "title", "document", "number", "level", "units", "occupation", "authority")
"""What the holder shows or keeps; the rest (issuer, type, dates, address of the check) every reader needs to judge the token."""


def wallet_token(face: Face, keys: KeyRing, *, now: datetime, random_bytes: Callable[[int], bytes]) -> str:
    """The certificate as a token, with every disclosure. Salts are new each time, so that two tokens of one certificate cannot be linked by them."""
    kid = keys.active(Purpose.SD_JWT).id
    plain: dict[str, Any] = {
        "iss": f"https://{keys.issuer_host}", "vct": f"{face.verify_url_base}{VCT_PATH}", "iat": _seconds(now), "nbf": _seconds(face.issued_at),
        "id": face.page_url,
    }  # fmt: skip
    if face.expires_on:
        plain["exp"] = _seconds(end_of(face.expires_on))
    return sdjwt.issue(plain, _claims(face), kid=kid, sign=lambda data: keys.sign(Purpose.SD_JWT, data)[1], random_bytes=random_bytes)


def _claims(face: Face) -> dict[str, Any]:
    lang, competence, level = face.langs[0], face.competence, face.level
    claims: dict[str, Any] = {
        "name": face.display_name, "title": face.title, "document": ACHIEVEMENT_TYPES[face.template], "number": face.number, "authority": face.authority[lang],
    }  # fmt: skip
    if competence:
        claims["units"] = [f"{unit.code} {unit.name[lang]}" for unit in competence.units]
    if level:
        claims["level"] = {"value": level.value, "of": level.of} | ({"framework": face.framework.name} if face.framework else {})
    if face.occupation_code:
        claims["occupation"] = f"{ISCO_08}{face.occupation_code}"
    return claims


def read_wallet_token(token: str, *, trust: Trust, now: datetime) -> Mapping[str, Any]:
    """The claims that a token shows, judged by its signature, type, issuer and dates; BrokenSealError with the problem otherwise: those of `sdjwt.open_token`,
    `other_issuer`, `other_type`, `not_valid_yet`, `expired`."""
    claims = sdjwt.open_token(token, keys=trust.sd_jwt_keys.get).claims
    if claims.get("iss") != f"https://{trust.issuer_host}":
        raise BrokenSealError("other_issuer")
    if claims.get("vct") != f"https://{trust.verify_host}{VCT_PATH}":
        raise BrokenSealError("other_type")
    if not isinstance(claims.get("nbf"), int) or claims["nbf"] > _seconds(now):
        raise BrokenSealError("not_valid_yet")
    if claims.get("exp", _seconds(now)) < _seconds(now):
        raise BrokenSealError("expired")
    return claims


def issuer_metadata(trust: Trust) -> dict[str, Any]:
    """The keys that sign tokens (JWT VC Issuer Metadata): those that are not compromised."""
    return {"issuer": f"https://{trust.issuer_host}", "jwks": {"keys": [key.jwk() for key in trust.sd_jwt_keys.values() if key.stands()]}}


def type_metadata(trust: Trust) -> dict[str, Any]:
    """What a token of this type holds, for the screens of wallets."""
    body: dict[str, Any] = json.loads((data_dir("templates") / "certificate" / "certificate.vct.json").read_bytes())
    return {"vct": f"https://{trust.verify_host}{VCT_PATH}", **body}


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
