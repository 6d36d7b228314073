"""The proof file: it convinces somebody who has the file, the proof and the key of the log, and nothing else passes for one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.outcomes import Result
from credentialing.certificate.proof import LogProof, check_proof, entry_of, read_proof
from credentialing.crypto import merkle
from credentialing.crypto.checkpoint import Checkpoint, sign_checkpoint
from credentialing.crypto.keyfiles import KeyState
from credentialing.crypto.signing import VerifyingKey
from credentialing.domain.errors import BadInputError
from tests.crypto.test_checkpoint import LOG, ORIGIN, OTHER, point

BORN = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = {"1" * 16: VerifyingKey("1" * 16, point(LOG), BORN, KeyState.ACTIVE, BORN)}
DIGESTS = [SeededEntropy(number).bytes(32) for number in range(11)]
SALTS = [SeededEntropy(100 + number).bytes(16) for number in range(11)]
LEAVES = [merkle.leaf_hash(entry_of("issuance", salt=salt, digest=digest)) for salt, digest in zip(SALTS, DIGESTS, strict=True)]
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 11, merkle.root(LEAVES)), point=point(LOG), sign=LOG.sign)
PROOFS = [LogProof("issuance", SALTS[at], at, 11, merkle.inclusion_proof(LEAVES, at), NOTE) for at in range(11)]


def result(proof: LogProof, at: int = 4, *, keys: dict[str, VerifyingKey] = KEYS, origin: str = ORIGIN) -> tuple[Result, str | None]:
    check = check_proof(proof, sha256=DIGESTS[at].hex(), origin=origin, keys=keys)
    return check.result, check.problem


def test_each_proof_proves_its_own_file_and_no_other() -> None:
    for at, proof in enumerate(PROOFS):
        assert [result(read_proof(proof.to_json()), file)[0] is Result.PASSED for file in range(11)] == [file == at for file in range(11)]


@pytest.mark.parametrize(
    "change",
    [
        lambda p: replace(p, salt=bytes(16)), lambda p: replace(p, index=5), lambda p: replace(p, size=12), lambda p: replace(p, kind="intent"),
        lambda p: replace(p, hashes=p.hashes[:-1]), lambda p: replace(p, hashes=(*p.hashes, bytes(32))), lambda p: replace(p, hashes=p.hashes[::-1]),
        lambda p: replace(p, checkpoint=p.checkpoint.replace("\n11\n", "\n12\n")), lambda p: replace(p, checkpoint="forged"), lambda p: replace(p, index=-1),
        lambda p: replace(p, checkpoint=sign_checkpoint(Checkpoint(ORIGIN, 11, merkle.root(LEAVES)), point=point(OTHER), sign=OTHER.sign)),
        lambda p: replace(p, checkpoint=sign_checkpoint(Checkpoint(ORIGIN, 11, bytes(32)), point=point(LOG), sign=LOG.sign)),
    ],
)  # fmt: skip
def test_a_proof_that_was_changed_speaks_against_the_file(change: Callable[[LogProof], LogProof]) -> None:
    assert result(PROOFS[4]) == (Result.PASSED, None)
    assert result(change(PROOFS[4])) == (Result.FAILED, "log_proof_wrong")


def test_a_leaf_of_another_kind_over_the_same_file_is_no_issuance() -> None:
    for kind, wanted in (("issuance", Result.PASSED), ("intent", Result.FAILED)):
        leaf = merkle.leaf_hash(entry_of(kind, salt=SALTS[4], digest=DIGESTS[4]))
        note = sign_checkpoint(Checkpoint(ORIGIN, 1, leaf), point=point(LOG), sign=LOG.sign)
        assert result(LogProof(kind, SALTS[4], 0, 1, (), note))[0] is wanted


def test_another_log_is_not_ours() -> None:
    assert result(PROOFS[4], origin="other.example/log") == (Result.FAILED, "log_proof_wrong")


def test_a_log_whose_key_others_may_have_proves_nothing() -> None:
    lost = {kid: replace(key, state=KeyState.COMPROMISED) for kid, key in KEYS.items()}
    assert result(PROOFS[4], keys=lost) == (Result.SKIPPED, "log_key_compromised")
    assert result(PROOFS[4], keys={kid: replace(key, state=KeyState.RETIRED) for kid, key in KEYS.items()}) == (Result.PASSED, None)


BODY: dict[str, Any] = json.loads(PROOFS[4].to_json())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b" " * 200_000, *(
            json.dumps(BODY | changed).encode()
            for changed in (
                {"index": "4"}, {"index": True}, {"size": 1.5}, {"salt": "zz"}, {"hashes": ["!"]}, {"hashes": ["AA=="]}, {"hashes": BODY["hashes"] * 30},
                {"hashes": 5}, {"kind": 1}, {"checkpoint": None},
            )
        ),
    ],
)  # fmt: skip
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError, match="log_proof_unreadable"):
        read_proof(data)
