"""The desk: what the staff sees and does. Every page asks the services as the person who is signed in; what that person may not see is not found."""

from typing import Final

from flask import Blueprint

from credentialing.web.desk import acts, case, cases, certificate, procedures

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (cases.blueprint, case.blueprint, acts.blueprint, certificate.blueprint, procedures.blueprint)
"""Everything that the application registers for the desk."""
