"""Status lists: the bits are those that were set, a reader takes only what our key signed, and what is not known is never taken for good."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.adapters.system import SystemEntropy
from credentialing.certificate.face import STATUS_ENTRIES, StatusPlace
from credentialing.certificate.outcomes import CheckName, Result, Verdict, complete, passed, verdict_of
from credentialing.certificate.statuslist import (
    NO_LISTS,
    PURPOSES,
    StatusList,
    StatusLists,
    StatusPurpose,
    bits_of,
    entries_of,
    file_name,
    load_lists,
    pack,
    read_list,
    sign_list,
    unpack,
)
from credentialing.certificate.trust import Trust
from credentialing.crypto.keyfiles import KeyState
from credentialing.crypto.keyring import KeyRing, create_keyring
from credentialing.domain.errors import BrokenSealError
from tests.certificate.drafts import CODE, HOST, degree
from tests.certificate.workshop import NOW

BASE = f"https://{HOST}"
Change = Callable[[dict[str, Any]], object]


def made(purpose: StatusPurpose = "revocation", *indexes: int, number: int = 1) -> StatusList:
    """A list with these entries set, good for a day."""
    return StatusList(list_number=number, purpose=purpose, bits=bits_of(indexes), valid_from=NOW, valid_until=NOW + timedelta(days=1))


def lists(revoked: tuple[int, ...] = (), suspended: tuple[int, ...] = ()) -> StatusLists:
    """The two lists of number 1."""
    return StatusLists({(1, "revocation"): made("revocation", *revoked), (1, "suspension"): made("suspension", *suspended)})


@given(st.sets(st.integers(0, STATUS_ENTRIES - 1), max_size=200))
def test_exactly_the_entries_that_were_set_are_set(indexes: set[int]) -> None:
    again = replace(made(), bits=unpack(pack(bits_of(indexes))))
    assert {index for index in range(STATUS_ENTRIES) if again.holds(index)} == indexes
    assert not again.holds(STATUS_ENTRIES)


def test_the_first_entry_is_the_first_bit_and_the_text_is_what_the_standard_says() -> None:
    bits = bits_of((0, 9))
    assert (len(bits), bits[:3]) == (STATUS_ENTRIES // 8, b"\x80\x40\x00")
    text = pack(bits)
    assert text.startswith("uH4sI")  # multibase base64url of a GZIP header
    assert gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-(len(text) - 1) % 4))) == bits
    assert pack(bits) == text


def _as_text(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


WRONG_FORMS: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "only the letter of the base": lambda: "u",
    "another base": lambda: "z" + pack(bits_of(()))[1:],
    "a letter of no base": lambda: pack(bits_of(())) + "!",
    "cut off": lambda: pack(bits_of(()))[:-6],
    "not compressed": lambda: _as_text(bits_of(())),
    "too short": lambda: _as_text(gzip.compress(bytes(100))),
    "more behind it": lambda: _as_text(gzip.compress(bits_of(())) + b"more"),
    "too long": lambda: _as_text(gzip.compress(bytes(1024**2 + 1))),
    "a bomb": lambda: _as_text(gzip.compress(bytes(2**26), 1)),
}


@pytest.mark.parametrize("form", WRONG_FORMS)
def test_a_list_in_another_form_too_short_or_a_bomb_is_refused(form: str) -> None:
    text = WRONG_FORMS[form]()
    with pytest.raises(BrokenSealError, match="status_list_wrong"):
        unpack(text)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_signed_list_is_read_back_equal_and_signed_the_same_again(purpose: StatusPurpose, keys: KeyRing, trust: Trust) -> None:
    original = made(purpose, 5, 70_000, number=3)
    document = sign_list(original, keys, verify_url_base=BASE)
    assert read_list(json.loads(json.dumps(document)), trust=trust) == original
    assert sign_list(original, keys, verify_url_base=BASE) == document
    assert [proof["cryptosuite"] for proof in document["proof"]] == ["eddsa-jcs-2022", "eddsa-rdfc-2022"]
    assert document["id"] == f"{BASE}/status/3" + ("" if purpose == "revocation" else "/suspension")


CHANGES: tuple[Change, ...] = (
    lambda document: document["credentialSubject"].update(encodedList=pack(bits_of(()))),
    lambda document: document["credentialSubject"].update(statusPurpose="suspension"),
    lambda document: document.update(validUntil="2099-01-01T00:00:00Z"),
    lambda document: document.update(id=f"{BASE}/status/2"),
    lambda document: document.update(issuer="did:web:elsewhere.example"),
    lambda document: document.update(extra="more"),
    lambda document: document["proof"].pop(),
    lambda document: document.pop("proof"),
    lambda document: document["proof"][0].update(verificationMethod="did:web:elsewhere.example#key"),
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_that_anybody_changed_is_not_ours(change: Change, keys: KeyRing, trust: Trust) -> None:
    document = sign_list(made("revocation", 5), keys, verify_url_base=BASE)
    assert read_list(document, trust=trust).holds(5)
    change(document)
    with pytest.raises(BrokenSealError):
        read_list(document, trust=trust)


@pytest.mark.parametrize("other", [None, [], "list", 7, {}, {"proof": []}])
def test_anything_else_is_no_list(other: object, trust: Trust) -> None:
    with pytest.raises(BrokenSealError):
        read_list(other, trust=trust)


def test_a_list_of_ours_in_another_form_than_ours_is_refused(keys: KeyRing, trust: Trust) -> None:
    odd = replace(made(), purpose="refresh")
    with pytest.raises(BrokenSealError):
        read_list(sign_list(odd, keys, verify_url_base=BASE), trust=trust)
    with pytest.raises(BrokenSealError):
        read_list(sign_list(made(), keys, verify_url_base="https://elsewhere.example"), trust=trust)


def test_a_list_signed_by_a_strangers_or_a_compromised_key_is_not_ours(keys: KeyRing, trust: Trust, tmp_path: Path) -> None:
    stranger = create_keyring(tmp_path / "keys", issuer_host=keys.issuer_host, brand="X", now=NOW, entropy=SystemEntropy())
    with pytest.raises(BrokenSealError):
        read_list(sign_list(made(), stranger, verify_url_base=BASE), trust=trust)
    document = sign_list(made(), keys, verify_url_base=BASE)
    for state, holds in ((KeyState.RETIRED, True), (KeyState.COMPROMISED, False)):
        later = replace(trust, status_keys={kid: replace(key, state=state) for kid, key in trust.status_keys.items()})
        if holds:
            assert read_list(document, trust=later) == made()
        else:
            with pytest.raises(BrokenSealError):
                read_list(document, trust=later)


@pytest.mark.parametrize(("known", "later", "result", "problem"), [
    (lists(), 0, Result.PASSED, None),
    (lists(revoked=(7,)), 0, Result.FAILED, "revoked"),
    (lists(suspended=(7,)), 0, Result.FAILED, "suspended"),
    (lists(revoked=(7,), suspended=(7,)), 0, Result.FAILED, "revoked"),
    (lists(revoked=(6, 8), suspended=(6, 8)), 0, Result.PASSED, None),
    (lists(), 2, Result.SKIPPED, "status_list_stale"),
    (lists(suspended=(7,)), 2, Result.SKIPPED, "status_list_stale"),
    (lists(revoked=(7,)), 2, Result.FAILED, "revoked"),
    (NO_LISTS, 0, Result.SKIPPED, "status_list_missing"),
    (StatusLists({(1, "revocation"): made()}), 0, Result.SKIPPED, "status_list_missing"),
    (StatusLists({(1, "suspension"): made("suspension")}), 0, Result.SKIPPED, "status_list_missing"),
    (StatusLists({(2, "revocation"): made(), (2, "suspension"): made()}), 0, Result.SKIPPED, "status_list_missing"),
    (StatusLists({}, frozenset({1})), 0, Result.SKIPPED, "status_list_wrong"),
])  # fmt: skip
def test_a_certificate_is_in_force_only_when_both_lists_are_here_and_fresh_and_say_nothing(
    known: StatusLists, later: int, result: Result, problem: str | None
) -> None:
    check = known.in_force(StatusPlace(1, 7), now=NOW + timedelta(days=later))
    assert (check.name, check.result, check.problem) == (CheckName.IN_FORCE, result, problem)
    signed = (passed(CheckName.READABLE), passed(CheckName.UNALTERED), passed(CheckName.OURS), check)
    verdict = verdict_of(complete(signed, otherwise="register_not_at_hand"))
    assert verdict is {Result.PASSED: Verdict.AUTHENTIC_COPY, Result.FAILED: Verdict.REVOKED, Result.SKIPPED: Verdict.COULD_NOT_CHECK}[result]


def test_an_exported_folder_is_read_and_what_was_changed_in_it_is_named(keys: KeyRing, trust: Trust, tmp_path: Path) -> None:
    (tmp_path / "status").mkdir()
    for number in (1, 2):
        for purpose in PURPOSES:
            document = json.dumps(sign_list(made(purpose, 7, number=number), keys, verify_url_base=BASE))
            (tmp_path / file_name(number, purpose)).write_text(document if number == 1 else document.replace("Bitstring", "Bytestring"))
    (tmp_path / "status" / "3-revocation.json").write_text("{")
    found = load_lists(tmp_path, trust=trust)
    assert (set(found.lists), found.wrong) == ({(1, "revocation"), (1, "suspension")}, {2, 3})
    assert load_lists(tmp_path / "nowhere", trust=trust) == NO_LISTS


def test_the_entries_of_a_certificate_name_its_place_in_both_lists() -> None:
    face = degree().numbered(number="RT-2026-004817-3", code=CODE, status=StatusPlace(2, 70_001))
    base = face.verify_url_base
    first, second = entries_of(face)
    assert first == {
        "id": f"{base}/status/2#70001", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "70001",
        "statusListCredential": f"{base}/status/2",
    }  # fmt: skip
    assert (second["statusPurpose"], second["statusListCredential"], second["statusListIndex"]) == ("suspension", f"{base}/status/2/suspension", "70001")
    assert entries_of(degree().numbered(number="RT-2026-004817-3", code=CODE)) == []
