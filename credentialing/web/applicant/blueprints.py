"""Every blueprint of the applicant's pages, for the application factory."""

from flask import Blueprint

from credentialing.web.applicant import answering, cases, decided, demonstration, filling, moves, papers, sending, signing_in

BLUEPRINTS: tuple[Blueprint, ...] = (
    signing_in.blueprint, demonstration.blueprint, cases.blueprint, filling.blueprint, papers.blueprint, sending.blueprint, answering.blueprint,
    moves.blueprint, decided.blueprint,
)
