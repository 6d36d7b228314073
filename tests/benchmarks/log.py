"""One leaf more and its checkpoint, in a log of a hundred, ten thousand and a hundred thousand leaves.

Whole: the transactions that append, the one that signs and keeps the proof, and the files with their syncs. SQLite on a real disk, synchronous=FULL.
Reached when the median at a hundred thousand is at most three times that at a hundred: the cost does not follow the size.
"""

import statistics
import tempfile
import time
from pathlib import Path

from credentialing.adapters.doubles import SeededEntropy
from credentialing.crypto.keyring import create_keyring
from credentialing.services import publishing
from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import upgrade
from tests.office import START
from tests.services.logged import certify, lay_leaves
from tests.services.stage import open_world

SIZES, ROUNDS, GOAL = (100, 10_000, 100_000), 30, 3.0


def main() -> bool:
    """Print the medians; whether the goal is reached."""
    medians = []
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="log-") as name:
            medians.append(_median(Path(name), size))
        print(f"{size:>9,} leaves: {medians[-1] * 1000:6.1f} ms for one certificate begun and issued, signed, proved and published")
    ratio = medians[-1] / medians[0]
    print(f"ratio of the last to the first: {ratio:.2f} (goal: at most {GOAL})")
    return ratio <= GOAL


def _median(folder: Path, size: int) -> float:
    create_keyring(folder / "keys", issuer_host="puente.example", brand="Puente", now=START, entropy=SeededEntropy(7))
    url = f"sqlite:///{folder / 'log.sqlite3'}"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    world = open_world(folder, url, keys=folder / "keys")
    certify(world.office, "first")
    lay_leaves(world.office, size - 2)
    publishing.publish(world.office)
    spent = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        certify(world.office, f"c{number}")
        publishing.publish(world.office)
        spent.append(time.perf_counter() - start)
    world.engine.dispose()
    return statistics.median(spent)
