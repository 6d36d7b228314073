"""The seal: one PAdES signature (B-B, or B-T with a time stamp) in one pass. The only file that signs with pyHanko.

`tagging.py` has left a signature dictionary with a fixed-width byte range and a hole of zeros. Here the range is written, everything outside the
hole is hashed, the CMS is built around a signature of the key ring as pyHanko builds it (`cms.py`), and its hexadecimal form fills the hole: one
revision, no parsing.
"""

import hashlib
import re
from functools import lru_cache
from typing import Any

from credentialing.certificate.cms import CmsTemplate, signature_in, template_of
from credentialing.certificate.loops import run_to_end
from credentialing.certificate.timestamping import Stamping
from credentialing.crypto.keyring import KeyRing
from credentialing.crypto.ring import Sealing
from credentialing.crypto.signing import verify_certified

_RANGE = re.compile(rb"/ByteRange \[0 #{10} #{10} #{10}\]")
_FILLED = re.compile(rb"/ByteRange \[0 ([0-9]+) ([0-9]+) ([0-9]+)\]")
_DIGITS = re.compile(rb"<((?:[0-9a-f]{2})+)>")
_HOLE = re.compile(rb" ?/Contents <(0+)>")


@lru_cache(maxsize=8)
def _signer(sealing: Sealing) -> Any:
    from asn1crypto import algos, x509
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate, *above = (x509.Certificate.load(der) for der in sealing.chain)
    store = SimpleCertificateStore()
    store.register_multiple(above)  # pyHanko adds the certificate itself
    mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})

    class RingSigner(Signer):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return b"\x30" + bytes(71) if dry_run else sealing.sign(data)

    return RingSigner(signing_cert=certificate, cert_registry=store, signature_mechanism=mechanism)


def _cms(keys: KeyRing, digest: bytes) -> bytes:
    sealing = keys.sealing()  # taken once: certificates and signature are those of one key, whatever is rotated meanwhile
    return _template(sealing).signed(digest, sealing.sign)


@lru_cache(maxsize=8)
def _template(sealing: Sealing) -> CmsTemplate:
    """What every CMS of this key shares, from one that pyHanko writes."""
    digest = hashlib.sha256(b"".join(sealing.chain)).digest()
    return template_of(_cms_by_pyhanko(sealing, digest), digest)


def _cms_by_pyhanko(sealing: Sealing, digest: bytes) -> bytes:
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    async def sign() -> bytes:
        made = await _signer(sealing).async_sign(digest, "sha256", use_pades=True, signed_attr_settings=PdfCMSSignedAttributes())
        return bytes(made.dump())

    return run_to_end(sign)


def sign_pdf(unsigned: bytes, keys: KeyRing, *, stamping: Stamping | None = None) -> bytes:
    """Fill the empty signature of a PDF written by `Studio.write`, with a trusted time when there is a `stamping`.

    ValueError when the page has not exactly one empty signature, or the CMS does not fit into its hole; AwayError and BrokenSealError as `Stamping.stamp`.
    """
    data = bytearray(unsigned)
    places = list(_RANGE.finditer(data))
    if len(places) != 1:
        raise ValueError("the page has not exactly one empty signature")
    place = places[0]
    found = _HOLE.match(data, place.end())
    if found is None:
        raise ValueError("the hole for the signature is not where it should be")
    start, end = found.start(1) - 1, found.end(1) + 1
    width = place.end() - place.start()
    data[place.start() : place.end()] = (b"/ByteRange [0 %d %d %d]" % (start, end, len(data) - end)).ljust(width)
    digest = hashlib.sha256(data[:start] + data[end:]).digest()
    made = _cms(keys, digest)
    digits = (stamping.stamp(made) if stamping else made).hex().encode()
    if len(digits) > end - start - 2:
        raise ValueError(f"the signature has {len(digits)} digits, and its hole {end - start - 2}")
    data[start + 1 : start + 1 + len(digits)] = digits
    return bytes(data)


def holds(pdf: bytes, keys: KeyRing) -> bool:
    """Whether a PDF that was just sealed without a time stamp carries the CMS that the key in use makes over every byte outside its hole, and nothing else.

    Quick: no PDF is parsed, no chain is built. All of the CMS but digest and signature is compared with the template, which is the same for every seal of the
    key; so one seal read by `reading.read_pdf` vouches for the form of all, and this for the bytes of each.
    """
    ranges = _FILLED.findall(pdf)
    if len(ranges) != 1:
        return False
    start, end, rest = map(int, ranges[0])
    hole = _DIGITS.fullmatch(pdf[start:end])
    if hole is None or end + rest != len(pdf):
        return False
    sealing, made = keys.sealing(), bytes.fromhex(hole[1].decode())
    size = int.from_bytes(made[2:4]) + 4  # a long length in two bytes, as every CMS of ours has
    made, padding = made[:size], made[size:]
    verified: list[bool] = []

    def verify(attributes: bytes) -> bytes:
        signature = signature_in(made)
        verified.append(verify_certified(sealing.chain[0], attributes, signature))
        return signature

    try:
        same = _template(sealing).signed(hashlib.sha256(pdf[:start] + pdf[end:]).digest(), verify) == made
    except IndexError:
        return False
    return same and verified == [True] and not any(padding)
