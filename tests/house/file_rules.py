"""Rules about every committed file. Each yields a sentence for every fault in one file."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.sources import Source

LARGEST_BINARY = 300_000
LONGEST_LINE = 1_000
_FONTS = {".ttf", ".otf", ".woff", ".woff2", ".eot"}
_LOCKS = ("requirements.lock", "requirements-dev.lock")

# Written in two halves, or this file would be the first to break the rule.
_REGISTRIES = re.compile("|".join(re.escape("".join(halves)) for halves in (
    ("pypi", ".org"), ("python", "hosted.org"), ("npm", "js.org"), ("npm", "js.com"), ("crates", ".io"), ("proxy.golang", ".org"),
    ("deb.debian", ".org"), ("registry", ".yarnpkg"), ("jsdeliv", "r.net"), ("unp", "kg.com"), ("cdn", "js.cloudflare"), ("fonts.google", "apis"),
)))  # fmt: skip
_MACHINE_PATHS = re.compile(r"(?<![\w.:/}-])/(?:home|root|work|Users)/[\w.]")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")


def nothing_forbidden_is_committed(source: Source) -> Iterator[str]:
    """No lock with addresses, no installation's files, no copy of the data folders, no code among the data, no font, nothing minified."""
    path = PurePosixPath(source.path)
    if path.name in {"uv.lock", "pylock.toml"} or (path.name == "package-lock.json" and '"resolved"' in (source.text or "")):
        yield f"{source.path} records addresses of registries"
    if source.lies_in("instance/") and source.path != "instance/README.md":
        yield f"{source.path} belongs to one installation"
    if source.lies_in("credentialing/_data/"):
        yield f"{source.path} is a copy that the build makes"
    if source.lies_in("templates/", "workflows/") and path.suffix in {".py", ".pyc"}:
        yield f"{source.path} is code in a folder of data"
    if path.suffix.lower() in _FONTS:
        yield f"{source.path} is a font: it comes from a package"
    if ".min." in path.name or (path.suffix in {".js", ".css", ".mjs"} and _longest_line(source) > LONGEST_LINE):
        yield f"{source.path} is minified: nobody can review it"


def _longest_line(source: Source) -> int:
    return max(map(len, (source.text or "").splitlines()), default=0)


def binaries_are_small(source: Source) -> Iterator[str]:
    """What cannot be read as text is small, but for the samples."""
    if source.text is None and not source.lies_in("tests/samples/") and len(source.data) > LARGEST_BINARY:
        yield f"{source.path} has {len(source.data)} bytes that nobody can review, {LARGEST_BINARY} are allowed"


def no_registry_is_named(source: Source) -> Iterator[str]:
    """Which mirror packages come from is the machine's affair."""
    yield from _found(source, _REGISTRIES, "names a registry")


def no_machine_is_named(source: Source) -> Iterator[str]:
    """No path of a developer's machine."""
    yield from _found(source, _MACHINE_PATHS, "names a folder of one machine")


def no_private_key_is_committed(source: Source) -> Iterator[str]:
    """Keys are made where they are used."""
    yield from _found(source, _PRIVATE_KEY, "holds a private key")


def locks_hold_no_address(source: Source) -> Iterator[str]:
    """A lock names packages, versions and hashes, and no place to get them from."""
    if source.path in _LOCKS:
        yield from _found(source, re.compile(r"https?:|://|index-url|find-links"), "holds an address")


def _found(source: Source, pattern: re.Pattern[str], what: str) -> Iterator[str]:
    for number, line in enumerate((source.text or "").splitlines(), 1):
        if pattern.search(line):
            yield f"{source.path}:{number} {what}"
