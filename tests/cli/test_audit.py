"""`audit replay`: silent when histories add up, and loud about a row that they do not explain."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from credentialing.cli import cli
from tests.certified import world


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An installation with two finished cases, to be tampered with."""
    world().copy(tmp_path)
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
