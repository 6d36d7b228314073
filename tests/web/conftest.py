"""A frame of the website with nothing behind it but time, chance and the first pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from credentialing.config import Settings, load_settings
from credentialing.domain.people import Actor, Role
from credentialing.resources import data_dir
from credentialing.web.frame import build_frame
from credentialing.web.public import catalogue, finder, information, landing
from credentialing.web.surroundings import Surroundings
from credentialing.workflow.library import Library
from tests.chromium import chromium

__all__ = ["chromium"]

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PEOPLE = {
    "token-of-ana": Actor("ana", frozenset({Role.APPLICANT})),
    "token-of-luis": Actor("luis", frozenset({Role.ASSESSOR})),
    "token-of-eva": Actor("eva", frozenset({Role.DECISION_MAKER, Role.REGISTRAR})),
}


@dataclass
class StillClock:
    """Always the same moment."""

    moment: datetime = NOON

    def now(self) -> datetime:
        """That moment."""
        return self.moment


@dataclass
class CountedChance:
    """Different and repeatable bytes."""

    count: int = field(default=0)

    def bytes(self, count: int) -> bytes:
        """Bytes of a counter."""
        self.count += 1
        return self.count.to_bytes(count, "big")

    def id(self) -> str:
        """A counter in hexadecimal."""
        return self.bytes(16).hex()

    def below(self, limit: int) -> int:
        """A counter modulo `limit`."""
        self.count += 1
        return self.count % limit


def form_token_of(html: str) -> str:
    """The form token that stands in a page."""
    match = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert match is not None
    return match[1]


@pytest.fixture(scope="session")
def library() -> Library:
    """The procedures as they are published."""
    return Library.load(data_dir("workflows"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a fresh demonstration."""
    return load_settings(tmp_path, {})


@pytest.fixture
def make_app(settings: Settings, library: Library) -> Callable[..., Flask]:
    """Builds a frame; keyword arguments replace parts of the surroundings, `public=False` leaves the public pages out."""

    def make(*, public: bool = True, **parts: Any) -> Flask:
        usual = {"settings": settings, "library": library, "office": None, "clock": StillClock(), "entropy": CountedChance(), "person_of_session": PEOPLE.get}
        around = Surroundings(**{**usual, **parts})
        app = build_frame(around, templates=data_dir("templates"))
        if public:
            for room in (landing, information, finder, catalogue):
                app.register_blueprint(room.blueprint)
        return app

    return make
