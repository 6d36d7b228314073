"""A published version is never edited: its digest stays what it was on the day it was published."""

import json
from pathlib import Path

from tests.workflow.stories import WORKFLOWS, library

PUBLISHED: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "published.json").read_text(encoding="utf-8"))


def versions(folder: str) -> set[str]:
    """Every version that lies in a folder, as `id.vN`."""
    return {f"{path.parent.name}.{path.stem}" for path in (WORKFLOWS / folder).glob("*/v*.yaml")}


def test_every_published_procedure_has_the_digest_of_the_day_it_was_published() -> None:
    for ref, digest in PUBLISHED["procedures"].items():
        name, _, version = ref.rpartition(".v")
        assert library().definition(name, int(version)).digest == digest, f"{ref} was edited after it was published: make a new version instead"


def test_every_published_standard_has_the_digest_of_the_day_it_was_published() -> None:
    for ref, digest in PUBLISHED["standards"].items():
        assert library().standard(ref).digest == digest, f"{ref} was edited after it was published: make a new version instead"


def test_every_version_in_the_folders_is_entered_in_the_list() -> None:
    assert versions("procedures") == set(PUBLISHED["procedures"])
    assert versions("standards") == set(PUBLISHED["standards"])
