"""The same certificate is the same bytes: in another process, with other hash seeds, in another time zone, language and folder."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.certificate.workshop import TOLERATED, Made

pytestmark = TOLERATED

_SCRIPT = """
import hashlib, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.page import Studio
from credentialing.crypto.keyring import create_keyring
from tests.certificate.drafts import CODE, NOW, degree
from tests.certificate.workshop import NUMBERS
fonts, ring = map(Path, sys.argv[1:])
keys = create_keyring(ring, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(7))
ticket = prepare(degree(), studio=Studio(fonts))
print(hashlib.sha256(seal(ticket, ticket.numbered(number=NUMBERS["degree"], code=CODE), keys=keys, now=NOW).pdf).hexdigest())
"""


@pytest.mark.parametrize(("seed", "zone", "language"), [("1", "Pacific/Kiritimati", "C"), ("77", "America/Caracas", "es_VE.UTF-8")])
def test_another_process_seals_the_same_bytes(seed: str, zone: str, language: str, a_degree: Made, font_folder: Path, tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    environ = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "LANG": language, "PYTHONPATH": root}
    command = [sys.executable, "-c", _SCRIPT, str(font_folder), str(tmp_path / "ring")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path, env=environ)
    assert done.stdout.strip() == hashlib.sha256(a_degree.pdf).hexdigest(), done.stderr[-2000:]
