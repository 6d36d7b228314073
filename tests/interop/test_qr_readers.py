"""The QR: read from what the page looks like at screen resolutions, and checked with OpenSSL from the DID document alone."""

import base64
import json
import subprocess
from pathlib import Path

import cbor2
import pytest
import zxingcpp
from PIL import Image

from tests.interop.conftest import DRAFTS, Office


@pytest.mark.parametrize("resolution", [96, 100, 150, 300])
@pytest.mark.parametrize("name", DRAFTS)
def test_a_reader_finds_the_text_on_the_drawn_page(name: str, resolution: int, office: Office, tmp_path: Path) -> None:
    assert _read(office.pdf(name), resolution, tmp_path) == [office.sealed[name].qr_text]


@pytest.mark.parametrize("name", ["degree", "competence"])
def test_an_ordinary_certificate_is_read_even_at_72_dpi(name: str, office: Office, tmp_path: Path) -> None:
    assert _read(office.pdf(name), 72, tmp_path) == [office.sealed[name].qr_text]


def _read(pdf: Path, resolution: int, folder: Path) -> list[str]:
    subprocess.run(["pdftoppm", "-r", str(resolution), "-f", "1", "-l", "1", "-png", "-singlefile", pdf, folder / "page"], check=True, timeout=60)
    with Image.open(folder / "page.png") as picture:
        return [code.text for code in zxingcpp.read_barcodes(picture)]


def _openssl_verifies(message: bytes, signature: bytes, jwk: dict[str, str], folder: Path) -> bool:
    """Ask OpenSSL, which knows nothing of COSE, with a public key written by hand (RFC 5480) and the signature as DER."""
    point = b"\x04" + b"".join(base64.urlsafe_b64decode(jwk[name] + "==") for name in ("x", "y"))
    key = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + point
    numbers = b"".join(_integer(part) for part in (signature[:32], signature[32:]))
    (folder / "key.der").write_bytes(key)
    (folder / "signature.der").write_bytes(b"\x30" + bytes([len(numbers)]) + numbers)
    (folder / "message.bin").write_bytes(message)
    command = ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", "key.der", "-signature", "signature.der", "message.bin"]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False).stdout == b"Verified OK\n"


def _integer(raw: bytes) -> bytes:
    body = raw.lstrip(b"\0") or b"\0"
    body = b"\0" + body if body[0] & 0x80 else body
    return b"\x02" + bytes([len(body)]) + body


@pytest.mark.parametrize("name", DRAFTS)
def test_openssl_verifies_the_digits_with_the_key_of_the_did_document(name: str, office: Office, tmp_path: Path) -> None:
    _, _, digits = office.sealed[name].qr_text.partition("#")
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8)[1:]
    protected, unprotected, payload, signature = cbor2.loads(data)
    header = cbor2.loads(protected)
    assert header[1] == -7
    assert unprotected == {}
    document = json.loads((office.folder / "did.json").read_text())
    (jwk,) = [method["publicKeyJwk"] for method in document["verificationMethod"] if method["id"].endswith("#" + header[4].hex())]
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    assert _openssl_verifies(signed, signature, jwk, tmp_path)
    assert not _openssl_verifies(signed + b"x", signature, jwk, tmp_path)
    claims = cbor2.loads(payload)
    assert claims[4] == DRAFTS[name][1].display_name
    assert claims[10] == DRAFTS[name][0]
