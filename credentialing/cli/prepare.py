"""What is made from the sources once after set-up: compiled translations, the fonts of pages and of certificates."""

from pathlib import Path

import click

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"


@click.command(name="prepare")
def command() -> None:
    """Compile translations and cut fonts; ./run does this by itself."""
    for source in compile_translations(TRANSLATIONS):
        click.echo(f"compiled {source.relative_to(TRANSLATIONS)}")

    from credentialing.web.fonts import cut_web_fonts, web_fonts

    for face in cut_web_fonts(web_fonts()):
        click.echo(f"ready {face.name}")

    from credentialing.certificate.fonts import prepare_fonts
    from credentialing.cli.installation import default_instance
    from credentialing.resources import font_cache

    instance = default_instance()
    if instance is not None:
        prepare_fonts(font_cache(instance), tell=lambda face, done, total: click.echo(f"ready {face} ({done} of {total})"))


def compile_translations(folder: Path) -> list[Path]:
    """Compile every catalogue under `folder` that is newer than its compiled form, and return those; entries marked fuzzy are left out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    done = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        with target.open("wb") as file:
            write_mo(file, catalogue)
        done.append(source)
    return done
