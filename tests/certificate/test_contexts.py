"""The public contexts are the published bytes, and a changed copy is never used."""

import hashlib
from pathlib import Path

import pytest

from credentialing.certificate.contexts import CREDENTIALS_V2, OPEN_BADGES, PINNED, context_bytes, pinned_contexts
from credentialing.domain.errors import MisconfiguredError


def test_the_context_of_the_w3c_is_the_one_whose_digest_the_standard_prints() -> None:
    # Verifiable Credentials Data Model 2.0, appendix B.1.
    assert hashlib.sha256(context_bytes(CREDENTIALS_V2)).hexdigest() == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def test_there_are_these_two_and_no_other() -> None:
    assert set(pinned_contexts()) == {CREDENTIALS_V2, OPEN_BADGES} == set(PINNED)


@pytest.mark.parametrize("url", PINNED)
def test_a_copy_with_one_byte_changed_is_refused(url: str, tmp_path: Path) -> None:
    data = context_bytes(url)
    (tmp_path / PINNED[url][0]).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(MisconfiguredError, match="not the published one"):
        context_bytes(url, tmp_path)


@pytest.mark.parametrize("url", PINNED)
def test_a_missing_copy_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="missing"):
        context_bytes(url, tmp_path)
