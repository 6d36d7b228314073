"""Proofs come out as the W3C published them, hold for what was signed and for nothing else, and nothing a stranger writes raises or costs time."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from credentialing.certificate.contexts import CREDENTIALS_V2, pinned_contexts
from credentialing.crypto.integrity import JCS, RDFC, SUITES, Proof, canonical_rdf, check, multikey, secure
from credentialing.domain.errors import BrokenSealError, MisconfiguredError

# The key pair, the document and the proof values of the test vectors of "Data Integrity EdDSA Cryptosuites 1.0".
SEED = base58.b58decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
POINT = KEY.public_key().public_bytes_raw()
METHOD = "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
CONTEXTS = {**pinned_contexts(), EXAMPLES: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}}
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
ALUMNI = {
    "@context": [CREDENTIALS_V2, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
PUBLISHED = {
    JCS: "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4",
    RDFC: "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
}


def test_the_proofs_are_those_that_the_w3c_published() -> None:
    made = secure(ALUMNI, sign=KEY.sign, method=METHOD, created=CREATED, contexts=CONTEXTS)
    assert {proof["cryptosuite"]: proof["proofValue"] for proof in made["proof"]} == PUBLISHED
    assert multikey(POINT) == METHOD.partition("#")[2]


def _made() -> dict[str, Any]:
    return secure(ALUMNI, sign=KEY.sign, method=METHOD, created=CREATED, contexts=CONTEXTS)


def _points(method: str) -> bytes | None:
    return POINT if method == METHOD else None


def _problems(document: Any) -> dict[str, str | None]:
    return {proof.suite: proof.problem for proof in check(document, points=_points, contexts=CONTEXTS)}


def test_both_proofs_hold_and_name_their_key() -> None:
    assert check(_made(), points=_points, contexts=CONTEXTS) == (Proof(JCS, METHOD, None), Proof(RDFC, METHOD, None))


def test_the_order_of_the_proofs_and_of_the_members_does_not_matter() -> None:
    made = _made()
    turned = dict(reversed(list(made.items()))) | {"proof": made["proof"][::-1]}
    assert _problems(turned) == {JCS: None, RDFC: None}


def test_the_statement_proof_alone_fails_when_only_it_is_exchanged() -> None:
    made = _made()
    other = secure(ALUMNI | {"name": "Another"}, sign=KEY.sign, method=METHOD, created=CREATED, contexts=CONTEXTS)
    made["proof"][1] = other["proof"][1]
    assert _problems(made) == {JCS: None, RDFC: "signature_wrong"}


def _set(path: tuple[Any, ...], value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        inner: Any = document
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


WRONG: tuple[tuple[str, Callable[[dict[str, Any]], Any], str], ...] = (
    ("a value", _set(("name",), "Alumni Credentiaĺ"), "signature_wrong"),
    ("a member more", _set(("alumniOf",), "x"), "signature_wrong"),
    ("a context more", _set(("@context",), [CREDENTIALS_V2, EXAMPLES, CREDENTIALS_V2]), "proof_malformed"),
    ("the date of the proof", _set(("proof", 0, "created"), "2023-02-25T23:36:38Z"), "signature_wrong"),
    ("the key", _set(("proof", 0, "verificationMethod"), METHOD + "x"), "key_unknown"),
    ("the purpose", _set(("proof", 0, "proofPurpose"), "authentication"), "proof_malformed"),
    ("an option more", _set(("proof", 0, "expires"), "2030-01-01T00:00:00Z"), "proof_malformed"),
    ("a signature in another form", _set(("proof", 0, "proofValue"), "u" + PUBLISHED[JCS][1:]), "proof_malformed"),
    ("a signature with a leading zero", _set(("proof", 0, "proofValue"), "z1" + PUBLISHED[JCS][1:]), "proof_malformed"),
    ("a signature of another alphabet", _set(("proof", 0, "proofValue"), "z0OIl" + PUBLISHED[JCS][5:]), "proof_malformed"),
    ("no number", _set(("proof", 0, "created"), 5), "proof_malformed"),
    ("an unknown suite", _set(("proof", 1, "cryptosuite"), "eddsa-2022"), "proof_missing"),
    ("one proof as an object", lambda made: made.update(proof=made["proof"][0]), "proof_missing"),
    ("one proof only", lambda made: made["proof"].pop(), "proof_missing"),
    ("a proof twice", lambda made: made["proof"].append(made["proof"][0]), "proof_missing"),
    ("a third proof of another kind", lambda made: made["proof"].append({"type": "RsaSignature2018"}), "proof_malformed"),
    ("no proof", lambda made: made.pop("proof"), "proof_missing"),
)


@pytest.mark.parametrize(("change", "problem"), [(change, problem) for _, change, problem in WRONG], ids=[name for name, _, _ in WRONG])
def test_what_was_changed_is_named(change: Callable[[dict[str, Any]], Any], problem: str) -> None:
    made = copy.deepcopy(_made())
    change(made)
    assert _problems(made)[JCS] == problem


def test_what_no_key_of_ours_vouches_for_is_never_turned_into_statements() -> None:
    """Eight nodes that all name each other would take the canonical form of RDF half a minute."""
    names = [f"_:n{number}" for number in range(8)]
    clique = [{"id": name, "type": ["Evidence"], "knows": [{"id": other} for other in names if other != name]} for name in names]
    hostile = _made() | {"evidence": clique}
    assert _problems(hostile) == {JCS: "signature_wrong", RDFC: "not_looked_at"}


@pytest.mark.parametrize("term", ["nonsense", "name "])
def test_a_term_that_no_context_defines_is_not_signed_away(term: str) -> None:
    document = {name: value for name, value in ALUMNI.items() if name != "credentialSubject"} | {"@context": [CREDENTIALS_V2], term: "x"}
    with pytest.raises(MisconfiguredError, match="term_unknown"):
        secure(document | {"type": ["VerifiableCredential"]}, sign=KEY.sign, method=METHOD, created=CREATED, contexts=CONTEXTS)


@pytest.mark.parametrize("changes", [{"type": ["VerifiableCredential", "Invented"]}, {"issuer": "relative"}])
def test_a_type_or_an_address_without_a_meaning_is_not_signed_away(changes: dict[str, Any]) -> None:
    document = {"@context": [CREDENTIALS_V2], "id": "urn:x:1", "type": ["VerifiableCredential"], "issuer": "did:web:x.example"} | changes
    with pytest.raises(BrokenSealError, match="term_unknown"):
        canonical_rdf(document, CONTEXTS)


@pytest.mark.parametrize("named", [["https://www.w3.org/ns/credentials/v1"], [CREDENTIALS_V2, {"x": "https://x.example/"}], CREDENTIALS_V2, None, [None]])
def test_a_context_that_is_not_pinned_is_refused(named: Any) -> None:
    with pytest.raises(BrokenSealError, match="context_unknown"):
        canonical_rdf(ALUMNI | {"@context": named}, CONTEXTS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.dictionaries(st.sampled_from(["proof", "@context", "id", "type"]) | st.text(), json_values))
def test_nothing_that_is_json_raises_or_holds(document: dict[str, Any]) -> None:
    assert None not in _problems(document).values()


@given(st.sampled_from([*ALUMNI, "proof"]), json_values)
def test_no_member_can_be_exchanged(member: str, value: Any) -> None:
    made = _made()
    changed = json.dumps(made[member]) != json.dumps(value)
    assert changed is (_problems(made | {member: value}) != dict.fromkeys(SUITES))
