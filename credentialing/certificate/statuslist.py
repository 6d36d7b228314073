"""Status lists (W3C Bitstring Status List 1.0): one bit for each certificate, so that whoever asks for a list does not say which certificate they look at.

There are two purposes and so two lists of each number, in which a certificate has the same index: `revocation`, which is for ever (a certificate that was
replaced stands there too), and `suspension`, which can be lifted. A list is a credential of its own, signed by the key of status lists, and short-lived.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from credentialing.certificate.contexts import CREDENTIALS_V2, pinned_contexts
from credentialing.certificate.face import STATUS_ENTRIES, Face, StatusPlace
from credentialing.certificate.outcomes import Check, CheckName, failed, passed, skipped
from credentialing.certificate.trust import Trust
from credentialing.crypto import integrity
from credentialing.crypto.keyfiles import KeyState, Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import BrokenSealError

StatusPurpose: TypeAlias = Literal["revocation", "suspension"]
PURPOSES: tuple[StatusPurpose, ...] = ("revocation", "suspension")
LARGEST_FILE = 2 * 1024**2  # bytes of a signed list; ours stay below 40 kB
_LARGEST_BITS = 1024**2  # bytes of an opened list: eight million entries
_TTL = 5_000  # milliseconds that a reader may go on with a list it has (Bitstring Status List 1.0, 3.2): an act is known everywhere after five seconds


def list_url(verify_url_base: str, place: StatusPlace, purpose: StatusPurpose) -> str:
    """The address of the list in which the certificate at `place` stands; `verify_url_base` is `https://` and the host that the QR opens."""
    return f"{verify_url_base}/status/{place.list_number}{'' if purpose == 'revocation' else f'/{purpose}'}"


def entries_of(face: Face) -> list[dict[str, str]]:
    """The entries of `credentialStatus` (Bitstring Status List 1.0, 2.1) of a certificate, the revocation first; none for one from before the lists."""
    if face.status is None:
        return []
    urls = {purpose: list_url(face.verify_url_base, face.status, purpose) for purpose in PURPOSES}
    return [
        {"id": f"{url}#{face.status.index}", "type": "BitstringStatusListEntry", "statusPurpose": purpose,
         "statusListIndex": str(face.status.index), "statusListCredential": url}
        for purpose, url in urls.items()
    ]  # fmt: skip


def file_name(list_number: int, purpose: StatusPurpose) -> str:
    """Where a list lies in an exported folder."""
    return f"status/{list_number}-{purpose}.json"


def bits_of(indexes: Iterable[int]) -> bytes:
    """A list of 131,072 entries in which `indexes` are set; entry 0 is the first bit of the first byte (Bitstring Status List 1.0, 3.2)."""
    bits = bytearray(STATUS_ENTRIES // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def pack(bits: bytes) -> str:
    """`encodedList`: GZIP, then multibase base64url without padding. The same bits give the same text."""
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, 9, mtime=0)).decode("ascii").rstrip("=")


def unpack(text: str) -> bytes:
    """The bits behind `encodedList`; BrokenSealError for another form, fewer than 131,072 entries, or what would open to more than a megabyte."""
    try:
        if not text.startswith("u") or len(text) > LARGEST_FILE:
            raise ValueError("no multibase base64url")
        opener = zlib.decompressobj(wbits=31)
        bits = opener.decompress(base64.b64decode(text[1:] + "=" * (-(len(text) - 1) % 4), altchars=b"-_", validate=True), _LARGEST_BITS + 1)
    except (ValueError, zlib.error) as error:
        raise BrokenSealError("status_list_wrong") from error
    if not opener.eof or opener.unused_data or not STATUS_ENTRIES // 8 <= len(bits) <= _LARGEST_BITS:
        raise BrokenSealError("status_list_wrong")
    return bits


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """One list: which of its entries are set, and from when until when it may be relied on."""

    list_number: int
    purpose: StatusPurpose
    bits: bytes
    valid_from: datetime
    valid_until: datetime

    def holds(self, index: int) -> bool:
        """Whether the entry is set; an entry beyond the end is not."""
        return index // 8 < len(self.bits) and bool(self.bits[index // 8] & 0x80 >> index % 8)

    def credential(self, *, issuer: str, verify_url_base: str) -> dict[str, Any]:
        """The list as a credential without a proof, issued by the `did:web` of `issuer`."""
        url = list_url(verify_url_base, StatusPlace(self.list_number, 0), self.purpose)
        return {
            "@context": [CREDENTIALS_V2],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": _stamp(self.valid_from),
            "validUntil": _stamp(self.valid_until),
            "credentialSubject": {
                "id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": self.purpose, "encodedList": pack(self.bits), "ttl": _TTL,
            },
        }  # fmt: skip


def sign_list(status_list: StatusList, keys: KeyRing, *, verify_url_base: str) -> dict[str, Any]:
    """The list as a credential with both proofs by the key of status lists. The same list and key give the same document."""
    issuer = integrity.did_web(keys.issuer_host)
    method = f"{issuer}#{keys.active(Purpose.STATUS).id}"
    unsigned = status_list.credential(issuer=issuer, verify_url_base=verify_url_base)
    return integrity.secure(
        unsigned, sign=lambda payload: keys.sign(Purpose.STATUS, payload)[1], method=method, created=status_list.valid_from, contexts=pinned_contexts()
    )


def read_list(document: Any, *, trust: Trust) -> StatusList:
    """A list that our key signed, in the form in which we write it; BrokenSealError `status_list_wrong` for everything else."""
    if not isinstance(document, dict):
        raise BrokenSealError("status_list_wrong")
    proofs = integrity.check(document, points=lambda method: _point(trust, method), contexts=pinned_contexts())
    if any(proof.problem is not None for proof in proofs):
        raise BrokenSealError("status_list_wrong")
    try:
        subject, parts = document["credentialSubject"], str(document["id"]).split("/")
        found = StatusList(
            list_number=int(parts[4]), purpose=subject["statusPurpose"], bits=unpack(subject["encodedList"]),
            valid_from=datetime.fromisoformat(document["validFrom"]), valid_until=datetime.fromisoformat(document["validUntil"]),
        )  # fmt: skip
        written = found.credential(issuer=trust.issuer, verify_url_base=f"https://{trust.verify_host}")
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise BrokenSealError("status_list_wrong") from error
    # The text of a packed list is the compressor's affair; all else has one form.
    if _without_bits(written) != _without_bits(document) or found.purpose not in PURPOSES:
        raise BrokenSealError("status_list_wrong")
    return found


def _without_bits(document: Mapping[str, Any]) -> dict[str, Any]:
    subject = {name: value for name, value in document["credentialSubject"].items() if name != "encodedList"}
    return {name: value for name, value in document.items() if name != "proof"} | {"credentialSubject": subject}


def _point(trust: Trust, method: str) -> bytes | None:
    did, _, kid = method.partition("#")
    key = trust.status_keys.get(kid) if did == trust.issuer else None
    return key.point if key is not None and key.state is not KeyState.COMPROMISED else None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class StatusLists:
    """Every list that is at hand; those that were there but did not hold are named in `wrong` by their number."""

    lists: Mapping[tuple[int, StatusPurpose], StatusList]
    wrong: frozenset[int] = frozenset()

    def in_force(self, place: StatusPlace, *, now: datetime) -> Check:
        """Whether the certificate at `place` is revoked or suspended. Not run when a list is `status_list_missing`, `status_list_stale` or `status_list_wrong`;
        a revocation is for ever, so that an old list can tell it, and nothing else."""
        found = [self.lists.get((place.list_number, purpose)) for purpose in PURPOSES]
        revocation, suspension = found
        if revocation is not None and revocation.holds(place.index):
            return failed(CheckName.IN_FORCE, "revoked")
        if revocation is None or suspension is None:
            return skipped(CheckName.IN_FORCE, "status_list_wrong" if place.list_number in self.wrong else "status_list_missing")
        if now > min(revocation.valid_until, suspension.valid_until) or place.index >= 8 * min(len(revocation.bits), len(suspension.bits)):
            return skipped(CheckName.IN_FORCE, "status_list_stale")
        return failed(CheckName.IN_FORCE, "suspended") if suspension.holds(place.index) else passed(CheckName.IN_FORCE)


NO_LISTS = StatusLists({})


def load_lists(folder: Path, *, trust: Trust) -> StatusLists:
    """The lists in an exported folder; what is not one of ours, or was changed, counts as not there."""
    lists: dict[tuple[int, StatusPurpose], StatusList] = {}
    wrong: set[int] = set()
    for path in sorted((folder / "status").glob("*-*.json")):
        number = path.name.partition("-")[0]
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise BrokenSealError("status_list_wrong")
            found = read_list(json.loads(path.read_bytes()), trust=trust)
            lists[found.list_number, found.purpose] = found
        except (BrokenSealError, ValueError, OSError, RecursionError):
            wrong |= {int(number)} if number.isascii() and number.isdigit() else set()
    return StatusLists(lists, frozenset(wrong))
