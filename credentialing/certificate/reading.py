"""Reading a PDF back as a stranger would, but stricter than PDF readers are: "the signature is valid" is not "nothing was changed".

Order matters. A hostile file reaches a PDF parser only when every byte of it was signed under one of our roots:

1. frame: header at byte 0, one revision, one signature that covers the whole file but for its own hole, nothing but zeros behind the CMS
2. CMS: digest and signature hold, nothing unsigned was added to it
3. ours: chain to one of our roots, key usage, validity at the time of sealing and now, not declared compromised; a time stamp, if there is one, over this
   seal by an authority we trust
4. structure: a parser finds exactly this one signature, over the entire file, and it forbids every change
5. archive: what follows a sealed file, if anything does, is archivings and nothing else (`archiving.py`); with them a seal outlives its certificate
"""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from credentialing.certificate.archiving import Archived, ArchiveError, read_archive
from credentialing.certificate.loops import run_to_end
from credentialing.certificate.outcomes import Check, CheckName, complete, failed, passed
from credentialing.certificate.timestamping import StampError, check_order, stamped_at
from credentialing.certificate.trust import Trust
from credentialing.crypto.signing import is_canonical_der

LARGEST_FILE = 5_000_000  # bytes; ours stay below 100,000
_RANGE = re.compile(rb"/ByteRange ?\[0 ([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,10})\]")
_SIGNED_AT = re.compile(rb"/M ?\(D:([0-9]{14})Z\)")
_HOLE = re.compile(rb"<([0-9a-f]+)>")
_DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"
Level: TypeAlias = Literal["B-B", "B-T", "B-LTA"]
_SKEW = timedelta(minutes=10)


class _AlteredError(Exception):
    """The text is the problem of the check `unaltered`."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The signed bytes, the CMS, and the moment of sealing that the signed bytes name."""

    covered: bytes
    cms: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class PdfReading:
    """What the bytes of a PDF say: the checks, the level of its signature (ETSI EN 319 142-1; None when it does not hold), its trusted time if it has one."""

    checks: tuple[Check, ...]
    level: Level | None = None
    stamped_at: datetime | None = None
    archived: Archived | None = None


def examine_pdf(data: bytes, *, trust: Trust, now: datetime, protected_since: datetime | None = None) -> tuple[Check, ...]:
    """The checks of `read_pdf`."""
    return read_pdf(data, trust=trust, now=now, protected_since=protected_since).checks


def read_pdf(data: bytes, *, trust: Trust, now: datetime, protected_since: datetime | None = None) -> PdfReading:
    """Judge a PDF from its bytes and the trust alone; never raises, whatever the bytes are.

    `protected_since` is when the transparency log vouched for exactly these bytes: a seal whose key was compromised later stands, as it does with a time
    stamp of before. The moment of sealing that the file itself names protects nothing.

    Problems: readable `file_empty`, `file_too_large`, `not_pdf`; unaltered `header_not_at_start`, `no_signature`, `several_signatures`, `several_revisions`,
    `not_whole_file`, `padding_changed`, `changed_after_sealing`, `signature_extended`, `timestamp_altered`, `timestamp_foreign`, `timestamp_impossible`,
    `structure_broken`; ours `foreign_seal`, `key_compromised`,
    `seal_not_valid_then`, `seal_expired`, `wrong_seal_purpose`.
    """
    if problem := _unreadable(data):
        return _ended(failed(CheckName.READABLE, problem))
    readable = passed(CheckName.READABLE)
    try:
        sealed = data[: _end_of_seal(data)]
        frame = _frame(sealed)
        ours, stamped = _ours(frame, trust=trust, now=now, protected_since=protected_since)
        if ours in (None, "seal_expired"):
            _structure(sealed, frame)
        archived = None
        if ours in (None, "seal_expired") and len(sealed) < len(data):
            archived = read_archive(data, len(sealed), roots=trust.roots, time_roots=trust.timestamp_roots)
            check_order(claimed=stamped or frame.signed_at, trusted=archived.times[0], dies=archived.until, now=now)
            check_order(claimed=archived.times[0], trusted=archived.times[-1], dies=archived.until, now=now)
            ours = None if archived.complete and now <= archived.until else ours
    except (_AlteredError, ArchiveError, StampError) as altered:
        return _ended(readable, failed(CheckName.UNALTERED, str(altered)))
    except Exception:  # a parser met bytes that it was not made for
        return _ended(readable, failed(CheckName.UNALTERED, "structure_broken"))
    if ours is not None:
        return _ended(readable, passed(CheckName.UNALTERED), failed(CheckName.OURS, ours))
    checks = complete([readable, passed(CheckName.UNALTERED), passed(CheckName.OURS)], otherwise="not_run")
    return PdfReading(checks, "B-LTA" if archived and archived.complete else "B-T" if stamped else "B-B", stamped, archived)


