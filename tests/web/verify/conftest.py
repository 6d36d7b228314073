"""The whole product over a copy of an installation with two certificates; each test may change its own."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from credentialing.app.product import create_app
from credentialing.services.office import Office
from tests.certified import World, world


@pytest.fixture(scope="session")
def made() -> World:
    """The installation and its certificates; nobody changes this one."""
    return world()


@pytest.fixture
def office(made: World, tmp_path: Path) -> Office:
    """A copy of the installation, to be changed at will."""
    return made.copy(tmp_path)


@pytest.fixture
def app(office: Office) -> Flask:
    """The whole product on that copy."""
    return create_app(office.settings, office)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that speaks English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
