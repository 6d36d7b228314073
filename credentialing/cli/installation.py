"""Which installation a command works on."""

import os
from pathlib import Path

import click

from credentialing.config import INSTANCE_VARIABLE, Settings, load_settings
from credentialing.domain.errors import MisconfiguredError
from credentialing.resources import checkout_root


def default_instance() -> Path | None:
    """The instance folder of the checkout this runs from, or None when the package is installed and nobody has named a folder."""
    root = checkout_root()
    return None if root is None else root / "instance"


def instance_of(context: click.Context) -> Path:
    """The instance folder that the command line, the environment or the checkout names; MisconfiguredError when none does."""
    instance = context.find_root().obj
    if not isinstance(instance, Path):
        raise MisconfiguredError(f"Which instance folder? Name it with --instance or in {INSTANCE_VARIABLE}.")
    return instance


def settings_of(context: click.Context) -> Settings:
    """The judged settings of that instance; MisconfiguredError with every problem."""
    return load_settings(instance_of(context), os.environ)
