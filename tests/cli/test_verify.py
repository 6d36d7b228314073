"""`verify` and `export-trust`: the words, the JSON and the exit code for each thing that can be brought."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.statuslist import load_lists
from credentialing.certificate.trust import load_trust
from credentialing.cli import cli
from credentialing.services.issuing import studio_of
from credentialing.services.office import Office
from credentialing.services.signature import judge_file, judge_text
from tests.certificate.workshop import TOLERATED
from tests.certified import World, altered, change_record, code_of, face_of, photo_of, world
from tests.house.sources import ROOT
from tests.office import SAMPLES

pytestmark = [pytest.mark.xdist_group("certified"), TOLERATED]
CHECKS = ["readable", "unaltered", "ours", "in_force", "same_as_record"]
Run = Callable[..., Result]


@pytest.fixture
def run(office: Office, monkeypatch: pytest.MonkeyPatch) -> Run:
    """One command on that copy."""
    monkeypatch.setenv("CREDENTIALING_DATABASE_URL", office.settings.database_url)
    return lambda *arguments: CliRunner().invoke(cli, ["--instance", str(office.settings.instance), *map(str, arguments)])


def verdict_of(done: Result) -> tuple[str, int]:
    """The verdict that was printed as JSON, and the exit code."""
    return json.loads(done.stdout)["verdict"], done.exit_code


def forged(qr_text: str) -> str:
    """The same text with another last digit."""
    return qr_text[:-1] + str((int(qr_text[-1]) + 1) % 10)


def checks_of(done: Result) -> dict[str, tuple[str, str | None]]:
    """Each check with its result and problem."""
    return {check["name"]: (check["result"], check["problem"]) for check in json.loads(done.stdout)["checks"]}


@pytest.fixture
def files(made: World, tmp_path: Path) -> Path:
    """A folder of things to bring."""
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "degree.pdf").write_bytes(made.pdf(made.degree))
    (folder / "altered.pdf").write_bytes(altered(made.pdf(made.degree)))
    (folder / "photo.jpg").write_bytes(photo_of(made.pdf(made.rpl)))
    (folder / "code.txt").write_text(made.rpl.qr_text + "\n")
    (folder / "credential.json").write_text("{}")
    (folder / "degree.json").write_bytes((made.trust / made.degree.credential).read_bytes())
    (folder / "altered.json").write_bytes(altered((made.trust / made.degree.credential).read_bytes()))
    (folder / "empty.pdf").write_bytes(b"")
    return folder


def test_an_issued_file_is_the_original(run: Run, files: Path, made: World) -> None:
    done = run("verify", files / "degree.pdf", "--json")
    body = json.loads(done.stdout)
    assert list(body) == ["verdict", "checks", "certificate"]
    assert [check["name"] for check in body["checks"]] == CHECKS
    assert {(check["result"], check["problem"]) for check in body["checks"]} == {("passed", None)}
    assert set(body["certificate"]) == {
        "number", "name", "title", "units", "level", "level_text", "can_do", "issuer", "kind", "document", "units_of", "particulars",
        "issued_on", "expires_on",
    }  # fmt: skip
    assert (body["certificate"]["number"], body["certificate"]["kind"]) == (made.degree.number, "degree")
    assert verdict_of(done) == ("original", 0)


def test_photo_text_number_and_code_are_authentic_copies(run: Run, files: Path, made: World) -> None:
    for given in (files / "photo.jpg", files / "code.txt", made.rpl.qr_text, made.rpl.number, made.rpl.number.lower(), code_of(made.rpl).lower()):
        assert verdict_of(run("verify", "--json", given)) == ("authentic_copy", 0), given
    assert checks_of(run("verify", "--json", made.rpl.number))["ours"] == ("skipped", "nothing_signed_brought")


def test_a_credential_is_an_authentic_copy_and_an_altered_one_is_not_ours(run: Run, files: Path, made: World) -> None:
    done = run("verify", "--json", files / "degree.json")
    assert verdict_of(done) == ("authentic_copy", 0)
    assert json.loads(done.stdout)["certificate"]["number"] == made.degree.number
    assert {result for result, _ in checks_of(done).values()} == {"passed"}
    alone = run("verify", "--json", files / "degree.json", "--trust", made.trust, "--offline")
    assert verdict_of(alone) == ("authentic_copy", 0)
    assert checks_of(alone)["in_force"] == ("passed", None)
    for trust in ((), ("--trust", made.trust, "--offline")):
        changed = run("verify", "--json", files / "altered.json", *trust)
        assert verdict_of(changed)[0] in ("not_ours", "could_not_check")
        assert json.loads(changed.stdout)["certificate"] is None


@pytest.mark.parametrize("status", ["revoked", "superseded"])
def test_an_ended_certificate_is_not_valid(run: Run, office: Office, files: Path, made: World, status: str) -> None:
    change_record(office, made.degree, status=status, revoked_at=made.now)
    for given in (files / "degree.pdf", files / "degree.json", made.degree.qr_text, made.degree.number):
        done = run("verify", "--json", given)
        assert verdict_of(done) == (status, 1)
        assert checks_of(done)["in_force"] == ("failed", status)


def test_a_certificate_whose_days_are_over_is_not_valid(run: Run, office: Office, made: World) -> None:
    change_record(office, made.rpl, expires_on=made.now.date() - timedelta(days=2))
    assert verdict_of(run("verify", "--json", made.rpl.number)) == ("expired", 1)


def test_changed_and_foreign_things_are_not_ours(run: Run, files: Path, made: World) -> None:
    changed = run("verify", "--json", files / "altered.pdf")
    assert verdict_of(changed) == ("not_ours", 1)
    assert checks_of(changed)["unaltered"] == ("failed", "changed_after_sealing")
    assert json.loads(changed.stdout)["certificate"] is None
    for given in (SAMPLES / "diploma.pdf", "0000000000000", made.rpl.qr_text.replace("puente", "puentes"), forged(made.rpl.qr_text)):
        assert verdict_of(run("verify", "--json", given)) == ("not_ours", 1), given


@pytest.mark.parametrize(("given", "problem"), [
    ("0000000000001", "code_wrong"), ("nowhere.pdf", "file_not_found"), ("{files}/empty.pdf", "file_empty"),
    ("{files}/credential.json", "not_a_credential"), (str(SAMPLES / "identity.jpg"), "no_qr_found"), ("", "blank"),
])  # fmt: skip
def test_what_cannot_be_judged_is_neither_valid_nor_invalid(run: Run, files: Path, given: str, problem: str) -> None:
    for trust in ((), ("--trust", world().trust)):
        done = run("verify", "--json", given.format(files=files), *trust)
        assert verdict_of(done) == ("could_not_check", 2)
        assert checks_of(done)["readable"] == ("failed", problem)


def test_several_inputs_give_a_line_each_and_the_worst_exit_code(run: Run, files: Path, made: World) -> None:
    good, bad, unknown = files / "degree.pdf", files / "altered.pdf", files / "credential.json"
    done = run("verify", "--json", good, made.rpl.number)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["input"] for line in lines] == [str(good), made.rpl.number]
    assert done.exit_code == 0
    assert run("verify", good, unknown).exit_code == 2
    assert run("verify", good, bad, unknown).exit_code == 1


def test_people_get_one_word_and_no_colours_in_a_pipe(run: Run, files: Path, made: World) -> None:
    done = run("verify", files / "degree.pdf", files / "altered.pdf", files / "empty.pdf", made.rpl.number)
    firsts = [line.split("  ")[0] for line in done.stdout.splitlines() if line[:1].strip()]
    assert firsts == ["VALID", "NOT VALID", "COULD NOT CHECK", "VALID"]
    assert made.degree.holder in done.stdout
    assert "compare name, title and number with the paper" in done.stdout
    assert "\x1b" not in done.stdout


def offline(run: Run, made: World, given: object) -> dict[str, Any]:
    """The JSON for something judged with exported trust alone."""
    done = run("verify", "--trust", made.trust, "--offline", "--json", given)
    return {**json.loads(done.stdout), "exit": done.exit_code}


def test_with_exported_trust_alone_the_best_answer_is_an_authentic_copy(run: Run, files: Path, made: World) -> None:
    for given, line in ((files / "degree.pdf", made.degree), (files / "photo.jpg", made.rpl), (made.rpl.qr_text, made.rpl)):
        body = offline(run, made, given)
        assert (body["verdict"], body["exit"]) == ("authentic_copy", 0)
        assert (body["certificate"]["number"], body["certificate"]["name"]) == (line.number, line.holder)
        assert {check["name"]: check["problem"] for check in body["checks"] if check["problem"]} == {"same_as_record": "register_not_at_hand"}
        assert set(body["certificate"]) == {"number", "name", "title", "level", "kind", "document", "issued_on", "expires_on"}


def test_with_exported_trust_alone_forgeries_fail_and_numbers_cannot_be_checked(run: Run, files: Path, made: World) -> None:
    for given in (files / "altered.pdf", SAMPLES / "diploma.pdf", forged(made.rpl.qr_text)):
        body = offline(run, made, given)
        assert (body["verdict"], body["exit"], body["certificate"]) == ("not_ours", 1, None)
    for given in (made.rpl.number, code_of(made.rpl)):
        assert (offline(run, made, given)["verdict"], offline(run, made, given)["exit"]) == ("could_not_check", 2)


def test_an_expired_certificate_is_told_by_its_own_dates(made: World) -> None:
    trust, later = load_trust(made.trust), made.now + timedelta(days=366 * 3)
    known = {"trust": trust, "lists": load_lists(made.trust, trust=trust), "now": later}
    for judged in (judge_file(made.pdf(made.rpl), **known), judge_text(made.rpl.qr_text, **known)):
        assert judged.verdict == "expired"
        assert judged.certificate is not None


def test_a_copy_that_we_signed_again_is_no_original(run: Run, office: Office, made: World, tmp_path: Path) -> None:
    face = face_of(office, made.degree)
    (tmp_path / "again.pdf").write_bytes(seal(prepare(face.draft(), studio=studio_of(office)), face, keys=office.keys, now=made.now).pdf)
    assert verdict_of(run("verify", "--json", tmp_path / "again.pdf")) == ("authentic_copy", 0)


def test_exported_trust_needs_no_installation(made: World, files: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "credentialing", "--instance", str(tmp_path / "nothing"), "verify", str(files / "degree.pdf"), "--json"]
    told = {"cwd": ROOT, "capture_output": True, "text": True, "check": False, "env": {**os.environ}}
    done = subprocess.run([*command, "--trust", str(made.trust)], **told)
    assert (json.loads(done.stdout)["verdict"], done.returncode) == ("authentic_copy", 0)
    without = subprocess.run(command, **told)
    assert (without.returncode, without.stdout) == (2, "")
    assert "Traceback" not in without.stderr
    damaged = subprocess.run([*command, "--trust", str(files)], **told)
    assert damaged.returncode == 2
    assert "missing or damaged" in damaged.stderr
    assert not (tmp_path / "nothing").exists()


def test_a_live_installation_exports_what_strangers_need(run: Run, made: World, tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "trust"
    assert run("export-trust", folder).exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"root.pem", "did.json", "trust.json", "summary.json", "contexts", "status", "log"}
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["certificates"], sorted(summary["status_lists"].values())) == ([], ["status/1-revocation.json", "status/1-suspension.json"])
    assert "PRIVATE" not in "".join(path.read_text() for path in folder.rglob("*.*") if path.is_file())
    assert verdict_of(run("verify", "--json", "--trust", folder, files / "degree.pdf")) == ("authentic_copy", 0)


def test_a_proof_that_lies_beside_a_file_is_taken_into_account_offline(run: Run, made: World, tmp_path: Path) -> None:
    line, other = made.degree, made.rpl
    proof = (made.trust / line.pdf).with_suffix(".proof.json").read_bytes()
    beside = tmp_path / "mine.proof.json"
    (tmp_path / "mine.pdf").write_bytes(made.pdf(line))
    cases = {
        None: ("authentic_copy", "skipped", "register_not_at_hand"), proof: ("authentic_copy", "passed", None),
        b"torn": ("authentic_copy", "skipped", "log_proof_unreadable"),
        (made.trust / other.pdf).with_suffix(".proof.json").read_bytes(): ("not_ours", "failed", "log_proof_wrong"),
    }  # fmt: skip
    for data, (verdict, result, problem) in cases.items():
        beside.unlink(missing_ok=True)
        if data is not None:
            beside.write_bytes(data)
        done = run("verify", tmp_path / "mine.pdf", "--trust", made.trust, "--offline", "--json")
        assert (verdict_of(done)[0], checks_of(done)["same_as_record"]) == (verdict, (result, problem))
