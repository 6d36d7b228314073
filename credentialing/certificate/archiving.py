"""Seals for the long term (B-LTA, ETSI EN 319 142-1, 6): what judging a seal needs when its authorities are gone, in the file under a later time stamp.

An archived file is the sealed file, byte for byte, and behind it one revision for each time it was archived: a document security store (certificates and
revocation lists, ISO 32000-2, 12.8.4.3) and a document time stamp (12.8.5) over everything before it. Nothing else may follow a seal.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credentialing.certificate.loops import run_to_end
from credentialing.certificate.timestamping import HOLE, StampError, Stamping, time_of_token

_TOLERANCE = timedelta(minutes=10)


class ArchiveError(Exception):
    """Something behind a seal that is not an archiving of ours; the text is the problem: `several_revisions`, `not_whole_file` or `timestamp_…`."""


@dataclass(frozen=True, slots=True)
class Archived:
    """When a sealed file was archived, until when the last time stamp can be relied on without another one behind it, and whether all that judging the seal
    needs is inside (then it is B-LTA)."""

    times: tuple[datetime, ...]
    until: datetime
    complete: bool


def archive_pdf(pdf: bytes, *, stamping: Stamping, lists: Iterable[bytes]) -> bytes:
    """The same file with one more revision: the certificates it rests on, the revocation lists `lists` (DER), and a document time stamp over all.

    AwayError when the authority does not answer. Archive again before the certificate of the last time stamp ends.
    """
    from asn1crypto import crl, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Title and dates stay those that were sealed."""

    class Authority(TimeStamper):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]

        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
            return stamping.token(message_digest)

    writer = Writer(io.BytesIO(pdf))
    certificates = [x509.Certificate.load(der) for der in sorted(_certificates(pdf))]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=certificates, crls=[crl.CertificateList.load(der) for der in lists])
    number = pdf.count(b"/DocTimeStamp") + 1
    stamper = PdfTimeStamper(Authority(), field_name=f"Archived{number}", readable_field_name=f"Archived {number}")
    made = run_to_end(lambda: stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=HOLE))
    data: bytes = made.getvalue()
    return data


def list_addresses(pdf: bytes) -> tuple[str, ...]:
    """Where the authorities in a file say that their revocation lists lie."""
    from asn1crypto import x509

    points = [point for der in sorted(_certificates(pdf)) for point in x509.Certificate.load(der).crl_distribution_points]
    return tuple(dict.fromkeys(point.url for point in points if point.url))


def _certificates(pdf: bytes) -> set[bytes]:
    """Every certificate (DER) in the signatures of a file and in their time stamps."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    found: set[bytes] = set()
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        for signed in (signature.signed_data, *_tokens(signature.signer_info)):
            found |= {choice.chosen.dump() for choice in signed["certificates"]}
    return found


def _tokens(signer: Any) -> list[Any]:
    return [value["content"] for attribute in signer["unsigned_attrs"] for value in attribute["values"]]


def read_archive(data: bytes, end: int, *, roots: tuple[bytes, ...], time_roots: tuple[bytes, ...]) -> Archived:
    """What follows a sealed file of `end` bytes (which was judged before); ArchiveError when it is anything but our archivings, StampError when a time stamp
    does not hold. `roots` are ours, `time_roots` those of the authorities whose word on time is taken (DER)."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(data), strict=True)
    seal, *stamps = reader.embedded_signatures
    if not stamps or reader.xrefs.total_revisions != 1 + len(stamps) or any(stamp.sig_object_type != "/DocTimeStamp" for stamp in stamps):
        raise ArchiveError("several_revisions")
    times: list[datetime] = []
    until: datetime | None = None
    for stamp in stamps:
        moment = _time_of(data, end, stamp, time_roots)
        if times and (moment < times[-1] or until is None or moment > until):
            raise StampError("timestamp_impossible")
        times.append(moment)
        until = stamp.signer_cert["tbs_certificate"]["validity"]["not_after"].native
        end = _end_of(stamp)
    if end != len(data) or until is None:
        raise ArchiveError("not_whole_file")
    _refuse_changes(seal)
    return Archived(tuple(times), until, _is_complete(reader, seal, roots=roots, time_roots=time_roots, moment=times[0]))


