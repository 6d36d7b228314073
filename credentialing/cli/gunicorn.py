"""Serving with gunicorn from inside the process: one worker, several threads, the job engine beside them when it is embedded."""

import os
import sys
from collections.abc import Callable
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from credentialing.config import Settings
from credentialing.domain.errors import MisconfiguredError


class Server(BaseApplication):  # type: ignore[misc]
    """A gunicorn server of one application; `begin` and `end` run in the worker process around its life."""

    def __init__(self, settings: Settings, make: Callable[[], Any], *, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self._settings, self._make, self._begin, self._end = settings, make, begin, end
        super().__init__()

    def load_config(self) -> None:
        """Our settings as gunicorn's: never preload, because the job engine must start after the fork; no control socket in anybody's home."""
        chosen: dict[str, Any] = {
            "bind": f"{self._settings.bind}:{self._settings.port}",
            "workers": 1,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "control_socket_disable": True,
            "loglevel": self._settings.log_level,
            "accesslog": None,
            "post_worker_init": lambda worker: self._begin(),
            "worker_exit": lambda server, worker: self._end(),
            "forwarded_allow_ips": "127.0.0.1",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the worker. What cannot run is said in sentences, and the whole server stops instead of trying again and again."""
        try:
            return self._make()
        except MisconfiguredError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            sys.exit(Arbiter.APP_LOAD_ERROR)

    def run(self) -> None:
        """Serve until told to stop; exit code 2 when the installation cannot run as it is set up, as for every other command."""
        master = os.getpid()
        try:
            super().run()
        except SystemExit as stopped:
            failed = os.getpid() == master and stopped.code == Arbiter.APP_LOAD_ERROR  # the worker's own exit passes here too
            sys.exit(2 if failed else stopped.code)
