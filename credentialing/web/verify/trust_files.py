"""What a stranger needs to verify without us, as files that any site may fetch and keep for some minutes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from credentialing.certificate.trust import bundle, did_document
from credentialing.certificate.wallet import METADATA_PATH, VCT_PATH, issuer_metadata, type_metadata
from credentialing.resources import data_dir
from credentialing.services import verifying
from credentialing.web.gate import PUBLIC, route
from credentialing.web.surroundings import surroundings

# Any site and any program may read them; a key that was declared compromised is known everywhere within five minutes.
HEADERS: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300"}

blueprint = Blueprint("trust_files", __name__)


def _file(body: str | bytes, kind: str) -> Response:
    answer = Response(body, mimetype=kind, headers=HEADERS)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _json(body: Mapping[str, Any]) -> Response:
    return _file(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "application/json")


@route(blueprint, "/.well-known/did.json", who=PUBLIC, stateless=True)
def did() -> Response:
    """The `did:web` document with every QR key that is not compromised."""
    return _json(did_document(verifying.trust(surroundings().register)))


@route(blueprint, "/trust/bundle.json", who=PUBLIC, stateless=True)
def trust_bundle() -> Response:
    """Keys with their history, roots and host names, as they stand now: the script of the answer page and offline scanners read it."""
    register = surroundings().register
    now = verifying.trust(register)
    # "As of" in whole minutes: within one, whoever asks again is told that nothing changed.
    return _json(bundle(replace(now, as_of=now.as_of.replace(second=0, microsecond=0)), register.keys))


@route(blueprint, "/trust/root.pem", who=PUBLIC, stateless=True)
def root() -> Response:
    """The root certificates that readers of PDF files need."""
    return _file(surroundings().register.keys.root_pem(), "application/x-pem-file")


@route(blueprint, "/trust/credential.schema.json", who=PUBLIC, stateless=True)
def credential_schema() -> Response:
    """The JSON Schema of our credentials (draft 2020-12)."""
    return _file((data_dir("templates") / "certificate" / "credential.schema.json").read_bytes(), "application/schema+json")


@route(blueprint, METADATA_PATH, who=PUBLIC, stateless=True)
def wallet_issuer() -> Response:
    """The keys behind certificates for wallets (JWT VC Issuer Metadata)."""
    return _json(issuer_metadata(verifying.trust(surroundings().register)))


@route(blueprint, VCT_PATH, who=PUBLIC, stateless=True)
def wallet_type() -> Response:
    """What a certificate for a wallet holds, in the words of its reader (SD-JWT VC Type Metadata)."""
    return _json(type_metadata(verifying.trust(surroundings().register)))
