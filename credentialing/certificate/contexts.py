"""The two public JSON-LD contexts that our credentials name, byte for byte as published, and none of our own: strict Open Badges verifiers refuse any other.

They are read out of the package `openbadgeslib`, which carries them as data and of which nothing is run, and are pinned by SHA-256: of the first the W3C
publishes the digest (Verifiable Credentials Data Model 2.0, B.1), that of the second is the file at 1EdTech's address as several projects recorded it.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from credentialing.domain.errors import MisconfiguredError

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
PINNED: Mapping[str, tuple[str, str]] = MappingProxyType({
    CREDENTIALS_V2: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    OPEN_BADGES: ("ob-v3p0-context-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
})  # fmt: skip
"""URL of each context, the name of its file in the package, and the SHA-256 of its bytes."""


def context_bytes(url: str, folder: Path | None = None) -> bytes:
    """The published bytes of a pinned context (looked for in `folder`, by default in the package); MisconfiguredError when they are missing or not the same."""
    name, digest = PINNED[url]
    try:
        data = ((folder or _package_folder()) / name).read_bytes()
    except OSError as error:
        raise MisconfiguredError(f"The JSON-LD context {url} is missing: install the packages of requirements.lock.") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise MisconfiguredError(f"The JSON-LD context {url} is not the published one: install the packages of requirements.lock.")
    return data


@cache
def pinned_contexts() -> Mapping[str, Mapping[str, Any]]:
    """Every context that a document of ours may name, parsed; made once per process."""
    return MappingProxyType({url: json.loads(context_bytes(url)) for url in PINNED})


def _package_folder() -> Path:
    package = find_spec("openbadgeslib")  # finds the folder and runs nothing
    if package is None or not package.submodule_search_locations:
        raise MisconfiguredError("The package openbadgeslib, which carries the JSON-LD contexts, is missing: install the packages of requirements.lock.")
    return Path(package.submodule_search_locations[0]) / "ob3" / "contexts"
