"""The commands about the rules."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from credentialing.cli.workflows import command
from credentialing.resources import data_dir


def test_lint_of_what_we_publish_says_nothing_is_wrong() -> None:
    result = CliRunner().invoke(command, ["lint"])
    assert (result.exit_code, result.stdout) == (0, "")


def test_lint_prints_every_problem_as_file_line_and_sentence(tmp_path: Path) -> None:
    shutil.copytree(data_dir("workflows"), tmp_path / "w")
    rules = tmp_path / "w" / "templates" / "degree.v1.yaml"
    text = rules.read_text(encoding="utf-8").replace("[proposal_full]", "[os.system]").replace("[send_questions]", "[send_pigeons]")
    rules.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, ["lint", str(tmp_path / "w")])
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("templates/degree.v1.yaml:") and line.split(":")[1].isdigit() for line in lines)


def test_list_is_readable_by_people_and_by_programs() -> None:
    rows = json.loads(CliRunner().invoke(command, ["list", "--json"]).stdout)
    assert {("co-degree-convalidacion", True), ("co-rpl-sena-eccl", True), ("ar-rpl-mteyss", False)} <= {(row["id"], row["enabled"]) for row in rows}
    plain = CliRunner().invoke(command, ["list"]).stdout
    assert all(row["id"] in plain and row["title"] in plain for row in rows)


def test_draw_writes_mermaid_or_a_picture(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, ["draw", "co-rpl-sena-eccl"]).stdout.startswith("stateDiagram-v2")
    picture = tmp_path / "rules.svg"
    assert CliRunner().invoke(command, ["draw", "co-degree-convalidacion", "--svg", str(picture), "--lang", "es"]).exit_code == 0
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_draw_of_something_unknown_is_a_sentence() -> None:
    result = CliRunner().invoke(command, ["draw", "co-magic"])
    assert result.exit_code == 1
    assert "There is no enabled procedure" in result.stderr
