"""A process that issues a cohort, as a worker does: `python -m tests.benchmarks._worker FONTS KEYS COUNT SEED` prints what it measured as JSON.

Each certificate is prepared and sealed: draft judged, lines looked at, QR signed, page filled in, sealed, checked. Forms are compiled on the way, as in life.
"""

import gc
import json
import statistics
import sys
import time
from pathlib import Path

from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.page import Studio
from credentialing.crypto.keyring import KeyRing
from tests.benchmarks._cohort import cohort
from tests.certificate.drafts import NOW

WARM_UP = 60  # certificates: by then every size of a name has its form


def _resident() -> float:
    """Resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def measure(fonts: Path, keys: Path, *, count: int, seed: int) -> dict[str, float]:
    """Issue `count` certificates after the warm-up. Milliseconds of processor time (median) of one seal and of one preparation, and of the slowest 1 %; wall
    seconds and processor seconds of all; resident memory (MB) after the first and the last hundredth part, and the most; and how many were not filled in."""
    studio, ring, people = Studio(fonts, compile_after=2), KeyRing.open(keys), cohort(seed)
    seals: list[float] = []
    prepared: list[float] = []
    memory: list[float] = []
    slow = 0
    wall = processor = 0.0
    for turn in range(-WARM_UP, count):
        if turn == 0:
            gc.collect()
            wall, processor = time.perf_counter(), time.process_time()
        draft, number, code, place, credential = next(people)
        start = time.process_time()
        ticket = prepare(draft, studio=studio)
        middle = time.process_time()
        seal(ticket, ticket.numbered(number=number, code=code, status=place), keys=ring, now=NOW, credential=credential)
        end = time.process_time()
        if turn >= 0:
            prepared.append(middle - start)
            seals.append(end - middle)
            slow += end - middle > 0.1
            if turn % 10 == 9:
                memory.append(_resident())
    tenth = max(1, len(memory) // 10)
    return {
        "seal": statistics.median(seals) * 1e3, "slowest": statistics.quantiles(seals, n=100)[-1] * 1e3, "prepare": statistics.median(prepared) * 1e3,
        "wall": time.perf_counter() - wall, "processor": time.process_time() - processor, "whole": slow,
        "first": statistics.fmean(memory[:tenth]), "last": statistics.fmean(memory[-tenth:]), "most": max(memory),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]), count=int(sys.argv[3]), seed=int(sys.argv[4]))))
