"""Check digits of identity numbers, as python-stdnum knows them. A failed check is a hint for a person, never a refusal."""

from types import MappingProxyType

from stdnum.ar import cuit
from stdnum.br import cpf
from stdnum.cl import rut
from stdnum.cr import cr
from stdnum.do import cedula
from stdnum.ec import ci
from stdnum.mx import curp
from stdnum.pe import cui
from stdnum.ve import rif

_CHECKS = MappingProxyType({
    "ar_cuit": cuit.is_valid, "br_cpf": cpf.is_valid, "cl_rut": rut.is_valid, "cr_cr": cr.is_valid, "do_cedula": cedula.is_valid,
    "ec_ci": ci.is_valid, "mx_curp": curp.is_valid, "pe_cui": cui.is_valid, "ve_rif": rif.is_valid,
})  # fmt: skip
SCHEMES: tuple[str, ...] = tuple(_CHECKS)


def digits_agree(scheme: str, number: str) -> bool:
    """Whether the check digits of `number` agree under one of SCHEMES; KeyError for another scheme."""
    return bool(_CHECKS[scheme](number))
