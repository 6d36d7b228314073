"""Signed certificates per second, all ways in one run: naive, bare, ours laid out as a whole, ours from a compiled form; two processes; a worker's memory.

* naive: WeasyPrint and pyHanko as their manuals begin; a new font configuration, a new stylesheet and a new signer for each document
* bare: the same libraries used well, everything is kept that can be (`_paths.py`); both get finished HTML with the QR in it, tag no signature, check nothing
* whole: `seal()`: QR, page, signature, and the strict reading of its own work
* compiled: the same `seal()` for a cohort whose form is compiled, with a credential of 8 kB attached, every name, number and code another (`_worker.py`)

The first three run in turn after a warm-up. Medians of processor time: neither side waits for anything, and other work on the machine counts little.
The last two parts need a machine with two free processors: they are wall time, and say so. Certificates through the durable queue, with database and log,
are timed where the queue is.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.page import Studio
from credentialing.certificate.qr import qr_svg, qr_text
from credentialing.crypto.keyring import create_keyring
from tests.benchmarks._paths import Make, bare, naive, ours
from tests.certificate.drafts import CODE, NOW, competence

WARM_UP, ROUNDS = 2, 15
NUMBER = "CL-2026-004817-3"
MOST_OF_BARE, LEAST_OF_NAIVE, MOST_MILLISECONDS, LEAST_OF_ONE, MOST_MEMORY, MOST_GROWTH = 1.15, 25, 6, 1.8, 160, 2
COHORT, SHARE = 1_000, 300


def _timed(make: Make) -> float:
    start = time.process_time()
    make()
    return time.process_time() - start


def measure_pages(fonts: Path, key_folder: Path) -> dict[str, float]:
    """Median milliseconds of processor time of one certificate, by way."""
    studio = Studio(fonts)
    keys = create_keyring(key_folder, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(1))
    draft = competence()
    face = draft.numbered(number=NUMBER, code=CODE)
    html = studio.html(face, qr_svg=qr_svg(qr_text(face, keys))[0])
    ways: dict[str, Make] = {
        "naive": naive(html, studio, keys=keys, folder=key_folder),
        "bare": bare(html, studio, keys=keys, folder=key_folder),
        "whole": ours(studio, keys, draft, number=NUMBER, code=CODE, count=WARM_UP + ROUNDS),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(WARM_UP + ROUNDS):
        for way in sorted(ways, reverse=bool(turn % 2)):
            spent = _timed(ways[way])
            if turn >= WARM_UP:
                times[way].append(spent)
    return {way: statistics.median(spent) * 1e3 for way, spent in times.items()}


def measure_workers(fonts: Path, keys: Path, *, count: int, processes: int) -> list[dict[str, float]]:
    """What as many workers at once measured, each of which issues `count` certificates of a cohort."""
    command = [sys.executable, "-m", "tests.benchmarks._worker", str(fonts), str(keys), str(count)]
    running = [subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, text=True) for seed in range(processes)]
    return [json.loads(each.communicate()[0]) for each in running]


def report(page: Mapping[str, float], alone: Mapping[str, float], pair: list[dict[str, float]]) -> list[tuple[str, bool]]:
    """What is printed, line by line, and whether it reaches its goal."""
    ratio, gain = page["whole"] / page["bare"], page["naive"] / alone["seal"]
    together = sum(SHARE / each["wall"] for each in pair)
    single = COHORT / alone["wall"]
    growth = alone["last"] - alone["first"]
    return [
        (f"naive                      {page['naive']:7.1f} ms", True),
        (f"bare, used well            {page['bare']:7.1f} ms", True),
        (f"whole, read strictly       {page['whole']:7.1f} ms   {ratio:.2f} of bare (at most {MOST_OF_BARE})", ratio <= MOST_OF_BARE),
        (f"compiled, with credential  {alone['seal']:7.2f} ms   {gain:.0f} times as fast as naive (at least {LEAST_OF_NAIVE})", gain >= LEAST_OF_NAIVE),
        (f"                           at most {MOST_MILLISECONDS} ms; slowest 1 % {alone['slowest']:.0f} ms; preparing {alone['prepare']:.2f} ms more",
         alone["seal"] <= MOST_MILLISECONDS),
        (f"one process                {single:7.0f} /s, prepared and sealed, wall time", True),
        (f"two processes              {together:7.0f} /s   {together / single:.2f} of one (at least {LEAST_OF_ONE})", together / single >= LEAST_OF_ONE),
        (f"memory over {COHORT:,}          {alone['most']:7.0f} MB (at most {MOST_MEMORY}); last tenth {growth:+.1f} MB over the first (at most {MOST_GROWTH})",
         alone["most"] <= MOST_MEMORY and growth <= MOST_GROWTH),
    ]  # fmt: skip


def main() -> bool:
    """Measure and print; whether every goal is reached."""
    with tempfile.TemporaryDirectory() as folder:
        fonts, keys = Path(folder) / "fonts", Path(folder) / "keys"
        page = measure_pages(fonts, keys)
        (alone,) = measure_workers(fonts, keys, count=COHORT, processes=1)
        pair = measure_workers(fonts, keys, count=SHARE, processes=2)
    lines = report(page, alone, pair)
    for text, reached in lines:
        print(text if reached else f"{text}  MISSED")
    return all(reached for _, reached in lines)
