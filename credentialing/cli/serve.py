"""Set up and serve the whole product from one process: pages, verification and durable work."""

from datetime import timedelta
from typing import Any

import click

from credentialing.adapters.system import SystemClock
from credentialing.cli.installation import settings_of
from credentialing.cli.opening import load_demonstration, open_database, open_keys
from credentialing.config import Settings


@click.command(name="serve")
@click.pass_context
def command(context: click.Context) -> None:
    """Set up and serve the whole product from one process."""
    settings = settings_of(context)
    engine = open_database(settings)
    open_keys(settings, now=SystemClock().now() - (timedelta(days=400) if settings.demonstration else timedelta()))  # invented cases lie in the past
    if settings.demonstration:
        load_demonstration(settings, engine)
    engine.dispose()
    click.echo(f"{settings.brand} is served at {settings.base_url} (stop with Ctrl+C)", err=True)
    serve(settings, with_worker=settings.worker == "embedded")


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop; with the durable work in the same process when asked."""
    from credentialing.cli.gunicorn import Server

    def make() -> Any:
        from credentialing.app.product import create_app

        return create_app(settings)

    def begin() -> None:
        if with_worker:
            from credentialing.cli.worker import start_worker

            start_worker(settings)

    def end() -> None:
        if with_worker:
            from credentialing.worker import loop

            loop.stop()

    Server(settings, make, begin=begin, end=end).run()
