"""Check digits of identity numbers."""

import pytest

from credentialing.domain.identity_numbers import SCHEMES, digits_agree


@pytest.mark.parametrize(("scheme", "number"), [
    ("ar_cuit", "20-26756539-3"), ("br_cpf", "39053344705"), ("cl_rut", "12531909-2"), ("cr_cr", "155812994816"), ("do_cedula", "001-1391820-5"),
    ("ec_ci", "1714307103"), ("mx_curp", "BOXW310820HNERXN09"), ("pe_cui", "10117410-2"), ("ve_rif", "V-11470283-4"),
])  # fmt: skip
def test_check_digits_agree_and_garbage_does_not(scheme: str, number: str) -> None:
    assert scheme in SCHEMES
    assert digits_agree(scheme, number)
    assert not digits_agree(scheme, "no number")


def test_an_unknown_scheme_is_an_error() -> None:
    with pytest.raises(KeyError):
        digits_agree("xx_id", "1")
