"""Certificates sealed once for all tests here."""

from tests.certificate.workshop import a_competence, a_degree, font_folder, keys, make, studio, templates, trust

__all__ = ["a_competence", "a_degree", "font_folder", "keys", "make", "studio", "templates", "trust"]
