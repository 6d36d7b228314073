"""What administrators do: confirm procedures, keep people, deputies and centres. Law: nothing of a case is shown or asked here."""

from typing import Final

from flask import Blueprint

from credentialing.web.admin import centres, people, person, procedures

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (procedures.blueprint, people.blueprint, person.blueprint, centres.blueprint)
"""Everything that the application registers for administrators."""