def _end_of(stamp: Any) -> int:
    return int(stamp.byte_range[2]) + int(stamp.byte_range[3])


def _time_of(data: bytes, begins: int, stamp: Any, time_roots: tuple[bytes, ...]) -> datetime:
    """The time of one archiving, whose revision begins at `begins`: its stamp covers everything up to its own end, but for its own hole of zeros."""
    from asn1crypto import cms

    zero, start, after, rest = (int(number) for number in stamp.byte_range)
    if zero or not begins < start < after or after + rest > len(data) or data[begins:].count(b"%%EOF") < 1:
        raise ArchiveError("not_whole_file")
    hole = data[start:after]
    if hole[:1] + hole[-1:] != b"<>":
        raise ArchiveError("not_whole_file")
    raw = bytes.fromhex(hole[1:-1].decode("ascii"))
    token = cms.ContentInfo.load(raw, strict=False)
    size = len(token.dump())
    if any(raw[size:]) or hole != b"<" + raw.hex().upper().encode() + b">":
        raise ArchiveError("padding_changed")
    return time_of_token(token, over=data[:start] + data[after : after + rest], roots=time_roots)


def _refuse_changes(seal: Any) -> None:
    """Nothing since the seal but security stores and document time stamps: the rules of pyHanko, without those that let the title and the metadata change."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy
    from pyhanko.sign.diff_analysis.policies import DEFAULT_DIFF_POLICY
    from pyhanko.sign.diff_analysis.rules.metadata_rules import DocInfoRule, MetadataUpdateRule

    strict = [rule for rule in DEFAULT_DIFF_POLICY.global_rules if not isinstance(getattr(rule, "rule", rule), DocInfoRule | MetadataUpdateRule)]
    seal.compute_integrity_info(StandardDiffPolicy(global_rules=strict, form_rule=DEFAULT_DIFF_POLICY.form_rule))
    found = seal.diff_result
    if not isinstance(found, DiffResult) or found.modification_level is not ModificationLevel.LTA_UPDATES:
        raise ArchiveError("several_revisions")
    then, now = seal.reader.get_historical_resolver(seal.signed_revision).trailer_view, seal.reader.trailer_view
    if any(then.raw_get(key) != now.raw_get(key) for key in ("/Root", "/Info") if key in then or key in now):
        raise ArchiveError("several_revisions")


def _is_complete(reader: Any, seal: Any, *, roots: tuple[bytes, ...], time_roots: tuple[bytes, ...], moment: datetime) -> bool:
    """Whether the store holds a revocation list for every certificate of the seal and of its time stamp, none of which was revoked at `moment`."""
    from asn1crypto import x509
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko_certvalidator import CertificateValidator, ValidationContext

    stamps = _tokens(seal.signer_info)
    if len(stamps) != 1:
        return False
    store = DocumentSecurityStore.read_dss(reader)
    lists = [reference.get_object().data for reference in store.crls]
    for signed, trusted, purpose in ((seal.signed_data, roots, set()), (stamps[0], time_roots, {"time_stamping"})):
        known = [x509.Certificate.load(root) for root in trusted]
        context = ValidationContext(
            trust_roots=known, crls=lists, other_certs=list(store.load_certs()), allow_fetching=False, revocation_mode="require", moment=moment,
            time_tolerance=_TOLERANCE,
        )  # fmt: skip
        judge = CertificateValidator(_signer_of(signed), validation_context=context)
        try:
            run_to_end(lambda judge=judge, purpose=purpose: judge.async_validate_usage(set(), purpose))  # type: ignore[misc]
        except Exception:  # every way in which a path can fail
            return False
    return True


def _signer_of(signed: Any) -> Any:
    from pyhanko.sign.general import extract_certificate_info

    return extract_certificate_info(signed).signer_cert
