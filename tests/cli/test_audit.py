"""`audit replay`: silent when histories add up, and loud about a row that they do not explain."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from credentialing.adapters.doubles import MemoryFiles
from credentialing.adapters.files import LocalFiles
from credentialing.cli import cli
from tests.certified import world


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An installation with two finished cases, to be tampered with."""
    world().copy(tmp_path)
    kept, here = world().office.files, LocalFiles(tmp_path / "instance" / "files")
    assert isinstance(kept, MemoryFiles)
    for key in kept.keys():  # noqa: SIM118 - a store is no dictionary
        here.put(key, kept.get(key))
    return tmp_path / "instance"


def replay(instance: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["--instance", str(instance), "audit", "replay", *options])


def tamper(instance: Path) -> None:
    from credentialing.storage.engine import make_engine

    engine = make_engine(f"sqlite:///{instance / 'credentialing.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE recognition_case SET outcome = 'refused' WHERE procedure = 'co-degree-convalidacion'"))
    engine.dispose()


def test_what_adds_up_is_counted_and_ends_well(instance: Path) -> None:
    result = replay(instance)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("cases: 2, events: ")
    assert result.stdout.splitlines()[-1].endswith(", differences: 0")


def test_a_tampered_row_is_named_with_what_the_trail_says_and_ends_badly(instance: Path) -> None:
    tamper(instance)
    result = replay(instance)
    assert result.exit_code == 1
    assert "outcome: the trail says “granted”, the case says “refused”" in result.stdout
    assert result.stdout.splitlines()[-1].endswith(", differences: 1")


def test_other_programs_get_one_json_object_and_no_name_of_anybody(instance: Path) -> None:
    tamper(instance)
    result = replay(instance, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["cases"], told["events"] > 20) == (1, 2, True)
    assert [(each["what"], each["told"], each["kept"]) for each in told["differences"]] == [("outcome", "granted", "refused")]
    assert "Peñalver" not in result.output


def audit(instance: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--instance", str(instance), "audit", *arguments])


def test_logs_that_are_whole_are_counted_and_end_well(instance: Path) -> None:
    result = audit(instance, "verify")
    assert result.exit_code == 0, result.output
    assert "certificates: 2, " in result.stdout
    assert result.stdout.rstrip().endswith("findings: 0")


def test_a_leaf_that_was_changed_is_named_and_ends_badly(instance: Path) -> None:
    from credentialing.storage.engine import make_engine

    engine = make_engine(f"sqlite:///{instance / 'credentialing.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER log_leaf_no_update"))
        connection.execute(text("UPDATE log_leaf SET leaf = zeroblob(32) WHERE position = 2"))
    engine.dispose()
    result = audit(instance, "verify")
    assert result.exit_code == 1, result.output
    assert "issuance  edited: leaves 2\n" in result.stdout
    told = json.loads(audit(instance, "verify", "--json").stdout)
    assert [(finding["log"], finding["what"], finding["where"]) for finding in told["findings"]] == [("issuance", "edited", "leaves 2")]


def test_a_checkpoint_that_was_kept_elsewhere_finds_an_older_state(instance: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(instance, before)
    kept = tmp_path / "kept.txt"
    kept.write_text(audit(instance, "checkpoint").stdout, encoding="utf-8")
    assert kept.read_text(encoding="utf-8").count("— ") == 2
    assert audit(instance, "verify", "--checkpoint", str(kept)).exit_code == 0
    result = audit(before, "verify", "--checkpoint", str(kept))  # the trail was sealed after the copy
    assert result.exit_code == 1, result.output
    assert "trail  rolled_back: " in result.stdout
