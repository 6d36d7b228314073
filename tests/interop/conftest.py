"""Certificates sealed now, because the verifiers of others look at the clock of the machine."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.archiving import archive_pdf
from credentialing.certificate.issuing import Sealed, prepare, seal
from credentialing.certificate.page import Studio
from credentialing.certificate.timestamping import Stamping
from credentialing.certificate.trust import export_trust
from credentialing.crypto.keyring import create_keyring
from tests.certificate.authority import LocalAuthority
from tests.certificate.drafts import CODE, HOST, competence, degree, long_titles, mutual, partial, passport, school, some_units, statement
from tests.certificate.workshop import TOLERATED, font_folder, studio

__all__ = ["font_folder", "studio"]

CREDENTIAL = b'{"type": ["VerifiableCredential", "OpenBadgeCredential"]}'

DRAFTS = {
    "degree": ("RT-2026-004817-3", degree()),
    "long names": ("RT-2026-004818-1", long_titles()),
    "competence": ("CL-2026-000044-9", competence(12)),
    "portuguese": ("CL-2026-000045-7", competence(5, langs=("pt", "es"))),
    "partial": ("RT-2026-004819-4", partial()),
    "units": ("CL-2026-003310-3", some_units(langs=("pt", "en"))),
    "statement": ("RT-2026-004820-7", statement()),
    "passport": ("PC-2026-000208-3", passport()),
    "school": ("ES-2026-000031-3", school()),
    "mutual": ("RM-2026-000007-7", mutual(langs=("pt", "en"))),
    "competence from a form": ("CL-2026-000046-5", competence(12, display_name="Íñigo Müller-Żółw D’Acosta")),
    "passport from a form": ("PC-2026-000209-6", passport(display_name="Nélida Güerere O'Leary")),
}


@dataclass(frozen=True)
class Office:
    """An exported trust folder, and certificates as files with what was sealed."""

    folder: Path
    sealed: dict[str, Sealed]

    def pdf(self, name: str) -> Path:
        return self.folder / f"{name}.pdf"


@pytest.fixture(scope="session")
def office(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One certificate of each kind, made with a fresh key ring and today's date."""
    now = datetime.now(UTC)
    folder = tmp_path_factory.mktemp("office")
    keys = create_keyring(folder / "ring", issuer_host="puente.example", brand="Puente", now=now, entropy=SeededEntropy(11))
    export_trust(folder, keys, verify_host=HOST, now=now)
    sealed: dict[str, Sealed] = {}
    for name, (number, draft) in DRAFTS.items():
        ticket = prepare(draft, studio=studio)
        if name.endswith(" from a form"):  # compiled with somebody else of the cohort
            other = replace(draft, display_name="Ana Isabel Briceño Rangel")
            studio.forms.expect(other.numbered(number=number, code=CODE))
            seal(spare := prepare(other, studio=studio), spare.numbered(number=number, code=CODE), keys=keys, now=now, credential=CREDENTIAL)
            assert studio.forms.fits(ticket.numbered(number=number, code=CODE))
        sealed[name] = seal(ticket, ticket.numbered(number=number, code=CODE), keys=keys, now=now, credential=CREDENTIAL)
        (folder / f"{name}.pdf").write_bytes(sealed[name].pdf)
    return Office(folder, sealed)


@dataclass(frozen=True)
class ArchivedTwice:
    """A certificate that was stamped and archived twice, as a file; the two roots that judge it; how long the sealed file is."""

    pdf: Path
    root: Path
    time_root: Path
    sealed: int


@pytest.fixture(scope="session")
def archived(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> ArchivedTwice:
    folder, now, authority = tmp_path_factory.mktemp("archived"), datetime.now(UTC), LocalAuthority()
    keys = create_keyring(folder / "ring", issuer_host="puente.example", brand="Puente", now=now, entropy=SeededEntropy(15))
    export_trust(folder, keys, verify_host=HOST, now=now)
    (folder / "time.pem").write_bytes(authority.root_pem)
    stamping = Stamping(authority, (authority.root,), SeededEntropy(16), datetime.now(UTC))
    ticket = prepare(DRAFTS["degree"][1], studio=studio)
    sealed = seal(ticket, ticket.numbered(number=DRAFTS["degree"][0], code=CODE), keys=keys, now=now, credential=CREDENTIAL, stamping=stamping).pdf
    lists = [*keys.revocation_lists(now=now), authority.revocation_list(now)]
    (folder / "archived.pdf").write_bytes(archive_pdf(archive_pdf(sealed, stamping=stamping, lists=lists), stamping=stamping, lists=lists))
    return ArchivedTwice(folder / "archived.pdf", folder / "root.pem", folder / "time.pem", len(sealed))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sealing happens in fixtures here, so every test tolerates what sealing leaves behind."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(TOLERATED)
