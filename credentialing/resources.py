"""Where the data folders are that a non-programmer can open: inside the installed package, or at the top of a checkout."""

from pathlib import Path
from typing import Literal, TypeAlias

from credentialing.domain.errors import MisconfiguredError

DataFolder: TypeAlias = Literal["templates", "workflows"]

_PACKAGE = Path(__file__).resolve().parent


def data_dir(name: DataFolder) -> Path:
    """The absolute path of `templates` or `workflows`; MisconfiguredError when neither the package nor a checkout around it holds the folder."""
    shipped = _PACKAGE / "_data" / name
    if shipped.is_dir():
        return shipped
    root = checkout_root()
    if root is not None and (root / name).is_dir():
        return root / name
    raise MisconfiguredError(f"The folder “{name}” is missing: it is neither inside the installed package nor in a checkout around it. Install it again.")


def checkout_root() -> Path | None:
    """The top of the checkout that this package runs from, or None when the package is installed."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() else None
