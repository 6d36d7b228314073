"""The data folders are found from a checkout."""

from typing import Any

import pytest

from credentialing.domain.errors import MisconfiguredError
from credentialing.resources import checkout_root, data_dir
from tests.house.sources import ROOT


def test_a_checkout_is_found_with_its_data_folders() -> None:
    assert checkout_root() == ROOT
    assert data_dir("templates") == ROOT / "templates"
    assert data_dir("workflows") == ROOT / "workflows"


def test_a_folder_that_is_missing_is_a_sentence() -> None:
    missing: Any = "statutes"
    with pytest.raises(MisconfiguredError, match="“statutes” is missing"):
        data_dir(missing)
