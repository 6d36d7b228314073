"""veraPDF as tests ask it: one process for a whole session, started with the first question."""

import json
import subprocess
import sys
from pathlib import Path
from typing import IO


class VeraPdf:
    """Asks the process of `verapdf_child.py`; close it when done."""

    def __init__(self, log: Path) -> None:
        self._complaints: IO[bytes] = log.open("wb")
        command = [sys.executable, str(Path(__file__).with_name("verapdf_child.py"))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, text=True)

    def broken_rules(self, path: Path, profile: str) -> list[str]:
        """The rules of `profile` (3a, ua1, 4f, ua2) that a file breaks, as "clause test message". AssertionError when veraPDF cannot say."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"path": str(path), "profile": profile}) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("answer "):
                answer = json.loads(line.removeprefix("answer "))
                assert "error" not in answer, answer["error"]
                return [str(rule) for rule in answer["rules"]]
        raise AssertionError("veraPDF has ended: " + Path(self._complaints.name).read_text()[-2000:])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
        self._complaints.close()
