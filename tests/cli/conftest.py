"""The installation with its certificates, for the commands that judge them."""

from tests.certified import made, office

__all__ = ["made", "office"]
