"""The product as its operator starts it: one process of its own on a throw-away instance, with the worker inside and the demonstration loaded."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SLOWEST_START = 400
"""Seconds. The demonstration is loaded on the first start, and the machine may be busy with other tests."""


@contextmanager
def running_product(folder: Path) -> Iterator[str]:
    """Start the product on the empty folder `folder`; its address. It is stopped afterwards, as by Ctrl+C."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("CREDENTIALING_")}
    settings = {"CREDENTIALING_INSTANCE": str(folder / "instance"), "CREDENTIALING_PORT": str(port), "CREDENTIALING_BASE_URL": address}
    log = folder / "serve.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "credentialing", "serve"], cwd=ROOT, env=own | settings, stdout=said, stderr=said, start_new_session=True
        )
    try:
        _wait_until_ready(process, address, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the serving process is a child of the one that was started
            process.wait()
            raise AssertionError("the product did not stop within 30 seconds") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + SLOWEST_START
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the product did not start: {log.read_text(encoding='utf-8')[-3000:]}")
