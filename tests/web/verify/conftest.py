"""The whole product over a copy of an installation with two certificates; each test may change its own."""


import pytest
from flask import Flask
from flask.testing import FlaskClient

from credentialing.app.product import create_app
from credentialing.services.office import Office
from tests.certified import made, office

__all__ = ["made", "office"]


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
