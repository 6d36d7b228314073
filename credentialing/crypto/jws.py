"""A JSON object signed in itself: a detached JSON Web Signature (RFC 7515, appendix F) over its canonical form (RFC 8785), in its member `signature`.

ES256 with the certificate chain in the header (`x5c`): every browser verifies that with nothing but its own WebCrypto.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from credentialing.crypto.signing import verify_raw
from credentialing.crypto.strict_json import canonical
from credentialing.crypto.x509 import certified_bundle_key
from credentialing.domain.errors import BrokenSealError

_MEMBER = "signature"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _data(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def sign_object(body: Mapping[str, Any], *, chain: Iterable[bytes], sign: Callable[[bytes], tuple[str, bytes]]) -> dict[str, Any]:
    """`body` with its signature; `chain` are the certificates (DER) of the key that `sign` uses, `sign` gives the id of that key and 64 bytes.

    The id is not in what is signed: the first certificate says whose key it is."""
    header = _text(canonical({"alg": "ES256", "x5c": [base64.b64encode(der).decode() for der in chain]}))
    _, signature = sign(_signed(header, body))
    return {**body, _MEMBER: f"{header}..{_text(signature)}"}


def _signed(header: str, body: Mapping[str, Any]) -> bytes:
    return f"{header}.{_text(canonical(dict(body)))}".encode()


def open_object(signed: Mapping[str, Any], *, roots: Iterable[bytes], moment: datetime) -> dict[str, Any]:
    """The body of a signed object whose key one of `roots` (DER) lets sign trust bundles, with certificates valid at `moment`.

    BrokenSealError `signature_missing`, `signature_malformed`, `signature_foreign` (no such root stands behind it) or `signature_wrong`."""
    body = {name: value for name, value in signed.items() if name != _MEMBER}
    parts = signed[_MEMBER].split(".") if isinstance(signed.get(_MEMBER), str) else []
    if not parts:
        raise BrokenSealError("signature_missing")
    try:
        head, empty, value = parts
        header, signature = json.loads(_data(head)), _data(value)
        if empty or set(header) != {"alg", "x5c"} or header["alg"] != "ES256":
            raise ValueError("another form")
        chain = [base64.b64decode(text, validate=True) for text in header["x5c"]]
    except (ValueError, TypeError, AttributeError) as error:
        raise BrokenSealError("signature_malformed") from error
    try:
        point = certified_bundle_key(chain, roots=tuple(roots), moment=moment)
    except Exception as error:  # a parser of certificates promises no particular error
        raise BrokenSealError("signature_foreign") from error
    if not verify_raw(point, _signed(head, body), signature):
        raise BrokenSealError("signature_wrong")
    return body
