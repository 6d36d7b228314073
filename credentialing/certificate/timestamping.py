"""Trusted time in a seal: a token of a time-stamp authority (RFC 3161) over the signature value, as an unsigned attribute of the CMS (ETSI EN 319 122-1, 5.3).

With it a seal is of level B-T, without it B-B (ETSI EN 319 142-1, 6). A token is judged when it arrives and again by every reader, by the same rules.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from credentialing.certificate.loops import run_to_end
from credentialing.domain.errors import AwayError, BrokenSealError
from credentialing.domain.ports import Entropy, TimestampAuthority

HOLE = 24_576
"""Hexadecimal digits for the CMS of a signature with a time stamp: tokens with their chain take 3,000 to 9,000 bytes."""

_SKEW = timedelta(minutes=10)


class StampError(Exception):
    """A time stamp that cannot be relied on; the text is the problem: `timestamp_altered`, `timestamp_foreign` or `timestamp_impossible`."""


@dataclass(frozen=True, slots=True)
class Stamping:
    """Whom to ask for the time, the roots (DER) that the answer must chain to, where nonces come from, and our own time, to judge the answer by."""

    authority: TimestampAuthority
    roots: tuple[bytes, ...]
    entropy: Entropy
    now: datetime

    def stamp(self, seal: bytes) -> bytes:
        """The CMS `seal` (DER, one signer, nothing unsigned) with a token over its signature value.

        AwayError when the authority does not answer or refuses; BrokenSealError when its answer cannot be relied on.
        """
        from asn1crypto import cms

        content = cms.ContentInfo.load(seal, strict=True)
        signer = content["content"]["signer_infos"][0]
        token = self.token(hashlib.sha256(signer["signature"].native).digest())
        signer["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})])
        stamped: bytes = content.dump(force=True)
        try:
            stamped_at(cms.ContentInfo.load(stamped)["content"]["signer_infos"][0], roots=self.roots)
        except StampError as error:
            raise BrokenSealError(f"the answer of the time-stamp authority cannot be relied on: {error}") from None
        return stamped

    def token(self, digest: bytes) -> Any:
        """A token (asn1crypto ContentInfo) over a SHA-256 digest, not yet judged; AwayError when there is none to be had."""
        from asn1crypto import tsp

        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        nonce = int.from_bytes(b"\x01" + self.entropy.bytes(8))
        request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True, "nonce": nonce}).dump()
        try:
            answer = tsp.TimeStampResp.load(self.authority.answer(request), strict=True)
            granted, token = answer["status"]["status"].native in ("granted", "granted_with_mods"), answer["time_stamp_token"]
            same = granted and token["content"]["encap_content_info"]["content"].parsed["nonce"].native == nonce
        except (ValueError, TypeError, KeyError) as error:
            raise AwayError("The time-stamp authority answers with something that is no answer.") from error
        if not same:
            raise AwayError("The time-stamp authority refuses the request." if not granted else "The time-stamp authority answers another request.")
        return token


@lru_cache(maxsize=8)
def _loaded(ders: tuple[bytes, ...]) -> tuple[Any, ...]:
    from asn1crypto import x509

    return tuple(x509.Certificate.load(der) for der in ders)


def stamped_at(signer: Any, *, roots: tuple[bytes, ...]) -> datetime | None:
    """The trusted time of a signer (asn1crypto SignerInfo): None when it has no unsigned attribute at all; StampError for anything but one good token."""
    attributes = signer["unsigned_attrs"]
    if not len(attributes):
        return None
    if len(attributes) != 1 or attributes[0]["type"].native != "signature_time_stamp_token" or len(attributes[0]["values"]) != 1:
        raise StampError("timestamp_altered")
    return time_of_token(attributes[0]["values"][0], over=signer["signature"].native, roots=roots)


def time_of_token(token: Any, *, over: bytes, roots: tuple[bytes, ...]) -> datetime:
    """When `over` existed, by a token (asn1crypto ContentInfo); StampError when the token is not over it, does not hold, or chains to none of `roots`.

    The token may carry nothing that its signature does not protect, but the certificates of its own chain.
    """
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko_certvalidator import ValidationContext

    try:
        signed = token["content"]
        moment: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native.astimezone(UTC)
        if len(signed["signer_infos"]) != 1 or not _is_plain(signed, signed["signer_infos"][0]):
            raise StampError("timestamp_altered")
        context = ValidationContext(trust_roots=list(_loaded(roots)), allow_fetching=False, revocation_mode="soft-fail", moment=moment)
        found = run_to_end(lambda: validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, over).digest()))
    except StampError:
        raise
    except Exception as error:  # bytes that the library was not made for
        raise StampError("timestamp_altered") from error
    if not found["intact"] or not found["valid"]:
        raise StampError("timestamp_altered")
    path = found.get("validation_path")
    if found.get("trust_problem_indic") is not None or found.get("revocation_details") is not None or path is None:
        raise StampError("timestamp_foreign")
    if not {choice.chosen.dump() for choice in signed["certificates"]} <= {certificate.dump() for certificate in path} | set(roots):
        raise StampError("timestamp_altered")
    return moment


def _is_plain(signed: Any, signer: Any) -> bool:
    """Whether the parts of a token that nobody signed are as RFC 5652 (5.1, 5.3) fixes them, and nothing optional was added."""
    by_identifier = signer["sid"].name == "subject_key_identifier"
    digests = [one["algorithm"].native for one in signed["digest_algorithms"]]
    versions = signed["version"].native == "v3" and signer["version"].native == ("v3" if by_identifier else "v1")
    return versions and digests == [signer["digest_algorithm"]["algorithm"].native] and not len(signer["unsigned_attrs"]) and not len(signed["crls"])


def check_order(*, claimed: datetime, trusted: datetime, dies: datetime, now: datetime) -> None:
    """StampError `timestamp_impossible` when the trusted time lies before the time that the seal claims, after the seal's certificate has ended, or ahead."""
    if not claimed - _SKEW <= trusted <= min(dies, now + _SKEW):
        raise StampError("timestamp_impossible")
