"""The seal lies in a token, and the token is taken out while a case waits for its certificate: everything waits, then everything is there."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.adapters.jobs import DbosJobs, create_tables
from credentialing.adapters.system import SystemClock
from credentialing.crypto import token as tokens
from credentialing.crypto.keyfiles import Place, Purpose
from credentialing.crypto.keyring import rotate_key
from credentialing.domain.people import Role
from credentialing.services.issuing import certificate_pdf
from credentialing.services.work import HANDLERS
from credentialing.worker import loop
from credentialing.worker.watch import backlog
from tests.office import START
from tests.services.certified import faults, is_original, recorded
from tests.services.stage import World
from tests.softhsm import SoftHsm, make_token


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    made = make_token(tmp_path, monkeypatch)
    pkcs11.lib(str(made.token.module)).reinitialize()
    yield made
    tokens.forget()


@pytest.fixture
def sealing_in_token(world: World, hsm: SoftHsm) -> World:
    """The world with its seal and its QR key rotated into the token."""
    token, folder = hsm.for_purposes(Purpose.SEAL, Purpose.QR), world.office.settings.keys
    rotate_key(folder, Purpose.SEAL, now=START, entropy=SeededEntropy(1), token=hsm.for_purposes(Purpose.SEAL))
    world.office = replace(world.office, keys=rotate_key(folder, Purpose.QR, now=START, entropy=SeededEntropy(2), token=token))
    return world


def _until(condition: Callable[[], bool]) -> bool:
    return any(condition() or time.sleep(0.05) for _ in range(600))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_token_that_is_away_makes_the_case_wait_and_the_queue_finish_it_when_it_is_back(sealing_in_token: World, hsm: SoftHsm, tmp_path: Path) -> None:
    world = sealing_in_token
    case_id = world.degree("ready_to_issue")
    create_tables(world.engine)
    hsm.take_out()
    tokens.forget()
    world.office = replace(world.office, jobs=DbosJobs(world.engine))
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    loop.start(lambda: world.office, engine=world.engine, clock=SystemClock(), handlers=HANDLERS, pace=loop.Pace(poll_seconds=0.05, delays=(0.2,) * 200))
    try:
        assert _until(lambda: backlog(world.engine).retrying > 0 and bool(recorded(world.office)))
        ((number, status),) = recorded(world.office)
        assert (status, world.leaves()) == ("intended", [(0, "intent")])
        assert not any("certificates/" in name for name in world.files.keys())  # noqa: SIM118 (a store, no mapping)
        hsm.put_back()
        assert _until(lambda: recorded(world.office) == [(number, "issued")] and world.case(case_id).closed_at is not None)
    finally:
        loop.stop()
    assert faults(world.office, case_id) == []
    assert is_original(world.office, case_id)
    assert world.office.keys.active(Purpose.SEAL).place is Place.TOKEN
    _, pdf = certificate_pdf(world.office, actor=world.owner(case_id), case_id=case_id)
    assert "Certificate Validation: Certificate is Trusted." in _pdfsig(tmp_path, pdf, root=world.office.keys.root_pem())


def _run(*command: object) -> str:
    found = shutil.which(str(command[0]))
    assert found is not None
    return subprocess.run([found, *map(str, command[1:])], check=True, capture_output=True, text=True).stdout


def _pdfsig(folder: Path, pdf: bytes, *, root: bytes) -> str:
    (folder / "nss").mkdir()
    (folder / "root.pem").write_bytes(root)
    (folder / "sealed.pdf").write_bytes(pdf)
    _run("certutil", "-N", "-d", f"sql:{folder / 'nss'}", "--empty-password")
    _run("certutil", "-A", "-d", f"sql:{folder / 'nss'}", "-n", "root", "-t", "C,C,C", "-i", folder / "root.pem")
    return _run("pdfsig", "-nssdir", f"sql:{folder / 'nss'}", folder / "sealed.pdf")
