"""Make the sample evidence again: `python tests/samples/make_samples.py [--only NAME …] [--out DIR]`, with nothing but the fixed seeds in `studio/`."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
# Font subsets carry the hour they were made at; this holds it still, so that a paper comes out the same each time.
os.environ["SOURCE_DATE_EPOCH"] = "1400000000"

from studio import bad, closeup, papers, scenes  # noqa: E402
from studio.scanner import MARK, jpeg  # noqa: E402
from studio.shading import Quality  # noqa: E402
from studio.texture import caption  # noqa: E402

ENGINEER, WELDER = "Mariángel Peñalver Núñez", "Deivis Alexander Ñáñez Carrillo"
PHOTO = (1120, 840)
FINE = Quality(shadows=8, around=9)
TIMBER, SLATE = ((96, 64, 42), (168, 126, 88)), ((60, 66, 70), (112, 118, 120))
CARDS = {
    ENGINEER: {"number": "V-19.•••.•47", "surnames": "PEÑALVER NÚÑEZ", "names": "MARIÁNGEL", "born": "21-11-1990", "until": "06-2024"},
    WELDER: {"number": "V-22.•••.•08", "surnames": "ÑÁÑEZ CARRILLO", "names": "DEIVIS ALEXANDER", "born": "02-05-1993", "until": "09-2023"},
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One good file: what it is evidence of, whose it is, what a reader is told about it, and how it is made."""

    kind: str
    person: str
    about: str
    make: Callable[[], bytes]


def weld_photo() -> bytes:
    """Return the close-up of a weld bead as JPEG."""
    return jpeg(caption(closeup.weld(PHOTO), f"{MARK} · foto de trabajo 1 · cordón terminado, sin limpiar"), 76)


def bench_photo() -> bytes:
    """Return the welding bench as JPEG."""
    return jpeg(caption(scenes.bench(PHOTO, FINE), f"{MARK} · foto de trabajo 2 · junta en T sobre el banco"), 78)


def yard_photo() -> bytes:
    """Return the finished window grille as WebP."""
    out = io.BytesIO()
    caption(scenes.yard(PHOTO, FINE), f"{MARK} · foto de trabajo 3 · reja terminada antes de pintar").save(out, "WEBP", quality=76, method=5)
    return out.getvalue()


def _card(person: str, seed: int, corners: tuple[tuple[float, float], ...], table: tuple[tuple[int, int, int], tuple[int, int, int]]) -> bytes:
    return papers.identity(CARDS[person], seed, corners, table)


SAMPLES = {
    "diploma.pdf": Sample("diploma", ENGINEER, "Diploma of Ingeniera Civil, scanned", papers.diploma),
    "transcript.pdf": Sample("transcript", ENGINEER, "Certified marks, two scanned pages", papers.transcript),
    "apostille.pdf": Sample("legalisation", ENGINEER, "Electronic legalisation with the usual ten fields and no code", papers.apostille),
    "identity.jpg": Sample(
        "identity",
        ENGINEER,
        "Photo of an invented identity card",
        lambda: _card(ENGINEER, 301, ((0.16, 0.2), (0.135, 0.79), (0.868, 0.83), (0.845, 0.165)), TIMBER),
    ),
    "study_plan.pdf": Sample("study_plan", ENGINEER, "Plan of studies, digital", papers.study_plan),
    "payment_receipt.png": Sample("payment", ENGINEER, "Screenshot of a payment receipt", papers.payment_receipt),
    "work_letter.pdf": Sample("work_letter", WELDER, "Letter of an employer, scanned", papers.work_letter),
    "work_photo_1.jpg": Sample("work_photo", WELDER, "Close-up of a weld bead", weld_photo),
    "work_photo_2.jpg": Sample("work_photo", WELDER, "Welding bench with a finished T joint", bench_photo),
    "work_photo_3.webp": Sample("work_photo", WELDER, "Finished window grille in the yard", yard_photo),
    "course_certificate.jpg": Sample("course_certificate", WELDER, "Photo of a course certificate", papers.course_certificate),
    "identity_rpl.jpg": Sample(
        "identity", WELDER, "Photo of an invented identity card", lambda: _card(WELDER, 331, ((0.13, 0.24), (0.19, 0.86), (0.9, 0.76), (0.83, 0.16)), SLATE)
    ),
    "references.pdf": Sample("references", WELDER, "Two letters of reference, scanned", papers.references),
}


def pixels_digest(content: bytes) -> str | None:
    """Return the SHA-256 of a picture's decoded pixels, or nothing for a PDF."""
    if content.startswith(b"%PDF"):
        return None
    with Image.open(io.BytesIO(content)) as picture:
        return hashlib.sha256(picture.convert("RGB").tobytes()).hexdigest()


def describe(name: str, content: bytes) -> dict[str, object]:
    """Return the line of the manifest about one good file."""
    sample = SAMPLES[name]
    entry: dict[str, object] = {"kind": sample.kind, "person": sample.person, "about": sample.about, "mark": MARK, "bytes": len(content)}
    entry["sha256"] = hashlib.sha256(content).hexdigest()
    pixels = pixels_digest(content)
    return entry | ({"pixels_sha256": pixels} if pixels else {})


def main(arguments: list[str]) -> int:
    """Write the chosen files (all, without --only; `bad` names all the bad ones) and bring the manifest up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--only", nargs="*", default=[*SAMPLES, "bad"])
    chosen = parser.parse_args(arguments)
    (chosen.out / "bad").mkdir(parents=True, exist_ok=True)
    listing = chosen.out / "manifest.json"
    manifest = json.loads(listing.read_text(encoding="utf-8")) if listing.exists() else {"good": {}, "bad": {}}
    for name in chosen.only:
        if name == "bad":
            for broken, content in bad.everything().items():
                (chosen.out / "bad" / broken).write_bytes(content)
                manifest["bad"][broken] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            continue
        content = SAMPLES[name].make()
        (chosen.out / name).write_bytes(content)
        manifest["good"][name] = describe(name, content)
        print(f"{name}: {len(content)} bytes")
    listing.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
