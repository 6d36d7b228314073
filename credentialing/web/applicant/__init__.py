"""The applicant's pages. Law: each acts as an applicant and as nothing more, so a case that is not one's own is not found, whatever roles one holds."""

from flask import Blueprint

from credentialing.web.applicant import answering, cases, decided, demonstration, filling, moves, otherwise, papers, sending, signing_in

BLUEPRINTS: tuple[Blueprint, ...] = (
    signing_in.blueprint, demonstration.blueprint, cases.blueprint, filling.blueprint, papers.blueprint, otherwise.blueprint, sending.blueprint,
    answering.blueprint, moves.blueprint, decided.blueprint,
)
