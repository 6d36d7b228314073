"""The rules of recognition, from a terminal: are they sound, which are there, what do they look like."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from credentialing.adapters.doubles import SeededEntropy
from credentialing.domain.people import Role
from credentialing.resources import data_dir
from credentialing.workflow import finder_rules, reference
from credentialing.workflow.draw import mermaid, svg
from credentialing.workflow.exhaustive import explore, place_of
from credentialing.workflow.explore import Fault
from credentialing.workflow.library import Library, find_problems, sound_cases
from credentialing.workflow.model import Definition
from credentialing.workflow.population import Habits, default_office
from credentialing.workflow.simulate import Simulation
from credentialing.workflow.simulation_report import Report, report_of
from credentialing.workflow.under_proof import Case


@click.group(name="workflows")
def command() -> None:
    """The rules of recognition: lint, list, draw, simulate."""


@command.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--quick", is_flag=True, help="Only what is proved at every start, without the exhaustive exploration.")
def lint(folder: Path | None, quick: bool) -> None:
    """Prove every definition and the reference data in DIR (by default ours); exit 1 with every problem as file:line: sentence.

    Each definition is explored exhaustively: whatever does not hold is told with who did what, in order, until it showed."""
    root = folder if folder is not None else data_dir("workflows")
    problems = (*find_problems(root), *reference.find_problems(root), *finder_rules.find_problems(root))
    for problem in problems:
        click.echo(str(problem))
    wrong = len(problems) + (0 if quick else _explore(sound_cases(root)))
    if wrong:
        sys.exit(1)
    click.echo("No problems found.", err=True)


def _explore(cases: tuple[Case, ...]) -> int:
    """Explore the definitions, print every fault with its path and what was explored; the number of faults."""
    begun, found = time.perf_counter(), []
    with _bar("Exploring") as bar:
        task = bar.add_task("", total=len(cases))
        for case in cases:
            bar.update(task, description=f"{case.definition.id} v{case.definition.version}")
            exploration = explore(case.definition, lambda: bar.refresh())
            found.append(exploration)
            for fault in exploration.faults:
                bar.console.print(_told(case, fault), markup=False, highlight=False, soft_wrap=True)
            bar.advance(task)
    for each in found:
        people = ", ".join(f"{number} {role}" for role, number in each.people.items())
        line = f"{each.definition.id} v{each.definition.version}: {each.configurations} configurations, {each.tried} moves tried; enough people: {people}"
        click.echo(line, err=True)
    configurations, tried = sum(each.configurations for each in found), sum(each.tried for each in found)
    asked, seconds = sum(each.asked for each in found), time.perf_counter() - begun
    click.echo(
        f"{len(found)} definitions, {configurations} configurations, {tried} moves tried, the law asked {asked} times, "
        f"one person followed through every role beside anybody else, {seconds:.1f} s", err=True,
    )
    return sum(len(each.faults) for each in found)


def _told(case: Case, fault: Fault) -> str:
    steps = [f"    {number}. {step}" for number, step in enumerate(fault.path, start=1)]
    return "\n".join([str(place_of(case, fault).at(fault.sentence)), *steps])


def _bar(what: str) -> Progress:
    """A bar on a terminal; elsewhere nothing is drawn, and what is printed goes to standard output as it is."""
    terminal = Console(stderr=True).is_terminal
    console = Console(stderr=terminal)
    columns = (TextColumn(f"{what} {{task.description}}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not terminal, transient=True)


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for other programs.")
def list_procedures(as_json: bool) -> None:
    """Every procedure: id, version, country, kind, how sure its facts are, and whether it starts enabled."""
    library = Library.load(data_dir("workflows"))
    rows = [
        {
            "id": view.id, "version": view.version, "digest": view.digest, "country": view.country, "kind": view.kind, "enabled": view.enabled,
            "confidence": view.confidence, "verified_by": view.verified_by, "verified_on": view.verified_on.isoformat(),
            "title": library.words("en").of(view.definition).text("title"),
        }
        for view in library.procedures()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']}  v{row['version']}  {row['country']}  {row['kind']}  {row['confidence']}  {'enabled' if row['enabled'] else 'listed only'}")
        click.echo(f"    {row['title']}")


def _latest(library: Library, procedure: str) -> Definition:
    """The latest version of a procedure, enabled or not."""
    found = next((view.definition for view in library.procedures() if view.id == procedure), None)
    if found is None:
        raise click.ClickException(f"There is no procedure “{procedure}”. See: workflows list")
    return found


@command.command()
@click.argument("procedure", metavar="ID")
@click.option("--svg", "file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write a picture to FILE instead of Mermaid text.")
@click.option("--mermaid", "as_mermaid", is_flag=True, help="Mermaid text on standard output, also beside a picture.")
@click.option("--lang", type=click.Choice(["en", "es", "pt"]), default="en", show_default=True, help="The language of the picture.")
def draw(procedure: str, file: Path | None, as_mermaid: bool, lang: str) -> None:
    """A diagram of one procedure: Mermaid text, or an SVG file: the main way down, what is beside it to the right."""
    library = Library.load(data_dir("workflows"))
    definition = _latest(library, procedure)
    if file is None or as_mermaid:
        click.echo(mermaid(definition), nl=False)
    if file is not None:
        file.write_text(svg(definition, library.words(lang).of(definition)), encoding="utf-8")
        click.echo(f"wrote {file}", err=True)


@command.command()
@click.argument("procedure", metavar="ID")
@click.option("--people", type=click.IntRange(1, 100_000), default=3000, show_default=True, help="How many people apply.")
@click.option("--over", "over_days", type=click.IntRange(1, 3660), default=365, show_default=True, help="In how many days they arrive.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same result.")
@click.option("--staff", multiple=True, metavar="ROLE=NUMBER", help="People in a role; may be repeated. By default one for 450 applicants, four at least.")
@click.option("--turns", type=click.IntRange(1, 100), default=4, show_default=True, help="How many cases one person takes up on a working day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for other programs.")
def simulate(procedure: str, people: int, over_days: int, seed: int, staff: tuple[str, ...], turns: int, as_json: bool) -> None:
    """Send invented people through a procedure, by its real rules and calendar: outcomes, times, limits, queues, where people leave.

    How people behave is assumed (told in --json): what is compared with these figures is staffing and rules, not the world."""
    definition = _latest(Library.load(data_dir("workflows")), procedure)
    office = replace(default_office(definition, people=people, given=_staffing(definition, staff)), turns_a_day=turns)
    simulation = Simulation(definition, office, people=people, over_days=over_days, chance=SeededEntropy(seed), habits=Habits())
    with _bar("Simulating") as bar:
        task = bar.add_task(definition.id, total=people)
        simulation.run(lambda ended: bar.update(task, completed=ended))
    report = report_of(simulation)
    if as_json:
        click.echo(json.dumps(report.plain(), ensure_ascii=False, indent=2))
    else:
        _print(report)


def _staffing(definition: Definition, given: tuple[str, ...]) -> dict[Role, int]:
    """The numbers of `assessor=3`; a sentence for anything else."""
    found: dict[Role, int] = {}
    for text in given:
        role, _, number = text.partition("=")
        if role not in [known.value for known in definition.roles if known is not Role.APPLICANT] or not number.isdigit() or int(number) < 1:
            raise click.ClickException(f"“{text}” is no staffing: write ROLE=NUMBER with a role of the procedure, for example assessor=3.")
        found[Role(role)] = int(number)
    return found


def _print(report: Report) -> None:
    console = Console(width=max(100, Console().width), highlight=False)
    console.print(f"{report.procedure} v{report.version}: {report.people} people, {report.days} days until the last case")
    outcomes = Table("ends in", "people", "share", box=SIMPLE)
    for state, number in report.ends.items():
        outcomes.add_row(state, str(number), f"{number / report.people:.1%}")
    if report.open_at_the_end:
        outcomes.add_row("still open", str(report.open_at_the_end), f"{report.open_at_the_end / report.people:.1%}")
    times = Table("days from sending", "cases", "median", "90 %", box=SIMPLE)
    for name, each in (("to the decision", report.decision), ("to the end", report.whole)):
        times.add_row(name, str(each.cases), str(each.median), str(each.ninety))
    limits = Table("legal limit", "cases", "kept", box=SIMPLE)
    for limit in report.limits:
        limits.add_row(limit.clock, str(limit.cases), f"{limit.kept:.1%}")
    queues = Table("role", "people", "longest queue", "turns", "median wait (days)", "90 %", "nobody allowed", box=SIMPLE)
    for line in report.queues:
        queues.add_row(line.role.value, *map(str, (line.people, line.longest, line.turns, line.median, line.ninety, line.nobody)))
    left = Table("left while in", "people", box=SIMPLE)
    for state, number in report.left_in.items():
        left.add_row(state, str(number))
    for table in (outcomes, times, limits, queues, left):
        if table.row_count:
            console.print(table)
