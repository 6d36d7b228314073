"""Data Integrity proofs by Ed25519 keys (W3C Verifiable Credential Data Integrity 1.0; Data Integrity EdDSA Cryptosuites 1.0).

Two suites, each a proof of its own in the set `proof`: `eddsa-jcs-2022` signs the JSON (RFC 8785), `eddsa-rdfc-2022` the statements that the JSON stands
for (JSON-LD 1.1 to RDF, RDFC-1.0). Both sign SHA-256(options of the proof) then SHA-256(document). The JSON proof is always looked at first: canonical RDF
costs factorial time on hostile graphs, so only a document that one of our keys already vouches for is ever turned into RDF.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

import base58

from credentialing.crypto.signing import verify_ed25519
from credentialing.crypto.strict_json import canonical
from credentialing.domain.errors import BrokenSealError, MisconfiguredError

JCS, RDFC = "eddsa-jcs-2022", "eddsa-rdfc-2022"
SUITES = (JCS, RDFC)
Contexts: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The JSON-LD documents that may be named, by URL; in one process a URL always stands for the same document. Nothing else is ever loaded."""

_ED25519_MULTICODEC = b"\xed\x01"  # Multikey of an Ed25519 public key (Controlled Identifiers 1.0, 2.2.2)
_OPTIONS = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"})
_NOWHERE = "nowhere://nowhere/"  # what a name is resolved against that is neither a term nor an address
_TURN = threading.RLock()  # the JSON-LD processor keeps caches that two threads must not touch at once


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof of a document that was looked at: its suite, the verification method that it names, and its problem (None when it holds)."""

    suite: str
    method: str
    problem: str | None


def multikey(point: bytes) -> str:
    """An Ed25519 public key (32 bytes) as `publicKeyMultibase` of a Multikey: `z6Mk…`."""
    return _multibase(_ED25519_MULTICODEC + point)


def did_web(host: str) -> str:
    """The `did:web` of a host (with port, if any): DID method web, 3.1."""
    return f"did:web:{host.replace(':', '%3A')}"


def secure(
    document: Mapping[str, Any], *, sign: Callable[[bytes], bytes], method: str, created: datetime, contexts: Contexts, suites: Sequence[str] = SUITES
) -> dict[str, Any]:
    """The document with a proof of each suite, in an array. `sign` makes a 64-byte Ed25519 signature; `method` is the URL of the verification method.

    MisconfiguredError for a term that no context defines or a context that is not in `contexts`; the same input and key give the same proofs.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    proofs = []
    for suite in suites:
        options = {"type": "DataIntegrityProof", "cryptosuite": suite, "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        options |= {"verificationMethod": method, "proofPurpose": "assertionMethod"}
        options |= {"@context": document["@context"]} if suite == JCS else {}
        try:
            signature = sign(_digests(unsecured, options, contexts))
        except BrokenSealError as error:
            raise MisconfiguredError(f"A document of ours cannot be secured: {error}.") from error
        proofs.append(options | {"proofValue": _multibase(signature)})
    return unsecured | {"proof": proofs}


def check(document: Mapping[str, Any], *, points: Callable[[str], bytes | None], contexts: Contexts, suites: Sequence[str] = SUITES) -> tuple[Proof, ...]:
    """Judge the proofs of a document: exactly one of each of `suites` (the JSON proof among them) and no other. Never raises, whatever the document is.

    `points` gives the 32-byte key of a verification method, None for one that is not known. Problems: `proof_missing`, `proof_malformed`, `key_unknown`,
    `signature_wrong`, `context_unknown`, `term_unknown`, `not_canonical`; `not_looked_at` for RDF when the JSON proof does not hold.
    """
    found = _by_suite(document.get("proof"), suites)
    if isinstance(found, str):
        return tuple(Proof(suite, "", found) for suite in suites)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    judged: dict[str, Proof] = {}
    for suite in sorted(suites):  # the JSON proof first
        options, method = found[suite], found[suite]["verificationMethod"]
        sound = suite == JCS or judged[JCS].problem is None
        judged[suite] = Proof(suite, method, _problem(unsecured, options, points(method), contexts) if sound else "not_looked_at")
    return tuple(judged[suite] for suite in suites)


def _by_suite(proofs: Any, suites: Sequence[str]) -> dict[str, dict[str, str]] | str:
    if not isinstance(proofs, list) or not proofs or JCS not in suites:
        return "proof_missing"
    if not all(_well_formed(proof) for proof in proofs):
        return "proof_malformed"
    found = {proof["cryptosuite"]: proof for proof in proofs}
    return found if len(proofs) == len(suites) and set(found) == set(suites) else "proof_missing"


def _well_formed(proof: Any) -> bool:
    if not isinstance(proof, dict) or set(proof) - {"@context"} != _OPTIONS | {"proofValue"} or ("@context" in proof) is not (proof.get("cryptosuite") == JCS):
        return False
    texts = (value for name, value in proof.items() if name != "@context")
    return all(isinstance(text, str) for text in texts) and proof["type"] == "DataIntegrityProof" and proof["proofPurpose"] == "assertionMethod"


def _problem(unsecured: Mapping[str, Any], proof: Mapping[str, Any], point: bytes | None, contexts: Contexts) -> str | None:
    if point is None:
        return "key_unknown"
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in options and options["@context"] != unsecured.get("@context"):
        return "proof_malformed"
    signature = _signature_in(proof["proofValue"])
    if signature is None:
        return "proof_malformed"
    try:
        digests = _digests(unsecured, options, contexts)
    except BrokenSealError as error:
        return str(error)
    return None if verify_ed25519(point, digests, signature) else "signature_wrong"


def _multibase(data: bytes) -> str:
    return "z" + base58.b58encode(data).decode("ascii")


def _signature_in(text: str) -> bytes | None:
    """The 64 bytes behind a proof value in its only form; None for anything else."""
    if not text.startswith("z") or not 60 < len(text) < 100:
        return None
    try:
        data = base58.b58decode(text[1:])
    except ValueError:
        return None
    return data if len(data) == 64 and _multibase(data) == text else None


def _digests(unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts) -> bytes:
    """What a proof signs: SHA-256 of its options, then SHA-256 of the document (Data Integrity EdDSA Cryptosuites 1.0, 3.2 and 3.3)."""
    if options["cryptosuite"] == JCS:
        parts = canonical(options), canonical(unsecured)
    else:
        named = {"@context": unsecured.get("@context"), **options}
        parts = canonical_rdf(named, contexts).encode(), canonical_rdf(unsecured, contexts).encode()
    return b"".join(hashlib.sha256(part).digest() for part in parts)


# --- JSON-LD ---------------------------------------------------------------------------------------------------------


def canonical_rdf(document: Mapping[str, Any], contexts: Contexts) -> str:
    """The statements of a JSON-LD document as canonical N-Quads (RDFC-1.0). Strict: what would be dropped in silence is an error.

    BrokenSealError `context_unknown` (not among `contexts`, or written out in the document), `term_unknown`, `not_canonical`.
    """
    named = document.get("@context")
    if not isinstance(named, list) or not all(isinstance(url, str) and url in contexts for url in named):
        raise BrokenSealError("context_unknown")
    with _TURN:
        try:
            return _processor()(document, contexts)
        except BrokenSealError:
            raise
        except Exception as error:  # the processor promises no particular error
            inner: BaseException | None = error
            while inner is not None and not isinstance(inner, BrokenSealError):
                inner = inner.__cause__
            raise inner or BrokenSealError("not_canonical") from error


@cache
def _processor() -> Callable[[Mapping[str, Any], Contexts], str]:
    """The JSON-LD processor with its caches, made on first use: its import alone takes a third of a second."""
    from pyld import jsonld

    resolved: dict[str, Any] = {}  # stays small: documents write out no contexts of their own, and those that they name are few and fixed

    class Strict(jsonld.JsonLdProcessor):  # type: ignore[misc]
        def expand(self, input_: Any, options: Any) -> Any:
            expanded = super().expand(input_, options)
            if any(name.startswith(_NOWHERE) or ":" not in name for name in _names(expanded)):
                raise BrokenSealError("term_unknown")
            return expanded

    def refuse(_: object) -> None:
        raise BrokenSealError("term_unknown")

    def canonize(document: Mapping[str, Any], contexts: Contexts) -> str:
        def load(url: str, _: object = None) -> dict[str, Any]:
            if url not in contexts:
                raise BrokenSealError("context_unknown")
            return {"contextUrl": None, "documentUrl": url, "document": contexts[url], "tag": "static"}

        options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load, "base": _NOWHERE}
        options |= {"contextResolver": jsonld.ContextResolver(resolved, load)}
        return str(Strict(on_property_dropped=refuse).normalize(dict(document), options))

    return canonize


def _names(expanded: Any) -> Iterator[str]:
    """Every identifier and type in an expanded document; one that leads nowhere was no term of any context."""
    if isinstance(expanded, list):
        for one in expanded:
            yield from _names(one)
    elif isinstance(expanded, dict) and "@value" not in expanded:
        for name, value in expanded.items():
            if name == "@id":
                yield value
            elif name == "@type":
                yield from value
            else:
                yield from _names(value)
