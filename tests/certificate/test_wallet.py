"""The certificate for a wallet: it shows what its holder chooses and nothing else, and holds until anything in it is changed."""

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.face import Framework
from credentialing.certificate.trust import Trust, trust_of
from credentialing.certificate.wallet import SHOWN_BY_CHOICE, issuer_metadata, read_wallet_token, type_metadata, wallet_token
from credentialing.crypto import sdjwt
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from credentialing.domain.errors import BrokenSealError
from tests.certificate.drafts import CODE, HOST, NOW, ORDINARY
from tests.certificate.workshop import NUMBERS

LATER = NOW + timedelta(minutes=5)
ALWAYS = {"iss", "vct", "iat", "nbf", "id"}


def token_of(page: str, keys: KeyRing, seed: int = 1, **changes: object) -> str:
    draft = ORDINARY[page](**changes)
    face = draft.numbered(number=NUMBERS[draft.kind], code=CODE)
    return wallet_token(face, keys, now=NOW, random_bytes=SeededEntropy(seed).bytes)


def problem_of(token: str, trust: Trust) -> str:
    with pytest.raises(BrokenSealError) as caught:
        read_wallet_token(token, trust=trust, now=LATER)
    return str(caught.value)


@pytest.mark.parametrize("page", ORDINARY)
def test_every_certificate_comes_back_from_its_token(page: str, keys: KeyRing, trust: Trust) -> None:
    draft = ORDINARY[page]()
    claims = read_wallet_token(token_of(page, keys), trust=trust, now=LATER)
    assert (claims["name"], claims["title"], claims["number"]) == (draft.display_name, draft.title, NUMBERS[draft.kind])
    assert claims["id"] == f"https://{HOST}/c/{CODE}"
    assert set(claims) <= ALWAYS | {"exp", *SHOWN_BY_CHOICE}


def test_occupation_and_framework_are_told_when_they_are_known(keys: KeyRing, trust: Trust) -> None:
    token = token_of("competence", keys, occupation_code="7512", framework=Framework("Marco", "https://marco.example/"))
    claims = read_wallet_token(token, trust=trust, now=LATER)
    assert claims["occupation"] == "http://data.europa.eu/esco/isco/C7512"
    assert claims["level"] == {"value": 3, "of": 8, "framework": "Marco"}


def test_what_the_holder_keeps_is_not_in_what_they_show(keys: KeyRing, trust: Trust) -> None:
    shown = sdjwt.present(token_of("competence", keys), ["title", "units"])
    claims = read_wallet_token(shown, trust=trust, now=LATER)
    assert set(claims) == ALWAYS | {"exp", "title", "units"}
    readable = "".join(base64.urlsafe_b64decode(part + "===").decode("utf-8", "replace") for part in shown.replace("~", ".").split(".") if part)
    assert "Yusmary" not in readable
    assert NUMBERS["rpl"] not in readable


def test_two_tokens_of_one_certificate_share_no_digest(keys: KeyRing) -> None:
    def digests(token: str) -> set[str]:
        return set(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))["_sd"])

    first, second = (digests(token_of("full", keys, seed)) for seed in (1, 2))
    assert len(first) >= 5
    assert first.isdisjoint(second)


def test_no_letter_can_be_changed(keys: KeyRing, trust: Trust) -> None:
    token = token_of("school", keys)
    signs = "AQgwZ-_~."
    twins = (token[:place] + next(sign for sign in signs[place % 9 :] + signs if sign != token[place]) + token[place + 1 :] for place in range(len(token)))
    assert {problem_of(twin, trust) for twin in twins} <= {"token_malformed", "signature_wrong", "disclosure_wrong", "key_unknown"}


def test_a_disclosure_of_another_token_an_invented_one_and_one_shown_twice_are_refused(keys: KeyRing, trust: Trust) -> None:
    mine, other = token_of("full", keys), token_of("full", keys, seed=2, display_name="Somebody Else")
    disclosure = next(part for part in other.split("~")[1:] if "Somebody" in base64.urlsafe_b64decode(part + "===").decode("utf-8", "replace"))
    invented = base64.urlsafe_b64encode(b'["c2FsdA","degree","Doctor"]').rstrip(b"=").decode()
    again = mine.split("~")[1]
    assert {problem_of(f"{mine}{part}~", trust) for part in (disclosure, invented, again)} == {"disclosure_wrong"}


def test_issuer_type_and_dates_are_judged(keys: KeyRing, trust: Trust, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="other.example", brand="Other", now=NOW, entropy=SeededEntropy(5))
    foreign = trust_of(other, verify_host=HOST, now=NOW)
    assert problem_of(token_of("full", other), trust) == "key_unknown"
    assert problem_of(token_of("full", other), replace(foreign, issuer_host="puente.example")) == "other_issuer"
    assert problem_of(token_of("full", keys, verify_url_base="https://else.example"), trust) == "other_type"
    assert problem_of(token_of("full", keys, issued_at=NOW + timedelta(days=1)), trust) == "not_valid_yet"
    assert problem_of(token_of("competence", keys, expires_on=date(2026, 11, 20)), trust) == "expired"


def test_the_metadata_hold_the_keys_that_are_good(tmp_path: Path) -> None:
    ring = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    token, old = token_of("full", ring), ring.active(Purpose.SD_JWT).id
    rotated = trust_of(rotate_key(tmp_path / "ring", Purpose.SD_JWT, now=NOW, entropy=SeededEntropy(2)), verify_host=HOST, now=NOW)
    assert len(issuer_metadata(rotated)["jwks"]["keys"]) == 2
    assert read_wallet_token(token, trust=rotated, now=LATER)["name"] == "Mariángel Peñalver Núñez"
    stolen = trust_of(compromise_key(tmp_path / "ring", old, at=NOW, now=NOW), verify_host=HOST, now=NOW)
    assert [key["kid"] for key in issuer_metadata(stolen)["jwks"]["keys"]] != [old]
    assert problem_of(token, stolen) == "key_compromised"


def test_the_type_names_every_claim_that_can_be_chosen_in_three_languages(trust: Trust) -> None:
    described = {claim["path"][0]: {one["locale"] for one in claim["display"]} for claim in type_metadata(trust)["claims"]}
    assert described == {name: {"es", "en", "pt"} for name in SHOWN_BY_CHOICE}


def test_names_that_the_format_needs_are_no_claims() -> None:
    for plain, hidden in (({"_sd": 1}, {}), ({}, {"...": 1}), ({"name": 1}, {"name": 1})):
        with pytest.raises(ValueError, match="both plain and hidden, or reserved"):
            sdjwt.issue(plain, hidden, kid="k", sign=lambda data: b"", random_bytes=lambda size: b"")


@given(st.text(st.sampled_from("eyJAQ._~-{}[]\"0ñ"), max_size=200) | st.text(max_size=60))
def test_nothing_that_is_text_raises_anything_else(text: str) -> None:
    with pytest.raises(BrokenSealError):
        sdjwt.open_token(text, keys=lambda kid: None)
