"""Run durable work: letters, certificates, deadlines."""

import click

from credentialing.adapters.system import SystemClock
from credentialing.cli.installation import settings_of
from credentialing.config import Settings
from credentialing.services.work import HANDLERS
from credentialing.storage.engine import make_engine
from credentialing.worker import loop


@click.command(name="worker")
@click.option("--slot", default="worker", help="A stable name for this kind of worker; each process takes the first free place under it.")
@click.pass_context
def command(context: click.Context, slot: str) -> None:
    """Run durable work until told to stop."""
    from credentialing.app.office import open_office

    settings = settings_of(context)
    engine = make_engine(settings.database_url)
    loop.run_forever(lambda: open_office(settings, engine=engine), engine=engine, clock=SystemClock(), handlers=HANDLERS, slot=slot)


def start_worker(settings: Settings) -> None:
    """Start the same work in threads of this process."""
    from credentialing.app.office import open_office

    engine = make_engine(settings.database_url)
    loop.start(lambda: open_office(settings, engine=engine), engine=engine, clock=SystemClock(), handlers=HANDLERS, slot="embedded")
