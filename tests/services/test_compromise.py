"""Keys are exchanged and lost while the office works: what was signed before goes on verifying, and what was not protected is named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentialing.adapters.doubles import MemoryFiles, SeededEntropy
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.outcomes import CheckName, Verdict
from credentialing.certificate.pictures import qr_texts
from credentialing.certificate.qr import qr_text
from credentialing.certificate.reading import examine_pdf
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import compromise_key, rotate_key
from credentialing.domain.people import Role
from credentialing.services.exposure import Exposed, exposed_certificates
from credentialing.services.issuing import certificate_pdf, issue_certificate, open_face
from credentialing.services.verifying import Answer, trust, verify_file, verify_qr_text
from tests.services.stage import World

SIGNING = (Purpose.SEAL, Purpose.QR, Purpose.CREDENTIAL)
MINUTE = timedelta(minutes=1)


def _pdf(world: World, case_id: str) -> bytes:
    return certificate_pdf(world.office, actor=world.owner(case_id), case_id=case_id)[1]


def _rotate_all(world: World, seed: int) -> dict[Purpose, str]:
    """Exchange every key that signs certificates; the ids of those before."""
    old = {purpose: world.office.keys.active(purpose).id for purpose in SIGNING}
    for number, purpose in enumerate(SIGNING):
        rotate_key(world.office.settings.keys, purpose, now=world.clock.now(), entropy=SeededEntropy(1000 * seed + number))
    return old


def _answers(world: World, pdf: bytes) -> dict[str, tuple[Verdict, str | None]]:
    """What is answered to the file, to its credential and to its QR; and why it is not ours, if so."""
    (text,) = qr_texts(pdf)
    brought = {"seal": verify_file(world.office, data=pdf), "credential": verify_file(world.office, data=credential_in(pdf) or b"")}
    return {name: _short(answer) for name, answer in (brought | {"qr": verify_qr_text(world.office, text=text)}).items()}


def _short(answer: Answer) -> tuple[Verdict, str | None]:
    return answer.verdict, next((check.problem for check in answer.checks if check.name is CheckName.OURS), None)


GOOD = {"seal": (Verdict.ORIGINAL, None), "credential": (Verdict.AUTHENTIC_COPY, None), "qr": (Verdict.AUTHENTIC_COPY, None)}
LOST = dict.fromkeys(GOOD, (Verdict.NOT_OURS, "key_compromised"))


def test_a_compromise_takes_down_what_the_log_did_not_vouch_for_before_and_nothing_else(world: World) -> None:
    first = world.degree("certified")
    before = _pdf(world, first)
    world.clock.advance(MINUTE)
    stolen = world.clock.now()
    world.clock.advance(MINUTE)
    second = world.skills("certified")
    after = _pdf(world, second)
    old = _rotate_all(world, seed=1)
    assert (_answers(world, before), _answers(world, after)) == (GOOD, GOOD)
    assert list(exposed_certificates(world.office)) == []
    for key in old.values():
        compromise_key(world.office.settings.keys, key, at=stolen, now=world.clock.now())
    assert (_answers(world, before), _answers(world, after)) == (GOOD, LOST)
    number = next(row.number for row in world.certificates() if row.case_id == second)
    assert list(exposed_certificates(world.office)) == [Exposed(number, world.case(second).number, ("seal", "qr", "credential"))]
    compromise_key(world.office.settings.keys, old[Purpose.SEAL], at=stolen - 2 * MINUTE, now=world.clock.now())
    assert _answers(world, before)["seal"] == LOST["seal"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_vouches_for_what_it_holds_and_for_nothing_that_a_thief_writes_under_the_same_code(world: World) -> None:
    case_id = world.degree("certified")
    pdf = _pdf(world, case_id)
    (record,) = world.certificates()
    forged = qr_text(replace(open_face(world.office, record), display_name="Otra Persona"), world.office.keys)
    old = _rotate_all(world, seed=2)
    for key in old.values():
        compromise_key(world.office.settings.keys, key, at=world.clock.now() + MINUTE, now=world.clock.now() + 2 * MINUTE)
    world.clock.advance(2 * MINUTE)
    assert _answers(world, pdf) == GOOD
    answer = verify_qr_text(world.office, text=forged)
    assert (answer.verdict, [check.problem for check in answer.checks if check.problem]) == (Verdict.NOT_OURS, ["differs_from_record"])
    checks = examine_pdf(pdf, trust=trust(world.office), now=world.clock.now())  # a stranger without the log
    assert [check.problem for check in checks if check.name is CheckName.OURS] == ["key_compromised"]


class _Full(MemoryFiles):
    """A store without room."""

    def put(self, key: str, data: bytes) -> None:
        raise OSError("no space left")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_keys_exchanged_in_the_middle_of_an_issuance_leave_one_whole_certificate_by_the_new_ones(world: World) -> None:
    case_id = world.degree("ready_to_issue")
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    with pytest.raises(OSError, match="no space"):
        issue_certificate(replace(world.office, files=_Full()), case_id=case_id)  # sealed with the old keys, and not stored
    (begun,) = world.certificates()
    old = _rotate_all(world, seed=3)
    world.run_jobs()
    (record,) = world.certificates()
    assert (record.number, record.status, record.kid) == (begun.number, "issued", world.office.keys.qr_kid)
    assert record.kid not in old.values()
    assert _answers(world, _pdf(world, case_id)) == GOOD
