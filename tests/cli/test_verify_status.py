"""`verify` with exported trust alone: revoked and suspended are told by the lists, and a list that is missing, old or changed leaves nothing green."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from credentialing.cli import cli
from credentialing.services.exporting import write_summary
from credentialing.services.office import Office
from credentialing.storage.records import CertificateRecord
from tests.certificate.workshop import TOLERATED
from tests.certified import World, change_record
from tests.office import clock_of

pytestmark = [pytest.mark.xdist_group("certified"), TOLERATED]
Judge = Callable[[object], tuple[str, str | None, int]]


@pytest.fixture
def trust(made: World, tmp_path: Path) -> Path:
    """A folder of exported trust, to be changed at will."""
    folder = tmp_path / "trust"
    shutil.copytree(made.trust, folder)
    return folder


@pytest.fixture
def judge(trust: Path) -> Judge:
    """What `verify` says with that folder alone: the verdict, the problem of `in_force`, the exit code."""

    def run(given: object) -> tuple[str, str | None, int]:
        done = CliRunner().invoke(cli, ["verify", "--trust", str(trust), "--offline", "--json", str(given)])
        body = json.loads(done.stdout)
        return body["verdict"], next(check["problem"] for check in body["checks"] if check["name"] == "in_force"), done.exit_code

    return run


def test_revoked_replaced_and_suspended_are_told_without_a_register(judge: Judge, office: Office, made: World, trust: Path) -> None:
    pdf = made.trust / made.degree.pdf
    assert judge(pdf) == ("authentic_copy", None, 0)
    change_record(office, made.degree, suspended_at=made.now)
    change_record(office, made.rpl, status="superseded", revoked_at=made.now)
    write_summary(office, lines=(), folder=trust)
    assert judge(pdf) == ("revoked", "suspended", 1)
    assert judge(made.degree.qr_text) == ("revoked", "suspended", 1)
    assert judge(made.rpl.qr_text) == ("revoked", "revoked", 1)
    shown = CliRunner().invoke(cli, ["verify", "--trust", str(trust), str(pdf)])
    assert "NOT VALID" in shown.stdout
    assert "It is suspended: it does not count until that is lifted." in shown.stdout


def test_a_list_that_is_missing_old_or_changed_is_never_green(judge: Judge, office: Office, made: World, trust: Path) -> None:
    pdf, suspensions = made.trust / made.degree.pdf, trust / "status" / "1-suspension.json"
    whole = suspensions.read_text()
    suspensions.write_text(whole.replace("uH4s", "uH4t"))
    assert judge(pdf) == ("could_not_check", "status_list_wrong", 2)
    suspensions.unlink()
    assert judge(pdf) == ("could_not_check", "status_list_missing", 2)
    suspensions.write_text(whole)
    assert judge(pdf) == ("authentic_copy", None, 0)
    # Somebody exchanges the list of revocations by that of suspensions, in which nothing stands.
    (trust / "status" / "1-revocation.json").write_text(whole)
    assert judge(pdf) == ("could_not_check", "status_list_missing", 2)
    clock_of(office).set(made.now - timedelta(days=3))
    write_summary(office, lines=(), folder=trust)
    assert judge(pdf) == ("could_not_check", "status_list_stale", 2)
    shown = CliRunner().invoke(cli, ["verify", "--trust", str(trust), str(pdf)])
    assert "COULD NOT CHECK" in shown.stdout
    assert "too old" in shown.stdout


def test_a_revocation_is_told_even_by_an_old_list(judge: Judge, office: Office, made: World, trust: Path) -> None:
    change_record(office, made.degree, status="revoked", revoked_at=made.now)
    clock_of(office).set(made.now - timedelta(days=3))
    write_summary(office, lines=(), folder=trust)
    assert judge(made.degree.qr_text) == ("revoked", "revoked", 1)


def test_every_certificate_of_a_demonstration_has_its_place_in_face_row_and_qr(office: Office, made: World) -> None:
    with office.reading() as session:
        places = {(row.list_number, row.list_index) for row in session.scalars(select(CertificateRecord))}
    assert len(places) == 2
    assert all(number == 1 and index is not None for number, index in places)
    summary = json.loads((made.trust / "summary.json").read_text())
    assert sorted(summary["status_lists"].values()) == ["status/1-revocation.json", "status/1-suspension.json"]
