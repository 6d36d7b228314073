"""Bringing an installation to the point where it can be served: schema, job tables, keys, and on first start the demonstration."""

import multiprocessing
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from credentialing.adapters.system import SystemClock, SystemEntropy
from credentialing.app.keys import token_of
from credentialing.config import Settings
from credentialing.crypto.keyring import KeyRing, create_keyring
from credentialing.storage.engine import Engine, make_engine
from credentialing.storage.migrate import is_current, upgrade


def open_database(settings: Settings) -> Engine:
    """The engine of the installation, its schema and job tables brought up to date when they are not."""
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    if not is_current(engine):
        from credentialing.adapters.jobs import create_tables

        click.echo("Preparing the database …", err=True)
        upgrade(engine)
        create_tables(engine)
    return engine


def open_keys(settings: Settings, *, now: datetime) -> KeyRing:
    """The keys of the installation, made when there are none; they count from `now`."""
    token = token_of(settings)
    return create_keyring(settings.keys, issuer_host=settings.issuer_host, brand=settings.brand, now=now, entropy=SystemEntropy(), token=token)


def load_demonstration(settings: Settings, engine: Engine) -> None:
    """On the first start of a demonstration: invented people, walked through the product's own use cases; a progress line meanwhile.

    In a process of its own: the server forks later, and must inherit no thread, lock or font of what inventing people needs.
    """
    from credentialing.app.office import open_office
    from credentialing.resources import samples_dir
    from credentialing.services import showcase

    if not showcase.is_empty(open_office(settings, engine=engine)):
        return
    samples = samples_dir()
    engine.dispose()  # no connection is shared with the other process
    inventing = multiprocessing.get_context("fork").Process(target=_invent, args=(settings, samples))
    inventing.start()
    inventing.join()
    if inventing.exitcode:
        sys.exit(inventing.exitcode)


def _invent(settings: Settings, samples: Path) -> None:
    """Invent the people and walk their cases."""
    from credentialing.adapters.doubles import HandClock, MemoryJobs
    from credentialing.app.office import open_office
    from credentialing.services import showcase
    from credentialing.services.work import HANDLERS

    now = SystemClock().now()
    clock, jobs = HandClock(now), MemoryJobs()
    acting = replace(open_office(settings), clock=clock, jobs=jobs)

    def run_jobs() -> None:
        jobs.run_all(HANDLERS, acting)

    with click.progressbar(length=len(showcase.SCENES), label="Inventing people and walking their cases", file=sys.stderr) as bar:
        showcase.stage(acting, clock=clock, now=now, run_jobs=run_jobs, samples=samples, tell=lambda done, _: bar.update(done - bar.pos))
