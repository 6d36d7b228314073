"""The commands about the rules."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from credentialing.cli.workflows import command
from credentialing.resources import data_dir


def test_lint_of_what_we_publish_says_nothing_is_wrong() -> None:
    result = CliRunner().invoke(command, ["lint", "--quick"])
    assert (result.exit_code, result.stdout) == (0, "")


def _small(folder: Path) -> Path:
    """A copy of the rules with one small procedure only."""
    keep = ("xx-qualifications-passport",)
    shutil.copytree(data_dir("workflows"), folder, ignore=lambda at, names: [name for name in names if Path(at).name == "procedures" and name not in keep])
    return folder


def test_lint_tells_what_it_explored(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["lint", str(_small(tmp_path / "w"))])
    told = next(line for line in result.stderr.splitlines() if line.startswith("xx-qualifications-passport v1: "))
    assert "configurations" in told
    assert "enough people: 1 intake_officer, 2 assessor, 1 decision_maker, 1 registrar" in told
    assert "1 definitions, " in result.stderr
    assert "one person followed through every role beside anybody else" in result.stderr


def test_lint_shows_who_did_what_until_a_fault_appeared(tmp_path: Path) -> None:
    rules = _small(tmp_path / "w") / "templates" / "background-paper.v1.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("counts_in: decision_awaited, limit", "counts_in: decision_awaited, starts_with: [grant], limit"), encoding="utf-8")
    result = CliRunner().invoke(command, ["lint", str(tmp_path / "w")])
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    told = next(number for number, line in enumerate(lines) if "The case waits in `decision_awaited` and no clock runs" in line)
    assert lines[told].startswith("templates/background-paper.v1.yaml:")
    assert lines[told + 1] == "    1. applicant: fills in the form → draft"
    assert any(line.endswith("assessor: propose (issued) → decision_awaited") for line in lines[told + 1 :])


def test_lint_prints_every_problem_as_file_line_and_sentence(tmp_path: Path) -> None:
    shutil.copytree(data_dir("workflows"), tmp_path / "w")
    rules = tmp_path / "w" / "templates" / "degree.v1.yaml"
    text = rules.read_text(encoding="utf-8").replace("[proposal_full]", "[os.system]").replace("[send_questions]", "[send_pigeons]")
    rules.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, ["lint", "--quick", str(tmp_path / "w")])
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
    assert "There is no procedure" in result.stderr


def test_simulate_prints_tables_and_the_same_figures_as_json() -> None:
    asked = ["simulate", "xx-qualifications-passport", "--people", "30", "--over", "20", "--seed", "4", "--staff", "assessor=5"]
    plain = CliRunner().invoke(command, asked)
    assert plain.exit_code == 0
    assert "ends in" in plain.stdout
    report = json.loads(CliRunner().invoke(command, [*asked, "--json"]).stdout)
    assert report["people"] == sum(report["ends"].values()) == 30
    assert next(line for line in report["queues"] if line["role"] == "assessor")["people"] == 5
    assert all(state in plain.stdout for state in report["ends"])
    assert report == json.loads(CliRunner().invoke(command, [*asked, "--json"]).stdout)


def test_simulate_refuses_a_staffing_that_is_none() -> None:
    for staff in ("clerk=3", "assessor=none", "assessor", "applicant=2", "assessor=0"):
        result = CliRunner().invoke(command, ["simulate", "xx-qualifications-passport", "--staff", staff])
        assert result.exit_code == 1
        assert "is no staffing" in result.stderr
