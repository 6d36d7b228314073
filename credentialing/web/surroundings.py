"""What the pages need from the rest of the house, handed over once by the application factory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from credentialing.config import Settings
from credentialing.domain.people import Actor
from credentialing.domain.ports import Clock, Entropy
from credentialing.workflow.library import Library

if TYPE_CHECKING:
    from credentialing.services.office import Office, Register


@dataclass(frozen=True, slots=True)
class ReadyAccount:
    """An account of the demonstration: the name of its role in the reader's language, its name, and the address that signs it in by POST."""

    role: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SampleLink:
    """Something ready to be looked at in the demonstration."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the first page offers while the service runs on invented data; empty lists are fine."""

    accounts: tuple[ReadyAccount, ...] = ()
    samples: tuple[SampleLink, ...] = ()


def _nothing() -> Demonstration:
    return Demonstration()


def _nobody(token: str) -> Actor | None:
    return None


def _all_well() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything a page may reach: settings, time and chance, the library of procedures, the office of the services, and who is signed in."""

    settings: Settings
    clock: Clock
    entropy: Entropy
    library: Library
    office: "Office"
    person_of_session: Callable[[str], Actor | None] = _nobody
    name_of: Callable[[Actor], str] = lambda actor: ""
    demonstration: Callable[[], Demonstration] = _nothing
    unready: Callable[[], tuple[str, ...]] = _all_well
    country: str = "CO"
    verifier_only: bool = False
    read_only: "Register | None" = None  # the verifier's own process has this and no office

    @property
    def register(self) -> "Register":
        """Where verification looks certificates up: the office, or less than that in the verifier's own process."""
        return self.read_only or self.office

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over https: decides the names of the cookies and HSTS."""
        return self.settings.base_url.startswith("https://")


def surroundings() -> Surroundings:
    """The surroundings of the running application."""
    return cast(Surroundings, current_app.extensions["credentialing"])
