"""The rules of recognition, from a terminal: are they sound, which are there, what do they look like."""

import json
import sys
from pathlib import Path

import click

from credentialing.domain.errors import NotFoundError
from credentialing.resources import data_dir
from credentialing.workflow import finder_rules, reference
from credentialing.workflow.draw import mermaid, svg
from credentialing.workflow.library import Library, find_problems


@click.group(name="workflows")
def command() -> None:
    """The rules of recognition: lint, list, draw."""


@command.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def lint(folder: Path | None) -> None:
    """Prove every definition and the reference data in DIR (by default ours); exit 1 with every problem as file:line: sentence."""
    root = folder if folder is not None else data_dir("workflows")
    problems = (*find_problems(root), *reference.find_problems(root), *finder_rules.find_problems(root))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        sys.exit(1)
    click.echo("No problems found.", err=True)


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


@command.command()
@click.argument("procedure", metavar="ID")
@click.option("--svg", "file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write a picture to FILE instead of Mermaid text.")
@click.option("--lang", type=click.Choice(["en", "es", "pt"]), default="en", show_default=True, help="The language of the picture.")
def draw(procedure: str, file: Path | None, lang: str) -> None:
    """A diagram of one procedure: Mermaid text, or an SVG file."""
    library = Library.load(data_dir("workflows"))
    try:
        definition = library.definition(procedure)
    except NotFoundError:
        raise click.ClickException(f"There is no enabled procedure “{procedure}”. See: workflows list") from None
    if file is None:
        click.echo(mermaid(definition), nl=False)
    else:
        file.write_text(svg(definition, library.words(lang).of(definition)), encoding="utf-8")
        click.echo(f"wrote {file}", err=True)
