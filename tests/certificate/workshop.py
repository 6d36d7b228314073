"""What the tests of certificates share: a studio, a key ring, and certificates sealed once."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.face import Draft, Face
from credentialing.certificate.issuing import Sealed, prepare, seal
from credentialing.certificate.page import Studio
from credentialing.certificate.trust import Trust, trust_of
from credentialing.crypto.keyring import KeyRing, create_keyring
from credentialing.resources import data_dir
from tests.certificate.drafts import CODE, HOST, NOW, competence, degree

# WeasyPrint 70.0 leaves its own colour profile to the garbage collector.
TOLERATED = pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")
NUMBERS = {
    "degree": "RT-2026-004817-3", "rpl": "CL-2026-000044-9", "background_paper": "PC-2026-000208-3", "school": "ES-2026-000031-3",
    "mutual_recognition": "RM-2026-000007-7",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A sealed certificate with what it was made from."""

    face: Face
    sealed: Sealed

    @property
    def pdf(self) -> bytes:
        return self.sealed.pdf


@pytest.fixture(scope="session")
def studio(pytestconfig: pytest.Config) -> Studio:
    """The product's own templates; the fonts are cut once for all runs."""
    cache = pytestconfig.cache
    assert cache is not None
    return Studio(Path(cache.mkdir("certificate-fonts")))


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates, to be spoilt at will."""
    return shutil.copytree(data_dir("templates") / "certificate", tmp_path / "certificate")


@pytest.fixture(scope="session")
def font_folder(pytestconfig: pytest.Config, studio: Studio) -> Path:
    """Where the fonts lie, cut."""
    cache = pytestconfig.cache
    assert cache is not None
    return Path(cache.mkdir("certificate-fonts"))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """A key ring that is the same in every run."""
    return create_keyring(tmp_path_factory.mktemp("keys") / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(7))


@pytest.fixture(scope="session")
def trust(keys: KeyRing) -> Trust:
    return trust_of(keys, verify_host=HOST, now=NOW)


@pytest.fixture(scope="session")
def make(studio: Studio, keys: KeyRing) -> Callable[..., Made]:
    """Prepare, number and seal a draft, with a credential if one is given."""

    def made(draft: Draft, credential: bytes = b"") -> Made:
        ticket = prepare(draft, studio=studio)
        face = ticket.numbered(number=NUMBERS[draft.kind], code=CODE)
        return Made(face, seal(ticket, face, keys=keys, now=NOW, credential=credential))

    return made


@pytest.fixture(scope="session")
def a_degree(make: Callable[..., Made]) -> Made:
    return make(degree())


@pytest.fixture(scope="session")
def a_competence(make: Callable[..., Made]) -> Made:
    return make(competence(12))
