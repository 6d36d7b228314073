"""The files that the house rules look at."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", ".venv", "dist", "build", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"}


@dataclass(frozen=True)
class Source:
    """One file: its path from the top of the tree, with forward slashes, and what it holds."""

    path: str
    data: bytes

    @cached_property
    def text(self) -> str | None:
        """The text, or None when the file is not text."""
        try:
            return None if b"\0" in self.data else self.data.decode("utf-8")
        except UnicodeDecodeError:
            return None

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed Python module."""
        return ast.parse(self.data, filename=self.path)

    def lies_in(self, *places: str) -> bool:
        """Whether the file is one of `places`, or lies in one of those that end in a slash."""
        return any(self.path.startswith(place) if place.endswith("/") else self.path == place for place in places)


@lru_cache(maxsize=1)
def committed() -> tuple[Source, ...]:
    """Every file under version control; in a tree without version control, every file that is not made from others."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    else:
        paths = [path for path in sorted(ROOT.rglob("*")) if not _NOT_OURS.intersection(path.relative_to(ROOT).parts)]
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in paths if path.is_file())


def modules(*folders: str) -> tuple[Source, ...]:
    """The Python files among them that lie in one of `folders`."""
    return tuple(source for source in committed() if source.path.endswith(".py") and source.lies_in(*folders))
