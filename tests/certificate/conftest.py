"""Certificates sealed once for all tests here."""

from tests.certificate.workshop import a_competence, a_degree, keys, make, studio, trust

__all__ = ["a_competence", "a_degree", "keys", "make", "studio", "trust"]
