"""A whole office for tests: a real database, real keys, the real law; only the ports to the world are doubles."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from credentialing.adapters.doubles import HandClock, MemoryFiles, MemoryJobs, MemoryMessages, SeededEntropy
from credentialing.adapters.reading import SandboxedReader
from credentialing.config import load_settings
from credentialing.crypto.keyring import create_keyring
from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Actor, Role
from credentialing.domain.ports import DocumentReader
from credentialing.resources import data_dir
from credentialing.services import people, work
from credentialing.services.office import Office
from credentialing.storage.engine import make_engine
from credentialing.workflow.library import Library

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SAMPLES = Path(__file__).with_name("samples")


@cache
def library() -> Library:
    """The published procedures, read once per process."""
    return Library.load(data_dir("workflows"))


def make_office(folder: Path, database_url: str, *, reader: DocumentReader | None = None, settings: Mapping[str, str] | None = None) -> tuple[Office, Engine]:
    """An office in `folder` on a migrated database, at 9 o'clock in Bogotá on 2 March 2026; dispose of the engine afterwards."""
    instance = folder / "instance"
    instance.mkdir(mode=0o700, exist_ok=True)
    engine = make_engine(database_url)
    clock, entropy = HandClock(START), SeededEntropy(7)
    chosen = load_settings(instance, {"CREDENTIALING_DATABASE_URL": database_url, **(settings or {})})
    office = Office(
        settings=chosen,
        sessions=sessionmaker(engine, expire_on_commit=False),
        clock=clock,
        entropy=entropy,
        files=MemoryFiles(),
        messages=MemoryMessages(),
        jobs=MemoryJobs(),
        reader=reader or SandboxedReader(),
        keys=create_keyring(chosen.keys, issuer_host=chosen.issuer_host, brand=chosen.brand, now=START, entropy=entropy),
        library=library(),
    )
    return office, engine


def clock_of(office: Office) -> HandClock:
    """The hand clock of a test office."""
    assert isinstance(office.clock, HandClock)
    return office.clock


def run_jobs(office: Office) -> None:
    """Do all the work that waits, as the worker would after the commit."""
    assert isinstance(office.jobs, MemoryJobs)
    office.jobs.run_all(work.HANDLERS, office)


def applicant(office: Office, contact: str = "+573005550100", name: str = "Mariángel Peñalver Núñez") -> Actor:
    """A registered applicant."""
    return Actor(people.welcome(office, contact=parse_contact(contact, "CO"), display_name=name, language="es"), frozenset({Role.APPLICANT}))


def staff(office: Office, *roles: Role, contact: str | None = None) -> Actor:
    """A member of staff with these roles."""
    address = contact or f"{'.'.join(sorted(role.value for role in roles))}@puente.example"
    person_id = people.hire(office, actor=None, contact=parse_contact(address, "CO"), display_name=address.split("@")[0], roles=frozenset(roles), language="es")
    return Actor(person_id, frozenset({Role.APPLICANT, *roles}))


def with_reader(office: Office, reader: DocumentReader) -> Office:
    """The same office with another reader of documents."""
    return replace(office, reader=reader)
