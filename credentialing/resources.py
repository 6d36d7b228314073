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


def samples_dir() -> Path:
    """The folder of invented papers; MisconfiguredError in an installed package, which does not carry them."""
    root = checkout_root()
    if root is None or not (root / "tests" / "samples").is_dir():
        raise MisconfiguredError("The invented papers of the demonstration are in the checkout only (tests/samples). Run this from a checkout.")
    return root / "tests" / "samples"


def font_cache(instance: Path) -> Path:
    """Where the cut faces of certificates are kept: once for a whole checkout, because throw-away instances come from it too; else in the instance."""
    root = checkout_root()
    return (instance if root is None else root / "instance") / "cache" / "fonts"
