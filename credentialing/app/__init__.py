"""Joins everything and holds no logic: the office on the real world, the whole product, and the verifier alone. Law: nothing is decided here."""
