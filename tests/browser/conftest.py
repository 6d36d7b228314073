"""The running product and a browser for each person of a journey."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.product import running_product
from tests.browser.visitor import Visitor
from tests.chromium import chromium

__all__ = ["chromium"]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the product; started once, because inventing the people of the demonstration takes a while."""
    with running_product(tmp_path_factory.mktemp("product")) as address:
        yield address


@pytest.fixture
def arrive(chromium: Browser, product: str) -> Iterator[Callable[..., Visitor]]:
    """Somebody new comes with a browser of their own. In the end nothing may have gone wrong in any of them."""
    there: list[Visitor] = []

    def come(**options: Any) -> Visitor:
        there.append(Visitor(chromium, product, **options))
        return there[-1]

    yield come
    complaints = [complaint for visitor in there for complaint in visitor.complaints]
    for visitor in there:
        visitor.leave()
    assert complaints == []
