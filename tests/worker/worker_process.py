"""A worker in a process of its own, for tests: its handlers write to the table `tally`, wait for files in a folder, and can be killed."""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from credentialing.adapters.system import SystemClock
from credentialing.storage.engine import make_engine
from credentialing.worker import loop


@dataclass(frozen=True, slots=True)
class Bench:
    engine: sa.Engine
    folder: Path


def tally(bench: Bench, job: str, what: str) -> None:
    """Write one line; a line that must be there once is written by whoever comes first."""
    once = " WHERE NOT EXISTS (SELECT 1 FROM tally WHERE job = :job AND what = 'done')" if what == "done" else ""
    with bench.engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO tally (job, what, pid) SELECT :job, :what, :pid{once}"), {"job": job, "what": what, "pid": os.getpid()})


def wait_for_file(bench: Bench, name: str) -> None:
    deadline = time.monotonic() + 40
    while not (bench.folder / name).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.02)


def quick(bench: Bench, arguments: Mapping[str, str]) -> None:
    tally(bench, arguments["job"], "started")
    tally(bench, arguments["job"], "done")


def slow(bench: Bench, arguments: Mapping[str, str]) -> None:
    tally(bench, arguments["job"], "started")
    wait_for_file(bench, arguments["until"])
    tally(bench, arguments["job"], "done")


def stuck(bench: Bench, arguments: Mapping[str, str]) -> None:
    """Hangs in the first process that takes it, and in no other."""
    tally(bench, arguments["job"], "started")
    try:
        (bench.folder / "hangs").touch(exist_ok=False)
    except FileExistsError:
        pass
    else:
        wait_for_file(bench, arguments["until"])
    tally(bench, arguments["job"], "done")


def failing(bench: Bench, arguments: Mapping[str, str]) -> None:
    tally(bench, arguments["job"], "started")
    if not (bench.folder / "repaired").exists():
        raise OSError("maria@example.org is unknown here")
    tally(bench, arguments["job"], "done")


def sweep(bench: Bench, _: Mapping[str, str]) -> None:
    tally(bench, "sweep", "swept")


HANDLERS = {"quick": quick, "slow": slow, "stuck": stuck, "failing": failing}


def main() -> None:
    url, slot, folder, options = sys.argv[1:5]
    given = json.loads(options)
    engine = make_engine(url)
    pace = loop.Pace(
        poll_seconds=0.05,
        at_once=given.get("at_once", 2),
        delays=tuple(given.get("delays", (0.1, 0.1))),
        tick_seconds=given.get("tick_seconds", 0.2),
        stuck_after=timedelta(seconds=given.get("stuck_after", 600)),
    )
    handlers = HANDLERS | ({"sweep": sweep} if given.get("sweeps") else {})
    loop.run_forever(lambda: Bench(engine, Path(folder)), engine=engine, clock=SystemClock(), handlers=handlers, slot=slot, pace=pace)
    print("stopped in good order", flush=True)


if __name__ == "__main__":
    main()
