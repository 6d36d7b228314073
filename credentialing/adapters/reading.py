"""Reads uploads without touching them: judges the outside here, opens the inside in a child process with nothing to lose."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from credentialing.domain.errors import BadInputError, Detail, Reason
from credentialing.domain.ports import Picture, ReadDocument

_CHILD = Path(__file__).with_name("reading_child.py")

# The four types of the upload rules, each by what stands at byte 0; a PDF with something before its header is not taken.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
}
_TYPE_OF_ENDING = {ending: media_type for media_type, endings in _ENDINGS.items() for ending in endings}

# A PDF ends with this mark; when it is missing from the last kilobyte the end of the file never arrived.
_PDF_END = b"%%EOF"
_PDF_TAIL = 1024

_CODES = frozenset({"file_encrypted", "file_too_many_pages", "file_too_many_pixels"})
_PICTURE_STARTS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a stranger may ask of us: bytes in and out, pages, pixels, pixels of a viewing copy's longest side, bytes of memory, seconds."""

    bytes_in: int = 15_000_000
    pages: int = 60
    pixels: int = 25_000_000
    side: int = 1600
    memory: int = 1 << 30
    processor_seconds: int = 20
    wall_seconds: float = 30.0
    bytes_out: int = 64_000_000
    at_once: int = 2


class SandboxedReader:
    """The document reader. No upload, however hostile, makes it raise anything but BadInputError."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = threading.BoundedSemaphore(self._limits.at_once)

    def read(self, data: bytes, file_name: str) -> ReadDocument:
        """Judge and re-draw an upload. BadInputError (field `file`) with one of: `file_empty`, `file_too_large`, `file_type_unknown`,
        `file_type_lies`, `file_encrypted`, `file_broken`, `file_too_many_pages`, `file_too_many_pixels`."""
        if not data:
            raise _bad("file_empty")
        if len(data) > self._limits.bytes_in:
            raise _bad("file_too_large", megabytes=-(-len(data) // 1_000_000), most=self._limits.bytes_in // 1_000_000)
        media_type = _true_type(data, file_name)
        if media_type == "application/pdf" and _PDF_END not in data[-_PDF_TAIL:]:
            raise _bad("file_broken")
        with self._places:
            answer = self._ask_child(data, media_type)
        return ReadDocument(media_type, _pages(answer, self._limits))

    def _ask_child(self, data: bytes, media_type: str) -> bytes:
        limits = self._limits
        orders = {"kind": media_type, "side": limits.side, "pages": limits.pages, "pixels": limits.pixels}
        orders |= {"memory": limits.memory, "seconds": limits.processor_seconds, "output": limits.bytes_out}
        # Anonymous memory on both sides: evidence never lies on a disk unencrypted, and the kernel caps what the child can write.
        upload, answer = os.memfd_create("upload"), os.memfd_create("answer")
        try:
            with os.fdopen(upload, "wb") as file, os.fdopen(answer, "rb") as reply:
                file.write(data)
                file.flush()
                file.seek(0)
                subprocess.run(  # noqa: S603 - a fixed program; the upload reaches it as data only
                    [sys.executable, "-I", str(_CHILD), json.dumps(orders)],
                    stdin=file,
                    stdout=reply,
                    stderr=subprocess.DEVNULL,
                    env={},
                    cwd="/",
                    timeout=limits.wall_seconds,
                    check=True,
                )
                reply.seek(0)
                return reply.read()
        except (subprocess.SubprocessError, OSError):
            raise _bad("file_broken") from None


def _true_type(data: bytes, file_name: str) -> str:
    """The media type that the first bytes show, when the name agrees or claims nothing."""
    found = _type_at_start(data)
    ending = file_name.rpartition(".")[2].strip().lower() if "." in file_name else ""
    claimed = _TYPE_OF_ENDING.get(ending)
    if found is None and claimed is None:
        raise _bad("file_type_unknown")
    if found is None or (ending and claimed != found):
        raise _bad("file_type_lies", claimed=ending, found=_ENDINGS[found][0] if found else "unknown")
    return found


def _type_at_start(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    return None


def _pages(answer: bytes, limits: Limits) -> tuple[Picture, ...]:
    """The pictures of the child's answer, which is itself hostile until it has been checked."""
    line, _, body = answer.partition(b"\n")
    try:
        said = json.loads(line)
        if said.get("refused") in _CODES:
            raise _bad(said["refused"], **{str(name): int(value) for name, value in said["details"].items()})
        pages = tuple(_cut(body, said["pages"], limits))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _bad("file_broken") from None
    if not 1 <= len(pages) <= limits.pages:
        raise _bad("file_broken")
    return pages


def _cut(body: bytes, heads: list[dict[str, Any]], limits: Limits) -> list[Picture]:
    pictures, start = [], 0
    for head in heads:
        media_type, size, width, height = str(head["media_type"]), int(head["bytes"]), int(head["width"]), int(head["height"])
        data = body[start : start + size]
        if size <= 0 or len(data) != size or not data.startswith(_PICTURE_STARTS[media_type]) or not (0 < width <= limits.side and 0 < height <= limits.side):
            raise ValueError("not a picture of ours")
        pictures.append(Picture(media_type, data, width, height))
        start += size
    return pictures


def _bad(code: str, **details: Detail) -> BadInputError:
    return BadInputError(Reason(code, {"field": "file", **details}))
