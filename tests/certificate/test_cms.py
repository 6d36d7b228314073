"""The CMS from the template is the CMS that pyHanko writes, byte for byte."""

import hashlib

import pytest

from credentialing.certificate import cms, seal
from credentialing.crypto.keyring import KeyRing


def _made_by_pyhanko(keys: KeyRing, digest: bytes) -> bytes:
    return seal._cms_by_pyhanko(keys.sealing(), digest)


def test_a_template_writes_what_pyhanko_writes_for_signatures_of_every_length(keys: KeyRing) -> None:
    first = hashlib.sha256(b"first").digest()
    template = cms.template_of(_made_by_pyhanko(keys, first), first)
    lengths = set()
    for number in range(24):
        digest = hashlib.sha256(b"%d" % number).digest()
        made = _made_by_pyhanko(keys, digest)
        assert template.signed(digest, keys.sealing().sign) == made
        lengths.add(len(cms.signature_in(made)))
    assert len(lengths) > 1  # DER writes shorter numbers shorter, and every length around them follows


def test_another_digest_is_another_cms(keys: KeyRing) -> None:
    first, second = (hashlib.sha256(name).digest() for name in (b"first", b"second"))
    template = cms.template_of(_made_by_pyhanko(keys, first), first)
    assert template.signed(second, keys.sealing().sign) != _made_by_pyhanko(keys, first)


def test_a_cms_without_its_digest_makes_no_template(keys: KeyRing) -> None:
    first, second = (hashlib.sha256(name).digest() for name in (b"first", b"second"))
    with pytest.raises(ValueError, match="digest"):
        cms.template_of(_made_by_pyhanko(keys, first), second)
    with pytest.raises(ValueError, match="last part"):
        cms.template_of(b"\x30\x05\x04\x01a" + b"\x05\x00", b"a")
