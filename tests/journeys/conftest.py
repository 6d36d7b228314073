"""The same offices as the tests of use cases have."""

from tests.services.conftest import ready_keys, world

__all__ = ["ready_keys", "world"]