def _ended(*checks: Check) -> PdfReading:
    return PdfReading(complete(checks, otherwise="earlier_check_failed"))


def _unreadable(data: bytes) -> str | None:
    if not data:
        return "file_empty"
    if len(data) > LARGEST_FILE:
        return "file_too_large"
    # A file whose header was damaged but that still claims a signature is an altered document, not an unknown one.
    return None if b"%PDF-" in data[:1024] or b"/ByteRange" in data else "not_pdf"


def _end_of_seal(data: bytes) -> int:
    """Where the sealed file ends within `data`: at its end, unless it claims to have been archived; then where the seal says that it ends."""
    first = _RANGE.search(data) if b"/DocTimeStamp" in data else None
    return int(first[2]) + int(first[3]) if first else len(data)


def _frame(data: bytes) -> _Frame:
    if not data.startswith((b"%PDF-1.", b"%PDF-2.")):
        raise _AlteredError("header_not_at_start")
    claimed, ranges = data.count(b"/ByteRange"), list(_RANGE.finditer(data))
    if claimed == 0:
        raise _AlteredError("no_signature")
    if claimed > 1:
        raise _AlteredError("several_signatures")
    if data.count(b"startxref") != 1 or data.count(b"%%EOF") != 1:
        raise _AlteredError("several_revisions")
    if not ranges:
        raise _AlteredError("not_whole_file")
    start, end, rest = map(int, ranges[0].groups())
    if not start < end <= len(data) or end + rest != len(data):
        raise _AlteredError("not_whole_file")
    hole, moments = _HOLE.fullmatch(data[start:end]), _SIGNED_AT.findall(data[:start])
    if hole is None or len(hole[1]) % 2 or len(moments) != 1:
        raise _AlteredError("padding_changed" if hole is None else "structure_broken")
    signed_at = datetime.strptime(moments[0].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return _Frame(data[:start] + data[end:], _without_padding(bytes.fromhex(hole[1].decode())), signed_at)


def _without_padding(hole: bytes) -> bytes:
    """The DER element at the start of the hole; everything behind it must be zero."""
    size = int.from_bytes(hole[2:4]) + 4
    if hole[:2] != b"\x30\x82" or size > len(hole):
        raise _AlteredError("changed_after_sealing")
    if any(hole[size:]):
        raise _AlteredError("padding_changed")
    return hole[:size]


@lru_cache(maxsize=8)
def _roots(ders: tuple[bytes, ...]) -> tuple[Any, ...]:
    from asn1crypto import x509

    return tuple(x509.Certificate.load(der) for der in ders)


def _ours(frame: _Frame, *, trust: Trust, now: datetime, protected_since: datetime | None) -> tuple[str | None, datetime | None]:
    """The problem, None when the seal is ours; and its trusted time, if it has one. _AlteredError or StampError when it does not hold at all."""
    from asn1crypto import cms
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
    from pyhanko_certvalidator import ValidationContext

    content = cms.ContentInfo.load(frame.cms, strict=True)
    signed = content["content"]
    if len(signed["signer_infos"]) != 1 or len(signed["crls"]):
        raise _AlteredError("signature_extended")
    # What nobody signed is judged by itself, and the seal without it.
    attributes = signed["signer_infos"][0]["unsigned_attrs"]
    if any(attribute["type"].native != "signature_time_stamp_token" for attribute in attributes):
        raise _AlteredError("signature_extended")
    bare = cms.ContentInfo.load(frame.cms)["content"]
    bare["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([])
    # Chain building is judged at the moment of sealing; whether the seal may still be relied on today is judged below.
    context = ValidationContext(trust_roots=list(_roots(trust.roots)), allow_fetching=False, revocation_mode="soft-fail", moment=frame.signed_at)
    status = run_to_end(lambda: async_validate_detached_cms(frame.covered, bare, signer_validation_context=context))
    if not status.intact or not status.valid:
        raise _AlteredError("changed_after_sealing")
    certificate = status.signing_cert
    born, dies = certificate["tbs_certificate"]["validity"]["not_before"].native, certificate["tbs_certificate"]["validity"]["not_after"].native
    if not born <= frame.signed_at <= min(dies, now + _SKEW):
        return "seal_not_valid_then", None
    if not status.trusted:
        return "foreign_seal", None
    chain = [one.dump() for one in status.validation_path or ()][::-1]  # the seal first
    if frame.cms != _only_form(signed, certificate, chain):
        raise _AlteredError("signature_extended")
    stamped = stamped_at(signed["signer_infos"][0], roots=trust.timestamp_roots)
    if stamped is not None:
        check_order(claimed=frame.signed_at, trusted=stamped, dies=dies, now=now)
    if not trust.seal_stands(chain, protected_since=min((moment for moment in (stamped, protected_since) if moment), default=None)):
        return "key_compromised", stamped
    return _unfit(certificate) or ("seal_expired" if now > dies else None), stamped


def _only_form(signed: Any, certificate: Any, chain: list[bytes]) -> bytes | None:
    """The CMS as we write it, from its protected parts, with the certificates of its own `chain` and the time stamp that was there: what is in no
    signature's reach has no freedom left.

    None when there are other certificates or fewer, or the signature value is not in its one form.
    """
    from asn1crypto import cms

    inside = [choice.dump() for choice in signed["certificates"]]
    signer = signed["signer_infos"][0]
    if inside != sorted(chain) or not is_canonical_der(signer["signature"].native):
        return None
    identity = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    stamps = signer["unsigned_attrs"]
    unsigned = {"unsigned_attrs": cms.CMSAttributes([{"type": one["type"], "values": one["values"]} for one in stamps])} if len(stamps) else {}
    info = cms.SignerInfo({
        **unsigned, "version": "v1", "sid": cms.SignerIdentifier({"issuer_and_serial_number": identity}), "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": signer["signed_attrs"], "signature_algorithm": {"algorithm": "sha256_ecdsa"}, "signature": signer["signature"].native,
    })  # fmt: skip
    body = cms.SignedData({
        "version": "v1", "digest_algorithms": cms.DigestAlgorithms([{"algorithm": "sha256"}]), "encap_content_info": {"content_type": "data"},
        "certificates": signed["certificates"], "signer_infos": [info],
    })  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": body}).dump())


def _unfit(certificate: Any) -> str | None:
    purposes, usage = certificate.extended_key_usage_value, certificate.key_usage_value
    signs = usage is not None and {"digital_signature", "non_repudiation"} <= usage.native
    return None if signs and purposes is not None and _DOCUMENT_SIGNING in [purpose.dotted for purpose in purposes] else "wrong_seal_purpose"


def _structure(data: bytes, frame: _Frame) -> None:
    """Ask a PDF parser whether it sees what we hashed: one signature, the entire file, no change allowed."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    reader = PdfFileReader(io.BytesIO(data), strict=True)
    signatures = list(reader.embedded_signatures)
    if len(signatures) != 1 or reader.encrypted or reader.xrefs.total_revisions != 1:
        raise _AlteredError("structure_broken")
    only = signatures[0]
    if only.pkcs7_content.rstrip(b"\0") != frame.cms.rstrip(b"\0") or only.docmdp_level is not MDPPerm.NO_CHANGES:
        raise _AlteredError("structure_broken")
    if only.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _AlteredError("not_whole_file")
