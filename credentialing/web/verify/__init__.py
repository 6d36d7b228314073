"""The verifier's pages and the public trust files. Law: no cookie, nobody is known, nothing changes; only what a certificate itself says is shown."""

from typing import Final

from flask import Blueprint

from credentialing.web.verify import log_files, pages, status_files, trust_files

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (pages.blueprint, trust_files.blueprint, status_files.blueprint, log_files.blueprint)
"""Everything that an application registers for verification."""
