"""One degree and one certificate of competence, made once per process through the services; each test gets its own copy of that installation."""

import atexit
import io
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import sessionmaker

from credentialing.adapters.doubles import HandClock
from credentialing.adapters.system import SystemClock, SystemEntropy
from credentialing.certificate.face import Face
from credentialing.config import load_settings
from credentialing.crypto.envelope import open_from_register
from credentialing.crypto.keyring import create_keyring
from credentialing.services import exporting
from credentialing.services.demonstration import DEGREE, RPL, Story, engineer, welder
from credentialing.services.exporting import Line
from credentialing.services.office import Office
from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import upgrade
from credentialing.storage.records import CertificateRecord
from tests.office import SAMPLES, clock_of, make_office, run_jobs


@dataclass(frozen=True)
class World:
    """The folder of the installation and of what it exported, one line for each certificate, and the moment at which the walk ended."""

    folder: Path
    office: Office
    degree: Line
    rpl: Line
    now: datetime

    @property
    def trust(self) -> Path:
        """The exported trust, with the certificates beside it."""
        return self.folder / "exported"

    def pdf(self, line: Line) -> bytes:
        """The sealed PDF of a certificate."""
        return (self.trust / line.pdf).read_bytes()

    def copy(self, folder: Path) -> Office:
        """The same installation in another folder, to be changed at will; its clock stands at `now`."""
        instance = folder / "instance"
        shutil.copytree(self.folder / "instance", instance)
        url = f"sqlite:///{instance / 'credentialing.sqlite3'}"
        settings = load_settings(instance, {"CREDENTIALING_DATABASE_URL": url})
        return replace(self.office, settings=settings, sessions=sessionmaker(make_engine(url), expire_on_commit=False), clock=HandClock(self.now))


def code_of(line: Line) -> str:
    """The 13 characters of a certificate's code."""
    return line.verify_url.rpartition("/")[2]


def face_of(office: Office, line: Line) -> Face:
    """What the register holds of a certificate."""
    with office.reading() as session:
        record = session.scalars(select(CertificateRecord).where(CertificateRecord.number == line.number)).one()
        return Face.from_json(open_from_register(office.keys, record.sealed_face, record.code))


def photo_of(pdf: bytes) -> bytes:
    """The first page as somebody's phone takes it: a little turned, as JPEG."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=150 / 72).to_pil().convert("RGB").rotate(3, expand=True, fillcolor="grey")
    document.close()
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=75)
    return kept.getvalue()


def altered(pdf: bytes) -> bytes:
    """The same file with one bit of one byte turned, in its middle."""
    data = bytearray(pdf)
    data[len(data) // 2] ^= 1
    return bytes(data)


def change_record(office: Office, line: Line, **values: object) -> None:
    """Change the row of a certificate behind the back of the use cases."""
    with office.transaction() as session:
        session.execute(update(CertificateRecord).where(CertificateRecord.number == line.number).values(**values))


@cache
def world() -> World:
    """The installation with its two certificates; thrown away when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="certified-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    now = SystemClock().now().replace(microsecond=0)
    instance = folder / "instance"
    instance.mkdir(mode=0o700)
    url = f"sqlite:///{instance / 'credentialing.sqlite3'}"
    upgrade(make_engine(url))
    settings = load_settings(instance, {"CREDENTIALING_DATABASE_URL": url})
    # Keys as old as the story: a seal must not be younger than what it signed.
    create_keyring(settings.keys, issuer_host=settings.issuer_host, brand=settings.brand, now=now - timedelta(days=90), entropy=SystemEntropy())
    office, engine = make_office(folder, url)
    lines = []
    for person, procedure in ((engineer("+573005550101", "Mariángel", "Peñalver Núñez", "4821"), DEGREE),
                              (welder("+573005550102", "Deivis Alexander", "Ñáñez Carrillo", "9014"), RPL)):
        clock_of(office).set(now - timedelta(days=80))
        story = Story(office, clock=clock_of(office), run_jobs=lambda: run_jobs(office), samples=SAMPLES)
        case_id = story.walk(person, procedure, until="certified")
        lines.append(exporting.export_certificate(office, actor=story.welcome(person), case_id=case_id, folder=folder / "exported"))
    clock_of(office).set(now)
    exporting.write_summary(office, lines=lines, folder=folder / "exported")
    engine.dispose()
    return World(folder, office, lines[0], lines[1], now)


@pytest.fixture(scope="session")
def made() -> World:
    """The installation and its certificates; nobody changes this one."""
    return world()


@pytest.fixture
def office(made: World, tmp_path: Path) -> Office:
    """A copy of the installation, to be changed at will."""
    return made.copy(tmp_path)
