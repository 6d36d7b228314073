"""The proof that a certificate stands in the transparency log: a small file that its holder gets beside the PDF, and that anyone checks without us.

It holds what ties the file to its leaf (the salt), the way from the leaf to a signed root (RFC 9162, 2.1.3), and the checkpoint that signs that root.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from credentialing.certificate.outcomes import Check, CheckName, failed, passed, skipped
from credentialing.crypto.checkpoint import verify_checkpoint
from credentialing.crypto.keyfiles import KeyState
from credentialing.crypto.merkle import leaf_hash, proves_inclusion
from credentialing.crypto.signing import VerifyingKey
from credentialing.domain.errors import BadInputError, BrokenSealError, Reason

_LARGEST = 100_000  # bytes; ours stay below 4,000
_MOST_HASHES = 64


@dataclass(frozen=True, slots=True)
class LogProof:
    """`kind` of the leaf, its salt (16 bytes), its position in the tree of `size` leaves, the sibling hashes (32 bytes each), and the signed checkpoint."""

    kind: str
    salt: bytes
    index: int
    size: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def to_json(self) -> bytes:
        """The file."""
        body = {
            "kind": self.kind, "salt": self.salt.hex(), "index": self.index, "size": self.size,
            "hashes": [base64.b64encode(one).decode() for one in self.hashes], "checkpoint": self.checkpoint,
        }  # fmt: skip
        return json.dumps(body, indent=1, ensure_ascii=False).encode() + b"\n"

    def leaf(self, sha256: str) -> bytes:
        """The leaf that a file of this SHA-256 (hexadecimal) has with this salt."""
        return leaf_hash(entry_of(self.kind, salt=self.salt, digest=bytes.fromhex(sha256)))


def entry_of(kind: str, *, salt: bytes, digest: bytes) -> bytes:
    """The entry of a leaf, as it is published: the kind, a zero byte, and the SHA-256 of salt and digest."""
    return kind.encode() + b"\0" + hashlib.sha256(salt + digest).digest()


def read_proof(data: bytes) -> LogProof:
    """The proof in a file; BadInputError `log_proof_unreadable` for anything else."""
    try:
        if len(data) > _LARGEST:
            raise ValueError("too large")
        body = json.loads(data)
        hashes = tuple(base64.b64decode(one, validate=True) for one in body["hashes"])
        index, size, kind, note = body["index"], body["size"], body["kind"], body["checkpoint"]
        if type(index) is not int or type(size) is not int or not isinstance(kind, str) or not isinstance(note, str):
            raise ValueError("not a proof")
        if len(hashes) > _MOST_HASHES or any(len(one) != 32 for one in hashes):
            raise ValueError("not a proof")
        return LogProof(kind, bytes.fromhex(body["salt"]), index, size, hashes, note)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInputError(Reason("log_proof_unreadable", {"field": "file"})) from error


def check_proof(proof: LogProof, *, sha256: str, origin: str, keys: Mapping[str, VerifyingKey]) -> Check:
    """Whether the log holds the issuance of the file with this SHA-256 (hexadecimal), as the check `same_as_record`: the log is our record in public.

    Problems: `log_proof_wrong` (of another file, another log, or made up), `log_key_compromised` (not known: whoever has the key can write a log).
    """
    wrong = failed(CheckName.SAME_AS_RECORD, "log_proof_wrong")
    try:
        signed = verify_checkpoint(proof.checkpoint, origin=origin, keys=keys.values())
    except BrokenSealError:
        return wrong
    if signed.key.state is KeyState.COMPROMISED:
        return skipped(CheckName.SAME_AS_RECORD, "log_key_compromised")
    there = signed.checkpoint
    holds = proves_inclusion(proof.leaf(sha256), proof.index, size=proof.size, proof=proof.hashes, expected_root=there.root)
    return passed(CheckName.SAME_AS_RECORD) if holds and there.size == proof.size and proof.kind == "issuance" else wrong
