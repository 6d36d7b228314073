"""Looking for what must not be found: a text in every form in which it may lie in a file."""

import base64
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_LARGEST_STREAM = 1 << 22


def forms(secret: bytes) -> Mapping[str, bytes]:
    """The byte strings that give a secret away. Base 64 depends on where in its text the secret begins: the middle of each of the three forms is enough."""
    text = secret.decode("utf-8", "replace") if secret.isascii() or _is_text(secret) else None
    found = {"raw": secret, "hex": secret.hex().encode(), "HEX": secret.hex().upper().encode()}
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + secret).rstrip(b"=")
        core = whole[-(-shift * 8 // 6) + (1 if shift else 0) : -1]
        found |= {f"base64+{shift}": core, f"base64url+{shift}": core.translate(bytes.maketrans(b"+/", b"-_"))}
    if text is not None:
        found |= {"utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"), "json": text.encode("unicode_escape")}
        found |= {"latin-1": text.encode("latin-1", "replace")}
    return found


def _is_text(secret: bytes) -> bool:
    try:
        secret.decode()
    except UnicodeDecodeError:
        return False
    return True


def inflated(data: bytes) -> Iterable[bytes]:
    """Everything in `data` that is a compressed stream, unpacked as far as it goes."""
    for match in _ZLIB.finditer(data):
        stream = zlib.decompressobj(47)
        try:
            out = stream.decompress(data[match.start() : match.start() + _LARGEST_STREAM], _LARGEST_STREAM)
        except zlib.error:
            continue
        if len(out) > 8:
            yield out


def hits(places: Mapping[str, bytes], secrets: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
    """Place, secret and form of every find."""
    wanted = [(name, form, value) for name, secret in secrets.items() for form, value in forms(secret).items()]
    found = []
    for place, data in places.items():
        for layer, content in [("", data), *(("inflated ", out) for out in inflated(data))]:
            found += [(place, name, layer + form) for name, form, value in wanted if value in content]
    return found


def files_under(*folders: Path, without: Path | None = None) -> dict[str, bytes]:
    """Every file below the folders, by path, its own name included."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and (without is None or without not in path.parents)]
    return {str(path): str(path).encode() + b"\0" + path.read_bytes() for path in paths}
